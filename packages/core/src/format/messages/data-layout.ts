import { NO_BYTES } from '../../io/span.ts'
import type { Io } from '../../io/structure.ts'
import { structure, UNDEFINED } from '../../io/structure.ts'
import type { ChunkIndex } from './chunk-index.ts'
import { chunkIndexFields, DONT_FILTER_PARTIAL_CHUNKS, flagsOfIndex, SINGLE_INDEX_WITH_FILTER } from './chunk-index.ts'
import { MAX_RANK } from './dataspace.ts'

/** The elements are in the message itself. */
export interface CompactLayout {
  kind: 'compact'
  /** 1 to 5. */
  version: number
  /** Dimension sizes, and the element size, as versions 1 and 2 store them; empty in later ones. */
  storedDimensions: number[]
  data: Uint8Array
}

/** The elements are in one block of the file. */
export interface ContiguousLayout {
  kind: 'contiguous'
  /** 1 to 5. */
  version: number
  /** Dimension sizes, and the element size, as versions 1 and 2 store them (in 32 bits); empty in later ones. */
  storedDimensions: number[]
  /** UNDEFINED where nothing is allocated. */
  address: number
  /** In bytes; undefined in versions 1 and 2, which do not store it. */
  size: number | undefined
}

/** The elements are in chunks of equal shape, each in a block of its own. */
export interface ChunkedLayout {
  kind: 'chunked'
  /** 1 to 5. From version 5 on, chunk indexes store filtered sizes in the file's size of lengths. */
  version: number
  /** DONT_FILTER_PARTIAL_CHUNKS; the bit that a filtered single chunk needs is added when writing. */
  flags: number
  /** Of a chunk, in elements, the slowest changing dimension first. */
  dimensions: number[]
  /** In bytes. */
  elementSize: number
  /** Bytes of each dimension as stored (versions 4 and 5); as many as needed where that is more. */
  dimensionWidth: number
  index: ChunkIndex
  /** Of the index, the single chunk, or the array of chunks; UNDEFINED where nothing is allocated. */
  address: number
}

/** The elements are in other datasets. */
export interface VirtualLayout {
  kind: 'virtual'
  /** 4 or 5. */
  version: number
  /** Of the global heap collection with the mapping; UNDEFINED where there is none. */
  address: number
  /** Of the object in that collection. */
  index: number
}

/** How a dataset's elements are stored (IV.A.2.i). */
export type DataLayout = CompactLayout | ContiguousLayout | ChunkedLayout | VirtualLayout

const NUMBERED: readonly DataLayout['kind'][] = ['compact', 'contiguous', 'chunked', 'virtual']

/** One more than a dataspace has: the element size is counted as a dimension. */
const MOST_DIMENSIONS = MAX_RANK + 1

function blank(kind: DataLayout['kind'], version: number): DataLayout {
  switch (kind) {
    case 'compact':
      return { kind, version, storedDimensions: [], data: NO_BYTES }
    case 'contiguous':
      return { kind, version, storedDimensions: [], address: UNDEFINED, size: undefined }
    case 'chunked': {
      const index: ChunkIndex = { type: 'b-tree-v1' }
      return { kind, version, flags: 0, dimensions: [], elementSize: 1, dimensionWidth: 4, index, address: UNDEFINED }
    }
    case 'virtual':
      return { kind, version, address: UNDEFINED, index: 0 }
  }
}

/** Dimension sizes with the element size behind them, as they are stored. */
function sizesOf(layout: DataLayout): number[] {
  if (layout.kind === 'virtual') return []
  return layout.kind === 'chunked' ? [...layout.dimensions, layout.elementSize] : layout.storedDimensions
}

function dimensionalityField(io: Io, layout: DataLayout): number {
  const rank = io.u8('Dimensionality', sizesOf(layout).length)
  if (rank > MOST_DIMENSIONS) io.fail(`${rank} dimensions`, 'Dimensionality')
  return rank
}

function chunkSizes(io: Io, layout: ChunkedLayout, rank: number, width: number): void {
  if (rank < 2) io.fail('no dimensions', 'Dimensionality')
  const given = sizesOf(layout)
  const sizes = Array.from({ length: rank }, (_, i) => io.uint('Dimension #n Size', width, given[i]))
  if (sizes.some((size) => size < 1)) io.fail('impossible size', 'Dimension #n Size')
  layout.dimensions = sizes.slice(0, -1)
  layout.elementSize = sizes[rank - 1]
}

function classField(io: Io, kind: DataLayout['kind'], most: number): DataLayout['kind'] {
  const number = io.u8('Layout Class', NUMBERED.indexOf(kind))
  if (number > most) io.fail(`unknown layout class ${number}`, 'Layout Class')
  return NUMBERED[number]
}

/** Versions 1 and 2: all classes have their dimensions at the same place. */
function oldLayout(io: Io, version: number, given: DataLayout): DataLayout {
  const rank = dimensionalityField(io, given)
  if (rank === 0) io.fail('no dimensions', 'Dimensionality')
  const kind = classField(io, given.kind, 2)
  const layout = io.reading ? blank(kind, version) : given
  io.reserved(5)
  if (layout.kind === 'contiguous' || layout.kind === 'chunked') {
    layout.address = io.address('Data Address', layout.address)
  }
  if (layout.kind === 'chunked') {
    chunkSizes(io, layout, rank, 4)
  } else if (layout.kind !== 'virtual') {
    const given = layout.storedDimensions
    layout.storedDimensions = Array.from({ length: rank }, (_, i) => io.u32('Dimension #n Size', given[i]))
  }
  if (layout.kind === 'compact') {
    const size = io.u32('Compact Data Size', layout.data.length)
    layout.data = io.bytes('Compact Data', size, layout.data)
  }
  return layout
}

function chunkedProperties(io: Io, layout: ChunkedLayout): void {
  if (layout.version === 3) {
    const rank = dimensionalityField(io, layout)
    layout.address = io.address('Address', layout.address)
    chunkSizes(io, layout, rank, 4)
    return
  }
  const flags = io.u8('Flags', layout.flags | flagsOfIndex(layout.index))
  if ((flags & ~(DONT_FILTER_PARTIAL_CHUNKS | SINGLE_INDEX_WITH_FILTER)) !== 0) io.fail('unknown flags', 'Flags')
  if (io.reading) layout.flags = flags
  const rank = dimensionalityField(io, layout)
  const width = io.u8('Dimension Size Encoded Length', neededWidth(layout))
  if (width === 0 || width > 8) io.fail(`impossible length ${width}`, 'Dimension Size Encoded Length')
  if (io.reading) layout.dimensionWidth = width
  chunkSizes(io, layout, rank, width)
  layout.index = chunkIndexFields(io, layout.index, flags)
  layout.address = io.address('Address', layout.address)
}

function neededWidth(layout: ChunkedLayout): number {
  const largest = Math.max(...sizesOf(layout))
  let width = Math.max(1, layout.dimensionWidth)
  while (width < 8 && largest >= 256 ** width) width++
  return width
}

/** Versions 3 to 5. */
function properties(io: Io, layout: DataLayout): void {
  switch (layout.kind) {
    case 'compact': {
      const size = io.u16('Size', layout.data.length)
      layout.data = io.bytes('Raw Data', size, layout.data)
      break
    }
    case 'contiguous':
      layout.address = io.address('Address', layout.address)
      layout.size = io.length('Size', layout.size ?? 0)
      if (layout.size < 0) io.fail('impossible size', 'Size')
      break
    case 'chunked':
      chunkedProperties(io, layout)
      break
    case 'virtual':
      layout.address = io.address('Address', layout.address)
      layout.index = io.u32('Index', layout.index)
      break
  }
}

function checkIndex(io: Io, layout: DataLayout): void {
  if (io.reading || layout.kind !== 'chunked') return
  if ((layout.index.type === 'b-tree-v1') !== layout.version < 4) {
    io.fail(`${layout.index.type} index in version ${layout.version}`, 'Chunk Indexing Type')
  }
}

export const dataLayoutMessage = structure<DataLayout>({
  name: 'Data Layout Message',
  spec: 'IV.A.2.i',
  blank: () => blank('contiguous', 3),
  body(io, given) {
    const version = io.version('Version', given.version, [1, 2, 3, 4, 5])
    checkIndex(io, given)
    if (version < 3) return oldLayout(io, version, given)
    const kind = classField(io, given.kind, version < 4 ? 2 : 3)
    const layout = io.reading ? blank(kind, version) : given
    properties(io, layout)
    return layout
  },
})
