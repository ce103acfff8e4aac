import { UnsupportedError, WriteError } from '../errors.ts'
import type { CompactLayout, ContiguousLayout, DataLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { dataspaceMessage, elementCount } from '../format/messages/dataspace.ts'
import { DATA_LAYOUT, DATASPACE } from '../format/messages/message-types.ts'
import { UNDEFINED } from '../io/structure.ts'
import { datasetFacts, externalFiles } from '../objects/dataset.ts'
import { chunkBytes } from '../storage/chunk-index.ts'
import type { ElementSet } from '../storage/element-set.ts'
import { boxSet } from '../storage/element-set.ts'
import { shapeOf } from '../storage/raw-data.ts'
import { copyRuns, fillBytes } from '../storage/runs.ts'
import { EditedChunks } from './edited-chunks.ts'
import type { EditedFile } from './edited-file.ts'
import type { EditedObject } from './edited-object.ts'

/** Plain chunks up to this size, in bytes, are written whole, larger ones as far as they change. */
const SMALL_CHUNK = 1 << 20

/** What filling writes at once, in bytes. */
const PIECE = 1 << 20

/** Writes and reshapes the elements of a dataset that is in a file already. */
export class EditedData {
  readonly #file: EditedFile
  readonly #object: EditedObject
  readonly #elementSize: number
  readonly #fill: Uint8Array | undefined
  #space: Dataspace
  #layout: DataLayout
  #chunks: EditedChunks | undefined

  constructor(file: EditedFile, object: EditedObject) {
    const { image, emitter } = file
    const { type, fill, space, layout, filters } = datasetFacts(image, object.header)
    this.#file = file
    this.#object = object
    this.#elementSize = type.size
    this.#fill = fill
    this.#space = space
    this.#layout = layout
    if (externalFiles(image, object.header).length > 0) {
      throw new UnsupportedError('the elements are in other files, which are not written to')
    }
    if (layout.kind === 'virtual') {
      throw new UnsupportedError('the elements are those of other datasets: change these instead')
    }
    if (layout.kind !== 'chunked') return
    const unknown = image.pipeline.missing(filters) ?? image.pipeline.unwritable(filters)
    if (unknown !== undefined) {
      throw new UnsupportedError(`chunks can not be filtered with "${unknown.name}" (filter ${unknown.id})`)
    }
    this.#chunks = new EditedChunks(image, emitter, { layout, space, filters, fill })
  }

  get space(): Dataspace {
    return this.#space
  }

  get chunks(): EditedChunks | undefined {
    return this.#chunks
  }

  /**
   * Writes elements.
   *
   * @param bytes of the elements of the set in its order, in the dataset's type
   */
  write(set: ElementSet, bytes: Uint8Array): void {
    if (bytes.length !== set.size * this.#elementSize) {
      throw new WriteError(`${bytes.length} bytes for ${set.size} elements of ${this.#elementSize} bytes`)
    }
    if (set.size === 0) return
    this.#object.touched = true
    switch (this.#layout.kind) {
      case 'compact':
        this.#writeCompact(this.#layout, set, bytes)
        break
      case 'contiguous':
        this.#writeBlock(this.#allocated(this.#layout), set, bytes)
        break
      case 'chunked':
        this.#writeChunks(set, bytes)
        break
    }
  }

  #writeCompact(layout: CompactLayout, set: ElementSet, bytes: Uint8Array): void {
    const data = layout.data.slice()
    const size = this.#elementSize
    set.runs(shapeOf(this.#space), (from, to, length, repeat, fromStep, toStep) => {
      copyRuns(bytes, data, size, to, from, length, repeat, toStep, fromStep)
    })
    this.#setLayout({ ...layout, data })
  }

  #setLayout(layout: DataLayout): void {
    this.#layout = layout
    this.#object.setMessage(this.#file.emitter, DATA_LAYOUT, dataLayoutMessage, layout)
  }

  /** Where the elements are, or are from now on. */
  #allocated(layout: ContiguousLayout): number {
    if (layout.address !== UNDEFINED) return layout.address
    const size = elementCount(this.#space) * this.#elementSize
    const address = this.#file.emitter.space.allocate(size, 'raw')
    this.#fillBlock(address, size)
    this.#setLayout({ ...layout, address, ...(layout.version < 3 ? {} : { size }) })
    return address
  }

  #fillBlock(address: number, size: number): void {
    const each = Math.max(1, Math.floor(PIECE / this.#elementSize)) * this.#elementSize
    const piece = new Uint8Array(Math.min(size, each))
    fillBytes(piece, this.#fill)
    for (let done = 0; done < size; done += each) {
      this.#file.emitter.putBytes(address + done, piece.subarray(0, Math.min(each, size - done)))
    }
  }

  #writeBlock(address: number, set: ElementSet, bytes: Uint8Array): void {
    const size = this.#elementSize
    set.runs(shapeOf(this.#space), (from, to, length, repeat, fromStep, toStep) => {
      for (let i = 0; i < repeat; i++) {
        const start = (to + i * toStep) * size
        const piece = bytes.subarray(start, start + length * size)
        this.#file.emitter.putBytes(address + (from + i * fromStep) * size, piece)
      }
    })
  }

  #writeChunks(set: ElementSet, bytes: Uint8Array): void {
    const chunks = this.#chunks
    if (chunks === undefined) return
    const { layout } = chunks
    const size = this.#elementSize
    const large = chunkBytes(layout) > SMALL_CHUNK
    for (const { scaled, runs } of set.cells(layout.dimensions)) {
      const entry = chunks.find(scaled)
      if (large && entry !== undefined && chunks.isPlain(entry)) {
        runs((from, to, length, repeat, fromStep, toStep) => {
          for (let i = 0; i < repeat; i++) {
            const start = (to + i * toStep) * size
            const piece = bytes.subarray(start, start + length * size)
            this.#file.emitter.putBytes(entry.address + (from + i * fromStep) * size, piece)
          }
        })
        continue
      }
      let changed = 0
      runs((_from, _to, length, repeat) => {
        changed += length * repeat
      })
      const chunk = changed * size === chunkBytes(layout) ? new Uint8Array(chunkBytes(layout)) : chunks.read(entry)
      runs((from, to, length, repeat, fromStep, toStep) => {
        copyRuns(bytes, chunk, size, to, from, length, repeat, toStep, fromStep)
      })
      chunks.write(scaled, chunk)
    }
  }

  /** Gives the dataset another size; new elements have the fill value, and others are gone for good. */
  resize(dimensions: readonly number[]): void {
    const space = this.#space
    if (space.kind !== 'simple' || dimensions.length !== space.dimensions.length) {
      throw new WriteError(`${dimensions.length} dimensions for a dataset that has ${space.dimensions.length}`)
    }
    const chunks = this.#chunks
    if (chunks === undefined) throw new WriteError('only a dataset that is stored in chunks can change its size')
    const limits = space.maximum ?? space.dimensions
    dimensions.forEach((size, axis) => {
      const most = limits[axis]
      if (!Number.isSafeInteger(size) || size < 0) throw new WriteError(`a dimension of ${size} elements`)
      if (most !== UNDEFINED && size > most) {
        throw new WriteError(`${size} elements along dimension ${axis}, which has at most ${most}`)
      }
    })
    const resized = { ...space, dimensions: [...dimensions] }
    this.#prune(chunks, resized)
    chunks.resize(resized)
    this.#space = resized
    this.#object.setMessage(this.#file.emitter, DATASPACE, dataspaceMessage, resized)
  }

  /** Removes chunks that are outside, and gives elements the fill value that are outside of what is left of a chunk. */
  #prune(chunks: EditedChunks, { dimensions }: Dataspace): void {
    const before = this.#space.dimensions
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
      const bytes = chunks.read(entry)
      const emptied = chunks.read(undefined)
      const size = this.#elementSize
      const inside = boxSet(
        kept.map(() => 0),
        kept,
      )
      inside.runs(chunk, (from, _to, length, repeat, fromStep) => {
        copyRuns(bytes, emptied, size, from, from, length, repeat, fromStep, fromStep)
      })
      chunks.write(
        offset.map((start, axis) => start / chunk[axis]),
        emptied,
      )
    }
  }
}
