import { LimitError } from '../errors.ts'

/**
 * What is selected along one axis, as spans of coordinates in ascending order that do not overlap, and for each span
 * what is selected along the axes behind it. Elements are counted in C order.
 */
export interface Spans {
  /** Number of spans. */
  readonly count: number
  /** Elements selected in all spans, those of the axes behind multiplied in. */
  readonly size: number
  /** What every span has below it, where that is the same; undefined along the last axis and where it differs. */
  readonly shared: Spans | undefined
  /** Whether this is the last axis. */
  readonly last: boolean
  /** First coordinate of a span. */
  low(span: number): number
  /** One more than the last coordinate of a span. */
  high(span: number): number
  /** Elements selected in the spans before one. */
  before(span: number): number
  /** What is selected below each coordinate of a span; undefined along the last axis. */
  below(span: number): Spans | undefined
  /** The first span that reaches beyond a coordinate or to it; `count` where there is none. */
  from(coordinate: number): number
}

/** Blocks at regular distances. */
export class RegularSpans implements Spans {
  readonly start: number
  readonly stride: number
  readonly block: number
  readonly count: number
  readonly size: number
  readonly shared: Spans | undefined
  readonly #weight: number

  constructor(start: number, stride: number, count: number, block: number, below: Spans | undefined) {
    // Blocks that adjoin are one.
    const joined = count > 1 && stride === block
    this.start = start
    this.block = joined ? count * block : block
    this.count = joined ? 1 : block === 0 ? 0 : count
    this.stride = joined || count <= 1 ? Math.max(1, this.block) : stride
    this.shared = below
    this.#weight = below?.size ?? 1
    this.size = this.count * this.block * this.#weight
  }

  get last(): boolean {
    return this.shared === undefined
  }

  low(span: number): number {
    return this.start + span * this.stride
  }

  high(span: number): number {
    return this.start + span * this.stride + this.block
  }

  before(span: number): number {
    return span * this.block * this.#weight
  }

  below(): Spans | undefined {
    return this.shared
  }

  from(coordinate: number): number {
    if (coordinate < this.start) return 0
    const span = Math.floor((coordinate - this.start) / this.stride)
    const inside = coordinate - this.start - span * this.stride < this.block
    return Math.min(inside ? span : span + 1, this.count)
  }
}

/** Spans as a list says. */
export class ListedSpans implements Spans {
  readonly count: number
  readonly size: number
  readonly shared: Spans | undefined
  readonly last: boolean
  readonly #low: readonly number[]
  readonly #high: readonly number[]
  readonly #below: readonly Spans[]
  readonly #before: number[]

  /** @param below for each span, or one for all; none along the last axis */
  constructor(low: readonly number[], high: readonly number[], below: readonly Spans[]) {
    this.count = low.length
    this.last = below.length === 0
    this.shared = below.length > 0 && below.every((each) => each === below[0]) ? below[0] : undefined
    this.#low = low
    this.#high = high
    this.#below = below
    this.#before = new Array(low.length)
    let size = 0
    for (let i = 0; i < low.length; i++) {
      this.#before[i] = size
      size += (high[i] - low[i]) * (this.below(i)?.size ?? 1)
    }
    this.size = size
  }

  low(span: number): number {
    return this.#low[span]
  }

  high(span: number): number {
    return this.#high[span]
  }

  before(span: number): number {
    return this.#before[span]
  }

  below(span: number): Spans | undefined {
    return this.shared ?? (this.last ? undefined : this.#below[span])
  }

  from(coordinate: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#high[middle] > coordinate) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** The spans of ascending coordinates, each of which is there once. */
export function listedSpans(coordinates: Iterable<number>, below: Spans | undefined): Spans {
  const low: number[] = []
  const high: number[] = []
  for (const coordinate of coordinates) {
    if (high.length > 0 && high[high.length - 1] === coordinate) high[high.length - 1] = coordinate + 1
    else {
      low.push(coordinate)
      high.push(coordinate + 1)
    }
  }
  return new ListedSpans(low, high, below === undefined ? [] : [below])
}

/** A rectangular part of an array. */
export function boxSpans(start: readonly number[], count: readonly number[]): Spans {
  let spans: Spans | undefined
  for (let axis = start.length - 1; axis >= 0; axis--) {
    spans = new RegularSpans(start[axis], 1, 1, count[axis], spans)
  }
  return spans ?? new RegularSpans(0, 1, 1, 1, undefined)
}

/** Steps that uniting selections may take, so that a hostile one cannot keep it busy. */
const MOST_STEPS = 1 << 24

/** All elements that one of the selections has, each once; they must be of one rank. */
export function unite(selections: readonly Spans[]): Spans {
  return uniteWithin(selections, { steps: 0 })
}

function uniteWithin(selections: readonly Spans[], budget: { steps: number }): Spans {
  const filled = selections.filter(({ size }) => size > 0)
  if (filled.length <= 1) return filled[0] ?? selections[0]
  spend(
    budget,
    filled.reduce((sum, { count }) => sum + count, 0),
  )
  const parts: Part[] = []
  for (const spans of filled) {
    for (let i = 0; i < spans.count; i++) {
      parts.push({ low: spans.low(i), high: spans.high(i), below: spans.below(i) })
    }
  }
  parts.sort((a, b) => a.low - b.low)
  return sweep(parts, budget)
}

interface Part {
  low: number
  high: number
  below: Spans | undefined
}

/** Goes over parts that may overlap, and makes spans of the stretches where the same ones are on top of one another. */
function sweep(parts: readonly Part[], budget: { steps: number }): Spans {
  const joined: Part[] = []
  let active: Part[] = []
  let next = 0
  let at = 0
  while (next < parts.length || active.length > 0) {
    if (active.length === 0) at = parts[next].low
    while (next < parts.length && parts[next].low === at) active.push(parts[next++])
    let end = next < parts.length ? parts[next].low : Number.POSITIVE_INFINITY
    for (const { high } of active) end = Math.min(end, high)
    spend(budget, active.length)
    const below = [...new Set(active.flatMap((part) => (part.below === undefined ? [] : [part.below])))]
    add(joined, { low: at, high: end, below: below.length <= 1 ? below[0] : uniteWithin(below, budget) })
    active = active.filter(({ high }) => high > end)
    at = end
  }
  return fromParts(joined)
}

function fromParts(parts: readonly Part[]): Spans {
  return new ListedSpans(
    parts.map(({ low }) => low),
    parts.map(({ high }) => high),
    parts.flatMap(({ below }) => (below === undefined ? [] : [below])),
  )
}

function add(joined: Part[], part: Part): void {
  const previous = joined.at(-1)
  if (previous?.high === part.low && previous.below === part.below) previous.high = part.high
  else joined.push(part)
}

function spend(budget: { steps: number }, steps: number): void {
  budget.steps += steps
  if (budget.steps > MOST_STEPS) throw new LimitError('a selection of too many pieces')
}

/**
 * The elements of a selection that have certain numbers in it.
 *
 * @param ranges of numbers, first and one more than last, in ascending order
 */
export function numbered(spans: Spans, ranges: readonly number[]): Spans {
  const joined: Part[] = []
  let row: Row | undefined
  let last: { row: Row; made: Spans } | undefined
  const close = () => {
    if (row === undefined) return
    if (last === undefined || !sameRow(last.row, row)) last = { row, made: numbered(row.below, row.ranges) }
    add(joined, { low: row.at, high: row.at + 1, below: last.made })
    row = undefined
  }
  let span = 0
  for (let i = 0; i < ranges.length; i += 2) {
    let at = ranges[i]
    while (at < ranges[i + 1] && span < spans.count) {
      const below = spans.below(span)
      const weight = below?.size ?? 1
      const low = spans.low(span)
      const end = Math.min(ranges[i + 1], spans.before(span) + (spans.high(span) - low) * weight)
      if (at >= end) {
        span++
        continue
      }
      const inSpan = at - spans.before(span)
      const inRow = inSpan % weight
      const coordinate = low + (inSpan - inRow) / weight
      if (below === undefined || (inRow === 0 && end - at >= weight)) {
        close()
        const rows = Math.floor((end - at) / weight)
        add(joined, { low: coordinate, high: coordinate + rows, below })
        at += rows * weight
        continue
      }
      if (row?.at !== coordinate) close()
      row ??= { at: coordinate, below, ranges: [] }
      const stop = Math.min(end, at - inRow + weight)
      row.ranges.push(inRow, inRow + stop - at)
      at = stop
    }
  }
  close()
  return fromParts(joined)
}

/** Ranges of numbers below one coordinate. */
interface Row {
  at: number
  below: Spans
  ranges: number[]
}

function sameRow(a: Row, b: Row): boolean {
  return a.below === b.below && a.ranges.length === b.ranges.length && a.ranges.every((n, i) => n === b.ranges[i])
}
