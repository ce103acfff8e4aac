import { addressAt } from '../io/address.ts'
import { unsigned } from '../io/integer.ts'
import type { Sizes } from '../io/structure.ts'
import type { ChunkEntry } from './b-tree-v1.ts'

// The records of version 2 B-trees (III.A.2), taken apart in place.

export interface HugeObjectRecord {
  address: number
  /** Stored bytes. */
  length: number
  filterMask: number
  /** Bytes when the filters are undone. */
  size: number
  /** Of an object that is found by its number. */
  id: number
}

/** Types 1 to 4: huge objects of a fractal heap, with and without filters, by number or by address. */
export function hugeObjectRecord(record: Uint8Array, type: number, sizes: Sizes): HugeObjectRecord {
  const address = addressAt(record, 0, sizes)
  let at = sizes.offsets
  const length = unsigned(record, at, sizes.lengths)
  at += sizes.lengths
  const filtered = type === 2 || type === 4
  const filterMask = filtered ? unsigned(record, at, 4) : 0
  const size = filtered ? unsigned(record, at + 4, sizes.lengths) : length
  if (filtered) at += 4 + sizes.lengths
  return { address, length, filterMask, size, id: type < 3 ? unsigned(record, at, sizes.lengths) : 0 }
}

/** Type 5: hash of a link's name. */
export function linkNameHash(record: Uint8Array): number {
  return unsigned(record, 0, 4)
}

/** Bytes of the heap IDs that types 5 and 6 have. */
export const LINK_HEAP_ID = 7

/** Type 5: where the link is in the group's fractal heap. */
export function linkNameHeapId(record: Uint8Array): Uint8Array {
  return record.subarray(LINK_NAME_HASH, LINK_NAME_RECORD)
}

/** Bytes of the hash that a record of type 5 begins with, and of the whole record. */
const LINK_NAME_HASH = 4
export const LINK_NAME_RECORD = LINK_NAME_HASH + LINK_HEAP_ID

/** Copies that of each of the records in `run` to `ids` from `at` on; returns where the last one ends. */
export function copyLinkHeapIds(run: Uint8Array, recordSize: number, ids: Uint8Array, at: number): number {
  let to = at
  for (let record = 0; record < run.length; record += recordSize) {
    for (let i = 0; i < LINK_HEAP_ID; i++) ids[to++] = run[record + LINK_NAME_HASH + i]
  }
  return to
}

/** Type 6: where the link is in the group's fractal heap; the records are in creation order. */
export function linkOrderHeapId(record: Uint8Array): Uint8Array {
  return record.subarray(8, 8 + LINK_HEAP_ID)
}

export interface AttributeRecord {
  heapId: Uint8Array
  /** Message flags: the attribute may be a shared message. */
  flags: number
  creationOrder: number
}

/** Types 8 and 9: an attribute by its name's hash, or by creation order. */
export function attributeRecord(record: Uint8Array): AttributeRecord {
  return { heapId: record.subarray(0, 8), flags: record[8], creationOrder: unsigned(record, 9, 4) }
}

/** Type 8: hash of the attribute's name. */
export function attributeNameHash(record: Uint8Array): number {
  return unsigned(record, 13, 4)
}

/** Types 10 and 11: a chunk without and with filters; sizes and offsets are in elements. */
export function chunkRecord(
  record: Uint8Array,
  filtered: boolean,
  chunk: readonly number[],
  chunkBytes: number,
  sizes: Sizes,
): ChunkEntry {
  const address = addressAt(record, 0, sizes)
  // The width of the size field is what the other fields leave.
  const sizeWidth = filtered ? record.length - sizes.offsets - 4 - 8 * chunk.length : 0
  const size = filtered ? unsigned(record, sizes.offsets, sizeWidth) : chunkBytes
  const filterMask = filtered ? unsigned(record, sizes.offsets + sizeWidth, 4) : 0
  const at = record.length - 8 * chunk.length
  return { offset: chunk.map((length, axis) => unsigned(record, at + 8 * axis, 8) * length), size, filterMask, address }
}

/** Types 10 and 11: the sign of a chunk's place (its offsets divided by the chunk's sizes) minus the record's. */
export function compareChunk(record: Uint8Array, scaled: readonly number[]): number {
  const at = record.length - 8 * scaled.length
  for (let axis = 0; axis < scaled.length; axis++) {
    const difference = scaled[axis] - unsigned(record, at + 8 * axis, 8)
    if (difference !== 0) return difference
  }
  return 0
}
