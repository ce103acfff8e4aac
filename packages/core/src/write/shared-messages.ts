import type { EditedFile } from './edited-file.ts'

/** A message in the heap of shared ones that an object uses. */
export interface SharedUse {
  type: number
  heapId: Uint8Array
}

/** Takes note that messages of the heap of shared ones have a user less each. */
export function releaseShared(_file: EditedFile, _messages: readonly SharedUse[]): void {}
