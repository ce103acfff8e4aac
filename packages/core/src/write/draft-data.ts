import { UnsupportedError, WriteError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import { ChunkCache } from '../storage/chunk-cache.ts'
import type { ChunkIndex } from '../storage/chunk-index.ts'
import type { ElementSet } from '../storage/element-set.ts'
import type { ExternalStore } from '../storage/external-data.ts'
import type { RawDataset } from '../storage/raw-data.ts'
import type { DatasetDraft, Places } from './drafts.ts'
import { EditedChunks } from './edited-chunks.ts'
import type { EditedDataset } from './edited-data.ts'
import { EditedData } from './edited-data.ts'
import type { Emitter } from './emitter.ts'

/** The elements of a dataset that is being made, which are written, read and reshaped part by part. */
export class DraftData {
  readonly #image: FileImage
  readonly #emitter: Emitter
  readonly #draft: DatasetDraft
  #data: EditedData | undefined
  /** What is written when all objects have their addresses. */
  readonly #later: ((data: EditedData, places: Places) => void)[] = []

  /** @param image of the file so far */
  constructor(image: FileImage, emitter: Emitter, draft: DatasetDraft) {
    if (draft.external !== undefined && draft.outside === undefined)
      throw new UnsupportedError('the elements are in other files')
    if (draft.layout.kind === 'virtual') throw new UnsupportedError('the elements are those of other datasets')
    this.#image = image
    this.#emitter = emitter
    this.#draft = draft
    const { deferred: first, space } = draft
    draft.deferred = (places) => {
      if (first !== undefined) {
        this.#inShape(space, () => first(places))
        this.#data = undefined
      }
      for (const step of this.#later) step(this.#edited, places)
      const chunks = this.#data?.chunks
      if (chunks !== undefined) draft.chunks = [...chunks.entries()]
    }
  }

  get #edited(): EditedData {
    this.#data ??= new EditedData(new DraftDataset(this.#image, this.#emitter, this.#draft))
    return this.#data
  }

  /** What was written before the dataset got another shape is of the one that it had. */
  #inShape(space: Dataspace, step: () => void): void {
    const now = this.#draft.space
    this.#draft.space = space
    step()
    this.#draft.space = now
  }

  /**
   * Writes elements.
   *
   * @param bytes of the elements of the set in its order, in the dataset's type
   */
  write(set: ElementSet, bytes: Uint8Array): void {
    this.#edited.write(set, bytes)
  }

  /** Writes elements that hold addresses, once these are known. */
  writeLater(set: ElementSet, bytes: (places: Places) => Uint8Array): void {
    this.#later.push((data, places) => data.write(set, bytes(places)))
  }

  /**
   * Gives the dataset another size within its largest.
   *
   * @param waiting whether there may be elements that are written later
   */
  resize(dimensions: readonly number[], waiting: boolean): void {
    const { space } = this.#draft
    if (waiting && space.dimensions.some((size, axis) => dimensions[axis] < size)) {
      throw new WriteError('a dataset of references cannot become smaller before the file is closed')
    }
    this.#edited.resize(dimensions)
  }

  /** What reading the elements stands on. */
  get raw(): RawDataset {
    const { space, layout, filters, type, fill } = this.#draft
    const chunks = this.#edited.chunks
    chunks?.settle()
    return {
      image: this.#image,
      space,
      elementSize: type.size,
      layout,
      chunks,
      filters,
      fill: fill.value.length === type.size ? fill.value : undefined,
      external: this.#draft.outside,
      virtual: undefined,
      cache: new ChunkCache(),
    }
  }
}

/** A dataset that its draft describes. */
class DraftDataset implements EditedDataset {
  readonly emitter: Emitter
  readonly elementSize: number
  readonly fill: Uint8Array | undefined
  readonly chunks: EditedChunks | undefined
  readonly #draft: DatasetDraft

  constructor(image: FileImage, emitter: Emitter, draft: DatasetDraft) {
    const { type, fill, layout, space, filters } = draft
    this.emitter = emitter
    this.elementSize = type.size
    this.fill = fill.value.length === type.size ? fill.value : undefined
    this.#draft = draft
    if (layout.kind !== 'chunked') return
    const none: ChunkIndex = { entries: () => draft.chunks, find: () => undefined }
    this.chunks = new EditedChunks(image, emitter, { layout, space, filters, fill: this.fill }, none)
    // They are listed by their places from the start: there is no index to be asked.
    this.chunks.list()
  }

  get space(): Dataspace {
    return this.#draft.space
  }

  set space(space: Dataspace) {
    const { layout, type } = this.#draft
    this.#draft.space = space
    if (layout.kind === 'contiguous') this.#draft.layout = { ...layout, size: elementCount(space) * type.size }
  }

  get external(): ExternalStore | undefined {
    return this.#draft.outside
  }

  get layout(): DataLayout {
    return this.#draft.layout
  }

  set layout(layout: DataLayout) {
    this.#draft.layout = layout
  }

  touch(): void {}
}
