import { FilterError, LimitError } from '../errors.ts'
import type { FilterPipeline, FilterStep } from '../filters/pipeline.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { DATA_LAYOUT } from '../format/messages/message-types.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { ChunkIndex } from '../storage/chunk-index.ts'
import { chunkBytes, gridOf, placeOf } from '../storage/chunk-index.ts'
import { fillBytes } from '../storage/runs.ts'
import { buildChunkIndex } from './chunk-index-builder.ts'
import type { EditedObject } from './edited-object.ts'
import type { Emitter } from './emitter.ts'

/** No chunk is made larger than this in memory. */
const LARGEST_CHUNK = 2 ** 32

/** Bytes of chunks that wait for more elements before they are filtered. */
const MOST_WAITING = 16 << 20

/** A file that chunks are read from, and how they are filtered there. */
export interface ChunkStore {
  readonly source: ByteSource
  readonly pipeline: FilterPipeline
}

/** A chunk whose elements are others than those in the file. */
interface Waiting {
  scaled: readonly number[]
  bytes: Uint8Array
}

/** The chunks of a dataset that is being changed. */
export class EditedChunks implements ChunkIndex {
  readonly layout: ChunkedLayout
  changed = false
  readonly #store: ChunkStore
  readonly #emitter: Emitter
  readonly #filters: readonly FilterStep[]
  readonly #fill: Uint8Array | undefined
  #space: Dataspace
  /** What the file has. */
  readonly #stored: ChunkIndex
  /** All chunks by their places in the grid, once one was added, moved or removed. */
  #entries: Map<string, ChunkEntry> | undefined
  /** Chunks that are filtered and written later, by their places in the grid. */
  readonly #waiting = new Map<string, Waiting>()
  #waitingBytes = 0

  /** @param stored the chunks that the file has */
  constructor(
    store: ChunkStore,
    emitter: Emitter,
    dataset: { layout: ChunkedLayout; space: Dataspace; filters: readonly FilterStep[]; fill: Uint8Array | undefined },
    stored: ChunkIndex,
  ) {
    this.#store = store
    this.#emitter = emitter
    this.layout = dataset.layout
    this.#space = dataset.space
    this.#filters = dataset.filters
    this.#fill = dataset.fill
    this.#stored = stored
  }

  /** Writes the chunks that wait. */
  settle(): void {
    for (const { scaled, bytes } of this.#waiting.values()) this.#write(scaled, bytes)
    this.#waiting.clear()
    this.#waitingBytes = 0
  }

  *entries(): Generator<ChunkEntry> {
    this.settle()
    if (this.#entries === undefined) yield* this.#stored.entries()
    else yield* this.#entries.values()
  }

  find(scaled: readonly number[]): ChunkEntry | undefined {
    const entry = this.#entries === undefined ? this.#stored.find(scaled) : this.#entries.get(scaled.join())
    return entry?.address === UNDEFINED ? undefined : entry
  }

  /** The dataset's size from now on; chunks that are then at its edge may be stored in another way. */
  resize(space: Dataspace): void {
    const before = this.#space
    const { flags, dimensions } = this.layout
    const mayDiffer = (flags & DONT_FILTER_PARTIAL_CHUNKS) !== 0 && this.#filters.length > 0
    const differing: { entry: ChunkEntry; bytes: Uint8Array }[] = []
    for (const entry of [...(mayDiffer ? this.entries() : [])]) {
      if (isPartial(entry.offset, dimensions, before) === isPartial(entry.offset, dimensions, space)) continue
      differing.push({ entry, bytes: this.read(this.scaled(entry)) })
    }
    this.#space = space
    for (const { entry, bytes } of differing) this.write(this.scaled(entry), bytes)
  }

  #filtersOf(offset: readonly number[]): readonly FilterStep[] {
    const { flags, dimensions } = this.layout
    const plain = (flags & DONT_FILTER_PARTIAL_CHUNKS) !== 0 && isPartial(offset, dimensions, this.#space)
    return plain ? [] : this.#filters
  }

  /** Whether the elements of a chunk stand in the file as they are. */
  isPlain(entry: ChunkEntry): boolean {
    return this.#filtersOf(entry.offset).length === 0
  }

  /** A chunk with fill values alone. */
  blank(): Uint8Array {
    const bytes = this.#room()
    fillBytes(bytes, this.#fill)
    return bytes
  }

  #room(): Uint8Array {
    const size = chunkBytes(this.layout)
    if (size > LARGEST_CHUNK) throw new LimitError(`a chunk of ${size} bytes`)
    return new Uint8Array(size)
  }

  /** Whether a chunk is stored, or will be. */
  has(scaled: readonly number[]): boolean {
    return this.#waiting.has(scaled.join()) || this.find(scaled) !== undefined
  }

  /** The elements of a chunk, to be changed and given to `write`; fill values where the chunk is not stored. */
  read(scaled: readonly number[]): Uint8Array {
    const waiting = this.#waiting.get(scaled.join())
    if (waiting !== undefined) return waiting.bytes
    const entry = this.find(scaled)
    if (entry === undefined) return this.blank()
    const bytes = this.#room()
    const size = bytes.length
    const { address, filterMask, size: storedSize } = entry
    const filters = this.#filtersOf(entry.offset)
    const stored = this.#store.source.view(address, filters.length === 0 ? size : storedSize)
    const plain = this.#store.pipeline.decode(filters, stored, filterMask, size)
    if (plain.length < size)
      throw new FilterError(`a chunk gives ${plain.length} bytes instead of ${size}`, { address })
    bytes.set(plain.subarray(0, size))
    return bytes
  }

  /** Gives a chunk other elements. Where it has filters it may wait: more of it may change before it is filtered. */
  write(scaled: readonly number[], bytes: Uint8Array): void {
    if (bytes.length > MOST_WAITING || this.#filtersOf(this.#offset(scaled)).length === 0) {
      this.#write(scaled, bytes)
      return
    }
    const key = scaled.join()
    if (!this.#waiting.has(key)) this.#waitingBytes += bytes.length
    this.#waiting.delete(key)
    this.#waiting.set(key, { scaled: [...scaled], bytes })
    for (const [oldest, waiting] of this.#waiting) {
      if (this.#waitingBytes <= MOST_WAITING) break
      this.#waiting.delete(oldest)
      this.#waitingBytes -= waiting.bytes.length
      this.#write(waiting.scaled, waiting.bytes)
    }
  }

  #offset(scaled: readonly number[]): number[] {
    return scaled.map((n, axis) => n * this.layout.dimensions[axis])
  }

  /** Puts all elements of a chunk into the file: where it is, if it fits there, else somewhere else. */
  #write(scaled: readonly number[], bytes: Uint8Array): void {
    const offset = this.#offset(scaled)
    const filters = this.#filtersOf(offset)
    const { bytes: stored, mask } =
      filters.length === 0 ? { bytes, mask: 0 } : this.#store.pipeline.encode(filters, bytes)
    const before = this.find(scaled)
    if (before !== undefined && before.size === stored.length && before.filterMask === mask) {
      this.#emitter.putBytes(before.address, stored)
      return
    }
    if (before === undefined && this.layout.index.type === 'implicit') this.#allocateAll()
    const { space } = this.#emitter
    if (before !== undefined) space.release(before.address, before.size, 'raw')
    const place = this.find(scaled)
    const address = before === undefined && place !== undefined ? place.address : this.#emitter.placeRaw(stored)
    this.#emitter.putBytes(address, stored)
    this.#all.set(scaled.join(), { offset, address, size: stored.length, filterMask: mask })
    this.changed = true
  }

  /** Takes a chunk out of the file. */
  remove(entry: ChunkEntry): void {
    this.#all.delete(this.scaled(entry).join())
    this.#emitter.space.release(entry.address, entry.size, 'raw')
    this.changed = true
  }

  /** The place of a chunk in the grid. */
  scaled({ offset }: ChunkEntry): number[] {
    return offset.map((start, axis) => start / this.layout.dimensions[axis])
  }

  /** Lists all chunks in memory, where that is faster than asking for each. */
  list(): void {
    void this.#all
  }

  get #all(): Map<string, ChunkEntry> {
    if (this.#entries !== undefined) return this.#entries
    const all = new Map<string, ChunkEntry>()
    for (const entry of this.#stored.entries()) {
      if (entry.address !== UNDEFINED) all.set(this.scaled(entry).join(), entry)
    }
    this.#entries = all
    return all
  }

  /** An implicit index has all chunks, one behind the other. */
  #allocateAll(): void {
    const grid = gridOf(this.layout, this.#space, false)
    const total = grid.chunks.reduce((product, n) => product * n, 1)
    const bytes = this.blank()
    const first = this.#emitter.space.allocate(total * bytes.length, 'raw')
    for (let number = 0; number < total; number++) {
      const scaled = placeOf(grid, number)
      const offset = this.#offset(scaled)
      const address = first + number * bytes.length
      this.#emitter.putBytes(address, bytes)
      this.#all.set(scaled.join(), { offset, address, size: bytes.length, filterMask: 0 })
    }
    this.changed = true
  }

  /** Writes the index anew; the object's header has to be written after that. */
  emit(object: EditedObject, chunkK: number): void {
    const chunks = [...this.#all.values()]
    const filtered = this.#filters.length > 0
    const layout = buildChunkIndex(this.#emitter, this.layout, this.#space, filtered, chunks, chunkK)
    object.setMessage(this.#emitter, DATA_LAYOUT, dataLayoutMessage, layout)
  }
}

function isPartial(offset: readonly number[], chunk: readonly number[], space: Dataspace): boolean {
  return offset.some((start, axis) => start + chunk[axis] > space.dimensions[axis])
}
