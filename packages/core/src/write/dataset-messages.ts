import { WriteError } from '../errors.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { dataspaceMessage } from '../format/messages/dataspace.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { externalFilesMessage } from '../format/messages/external-files.ts'
import type { FillValue } from '../format/messages/fill-value.ts'
import { fillValueMessage } from '../format/messages/fill-value.ts'
import { filterPipelineMessage } from '../format/messages/filter-pipeline.ts'
import {
  DATA_LAYOUT,
  DATASPACE,
  DATATYPE,
  EXTERNAL_DATA_FILES,
  FILL_VALUE,
  FILTER_PIPELINE,
} from '../format/messages/message-types.ts'
import type { SharedMessage } from '../format/messages/shared.ts'
import { COMMITTED, sharedMessage } from '../format/messages/shared.ts'
import type { HeaderMessage } from '../format/object-header.ts'
import { SHARED } from '../format/object-header.ts'
import { virtualMappings } from '../format/virtual-mapping.ts'
import type { ExternalFileSegment } from '../storage/external-data.ts'
import { buildChunkIndex } from './chunk-index-builder.ts'
import type { DatasetDraft, LinkedObject } from './drafts.ts'
import { buildLocalHeap, HeapText } from './local-heap-builder.ts'
import type { ObjectContext } from './object-context.ts'
import { DO_NOT_CHANGE, repeatedMessage, storedType } from './object-context.ts'

/** Writes what belongs to a dataset but is not in its header; returns the messages that describe it. */
export function datasetMessages(context: ObjectContext, dataset: DatasetDraft): HeaderMessage[] {
  const { versions } = context
  const { space, filters, fill, external } = dataset
  const fillValue = (): FillValue => ({ ...fill, version: Math.max(fill.version, versions.fillValue) })
  const messages = [
    repeatedMessage(context, DATASPACE, dataspaceMessage, space, () => storedSpace(context, space), 0),
    typeMessage(context, dataset),
    repeatedMessage(context, FILL_VALUE, fillValueMessage, fill, fillValue, DO_NOT_CHANGE),
    context.emitter.message(DATA_LAYOUT, 0, dataLayoutMessage, writtenLayout(context, dataset)),
  ]
  if (filters.length > 0) {
    const pipeline = { version: versions.filterPipeline, filters: [...filters] }
    messages.push(context.emitter.message(FILTER_PIPELINE, DO_NOT_CHANGE, filterPipelineMessage, pipeline))
  }
  if (external !== undefined && external.length > 0) messages.push(externalFiles(context, external))
  return messages
}

function writtenLayout(context: ObjectContext, dataset: DatasetDraft): DataLayout {
  const { layout, space, filters, chunks, mappings = [] } = dataset
  const { emitter, constants, limits, versions } = context
  if (layout.version > limits.dataLayout) {
    const most = limits.dataLayout
    throw new WriteError(`a ${layout.kind} layout of version ${layout.version}, but ${most} is the newest allowed`)
  }
  if (layout.kind === 'chunked') {
    return buildChunkIndex(emitter, layout, space, filters.length > 0, chunks, constants.chunkK)
  }
  if (layout.kind !== 'virtual' || mappings.length === 0) return layout
  const block = { version: versions.dataLayout < 5 ? 0 : 1, mappings: [...mappings] }
  return { ...layout, ...context.store(emitter.encoded(virtualMappings, block, undefined)) }
}

function externalFiles(context: ObjectContext, segments: readonly ExternalFileSegment[]): HeaderMessage {
  const names = new HeapText()
  const slots = segments.map(({ file, offset, size }) => ({ nameOffset: names.add(file), offset, size }))
  const heap = buildLocalHeap(context.emitter, names.bytes)
  const list = { version: 1, allocatedSlots: slots.length, heap, slots }
  return context.emitter.message(EXTERNAL_DATA_FILES, DO_NOT_CHANGE, externalFilesMessage, list)
}

/** A dataspace in the version that it is stored in. */
export function storedSpace({ versions }: ObjectContext, space: Dataspace): Dataspace {
  return { ...space, version: space.kind === 'null' ? 2 : versions.dataspace }
}

/** The datatype itself, or where the committed one is that it uses. */
function typeMessage(context: ObjectContext, { type, committed }: DatasetDraft): HeaderMessage {
  if (committed === undefined) {
    return repeatedMessage(context, DATATYPE, datatypeMessage, type, () => storedType(context, type), DO_NOT_CHANGE)
  }
  return context.emitter.message(DATATYPE, DO_NOT_CHANGE | SHARED, sharedMessage, sharedType(context, committed))
}

export function sharedType(context: ObjectContext, committed: LinkedObject): SharedMessage {
  return {
    version: context.versions.objectHeader === 1 ? 2 : 3,
    type: COMMITTED,
    address: context.addressOf(committed),
  }
}
