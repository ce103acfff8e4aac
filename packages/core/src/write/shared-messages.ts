import { bTreeV2Extents, openBTreeV2 } from '../format/b-tree-v2.ts'
import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import type { SharedMessageRecord } from '../format/shared-message-list.ts'
import {
  LIST,
  sharedMessageList,
  sharedMessageListLength,
  sharedMessageRecords,
} from '../format/shared-message-list.ts'
import type { SharedMessageIndex } from '../format/shared-message-table.ts'
import { isFor, readSharedMessageTable, sharedMessageTable } from '../format/shared-message-table.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Emitter } from './emitter.ts'
import { buildRecordTree } from './shared-message-builder.ts'

/** A message in the heap of shared ones that an object uses. */
export interface SharedUse {
  type: number
  heapId: Uint8Array
}

/**
 * Takes note that messages of the heap of shared ones have a user less each: in the records of their index, which loses
 * those without any, and those of messages that were in the headers of objects which are gone. The bytes of a message
 * without users stay in the heap, which goes with the last of them.
 *
 * @param gone addresses of objects that were given up
 * @returns what the file has no more use for
 */
export function releaseShared(
  image: FileImage,
  emitter: Emitter,
  messages: readonly SharedUse[],
  gone: ReadonlySet<number>,
): Extent[] {
  const location = image.sharedMessages
  if (location === undefined) return []
  const released: Extent[] = []
  const indexes = readSharedMessageTable(image, location).indexes.map((index) => {
    const fewer = countUses(index, messages)
    const left = sharedMessageRecords(image, index).filter((record) => {
      if (record.location === 'header') return !gone.has(record.address)
      record.referenceCount -= fewer.get(record.heapId.join()) ?? 0
      return record.referenceCount > 0
    })
    return fewer.size === 0 && left.length === index.messages
      ? index
      : withRecords(image, emitter, index, left, released)
  })
  emitter.put(location.address, sharedMessageTable, { indexes }, { count: indexes.length })
  return released
}

/** How often each message of an index is among those, by its ID in the heap. */
function countUses(index: SharedMessageIndex, messages: readonly SharedUse[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { type, heapId } of messages) {
    if (!isFor(index, type)) continue
    const key = heapId.join()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

function withRecords(
  image: FileImage,
  emitter: Emitter,
  index: SharedMessageIndex,
  records: readonly SharedMessageRecord[],
  released: Extent[],
): SharedMessageIndex {
  const { indexAddress, heapAddress } = index
  const isList = index.type === LIST
  const length = sharedMessageListLength(image.sizes, index)
  if (records.length > 0 && isList) {
    emitter.put(indexAddress, sharedMessageList, { records }, { count: records.length }, length)
    return { ...index, messages: records.length }
  }
  if (isList) released.push({ structure: sharedMessageList.name, address: indexAddress, length })
  else released.push(...bTreeV2Extents(openBTreeV2(image, indexAddress)))
  if (records.length > 0) return { ...index, messages: records.length, indexAddress: buildRecordTree(emitter, records) }
  if (heapAddress !== UNDEFINED) released.push(...openFractalHeap(image, heapAddress).extents())
  return { ...index, type: LIST, messages: 0, indexAddress: UNDEFINED, heapAddress: UNDEFINED }
}
