import { FilterError } from '../errors.ts'

/** One step of a filter pipeline, as a dataset or a fractal heap describes it. */
export interface FilterStep {
  /** The filter's registered number: 1 deflate, 2 shuffle, 3 fletcher32, ... */
  readonly id: number
  readonly name: string
  /** Client data values: unsigned 32-bit integers. */
  readonly parameters: readonly number[]
  /** A chunk is stored without this filter where it could not be applied. */
  readonly optional: boolean
}

/** Undoes and applies one kind of filter. */
export interface Filter {
  readonly id: number
  readonly name: string
  /**
   * Undoes the filter.
   *
   * @param limit bytes that the whole chunk has when all filters are undone; a decoder must not make more
   *   than it can need of them
   */
  decode(bytes: Uint8Array, parameters: readonly number[], limit: number): Uint8Array
}

/** The filters that are known to a file. */
export class FilterPipeline {
  readonly #filters = new Map<number, Filter>()

  constructor(filters: Iterable<Filter>) {
    for (const filter of filters) this.#filters.set(filter.id, filter)
  }

  /** Whether every step can be undone; otherwise the first one that cannot. */
  missing(steps: readonly FilterStep[]): FilterStep | undefined {
    return steps.find((step) => !this.#filters.has(step.id))
  }

  /**
   * Undoes all steps, the last first.
   *
   * @param mask bit i set: step i was skipped when the bytes were written
   * @param limit size in bytes of what comes out at the end
   */
  decode(steps: readonly FilterStep[], bytes: Uint8Array, mask: number, limit: number): Uint8Array {
    let data = bytes
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]
      if (((mask >>> i) & 1) === 1) continue
      const filter = this.#filters.get(step.id)
      if (filter === undefined) throw unknownFilter(step)
      // Only the first filter gives the plain bytes: what the others give may be somewhat larger.
      data = filter.decode(data, step.parameters, i === 0 ? limit : limit + (limit >>> 3) + 1024)
    }
    return data
  }
}

function unknownFilter(step: FilterStep): FilterError {
  const name = step.name === '' ? '' : ` "${step.name}"`
  const parameters = step.parameters.length === 0 ? 'no parameters' : `parameters ${step.parameters.join(', ')}`
  return new FilterError(`no filter ${step.id}${name} (${parameters}) is available`)
}
