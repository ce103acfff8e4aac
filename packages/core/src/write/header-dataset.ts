import { UnsupportedError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { dataspaceMessage } from '../format/messages/dataspace.ts'
import { DATA_LAYOUT, DATASPACE } from '../format/messages/message-types.ts'
import { readVirtualMappings } from '../format/virtual-mapping.ts'
import { datasetFacts, externalFiles } from '../objects/dataset.ts'
import { openChunkIndex } from '../storage/chunk-index.ts'
import type { OpenRawData } from '../storage/external-data.ts'
import { ExternalStore } from '../storage/external-data.ts'
import { shapeOf } from '../storage/raw-data.ts'
import { leastShape } from '../storage/virtual-shape.ts'
import { EditedChunks } from './edited-chunks.ts'
import type { EditedDataset } from './edited-data.ts'
import type { EditedObject } from './edited-object.ts'
import type { Emitter } from './emitter.ts'

/** A dataset that is in a file already: messages of its object header describe it. */
export class HeaderDataset implements EditedDataset {
  readonly emitter: Emitter
  readonly elementSize: number
  readonly fill: Uint8Array | undefined
  readonly chunks: EditedChunks | undefined
  readonly external: ExternalStore | undefined
  readonly leastShape: readonly number[] | undefined
  readonly #object: EditedObject
  #space: Dataspace
  #layout: DataLayout

  /** @param openRawData opens files that have elements, to be changed */
  constructor(image: FileImage, emitter: Emitter, object: EditedObject, openRawData: OpenRawData) {
    const { type, fill, space, layout, filters } = datasetFacts(image, object.header)
    this.emitter = emitter
    this.#object = object
    this.elementSize = type.size
    this.fill = fill
    this.#space = space
    this.#layout = layout
    const segments = externalFiles(image, object.header)
    if (segments.length > 0) this.external = new ExternalStore(segments, openRawData)
    if (layout.kind === 'virtual')
      this.leastShape = leastShape(shapeOf(space).length, readVirtualMappings(image, layout))
    if (layout.kind !== 'chunked') return
    const unknown = image.pipeline.missing(filters) ?? image.pipeline.unwritable(filters)
    if (unknown !== undefined) {
      throw new UnsupportedError(`chunks can not be filtered with "${unknown.name}" (filter ${unknown.id})`)
    }
    const stored = openChunkIndex(image, layout, space)
    this.chunks = new EditedChunks(image, emitter, { layout, space, filters, fill }, stored)
  }

  get space(): Dataspace {
    return this.#space
  }

  set space(space: Dataspace) {
    this.#space = space
    this.#object.setMessage(this.emitter, DATASPACE, dataspaceMessage, space)
  }

  get layout(): DataLayout {
    return this.#layout
  }

  set layout(layout: DataLayout) {
    this.#layout = layout
    this.#object.setMessage(this.emitter, DATA_LAYOUT, dataLayoutMessage, layout)
  }

  touch(): void {
    this.#object.touched = true
  }
}
