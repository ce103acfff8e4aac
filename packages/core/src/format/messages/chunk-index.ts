import type { Io } from '../../io/structure.ts'

/** How the address of a chunk is looked up (IV.A.2.i), with what the layout message says of it. */
export type ChunkIndex =
  /** Versions 1 to 3 of the message. */
  | { type: 'b-tree-v1' }
  | {
      type: 'single-chunk'
      /** Where filters were applied: the chunk's size in bytes, and the filters that were skipped. */
      filtered: { size: number; mask: number } | undefined
    }
  | { type: 'implicit' }
  | { type: 'fixed-array' /** Bits of the number of elements in a data block page. */; pageBits: number }
  | ExtensibleArrayIndex
  | {
      type: 'b-tree-v2'
      /** In bytes. */
      nodeSize: number
      splitPercent: number
      mergePercent: number
    }

export interface ExtensibleArrayIndex {
  type: 'extensible-array'
  /** Bits of the largest number of elements. */
  maxBits: number
  /** Elements in the index block. */
  indexElements: number
  /** Data block pointers in a secondary block at least. */
  minPointers: number
  /** Elements in a data block at least. */
  minElements: number
  /** Bits of the number of elements in a data block page. */
  pageBits: number
}

/** Chunked layout flags. */
export const DONT_FILTER_PARTIAL_CHUNKS = 0x01
export const SINGLE_INDEX_WITH_FILTER = 0x02

/** Chunk indexing types as they are numbered from version 4 of the layout message on. */
const NUMBERED: readonly ChunkIndex['type'][] = [
  'b-tree-v1',
  'single-chunk',
  'implicit',
  'fixed-array',
  'extensible-array',
  'b-tree-v2',
]

function blank(type: ChunkIndex['type']): ChunkIndex {
  switch (type) {
    case 'single-chunk':
      return { type, filtered: undefined }
    case 'fixed-array':
      return { type, pageBits: 10 }
    case 'extensible-array':
      return { type, maxBits: 32, indexElements: 4, minPointers: 4, minElements: 16, pageBits: 10 }
    case 'b-tree-v2':
      return { type, nodeSize: 2048, splitPercent: 100, mergePercent: 40 }
    default:
      return { type }
  }
}

/** A parameter of one byte that is not zero. */
function parameter(io: Io, field: string, value: number, most = 255): number {
  const stored = io.u8(field, value)
  if (stored === 0 || stored > most) io.fail(`impossible value ${stored}`, field)
  return stored
}

function singleChunk(io: Io, filtered: { size: number; mask: number } | undefined): { size: number; mask: number } {
  const size = io.length('Size of filtered chunk', filtered?.size ?? 0)
  if (size < 0) io.fail('impossible size', 'Size of filtered chunk')
  return { size, mask: io.u32('Filters for chunk', filtered?.mask ?? 0) }
}

function extensibleArray(io: Io, index: ExtensibleArrayIndex): void {
  index.maxBits = parameter(io, 'Max Bits', index.maxBits)
  index.indexElements = parameter(io, 'Index Elements', index.indexElements)
  index.minPointers = parameter(io, 'Min Pointers', index.minPointers)
  index.minElements = parameter(io, 'Min Elements', index.minElements)
  index.pageBits = parameter(io, 'Page Bits', index.pageBits)
}

/** Flags that an index needs. */
export function flagsOfIndex(index: ChunkIndex): number {
  return index.type === 'single-chunk' && index.filtered !== undefined ? SINGLE_INDEX_WITH_FILTER : 0
}

/** Chunk Indexing Type and what depends on it (versions 4 and 5). */
export function chunkIndexFields(io: Io, given: ChunkIndex, flags: number): ChunkIndex {
  const number = io.u8('Chunk Indexing Type', NUMBERED.indexOf(given.type))
  if (number === 0 || number >= NUMBERED.length) io.fail(`impossible index type ${number}`, 'Chunk Indexing Type')
  const index = io.reading ? blank(NUMBERED[number]) : given
  switch (index.type) {
    case 'single-chunk':
      if ((flags & SINGLE_INDEX_WITH_FILTER) !== 0) index.filtered = singleChunk(io, index.filtered)
      break
    case 'fixed-array':
      index.pageBits = parameter(io, 'Page Bits', index.pageBits)
      break
    case 'extensible-array':
      extensibleArray(io, index)
      break
    case 'b-tree-v2':
      index.nodeSize = io.u32('Node Size', index.nodeSize)
      index.splitPercent = parameter(io, 'Split Percent', index.splitPercent, 100)
      index.mergePercent = parameter(io, 'Merge Percent', index.mergePercent, 100)
      break
  }
  return index
}
