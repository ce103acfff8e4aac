import type { FilterStep } from '../filters/pipeline.ts'
import type { StoredFilter } from '../format/messages/filter-pipeline.ts'
import { filterPipelineMessage } from '../format/messages/filter-pipeline.ts'
import type { Checker } from './checker.ts'
import type { Place } from './finding.ts'

const DEFLATE = 1
const SHUFFLE = 2
const FLETCHER32 = 3
const SZIP = 4
const NBIT = 5
const SCALE_OFFSET = 6

/** What the filters of a pipeline have to be like. */
export function checkFilters(check: Checker, filters: readonly StoredFilter[], place: Place): void {
  if (filters.length === 0) check.error(place, 'a pipeline without filters', 'Number of Filters')
  for (const filter of filters) {
    if (filter.id === 0) check.error(place, 'filter 0, which is none', 'Filter Identification Value')
    if (((filter.flags ?? 0) & ~1) !== 0) {
      check.error(place, `unknown flags 0x${(filter.flags ?? 0).toString(16)} of filter ${filter.id}`, 'Flags')
    }
    const what = wrongParameters(filter)
    if (what !== undefined) check.error(place, `filter ${filter.id}: ${what}`, 'Client Data')
  }
  const missing = check.image.pipeline.missing(filters)
  if (missing !== undefined) {
    const what = `filter ${missing.id} is not available here: the elements were not looked at`
    check.report('note', { structure: filterPipelineMessage, address: place.address }, what, 'filter.unavailable')
  }
}

/** What is wrong with the parameters of one of the format's own filters; undefined where nothing is. */
function wrongParameters({ id, parameters }: FilterStep): string | undefined {
  const [first = 0, second = 0] = parameters
  const counts = `${parameters.length} parameters`
  switch (id) {
    case DEFLATE:
      return parameters.length !== 1 ? counts : first > 9 ? `level ${first}` : undefined
    case SHUFFLE:
      return parameters.length > 1 ? counts : parameters.length === 1 && first === 0 ? 'elements of no size' : undefined
    case FLETCHER32:
      return parameters.length > 0 ? counts : undefined
    case SZIP:
      if (parameters.length !== 4 && parameters.length !== 2) return counts
      return second < 2 || second > 32 || second % 2 !== 0 ? `blocks of ${second} pixels` : undefined
    case NBIT:
      return parameters.length < 3 || first !== parameters.length ? counts : undefined
    case SCALE_OFFSET:
      return parameters.length !== 20 && parameters.length !== 2
        ? counts
        : first > 2
          ? `scale type ${first}`
          : undefined
    default:
      return undefined
  }
}
