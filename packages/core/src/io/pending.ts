import { FormatError } from '../errors.ts'

/** Bytes that a source does not hold yet. */
export interface ByteRange {
  address: number
  length: number
}

/**
 * Thrown by a source that must fetch before it can answer. It is a signal, not an error, and carries no stack:
 * `resume` fetches the ranges and runs the operation again.
 */
export class Pending {
  readonly ranges: readonly ByteRange[]

  constructor(ranges: readonly ByteRange[]) {
    this.ranges = ranges
  }
}

/** A source that can bring bytes in, so that a later `view` of them answers. */
export interface FetchingSource {
  /** Resolves when every range can be viewed. One call is one round trip. */
  fetch(ranges: readonly ByteRange[]): Promise<void>
}

// An operation that asks for the same bytes again after they were fetched would go round for ever.
const STALLED_ROUNDS = 3

/**
 * Runs a synchronous operation over a source that may have to fetch: whenever it lacks bytes, they are
 * fetched and the operation runs again from its start. The operation must have no effect before it returns.
 */
export async function resume<T>(source: FetchingSource, operation: () => T): Promise<T> {
  let last = ''
  let stalled = 0
  for (;;) {
    let missing: readonly ByteRange[]
    try {
      return operation()
    } catch (signal) {
      if (!(signal instanceof Pending)) throw signal
      missing = signal.ranges
    }
    const asked = missing.map((range) => `${range.address}+${range.length}`).join()
    stalled = asked === last ? stalled + 1 : 0
    if (stalled >= STALLED_ROUNDS) throw new FormatError('the source does not keep the bytes that it fetched')
    last = asked
    await source.fetch(missing)
  }
}

/** Visits every item, and gathers what all of them lack into one round trip. */
export function together<T, R>(items: Iterable<T>, visit: (item: T) => R): R[] {
  const results: R[] = []
  const missing: ByteRange[] = []
  for (const item of items) {
    try {
      results.push(visit(item))
    } catch (signal) {
      if (!(signal instanceof Pending)) throw signal
      missing.push(...signal.ranges)
    }
  }
  if (missing.length > 0) throw new Pending(missing)
  return results
}
