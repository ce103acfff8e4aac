import type { Datatype, File } from '@h5kit/core'

export function referenceText(_file: File, _type: Datatype, _bytes: Uint8Array, _at: number): string {
  return 'NULL'
}
