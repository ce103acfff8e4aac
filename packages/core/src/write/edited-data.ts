import { UnsupportedError, WriteError } from '../errors.ts'
import type { CompactLayout, ContiguousLayout, DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import { chunkBytes } from '../storage/chunk-index.ts'
import type { ElementSet } from '../storage/element-set.ts'
import { boxSet } from '../storage/element-set.ts'
import type { ExternalStore } from '../storage/external-data.ts'
import { shapeOf } from '../storage/raw-data.ts'
import { copyRuns, fillBytes } from '../storage/runs.ts'
import type { EditedChunks } from './edited-chunks.ts'
import type { Emitter } from './emitter.ts'

/** Plain chunks up to this size, in bytes, are written whole, larger ones as far as they change. */
const SMALL_CHUNK = 1 << 20

/** What filling writes at once, in bytes. */
const PIECE = 1 << 20

/** What a dataset is that is written part by part, and what takes note of how that changes it. */
export interface EditedDataset {
  readonly emitter: Emitter
  /** In bytes. */
  readonly elementSize: number
  /** One element; undefined for zeros. */
  readonly fill: Uint8Array | undefined
  space: Dataspace
  layout: DataLayout
  /** Undefined where the dataset is not chunked. */
  readonly chunks: EditedChunks | undefined
  /** The elements as they are in other files; undefined where they are in this one. */
  readonly external?: ExternalStore | undefined
  /** How large the dataset is at least. */
  readonly leastShape?: readonly number[] | undefined
  /** Elements are others from now on. */
  touch(): void
}

/** Writes and reshapes the elements of a dataset, part by part. */
export class EditedData {
  readonly #dataset: EditedDataset

  constructor(dataset: EditedDataset) {
    this.#dataset = dataset
  }

  /** One element; undefined for zeros. */
  get fill(): Uint8Array | undefined {
    return this.#dataset.fill
  }

  get chunks(): EditedChunks | undefined {
    return this.#dataset.chunks
  }

  /** As an array is stored: a scalar is one of a single element. */
  get shape(): number[] {
    return shapeOf(this.#dataset.space)
  }

  /** Elements that are best looked at together, along each axis. */
  get chunkShape(): readonly number[] {
    return this.chunks?.layout.dimensions ?? this.shape.map(() => 1)
  }

  /** Whether the elements are in other files, or of other datasets. */
  get isElsewhere(): boolean {
    return this.#dataset.external !== undefined || this.#dataset.layout.kind === 'virtual'
  }

  /**
   * Writes elements.
   *
   * @param bytes of the elements of the set in its order, in the dataset's type
   */
  write(set: ElementSet, bytes: Uint8Array): void {
    const { elementSize, layout } = this.#dataset
    if (bytes.length !== set.size * elementSize) {
      throw new WriteError(`${bytes.length} bytes for ${set.size} elements of ${elementSize} bytes`)
    }
    if (set.size === 0) return
    this.#dataset.touch()
    switch (layout.kind) {
      case 'compact':
        this.#writeCompact(layout, set, bytes)
        break
      case 'contiguous':
        if (this.#dataset.external === undefined) this.#writeBlock(this.#allocated(layout), set, bytes)
        else this.#writeOutside(this.#dataset.external, set, bytes)
        break
      case 'chunked':
        this.#writeChunks(set, bytes)
        break
      case 'virtual':
        throw new UnsupportedError('the elements are those of other datasets')
    }
  }

  /**
   * Elements as they are; zeros where nothing is stored.
   *
   * @param source the file that they are in
   */
  read(set: ElementSet, source: ByteSource): Uint8Array {
    const { elementSize: size, layout, space } = this.#dataset
    const bytes = new Uint8Array(set.size * size)
    if (layout.kind === 'compact') {
      set.runs(shapeOf(space), (from, to, length, repeat, fromStep, toStep) => {
        copyRuns(layout.data, bytes, size, from, to, length, repeat, fromStep, toStep)
      })
    } else if (this.#dataset.external !== undefined) this.#readBlock(this.#dataset.external, 0, set, bytes)
    else if (layout.kind === 'contiguous' && layout.address !== UNDEFINED) {
      this.#readBlock(source, layout.address, set, bytes)
    } else if (this.chunks !== undefined) this.#readChunks(this.chunks, set, bytes)
    return bytes
  }

  #readBlock(source: ByteSource, address: number, set: ElementSet, bytes: Uint8Array): void {
    const size = this.#dataset.elementSize
    set.runs(shapeOf(this.#dataset.space), (from, to, length, repeat, fromStep, toStep) => {
      for (let i = 0; i < repeat; i++) {
        const run = source.view(address + (from + i * fromStep) * size, length * size)
        bytes.set(run, (to + i * toStep) * size)
      }
    })
  }

  #readChunks(chunks: EditedChunks, set: ElementSet, bytes: Uint8Array): void {
    const size = this.#dataset.elementSize
    for (const { scaled, runs } of set.cells(chunks.layout.dimensions)) {
      if (!chunks.has(scaled)) continue
      const chunk = chunks.read(scaled)
      runs((from, to, length, repeat, fromStep, toStep) => {
        copyRuns(chunk, bytes, size, from, to, length, repeat, fromStep, toStep)
      })
    }
  }

  #writeCompact(layout: CompactLayout, set: ElementSet, bytes: Uint8Array): void {
    const data = layout.data.slice()
    const size = this.#dataset.elementSize
    set.runs(shapeOf(this.#dataset.space), (from, to, length, repeat, fromStep, toStep) => {
      copyRuns(bytes, data, size, to, from, length, repeat, toStep, fromStep)
    })
    this.#dataset.layout = { ...layout, data }
  }

  /** Where the elements are, or are from now on. */
  #allocated(layout: ContiguousLayout): number {
    if (layout.address !== UNDEFINED) return layout.address
    const size = elementCount(this.#dataset.space) * this.#dataset.elementSize
    const address = this.#dataset.emitter.space.allocate(size, 'raw')
    this.#fillBlock(address, size)
    this.#dataset.layout = { ...layout, address, ...(layout.version < 3 ? {} : { size }) }
    return address
  }

  #fillBlock(address: number, size: number): void {
    const each = Math.max(1, Math.floor(PIECE / this.#dataset.elementSize)) * this.#dataset.elementSize
    const piece = new Uint8Array(Math.min(size, each))
    fillBytes(piece, this.#dataset.fill)
    for (let done = 0; done < size; done += each) {
      this.#dataset.emitter.putBytes(address + done, piece.subarray(0, Math.min(each, size - done)))
    }
  }

  #writeBlock(address: number, set: ElementSet, bytes: Uint8Array): void {
    const { emitter } = this.#dataset
    this.#eachPiece(set, bytes, (at, piece) => emitter.putBytes(address + at, piece))
  }

  #writeOutside(external: ExternalStore, set: ElementSet, bytes: Uint8Array): void {
    const size = elementCount(this.#dataset.space) * this.#dataset.elementSize
    if (size > external.size) throw new WriteError(`the external files have room for ${external.size} of ${size} bytes`)
    this.#eachPiece(set, bytes, (at, piece) => external.write(at, piece))
  }

  /** Goes through bytes that lie side by side where all elements are in one block, with where that is in there. */
  #eachPiece(set: ElementSet, bytes: Uint8Array, write: (at: number, piece: Uint8Array) => void): void {
    const size = this.#dataset.elementSize
    set.runs(shapeOf(this.#dataset.space), (from, to, length, repeat, fromStep, toStep) => {
      for (let i = 0; i < repeat; i++) {
        const start = (to + i * toStep) * size
        write((from + i * fromStep) * size, bytes.subarray(start, start + length * size))
      }
    })
  }

  #writeChunks(set: ElementSet, bytes: Uint8Array): void {
    const { chunks } = this
    if (chunks === undefined) return
    const { layout } = chunks
    const size = this.#dataset.elementSize
    const large = chunkBytes(layout) > SMALL_CHUNK
    for (const { scaled, runs } of set.cells(layout.dimensions)) {
      const entry = chunks.find(scaled)
      if (large && entry !== undefined && chunks.isPlain(entry)) {
        runs((from, to, length, repeat, fromStep, toStep) => {
          for (let i = 0; i < repeat; i++) {
            const start = (to + i * toStep) * size
            const piece = bytes.subarray(start, start + length * size)
            this.#dataset.emitter.putBytes(entry.address + (from + i * fromStep) * size, piece)
          }
        })
        continue
      }
      let changed = 0
      runs((_from, _to, length, repeat) => {
        changed += length * repeat
      })
      const chunk = changed * size === chunkBytes(layout) ? new Uint8Array(chunkBytes(layout)) : chunks.read(scaled)
      runs((from, to, length, repeat, fromStep, toStep) => {
        copyRuns(bytes, chunk, size, to, from, length, repeat, toStep, fromStep)
      })
      chunks.write(scaled, chunk)
    }
  }

  /** Gives the dataset another size; new elements have the fill value, and others are gone for good. */
  resize(dimensions: readonly number[]): void {
    const space = this.#dataset.space
    if (space.kind !== 'simple' || dimensions.length !== space.dimensions.length) {
      throw new WriteError(`${dimensions.length} dimensions for a dataset that has ${space.dimensions.length}`)
    }
    const { chunks } = this
    const { external, leastShape, layout } = this.#dataset
    if (chunks === undefined && external === undefined && layout.kind !== 'virtual') {
      throw new WriteError('only a dataset that is stored in chunks, or in other files, can change its size')
    }
    const limits = space.maximum ?? space.dimensions
    dimensions.forEach((size, axis) => {
      const most = limits[axis]
      if (!Number.isSafeInteger(size) || size < 0) throw new WriteError(`a dimension of ${size} elements`)
      if (most !== UNDEFINED && size > most) {
        throw new WriteError(`${size} elements along dimension ${axis}, which has at most ${most}`)
      }
      if (size < (leastShape?.[axis] ?? 0)) {
        throw new WriteError(`${size} elements along dimension ${axis}, of which mappings have ${leastShape?.[axis]}`)
      }
    })
    const resized = { ...space, dimensions: [...dimensions] }
    if (chunks !== undefined) {
      this.#prune(chunks, resized)
      chunks.resize(resized)
    }
    this.#dataset.space = resized
  }

  /** Removes chunks that are outside, and gives elements the fill value that are outside of what is left of a chunk. */
  #prune(chunks: EditedChunks, { dimensions }: Dataspace): void {
    const before = this.#dataset.space.dimensions
    if (dimensions.every((size, axis) => size >= before[axis])) return
    const chunk = chunks.layout.dimensions
    const fixed = chunks.layout.index.type === 'implicit'
    for (const entry of [...chunks.entries()]) {
      const { offset } = entry
      const left = offset.map((start, axis) => Math.min(chunk[axis], dimensions[axis] - start))
      const had = offset.map((start, axis) => Math.min(chunk[axis], before[axis] - start))
      if (left.some((size) => size <= 0) && !fixed) {
        chunks.remove(entry)
        continue
      }
      if (left.every((size, axis) => size >= had[axis])) continue
      const kept = left.map((size) => Math.max(0, size))
      const bytes = chunks.read(chunks.scaled(entry))
      const emptied = chunks.blank()
      const size = this.#dataset.elementSize
      const inside = boxSet(
        kept.map(() => 0),
        kept,
      )
      inside.runs(chunk, (from, _to, length, repeat, fromStep) => {
        copyRuns(bytes, emptied, size, from, from, length, repeat, fromStep, fromStep)
      })
      chunks.write(chunks.scaled(entry), emptied)
    }
  }
}
