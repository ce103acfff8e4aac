import { LimitError } from '../errors.ts'

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

/**
 * An operation may ask for the same bytes a few times, when the source gave them up for others; one that needs more at
 * once than the source keeps would go round for ever.
 */
const MOST_ASKED = 8

/**
 * Runs a synchronous operation over a source that may have to fetch: whenever it lacks bytes, they are
 * fetched and the operation runs again from its start. The operation must have no effect before it returns.
 */
export async function resume<T>(source: FetchingSource, operation: () => T): Promise<T> {
  const asked = new Map<string, number>()
  for (;;) {
    let missing: readonly ByteRange[]
    try {
      return operation()
    } catch (signal) {
      if (!(signal instanceof Pending)) throw signal
      missing = signal.ranges
    }
    const key = missing.map((range) => `${range.address}+${range.length}`).join()
    const times = (asked.get(key) ?? 0) + 1
    if (times > MOST_ASKED) throw new LimitError('the source does not keep the bytes that it fetched')
    asked.set(key, times)
    await source.fetch(missing)
  }
}

/** Ranges that are asked for ahead of their turn. */
const MOST_AHEAD = 256

/** Visits items as they are asked for; where one lacks bytes, what those behind it lack comes in the same round trip. */
export function* ahead<T, R>(items: Iterable<T>, visit: (item: T) => R): Generator<R> {
  const rest = items[Symbol.iterator]()
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    let result: R
    try {
      result = visit(next.value)
    } catch (signal) {
      if (!(signal instanceof Pending)) throw signal
      throw new Pending([...signal.ranges, ...missingAhead(rest, visit)])
    }
    yield result
  }
}

/** As `ahead`, for items that are all known: what came of each. */
export function eachAhead<R>(items: Uint32Array, visit: (item: number) => R): R[] {
  const results: R[] = []
  let i = 0
  try {
    for (; i < items.length; i++) results.push(visit(items[i]))
  } catch (signal) {
    if (!(signal instanceof Pending)) throw signal
    throw new Pending([...signal.ranges, ...missingAhead(items.subarray(i + 1)[Symbol.iterator](), visit)])
  }
  return results
}

/** What further items lack, as far as it can be told which items they are. */
function missingAhead<T>(rest: Iterator<T>, visit: (item: T) => unknown): ByteRange[] {
  const missing: ByteRange[] = []
  let last = -1
  const note = (signal: unknown): void => {
    // An error comes up again when it is its turn.
    if (!(signal instanceof Pending)) return
    if (signal.ranges[0]?.address !== last) missing.push(...signal.ranges)
    last = signal.ranges[0]?.address ?? -1
  }
  try {
    for (let next = rest.next(); next.done !== true && missing.length < MOST_AHEAD; next = rest.next()) {
      try {
        visit(next.value)
      } catch (signal) {
        note(signal)
      }
    }
  } catch (signal) {
    note(signal)
  }
  return missing
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

/** Runs an operation; where it lacks bytes, what those that follow lack is fetched in the same round trip. */
export function gatherMisses<T>(operation: () => T, following: () => Iterable<() => void>): T {
  try {
    return operation()
  } catch (signal) {
    if (!(signal instanceof Pending)) throw signal
    const missing = [...signal.ranges]
    for (const each of following()) {
      try {
        each()
      } catch (next) {
        if (!(next instanceof Pending)) throw next
        missing.push(...next.ranges)
      }
    }
    throw new Pending(missing)
  }
}
