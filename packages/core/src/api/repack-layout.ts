import { sameType } from '../datatype/equality.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { FillValue } from '../format/messages/fill-value.ts'
import { EARLY, IF_SET, INCREMENTAL, LATE } from '../format/messages/fill-value.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { DatasetDraft } from '../write/drafts.ts'
import type { Dataset } from './dataset.ts'

/** When storage is allocated in another layout: as usual, where it was as usual before. */
export function allocationTime(from: DataLayout['kind'], to: DataLayout['kind'], fill: FillValue): number {
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
