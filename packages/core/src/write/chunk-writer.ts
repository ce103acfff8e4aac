import type { EncodedChunk, FilterPipeline, FilterStep } from '../filters/pipeline.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { chunkBytes, gridOf, numberOf, placeOf } from '../storage/chunk-index.ts'
import { fillBytes } from '../storage/runs.ts'
import type { DatasetDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'

/** Chunks of fewer bytes are filtered before another thread has them. */
const SMALL = 8192

/** Bytes of chunks that wait for an earlier one, at most. */
const MOST_WAITING = 32 << 20

/** A chunk on its way; its place in the file comes after those of the chunks that were given before. */
interface Waiting {
  offset: number[]
  size: number
  encoded: EncodedChunk | undefined
}

/**
 * Writes chunks of a dataset, each once, and lists them in its draft. They stand in the file in the order in which they
 * were given, however many threads filter them.
 */
export class ChunkWriter {
  readonly #emitter: Emitter
  readonly #pipeline: FilterPipeline
  readonly #layout: ChunkedLayout
  readonly #space: Dataspace
  readonly #filters: readonly FilterStep[]
  readonly #fill: Uint8Array
  readonly #chunks: ChunkEntry[]
  /** Address of the first chunk, where all stand one behind the other whether they were written or not. */
  readonly #all: number | undefined
  readonly #waiting: Waiting[] = []
  readonly #running = new Set<Promise<void>>()
  #waitingBytes = 0
  #failure: { cause: unknown } | undefined

  /** @param layout of the draft */
  constructor(emitter: Emitter, pipeline: FilterPipeline, draft: DatasetDraft, layout: ChunkedLayout) {
    this.#emitter = emitter
    this.#pipeline = pipeline
    this.#layout = layout
    this.#space = draft.space
    this.#filters = draft.filters
    this.#fill = draft.fill.value
    this.#chunks = draft.chunks
    const total = layout.index.type === 'implicit' ? this.#total() : 0
    this.#all = total === 0 ? undefined : emitter.space.allocate(total * chunkBytes(layout), 'raw')
  }

  /**
   * Filters a chunk and writes it.
   *
   * @param offset of its first element, along each axis
   * @param bytes of all its elements, those past the end of the dataset included
   */
  write(offset: readonly number[], bytes: Uint8Array): void {
    this.place(offset, this.#encode(offset, bytes))
  }

  /**
   * As `write`, on another thread where one is free. `finish` waits for all.
   *
   * @param bytes may be used again when the promise is fulfilled
   */
  async writeSoon(offset: readonly number[], bytes: Uint8Array): Promise<void> {
    const { coder } = this.#pipeline
    const filters = this.#filtersOf(offset)
    if (filters.length === 0 || coder === undefined || bytes.length < SMALL || !coder.knows(filters)) {
      if (this.#waiting.length === 0) this.write(offset, bytes)
      else this.#line({ offset: [...offset], size: bytes.length, encoded: copied(this.#encode(offset, bytes)) })
      return
    }
    while (this.#waitingBytes > MOST_WAITING && this.#running.size > 0) await Promise.race(this.#running)
    this.#throwFailure()
    // While the other threads are busy, or not there yet, this one is of use too.
    if (this.#running.size >= coder.width) {
      this.#line({ offset: [...offset], size: bytes.length, encoded: copied(this.#encode(offset, bytes)) })
      await coder.turn()
      return
    }
    const waiting: Waiting = { offset: [...offset], size: bytes.length, encoded: undefined }
    const kept = bytes.slice()
    const settle = (encoded: EncodedChunk): void => {
      waiting.encoded = waiting === this.#waiting[0] ? encoded : copied(encoded)
      this.#drain()
    }
    const done: Promise<void> = coder
      .encode(filters, bytes, 0, settle)
      .catch(() => settle(this.#encode(offset, kept)))
      .catch((cause: unknown) => {
        this.#failure ??= { cause }
      })
      .then(() => void this.#running.delete(done))
    this.#running.add(done)
    this.#line(waiting)
  }

  /** Writes a chunk that is filtered already. */
  place(offset: readonly number[], { bytes, mask }: EncodedChunk): void {
    const address = this.allocate(offset, bytes.length)
    this.#emitter.putBytes(address, bytes)
    this.list(offset, address, bytes.length, mask)
  }

  /** The address for a chunk of so many bytes that is filtered already, and that the caller writes. */
  allocate(offset: readonly number[], size: number): number {
    return this.#all === undefined ? this.#emitter.space.allocate(size, 'raw') : this.#addressOf(offset)
  }

  /**
   * Lists a chunk that was written, or is about to be.
   *
   * @param size in bytes
   * @param filterMask which filters were left out: bit i for filter i
   */
  list(offset: readonly number[], address: number, size: number, filterMask: number): void {
    this.#chunks.push({ offset: [...offset], address, size, filterMask })
  }

  /** Takes those off the list, of the last chunks, that have bytes in `[start, end)`: they were not written. */
  withdraw({ start, end }: { start: number; end: number }): void {
    for (let last = this.#chunks.at(-1); last !== undefined; last = this.#chunks.at(-1)) {
      if (last.address >= end || last.address + last.size <= start) return
      this.#chunks.pop()
    }
  }

  /** Waits until all chunks are written. */
  async finish(): Promise<void> {
    await Promise.all(this.#running)
    this.#throwFailure()
    this.complete()
  }

  /** Writes what is never left out: the chunks of an implicit index. `finish` does that too. */
  complete(): void {
    if (this.#all === undefined) return
    const grid = gridOf(this.#layout, this.#space, false)
    const known = new Set(this.#chunks.map(({ offset }) => numberOf(grid, this.#scaled(offset))))
    const empty = new Uint8Array(chunkBytes(this.#layout))
    fillBytes(empty, this.#fill)
    for (let number = 0; number < this.#total(); number++) {
      if (known.has(number)) continue
      const offset = placeOf(grid, number).map((n, axis) => n * this.#layout.dimensions[axis])
      this.place(offset, { bytes: empty, mask: 0 })
    }
  }

  #total(): number {
    return gridOf(this.#layout, this.#space, false).chunks.reduce((product, n) => product * n, 1)
  }

  #scaled(offset: readonly number[]): number[] {
    return offset.map((start, axis) => start / this.#layout.dimensions[axis])
  }

  #addressOf(offset: readonly number[]): number {
    const number = numberOf(gridOf(this.#layout, this.#space, false), this.#scaled(offset))
    return (this.#all ?? 0) + number * chunkBytes(this.#layout)
  }

  #filtersOf(offset: readonly number[]): readonly FilterStep[] {
    const { flags, dimensions } = this.#layout
    if ((flags & DONT_FILTER_PARTIAL_CHUNKS) === 0) return this.#filters
    const partial = offset.some((start, axis) => start + dimensions[axis] > this.#space.dimensions[axis])
    return partial ? [] : this.#filters
  }

  #encode(offset: readonly number[], bytes: Uint8Array): EncodedChunk {
    const filters = this.#filtersOf(offset)
    return filters.length === 0 ? { bytes, mask: 0 } : this.#pipeline.encode(filters, bytes)
  }

  #line(waiting: Waiting): void {
    this.#waiting.push(waiting)
    this.#waitingBytes += waiting.size
    this.#drain()
  }

  /** Writes the chunks that wait for no earlier one. */
  #drain(): void {
    for (let first = this.#waiting[0]; first?.encoded !== undefined; first = this.#waiting[0]) {
      this.place(first.offset, first.encoded)
      this.#waitingBytes -= first.size
      this.#waiting.shift()
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.cause
  }
}

/** A result that stays when its memory is used again. */
function copied({ bytes, mask }: EncodedChunk): EncodedChunk {
  return { bytes: bytes.slice(), mask }
}
