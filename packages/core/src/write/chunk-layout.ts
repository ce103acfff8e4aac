import type { ChunkIndex } from '../format/messages/chunk-index.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { EARLY } from '../format/messages/fill-value.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Versions } from './version-bounds.ts'

/** What a chunked dataset is like. */
export interface ChunkChoice {
  space: Dataspace
  /** In elements. */
  chunkShape: readonly number[]
  /** In bytes. */
  elementSize: number
  /** Whether chunks go through filters. */
  filtered: boolean
  /** EARLY, LATE, INCREMENTAL. */
  allocationTime: number
  /** Whether chunks that reach past the end of the dataset stay without filters; needs version 4 of the layout. */
  plainEdges?: boolean
  /** Of lengths in the file, in bytes: short ones do not tell that a dimension is unlimited. */
  lengths: number
}

/** Versions of the layout message from this one on know other indexes than the version 1 B-tree. */
export const FIRST_WITH_INDEXES = 4

/** The layout that the library would give a chunked dataset, with the index that suits its dimensions best. */
export function chunkLayout(versions: Versions, choice: ChunkChoice): ChunkedLayout {
  const { chunkShape, elementSize, plainEdges = false } = choice
  const version = Math.max(versions.dataLayout, plainEdges ? FIRST_WITH_INDEXES : 0)
  return {
    kind: 'chunked',
    version,
    flags: plainEdges ? DONT_FILTER_PARTIAL_CHUNKS : 0,
    dimensions: [...chunkShape],
    elementSize,
    dimensionWidth: 1,
    index: version < FIRST_WITH_INDEXES ? { type: 'b-tree-v1' } : bestIndex(choice),
    address: UNDEFINED,
  }
}

/** A fixed array with more entries takes too much where few of them are used. */
const LARGEST_ARRAY = 1 << 22

const TREE: ChunkIndex = { type: 'b-tree-v2', nodeSize: 2048, splitPercent: 100, mergePercent: 40 }

function bestIndex({ space, chunkShape, filtered, allocationTime, lengths }: ChunkChoice): ChunkIndex {
  const { dimensions, maximum = dimensions } = space
  const unlimited = maximum.filter((size) => size === UNDEFINED).length
  // What is read as a greatest size does not do for an array that grows without end.
  if (unlimited > 1 || (unlimited === 1 && lengths < 8)) return TREE
  if (unlimited === 1) {
    return { type: 'extensible-array', maxBits: 32, indexElements: 4, minPointers: 4, minElements: 16, pageBits: 10 }
  }
  const single = chunkShape.every((size, axis) => size === dimensions[axis] && size === maximum[axis])
  if (single) return { type: 'single-chunk', filtered: filtered ? { size: 0, mask: 0 } : undefined }
  // The library makes an array of all chunks that there may ever be, however many.
  const most = maximum.reduce((product, size, axis) => product * Math.ceil(size / chunkShape[axis]), 1)
  if (most > LARGEST_ARRAY) return TREE
  return !filtered && allocationTime === EARLY ? { type: 'implicit' } : { type: 'fixed-array', pageBits: 10 }
}
