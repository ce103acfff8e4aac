import { FilterError, FormatError, LimitError, UnsupportedError } from '../errors.ts'
import type { ChunkCoder, FilterStep } from '../filters/pipeline.ts'
import type { FileImage } from '../format/file-image.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout, DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { readInto } from '../io/byte-source.ts'
import { gatherMisses } from '../io/pending.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { ChunkCache } from './chunk-cache.ts'
import type { ChunkEntry, ChunkIndex } from './chunk-index.ts'
import { chunkBytes, chunksInUse, openChunkIndex } from './chunk-index.ts'
import type { ElementSet } from './element-set.ts'
import type { ChunkRead } from './read-plan.ts'
import { planRead } from './read-plan.ts'
import { copyRuns, fillBytes, fillRuns } from './runs.ts'
import type { VirtualReader } from './virtual-data.ts'

/** What reading a dataset's elements needs to know of it. */
export interface RawDataset {
  image: FileImage
  space: Dataspace
  /** In bytes. */
  elementSize: number
  layout: DataLayout
  /** Lists the chunks, where the file has no index of them yet. */
  chunks?: ChunkIndex | undefined
  filters: readonly FilterStep[]
  /** One element; undefined for zeros. */
  fill: Uint8Array | undefined
  /** Whether there is nothing to read before storage is allocated, since no fill value is defined. */
  needsStorage?: boolean
  /** The elements, where other files have them. */
  external: ByteSource | undefined
  /** Reads the elements of a virtual dataset; undefined for others. */
  virtual: VirtualReader | undefined
  cache: ChunkCache
}

/** No buffer is made larger than this. */
const LARGEST_READ = 2 ** 32

/** Chunks up to this size, in bytes, are read whole, larger ones as far as they are needed where nothing is to be undone. */
const SMALL_CHUNK = 1 << 20

/** Bytes that are viewed at once to pick elements from. */
const LARGEST_VIEW = 1 << 20

/** Up to so many bytes may lie between the elements that are picked from a view. */
const CLOSE = 1 << 16

/** Memory up to this size is kept for the next chunk. */
const LARGEST_SCRATCH = 1 << 24

/** Chunks that are known to have been wanted once. */
const MOST_SEEN = 1 << 16

/** Bytes for which a source that has to fetch is asked at once. */
const FETCH_AHEAD = 8 << 20

/** The shape of an array with the scalar as an array of one. */
export function shapeOf(space: Dataspace): number[] {
  return space.kind === 'simple' ? space.dimensions : space.kind === 'null' ? [0] : [1]
}

/** A read in steps that wait for other threads. */
export interface Steps {
  coder: ChunkCoder
  /** Each is done when it returns, or gives a promise; with `here`, this thread decodes. */
  each: Iterable<(here: boolean) => Promise<void> | undefined>
}

/** Reads elements of one dataset, and keeps what it learns on the way. */
export class RawReader {
  readonly #dataset: RawDataset
  readonly #shape: number[]
  #index: ChunkIndex | undefined
  /** Addresses of chunks that were decoded and not kept. */
  readonly #seen = new Set<number>()
  /** Chunks that other threads decode, and that will be kept. */
  readonly #coming = new Map<number, Promise<void>>()

  constructor(dataset: RawDataset) {
    this.#dataset = dataset
    this.#shape = shapeOf(dataset.space)
  }

  /** The elements of a set, in its order, in the dataset's own type. */
  read(set: ElementSet): Uint8Array {
    const bytes = this.room(set)
    this.readInto(set, bytes)
    return bytes
  }

  /** Memory for the elements of a set. */
  room(set: ElementSet): Uint8Array {
    const length = set.size * this.#dataset.elementSize
    if (length > LARGEST_READ) throw new LimitError(`${length} bytes at once`)
    return new Uint8Array(length)
  }

  /**
   * As `read`, into bytes that have room for all of them.
   *
   * @param passing whether the next read will want the rest of the chunks that this one does not use up; without it,
   *   they are kept from the second time on that they are wanted
   */
  readInto(set: ElementSet, target: Uint8Array, passing = false): void {
    const { layout, fill, external, image } = this.#dataset
    if (set.size === 0) return
    const stored = external !== undefined || !('address' in layout) || layout.address !== UNDEFINED
    if (!stored && this.#dataset.needsStorage === true) throw new FormatError('never written, and without a fill value')
    switch (layout.kind) {
      case 'compact':
        this.#readCompact(set, target, layout.data)
        break
      case 'contiguous':
        if (external !== undefined) this.#readBlock(set, target, external, 0)
        else if (layout.address === UNDEFINED) fillBytes(target, fill)
        else this.#readBlock(set, target, image.source, layout.address)
        break
      case 'chunked':
        this.#readChunked(set, target, layout, passing)
        break
      case 'virtual':
        if (this.#dataset.virtual === undefined) throw new UnsupportedError('a virtual dataset without its sources')
        this.#dataset.virtual.read(set, target)
        break
    }
  }

  #readCompact(set: ElementSet, target: Uint8Array, data: Uint8Array): void {
    const { elementSize } = this.#dataset
    const needed = this.#shape.reduce((product, size) => product * size, elementSize)
    if (data.length < needed) {
      throw new FormatError(`compact data of ${data.length} bytes is too short`, { structure: 'Data Layout Message' })
    }
    set.runs(this.#shape, (from, to, length, repeat, fromStep, toStep) => {
      copyRuns(data, target, elementSize, from, to, length, repeat, fromStep, toStep)
    })
  }

  /** Elements that are stored side by side. */
  #readBlock(set: ElementSet, target: Uint8Array, source: ByteSource, address: number): void {
    set.runs(this.#shape, (from, to, length, repeat, fromStep, toStep) => {
      this.#readRuns(source, address, target, from, to, length, repeat, fromStep, toStep)
    })
  }

  #readRuns(
    source: ByteSource,
    address: number,
    target: Uint8Array,
    from: number,
    to: number,
    length: number,
    repeat: number,
    fromStep: number,
    toStep: number,
  ): void {
    const size = this.#dataset.elementSize
    const run = length * size
    const distance = fromStep * size
    const together = distance > CLOSE && distance > 4 * run ? 1 : Math.max(1, Math.floor(LARGEST_VIEW / distance))
    if (repeat === 1 || together === 1 || run >= LARGEST_VIEW) {
      for (let i = 0; i < repeat; i++) {
        const into = (to + i * toStep) * size
        readInto(source, address + (from + i * fromStep) * size, target.subarray(into, into + run))
      }
      return
    }
    for (let i = 0; i < repeat; i += together) {
      const count = Math.min(together, repeat - i)
      const bytes = source.view(address + (from + i * fromStep) * size, (count - 1) * distance + run)
      copyRuns(bytes, target, size, 0, to + i * toStep, length, count, fromStep, toStep)
    }
  }

  /** The index of the chunks. */
  index(layout: ChunkedLayout): ChunkIndex {
    const { image, space, chunks } = this.#dataset
    this.#index ??= chunks ?? openChunkIndex(image, layout, space)
    return this.#index
  }

  #readChunked(set: ElementSet, target: Uint8Array, layout: ChunkedLayout, passing: boolean): void {
    const plan = () => planRead(layout, this.index(layout), set)
    let number = 0
    for (const read of plan()) {
      gatherMisses(
        () => this.#place(read, target, layout, passing),
        () => this.#ahead(plan(), number),
      )
      number++
    }
  }

  /**
   * What reading a set takes where its chunks are decoded on other threads: steps, each of which is done at once or
   * gives a promise. Undefined where nothing is to be decoded or nobody else can.
   */
  steps(set: ElementSet, target: Uint8Array, passing: boolean): Steps | undefined {
    const { layout, filters, image } = this.#dataset
    if (layout.kind !== 'chunked' || filters.length === 0 || set.size === 0) return undefined
    const { coder } = image.pipeline
    if (coder === undefined || !coder.knows(filters)) return undefined
    return { coder, each: this.#steps(set, target, layout, coder, passing) }
  }

  *#steps(
    set: ElementSet,
    target: Uint8Array,
    layout: ChunkedLayout,
    coder: ChunkCoder,
    passing: boolean,
  ): Generator<(here: boolean) => Promise<void> | undefined> {
    for (const read of planRead(layout, this.index(layout), set)) {
      yield (here) => this.#step(read, target, layout, here ? undefined : coder, passing)
    }
  }

  #step(
    read: ChunkRead,
    target: Uint8Array,
    layout: ChunkedLayout,
    coder: ChunkCoder | undefined,
    passing: boolean,
  ): Promise<void> | undefined {
    const { cache, elementSize, filters } = this.#dataset
    const { entry, runs } = read
    // Another part of the chunk may be on its way already; then it is kept when it is there.
    const before = entry && this.#coming.get(entry.address)
    if (before !== undefined) return before.then(() => this.#place(read, target, layout, true))
    const size = chunkBytes(layout)
    const here = coder === undefined || size > LARGEST_SCRATCH
    if (here || entry === undefined || this.#isPlain(entry, layout) || cache.has(this, entry.address)) {
      return this.#place(read, target, layout, passing)
    }
    const used = this.#isDone(read, entry, layout, passing)
    const there = coder.decode(filters, this.#stored(entry), entry.filterMask, size, (bytes) => {
      checkChunk(bytes, entry, size)
      runs((from, to, length, repeat, fromStep, toStep) => {
        copyRuns(bytes, target, elementSize, from, to, length, repeat, fromStep, toStep)
      })
      const room = used ? undefined : cache.reserve(size)
      if (room === undefined) return
      room.set(bytes)
      cache.keep(this, entry.address, room)
    })
    // What fails there is done here, so that an error is the same.
    const coming = there.catch(() => this.#place(read, target, layout, true))
    if (used) return coming
    const known = coming.finally(() => this.#coming.delete(entry.address))
    this.#coming.set(entry.address, known)
    return known
  }

  /** What the chunks from one of the plan on will need. */
  *#ahead(plan: Iterable<ChunkRead>, from: number): Generator<() => void> {
    const { source } = this.#dataset.image
    let number = 0
    let bytes = 0
    for (const { entry } of plan) {
      if (number++ < from || entry === undefined) continue
      bytes += entry.size
      if (bytes > FETCH_AHEAD) return
      yield () => source.view(entry.address, entry.size)
    }
  }

  /** Puts what is wanted of a chunk where it belongs. */
  #place(read: ChunkRead, target: Uint8Array, layout: ChunkedLayout, passing: boolean): undefined {
    const { entry, runs } = read
    const { elementSize, fill, image } = this.#dataset
    const size = chunkBytes(layout)
    if (entry === undefined) {
      runs((_from, to, length, repeat, _fromStep, toStep) => {
        fillRuns(target, fill, elementSize, to, length, repeat, toStep)
      })
      return
    }
    const plain = this.#isPlain(entry, layout)
    if (plain && size > SMALL_CHUNK) {
      runs((from, to, length, repeat, fromStep, toStep) => {
        this.#readRuns(image.source, entry.address, target, from, to, length, repeat, fromStep, toStep)
      })
      return
    }
    const used = this.#isDone(read, entry, layout, passing)
    let bytes: Uint8Array | undefined
    runs((from, to, length, repeat, fromStep, toStep) => {
      if (bytes === undefined) {
        const whole =
          length * elementSize === size ? target.subarray(to * elementSize, to * elementSize + size) : undefined
        bytes = this.#chunk(entry, plain, size, whole, used)
        if (bytes.buffer === whole?.buffer) return
      }
      copyRuns(bytes, target, elementSize, from, to, length, repeat, fromStep, toStep)
    })
  }

  /** Whether a chunk is stored as it is. */
  #isPlain(entry: ChunkEntry, layout: ChunkedLayout): boolean {
    const { filters } = this.#dataset
    if (filters.length === 0) return true
    if ((layout.flags & DONT_FILTER_PARTIAL_CHUNKS) === 0) return false
    return entry.offset.some((start, axis) => start + layout.dimensions[axis] > this.#shape[axis])
  }

  /**
   * The elements of a chunk.
   *
   * @param whole where they go, when all of them are wanted side by side: then the result may be in there
   * @param used whether there is no need to keep them
   */
  #chunk(entry: ChunkEntry, plain: boolean, size: number, whole: Uint8Array | undefined, used: boolean): Uint8Array {
    const { cache, image } = this.#dataset
    if (plain) {
      if (whole === undefined) return image.source.view(entry.address, size)
      readInto(image.source, entry.address, whole)
      return whole
    }
    const known = cache.get(this, entry.address)
    if (known !== undefined) return known
    if (size > LARGEST_READ) throw new LimitError(`a filtered chunk of ${size} bytes`, { address: entry.address })
    if (whole !== undefined) return this.#decodeStored(this.#stored(entry), entry, size, whole)
    if (used && size <= LARGEST_SCRATCH)
      return this.#decodeStored(this.#stored(entry), entry, size, cache.scratch(1, size))
    // What is stored is looked at first, so that a chunk that lacks takes no memory.
    const stored = this.#stored(entry)
    const room = cache.reserve(size)
    const bytes = this.#decodeStored(stored, entry, size, room)
    if (room !== undefined) cache.keep(this, entry.address, room)
    return bytes
  }

  /** Whether there is no need to keep a chunk: all its elements in the dataset are wanted now, or any for the first time. */
  #isDone({ runs }: ChunkRead, entry: ChunkEntry, { dimensions }: ChunkedLayout, passing: boolean): boolean {
    const { address, offset } = entry
    if (!passing && !this.#seen.has(address)) {
      if (this.#seen.size >= MOST_SEEN) this.#seen.clear()
      this.#seen.add(address)
      return true
    }
    let left = 1
    for (const [axis, size] of this.#shape.entries()) left *= Math.min(dimensions[axis], size - offset[axis])
    runs((_from, _to, length, repeat) => {
      left -= length * repeat
    })
    return left <= 0
  }

  /** The bytes of a chunk as they are stored; valid until the next ones are asked for. */
  #stored(entry: ChunkEntry): Uint8Array {
    const { source } = this.#dataset.image
    if (source.read === undefined || entry.size < CLOSE) return source.view(entry.address, entry.size)
    if (entry.size > LARGEST_SCRATCH) return source.view(entry.address, entry.size)
    const bytes = this.#dataset.cache.scratch(0, entry.size)
    source.read(entry.address, bytes)
    return bytes
  }

  #decodeStored(stored: Uint8Array, entry: ChunkEntry, size: number, into: Uint8Array | undefined): Uint8Array {
    const { image, filters } = this.#dataset
    const bytes = image.pipeline.decode(filters, stored, entry.filterMask, size, into)
    checkChunk(bytes, entry, size)
    return bytes
  }
}

function checkChunk(bytes: Uint8Array, { address }: ChunkEntry, size: number): void {
  if (bytes.length < size) throw new FilterError(`a chunk gives ${bytes.length} bytes instead of ${size}`, { address })
}

/** Bytes that the dataset's elements take in the file, as H5Dget_storage_size counts them. */
export function storageSize(
  dataset: Pick<RawDataset, 'image' | 'layout' | 'space' | 'elementSize'> & { external: boolean },
): number {
  const { image, layout, space, elementSize, external } = dataset
  if (layout.kind === 'compact') return layout.data.length
  if (layout.kind === 'virtual') return 0
  if (layout.address === UNDEFINED && !external) return 0
  if (layout.kind === 'contiguous') {
    return layout.size ?? shapeOf(space).reduce((product, size) => product * size, elementSize)
  }
  let total = 0
  for (const { size } of chunksInUse(image, layout, space)) total += size
  return total
}
