import { FilterError, FormatError, LimitError, UnsupportedError } from '../errors.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { FileImage } from '../format/file-image.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout, DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Box, Piece } from './box.ts'
import { copyPart, eachRun, fillBytes, fillPart, intersection, volume } from './box.ts'
import type { ChunkEntry, ChunkIndex } from './chunk-index.ts'
import { chunkBytes, openChunkIndex } from './chunk-index.ts'

/** What reading a dataset's elements needs to know of it. */
export interface RawDataset {
  image: FileImage
  space: Dataspace
  /** In bytes. */
  elementSize: number
  layout: DataLayout
  filters: readonly FilterStep[]
  /** One element; undefined for zeros. */
  fill: Uint8Array | undefined
  /** Whether the elements are in other files. */
  external: boolean
}

/** One chunk that a read needs: where it is stored, and which part of the array it is. */
export interface ChunkRead {
  /** Of the chunk in the dataset, edges cut off where the dataset ends not considered. */
  box: Box
  /** Undefined where the chunk was never written. */
  entry: ChunkEntry | undefined
}

/** No buffer is made larger than this. */
const LARGEST_READ = 2 ** 32

/** A chunk that claims more than this is taken for damage. */
const LARGEST_CHUNK = 2 ** 32

/** Decoded chunks that one reader keeps, in bytes. */
const CACHE_BUDGET = 32 << 20

/** The chunks that a box needs, in the order of the grid. */
export function* planRead(layout: ChunkedLayout, index: ChunkIndex, wanted: Box): Generator<ChunkRead> {
  const chunk = layout.dimensions
  const first = wanted.start.map((start, axis) => Math.floor(start / chunk[axis]))
  const last = wanted.start.map((start, axis) => Math.floor((start + wanted.count[axis] - 1) / chunk[axis]))
  const scaled = [...first]
  for (;;) {
    const box = { start: scaled.map((n, axis) => n * chunk[axis]), count: chunk }
    yield { box, entry: index.find(scaled) }
    let axis = scaled.length - 1
    while (axis >= 0 && scaled[axis] === last[axis]) {
      scaled[axis] = first[axis]
      axis--
    }
    if (axis < 0) return
    scaled[axis]++
  }
}

/** Reads boxes of one dataset; keeps chunks that several boxes share. */
export class RawReader {
  readonly #dataset: RawDataset
  #index: ChunkIndex | undefined
  readonly #chunks = new Map<number, Uint8Array>()
  #cached = 0

  constructor(dataset: RawDataset) {
    this.#dataset = dataset
  }

  /** The elements of a box in C order, in the dataset's own type. */
  read(box: Box): Uint8Array {
    const { layout, elementSize } = this.#dataset
    const length = volume(box.count) * elementSize
    if (length === 0) return new Uint8Array(0)
    if (length > LARGEST_READ) throw new LimitError(`${length} bytes at once`)
    const piece = { box, bytes: new Uint8Array(length) }
    switch (layout.kind) {
      case 'compact':
        this.#readCompact(piece, layout.data)
        break
      case 'contiguous':
        if (this.#dataset.external) throw new UnsupportedError('raw data in external files is not read yet')
        if (layout.address === UNDEFINED) fillBytes(piece.bytes, this.#dataset.fill)
        else this.#readContiguous(piece, layout.address)
        break
      case 'chunked':
        this.#readChunked(piece, layout)
        break
      case 'virtual':
        throw new UnsupportedError('virtual datasets are not read yet')
    }
    return piece.bytes
  }

  #whole(): Box {
    const { dimensions } = this.#dataset.space
    return { start: dimensions.map(() => 0), count: dimensions }
  }

  #readCompact(piece: Piece, data: Uint8Array): void {
    const { elementSize } = this.#dataset
    const whole = this.#whole()
    if (data.length < volume(whole.count) * elementSize) {
      throw new FormatError(`compact data of ${data.length} bytes is too short`, { structure: 'Data Layout Message' })
    }
    copyPart({ box: whole, bytes: data }, piece, piece.box, elementSize)
  }

  #readContiguous(piece: Piece, address: number): void {
    const { image, elementSize } = this.#dataset
    eachRun(piece.box, this.#whole(), piece.box, elementSize, (from, to, length) => {
      piece.bytes.set(image.source.view(address + from, length), to)
    })
  }

  #readChunked(piece: Piece, layout: ChunkedLayout): void {
    const { image, space, elementSize, fill } = this.#dataset
    this.#index ??= openChunkIndex(image, layout, space)
    for (const { box, entry } of planRead(layout, this.#index, piece.box)) {
      const part = intersection(box, piece.box)
      if (part === undefined) continue
      if (entry === undefined || entry.address === UNDEFINED) fillPart(piece, part, fill, elementSize)
      else copyPart({ box, bytes: this.#chunk(entry, layout) }, piece, part, elementSize)
    }
  }

  #chunk(entry: ChunkEntry, layout: ChunkedLayout): Uint8Array {
    const known = this.#chunks.get(entry.address)
    if (known !== undefined) return known
    const bytes = this.#decodeChunk(entry, layout)
    this.#cached += bytes.length
    for (const [address, old] of this.#chunks) {
      if (this.#cached <= CACHE_BUDGET) break
      this.#chunks.delete(address)
      this.#cached -= old.length
    }
    this.#chunks.set(entry.address, bytes)
    return bytes
  }

  #decodeChunk(entry: ChunkEntry, layout: ChunkedLayout): Uint8Array {
    const { image, filters, space } = this.#dataset
    const size = chunkBytes(layout)
    if (size > LARGEST_CHUNK) throw new LimitError(`a chunk of ${size} bytes`, { structure: 'Data Layout Message' })
    const partial = entry.offset.some((start, axis) => start + layout.dimensions[axis] > space.dimensions[axis])
    const plain = filters.length === 0 || ((layout.flags & DONT_FILTER_PARTIAL_CHUNKS) !== 0 && partial)
    if (plain) return image.source.view(entry.address, size)
    const bytes = image.pipeline.decode(filters, image.source.view(entry.address, entry.size), entry.filterMask, size)
    if (bytes.length < size)
      throw new FilterError(`a chunk gives ${bytes.length} bytes instead of ${size}`, { address: entry.address })
    return bytes
  }
}

/** Consecutive elements of a dataset, in C order. */
export interface Slab {
  /** Number of the first element. */
  first: number
  count: number
  /** In the dataset's own type. */
  bytes: Uint8Array
}

/** Goes through all elements of a dataset in C order, some `budget` bytes at a time. */
export function* rawSlabs(dataset: RawDataset, budget = 4 << 20): Generator<Slab> {
  const { space, elementSize, layout } = dataset
  const shape = space.dimensions
  if (space.kind === 'null' || shape.includes(0)) return
  const reader = new RawReader(dataset)
  if (shape.length === 0) {
    yield { first: 0, count: 1, bytes: reader.read({ start: [], count: [] }) }
    return
  }
  const unit = layout.kind === 'chunked' ? layout.dimensions : shape.map(() => 1)
  const axis = splitAxis(shape, unit, elementSize, budget)
  const row = volume(shape.slice(axis + 1))
  // Whole rows of chunks as long as they fit, so that no chunk is needed twice.
  const rows = Math.max(1, Math.floor(budget / (row * elementSize)))
  const step = rows > unit[axis] ? rows - (rows % unit[axis]) : rows
  const outer = shape.slice(0, axis)
  const index = outer.map(() => 0)
  let first = 0
  for (;;) {
    for (let at = 0; at < shape[axis]; at += step) {
      const length = Math.min(step, shape[axis] - at)
      const start = [...index, at, ...shape.slice(axis + 1).map(() => 0)]
      const count = [...index.map(() => 1), length, ...shape.slice(axis + 1)]
      yield { first, count: length * row, bytes: reader.read({ start, count }) }
      first += length * row
    }
    let over = outer.length - 1
    while (over >= 0 && ++index[over] === outer[over]) index[over--] = 0
    if (over < 0) return
  }
}

/** The axis along which slabs are cut: the first one where a row of chunks fits the budget. */
function splitAxis(shape: readonly number[], unit: readonly number[], elementSize: number, budget: number): number {
  for (let axis = 0; axis < shape.length - 1; axis++) {
    const rowOfChunks = Math.min(unit[axis], shape[axis]) * volume(shape.slice(axis + 1)) * elementSize
    if (rowOfChunks <= budget) return axis
  }
  return shape.length - 1
}

/** Bytes that the dataset's elements take in the file, as H5Dget_storage_size counts them. */
export function storageSize(dataset: RawDataset): number {
  const { image, layout, space, elementSize } = dataset
  if (layout.kind === 'compact') return layout.data.length
  if (layout.kind === 'virtual') return 0
  if (layout.address === UNDEFINED && !dataset.external) return 0
  if (layout.kind === 'contiguous') {
    return layout.size ?? volume(space.dimensions) * elementSize
  }
  let total = 0
  for (const { size } of openChunkIndex(image, layout, space).entries()) total += size
  return total
}
