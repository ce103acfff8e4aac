import type { ChunkEntry } from '../format/b-tree-v1.ts'
import { bTreeV1Node, chunkKeySize } from '../format/b-tree-v1.ts'
import { putUnsigned } from '../io/integer.ts'
import { Span } from '../io/span.ts'
import { UNDEFINED } from '../io/structure.ts'
import { buildBTreeV2 } from './b-tree-v2-builder.ts'
import type { Emitter } from './emitter.ts'
import { shares } from './shares.ts'

const CHUNK = 1

/** What a key holds: where a chunk begins, and how it is stored. */
type Key = Omit<ChunkEntry, 'address'>

/** A chunk or a node below a node, with the key in front of it. */
interface Child {
  address: number
  key: Key
}

/**
 * Writes a version 1 B-tree of chunks.
 *
 * @param chunks in the order of their offsets; at least one
 * @param k half the entries of a node, as the superblock tells it
 * @returns the root's address
 */
export function buildChunkTreeV1(
  emitter: Emitter,
  chunks: readonly ChunkEntry[],
  dimensions: readonly number[],
  k: number,
): number {
  const last = chunks[chunks.length - 1]
  // Behind the last chunk there is none: its key is where the next would be along every axis.
  const end: Key = { size: 0, filterMask: 0, offset: last.offset.map((start, axis) => start + dimensions[axis]) }
  let level: Child[] = chunks.map((chunk) => ({ address: chunk.address, key: chunk }))
  for (let number = 0; ; number++) {
    const groups = shares(level.length, 2 * k).map(({ first, count }) => level.slice(first, first + count))
    level = treeNodes(emitter, groups, end, number, k)
    if (level.length === 1) return level[0].address
  }
}

function treeNodes(emitter: Emitter, groups: Child[][], end: Key, level: number, k: number): Child[] {
  const { offsets } = emitter.sizes
  const keySize = chunkKeySize(end.offset.length)
  const extent = 8 + 2 * offsets + 2 * k * (offsets + keySize) + keySize
  const addresses = groups.map(() => emitter.space.allocate(extent))
  return groups.map((children, i) => {
    const entries = new Uint8Array(children.length * (offsets + keySize) + keySize)
    children.forEach(({ address, key }, at) => {
      putKey(entries, at * (offsets + keySize), key)
      putUnsigned(entries, at * (offsets + keySize) + keySize, offsets, address)
    })
    putKey(entries, entries.length - keySize, groups[i + 1]?.[0].key ?? end)
    const node = {
      type: CHUNK,
      level,
      left: addresses[i - 1] ?? UNDEFINED,
      right: addresses[i + 1] ?? UNDEFINED,
      entries: new Span(entries),
      count: children.length,
    }
    emitter.put(addresses[i], bTreeV1Node, node, { type: CHUNK, keySize }, extent)
    return { address: addresses[i], key: children[0].key }
  })
}

/** The offset ends with one within the element, which is 0. */
function putKey(bytes: Uint8Array, at: number, { size, filterMask, offset }: Key): void {
  putUnsigned(bytes, at, 4, size)
  putUnsigned(bytes, at + 4, 4, filterMask)
  for (let axis = 0; axis < offset.length; axis++) putUnsigned(bytes, at + 8 + 8 * axis, 8, offset[axis])
}

const PLAIN_CHUNK = 10
const FILTERED_CHUNK = 11

/**
 * Writes a version 2 B-tree of chunks.
 *
 * @param sizeWidth bytes of the stored size of a chunk; undefined where chunks have no filters
 * @returns the header's address
 */
export function buildChunkTreeV2(
  emitter: Emitter,
  chunks: readonly ChunkEntry[],
  dimensions: readonly number[],
  sizeWidth: number | undefined,
  nodeSize: number,
): number {
  const { offsets } = emitter.sizes
  const fixed = offsets + (sizeWidth === undefined ? 0 : sizeWidth + 4)
  const recordSize = fixed + 8 * dimensions.length
  const records = new Uint8Array(chunks.length * recordSize)
  chunks.forEach(({ address, size, filterMask, offset }, i) => {
    const at = i * recordSize
    putUnsigned(records, at, offsets, address)
    if (sizeWidth !== undefined) {
      putUnsigned(records, at + offsets, sizeWidth, size)
      putUnsigned(records, at + offsets + sizeWidth, 4, filterMask)
    }
    offset.forEach((start, axis) => {
      putUnsigned(records, at + fixed + 8 * axis, 8, start / dimensions[axis])
    })
  })
  const type = sizeWidth === undefined ? PLAIN_CHUNK : FILTERED_CHUNK
  return buildBTreeV2(emitter, { type, recordSize, records, nodeSize })
}
