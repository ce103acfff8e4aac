import { WriteError } from '../errors.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { putUnsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import { chunkBytes, gridOf, numberOf } from '../storage/chunk-index.ts'
import { buildExtensibleArray, buildFixedArray } from './chunk-array-builder.ts'
import { buildChunkTreeV1, buildChunkTreeV2 } from './chunk-tree-builder.ts'
import type { Emitter } from './emitter.ts'

/**
 * Writes the index of a dataset's chunks.
 *
 * @param chunkK half the entries of a version 1 B-tree's node, as the superblock tells it
 * @returns the layout with the index's address, or with the chunk itself where there is but one
 */
export function buildChunkIndex(
  emitter: Emitter,
  layout: ChunkedLayout,
  space: Dataspace,
  filtered: boolean,
  chunks: readonly ChunkEntry[],
  chunkK: number,
): ChunkedLayout {
  const { index, dimensions } = layout
  if (chunks.length === 0) return { ...layout, address: UNDEFINED }
  const sorted = [...chunks].sort((a, b) => compareOffsets(a.offset, b.offset))
  switch (index.type) {
    case 'b-tree-v1':
      return { ...layout, address: buildChunkTreeV1(emitter, sorted, dimensions, chunkK) }
    case 'b-tree-v2': {
      const sizeWidth = filtered ? chunkSizeWidth(emitter, layout) : undefined
      return { ...layout, address: buildChunkTreeV2(emitter, sorted, dimensions, sizeWidth, index.nodeSize) }
    }
    case 'single-chunk': {
      const [{ address, size, filterMask }] = sorted
      return { ...layout, address, index: { ...index, filtered: filtered ? { size, mask: filterMask } : undefined } }
    }
    case 'implicit':
      return { ...layout, address: firstOfAll(layout, space, sorted) }
    case 'fixed-array': {
      const grid = gridOf(layout, space, false)
      const total = grid.chunks.reduce((product, n) => product * n, 1)
      const entries = arrayEntries(emitter, layout, filtered, sorted, (scaled) => numberOf(grid, scaled))
      return { ...layout, address: buildFixedArray(emitter, entries, total, index.pageBits) }
    }
    case 'extensible-array': {
      const grid = gridOf(layout, space, true)
      const entries = arrayEntries(emitter, layout, filtered, sorted, (scaled) => numberOf(grid, scaled))
      return { ...layout, address: buildExtensibleArray(emitter, entries, index) }
    }
  }
}

function compareOffsets(a: readonly number[], b: readonly number[]): number {
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return a[axis] - b[axis]
  return 0
}

/** Bytes of the stored size of a filtered chunk: room for one that the filters made larger. */
function chunkSizeWidth(emitter: Emitter, layout: ChunkedLayout): number {
  if (layout.version >= 5) return emitter.sizes.lengths
  const bits = Math.floor(Math.log2(chunkBytes(layout)))
  return Math.min(8, 1 + Math.floor((bits + 8) / 8))
}

/** An implicit index has all chunks of the dataset, one behind the other. */
function firstOfAll(layout: ChunkedLayout, space: Dataspace, chunks: readonly ChunkEntry[]): number {
  const grid = gridOf(layout, space, false)
  const size = chunkBytes(layout)
  const first = chunks[0].address
  const complete = grid.chunks.reduce((product, n) => product * n, 1) === chunks.length
  if (!complete || chunks.some(({ address }, i) => address !== first + i * size)) {
    throw new WriteError('chunks that do not stand one behind the other', { structure: 'Implicit Index' })
  }
  return first
}

function arrayEntries(
  emitter: Emitter,
  layout: ChunkedLayout,
  filtered: boolean,
  chunks: readonly ChunkEntry[],
  number: (scaled: readonly number[]) => number,
) {
  const { offsets } = emitter.sizes
  const sizeWidth = filtered ? chunkSizeWidth(emitter, layout) : 0
  const entrySize = offsets + (filtered ? sizeWidth + 4 : 0)
  const byNumber = new Map<number, Uint8Array>()
  for (const { offset, address, size, filterMask } of chunks) {
    const entry = new Uint8Array(entrySize)
    putUnsigned(entry, 0, offsets, address)
    if (filtered) {
      putUnsigned(entry, offsets, sizeWidth, size)
      putUnsigned(entry, offsets + sizeWidth, 4, filterMask)
    }
    byNumber.set(number(offset.map((start, axis) => start / layout.dimensions[axis])), entry)
  }
  const missing = new Uint8Array(entrySize)
  missing.fill(0xff, 0, offsets)
  return { filtered, entrySize, byNumber, missing }
}
