import { sameType } from '../datatype/equality.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { ChunkedLayout, DataLayout } from '../format/messages/data-layout.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { FillValue } from '../format/messages/fill-value.ts'
import { EARLY, fillValueMessage, IF_SET, INCREMENTAL, LATE } from '../format/messages/fill-value.ts'
import { UNDEFINED } from '../io/structure.ts'
import { chunkLayout, FIRST_WITH_INDEXES } from '../write/chunk-layout.ts'
import type { DatasetDraft } from '../write/drafts.ts'
import type { FileWriter } from '../write/file-writer.ts'
import type { Versions } from '../write/version-bounds.ts'
import type { Dataset } from './dataset.ts'
import type { DatasetChange } from './dataset-change.ts'
import { nativeForm } from './dataset-change.ts'

/** Says in a draft what a dataset is to be like. */
export function describe(dataset: Dataset, draft: DatasetDraft, change: DatasetChange, writer: FileWriter): void {
  const { layout, filters, fixed = false, native = false, gathered = false } = change
  if (draft.layout.kind === 'virtual' && layout !== undefined) draft.space = dataset.space
  if (fixed) draft.space = { ...draft.space, maximum: undefined }
  if (filters !== undefined) draft.filters = filters
  if (native) draft.type = nativeForm(draft.type)
  if (gathered && draft.external !== undefined) {
    draft.external = undefined
    draft.fill = fillValueMessage.blank(undefined)
  }
  const time = layout === undefined ? undefined : allocationTime(dataset.layout.kind, layout.kind, draft.fill)
  if (time !== undefined) draft.fill = { ...draft.fill, allocationTime: time }
  if (layout === undefined && draft.layout.kind !== 'chunked') {
    if (draft.layout.kind === 'contiguous') draft.layout = plainLayout(draft, 'contiguous', writer)
    return
  }
  if (layout === undefined || layout.kind === 'chunked') {
    draft.layout = chunkedLayout(dataset, draft, writer, writer.versions, layout?.chunk)
    if (layout === undefined) keepIndex(dataset, draft, writer)
  } else {
    draft.layout = plainLayout(draft, layout.kind, writer)
  }
  if (draft.layout.kind !== 'virtual') draft.mappings = undefined
}

/** @param shape of chunks, where it is not to be as it was */
function chunkedLayout(
  { layout: old }: Dataset,
  draft: DatasetDraft,
  { emitter }: FileWriter,
  versions: Versions,
  shape?: readonly number[],
): ChunkedLayout {
  return chunkLayout(versions, {
    space: draft.space,
    chunkShape: shape ?? (old.kind === 'chunked' ? old.dimensions : []),
    elementSize: draft.type.size,
    filtered: draft.filters.length > 0,
    allocationTime: draft.fill.allocationTime,
    plainEdges: old.kind === 'chunked' && (old.flags & 1) !== 0,
    lengths: emitter.sizes.lengths,
  })
}

/** A dataset that keeps its layout keeps the index of chunks of a newer version than 3, where that may be: it is smaller. */
export function keepIndex(dataset: Dataset, draft: DatasetDraft, writer: FileWriter): void {
  const { layout } = dataset
  const { versions, limits } = writer
  const dataLayout = Math.min(limits.dataLayout, layout.version)
  if (layout.kind !== 'chunked' || dataLayout < FIRST_WITH_INDEXES) return
  draft.layout = chunkedLayout(dataset, draft, writer, { ...versions, dataLayout })
}

function plainLayout(
  { space, type }: DatasetDraft,
  kind: 'compact' | 'contiguous',
  { versions }: FileWriter,
): DataLayout {
  const version = versions.dataLayout
  const size = elementCount(space) * type.size
  if (kind === 'compact') return { kind, version, storedDimensions: [], data: new Uint8Array(size) }
  return { kind, version, storedDimensions: [], address: UNDEFINED, size }
}

/** When storage is allocated in another layout: as usual, where it was as usual before. */
function allocationTime(from: DataLayout['kind'], to: DataLayout['kind'], fill: FillValue): number {
  const usual = fill.allocationTime === USUAL_TIMES[from] || isUsualFill(fill)
  return to === 'compact' || usual ? USUAL_TIMES[to] : fill.allocationTime
}

/** Whether a fill value says what it says of itself: then the library takes it for that of a new dataset, whatever the layout. */
function isUsualFill({ state, allocationTime, writeTime }: FillValue): boolean {
  return state === 'default' && allocationTime === LATE && writeTime === IF_SET
}

const USUAL_TIMES = { compact: EARLY, contiguous: LATE, chunked: INCREMENTAL, virtual: INCREMENTAL }

/** Whether elements are stored otherwise than they were. */
export function isChanged(dataset: Dataset, draft: DatasetDraft): boolean {
  const old = dataset.layout
  const { layout } = draft
  if (!sameType(draft.type, dataset.type)) return true
  if (layout.kind !== old.kind || (dataset.externalFiles.length > 0 && draft.external === undefined)) return true
  if (layout.kind !== 'chunked' || old.kind !== 'chunked') return false
  return (
    layout.dimensions.some((size, axis) => size !== old.dimensions[axis]) ||
    !sameFilters(dataset.filters, draft.filters)
  )
}

/** Whether chunks stay as they are stored: a level of compression says nothing of how they are read. */
function sameFilters(a: readonly FilterStep[], b: readonly FilterStep[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ id, parameters }, i) => id === b[i].id && parameters.join() === b[i].parameters.join())
  )
}

/** Whether there is anything stored of a dataset. */
export function isStored(dataset: Dataset): boolean {
  const { layout } = dataset
  return (
    dataset.externalFiles.length > 0 ||
    !('address' in layout) ||
    layout.kind === 'virtual' ||
    layout.address !== UNDEFINED
  )
}

export function storedBytes({ layout, chunks, external, space, type }: DatasetDraft): number {
  if (layout.kind === 'compact') return layout.data.length
  if (layout.kind === 'chunked') return chunks.reduce((sum, { size }) => sum + size, 0)
  return layout.kind === 'virtual' || external !== undefined || layout.address === UNDEFINED
    ? 0
    : elementCount(space) * type.size
}
