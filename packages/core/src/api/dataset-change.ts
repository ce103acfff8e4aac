import { sameType } from '../datatype/equality.ts'
import { nativeType } from '../datatype/native-type.ts'
import { FilterError, WriteError } from '../errors.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { UNDEFINED } from '../io/structure.ts'
import { completeFilters } from '../storage/filter-parameters.ts'
import { outsideParts } from '../write/object-copy-elements.ts'
import type { Dataset } from './dataset.ts'

/** How the elements of a dataset are stored in a new file. */
export type NewLayout = { kind: 'compact' } | { kind: 'contiguous' } | { kind: 'chunked'; chunk: readonly number[] }

/** What becomes of a dataset; what is not given stays as it is. */
export interface DatasetChange {
  layout?: NewLayout | undefined
  filters?: readonly FilterStep[] | undefined
  /** Whether the dataset loses its greatest dimensions, and so cannot grow. */
  fixed?: boolean | undefined
  /** Whether elements become such as the processor has. */
  native?: boolean | undefined
  /** Whether elements that other files hold come into this one. */
  gathered?: boolean | undefined
}

/** What fits a header message beside what describes it. */
const LARGEST_COMPACT = 65_520
const LARGEST_CHUNK = 2 ** 32 - 1

/**
 * A change with the parameters of filters that follow from the dataset, as the C library completes them when a dataset
 * is created.
 *
 * @throws WriteError where the library would not create the dataset; the message says why
 */
export function completeChange(dataset: Dataset, change: DatasetChange): DatasetChange {
  const type = change.native === true ? nativeForm(dataset.type) : dataset.type
  const space: Dataspace = change.fixed === true ? { ...dataset.space, maximum: undefined } : dataset.space
  const present = presentLayout(dataset)
  const layout = change.layout ?? present
  const filters = change.filters ?? dataset.filters
  const ignored = ignoresFilters(space, filters)
  if (layout === undefined) return change
  if (layout.kind !== 'chunked') {
    if (filters.length > 0 && !ignored) throw new WriteError(`filters need chunks, not a ${layout.kind} layout`)
    const elsewhere = change.gathered !== true && dataset.externalFiles.length > 0 && change.layout === undefined
    if (canGrow(space) && !elsewhere)
      throw new WriteError(`a dataset that can grow needs chunks, not a ${layout.kind} layout`)
    const size = elementCount(space) * type.size
    if (layout.kind === 'compact' && size > LARGEST_COMPACT) throw new WriteError(`${size} bytes in a compact layout`)
    return change
  }
  checkChunks(layout.chunk, space, type)
  const same =
    present?.kind === 'chunked' && present.chunk.join() === layout.chunk.join() && sameType(type, dataset.type)
  if (ignored || (change.filters === undefined && same)) return change
  return { ...change, filters: completed(dataset, type, filters, layout.chunk) }
}

function completed(
  dataset: Dataset,
  type: Datatype,
  filters: readonly FilterStep[],
  chunkShape: readonly number[],
): FilterStep[] {
  const unwritable = dataset.file.image.pipeline.unwritable(filters)
  if (unwritable !== undefined) throw new WriteError(`the filter ${unwritable.id} is not available`)
  const { state } = dataset.fillSettings
  const fill = dataset.rawFillValue ?? (state === 'undefined' ? 'undefined' : 'default')
  try {
    return completeFilters(filters, { type, chunkShape, fill })
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    throw new WriteError(error.message, { cause: error })
  }
}

function presentLayout({ layout }: Dataset): NewLayout | undefined {
  if (layout.kind === 'virtual') return undefined
  return layout.kind === 'chunked' ? { kind: 'chunked', chunk: layout.dimensions } : { kind: layout.kind }
}

function canGrow({ dimensions, maximum = dimensions }: Dataspace): boolean {
  return maximum.some((size, axis) => size > dimensions[axis] || size === UNDEFINED)
}

/** Where there is no array to filter, optional filters are not asked. */
function ignoresFilters(space: Dataspace, filters: readonly FilterStep[]): boolean {
  if (space.kind === 'simple') return false
  const needed = filters.find(({ optional }) => !optional)
  if (needed !== undefined) throw new WriteError(`the filter ${needed.id} needs an array`)
  return true
}

function checkChunks(chunk: readonly number[], { dimensions, maximum = dimensions }: Dataspace, type: Datatype): void {
  if (chunk.length !== dimensions.length || chunk.length === 0) {
    throw new WriteError(`chunks of rank ${chunk.length} in a dataset of rank ${dimensions.length}`)
  }
  chunk.forEach((size, axis) => {
    const limit = maximum[axis]
    if (limit !== UNDEFINED && dimensions[axis] > 0 && size > limit) {
      throw new WriteError(`chunks of ${size} elements along an axis of ${limit}`)
    }
  })
  const bytes = chunk.reduce((product, size) => product * size, type.size)
  if (bytes > LARGEST_CHUNK) throw new WriteError(`chunks of ${bytes} bytes`)
}

/** The type that the processor has; the same where elements refer to what is outside of them. */
export function nativeForm(type: Datatype): Datatype {
  const { sequences, references } = outsideParts(type)
  return sequences || references ? type : nativeType(type)
}
