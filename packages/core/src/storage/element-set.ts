import { FormatError, SelectionError } from '../errors.ts'
import type { HyperslabDimension, Selection } from '../format/dataspace-selection.ts'
import type { RunVisitor } from './runs.ts'
import { eachRun, stepsOf } from './runs.ts'
import type { Spans } from './spans.ts'
import { boxSpans, ListedSpans, RegularSpans, unite } from './spans.ts'

/** A cell of a regular grid, one chunk for example, and what is selected there. */
export interface Cell {
  /** Number of the cell along each axis. */
  scaled: number[]
  /** Visits what is selected in the cell, whose elements are numbered in C order. */
  runs(visit: RunVisitor): void
}

/** Which elements of a dataset are read, in the order in which the result has them. */
export interface ElementSet {
  readonly size: number
  /** Visits what is selected in a whole dataset. */
  runs(shape: readonly number[], visit: RunVisitor): void
  /** The cells of a grid where something is selected, each once, in the order of their numbers. */
  cells(cell: readonly number[]): Iterable<Cell>
  /** The set cut into pieces of at most `most` elements, where it can be at multiples of `unit`. */
  pieces(most: number, unit: readonly number[]): Iterable<{ first: number; set: ElementSet }>
}

/** A set in C order. */
export class SpanSet implements ElementSet {
  readonly spans: Spans

  constructor(spans: Spans) {
    this.spans = spans
  }

  get size(): number {
    return this.spans.size
  }

  runs(shape: readonly number[], visit: RunVisitor): void {
    const start = shape.map(() => 0)
    eachRun(this.spans, start, shape, visit)
  }

  *cells(cell: readonly number[]): Generator<Cell> {
    if (this.size === 0) return
    for (const scaled of touched([this.spans], cell, [])) {
      const start = scaled.map((n, axis) => n * cell[axis])
      yield { scaled, runs: (visit) => eachRun(this.spans, start, cell, visit) }
    }
  }

  *pieces(most: number, unit: readonly number[]): Generator<{ first: number; set: ElementSet }> {
    if (this.size <= most) {
      if (this.size > 0) yield { first: 0, set: this }
      return
    }
    let first = 0
    for (const spans of cuts(this.spans, most, unit, 0)) {
      yield { first, set: new SpanSet(spans) }
      first += spans.size
    }
  }
}

/** The cells that spans reach into, all given ones taken together. */
function* touched(all: readonly Spans[], cell: readonly number[], scaled: readonly number[]): Generator<number[]> {
  const axis = scaled.length
  let at = 0
  for (;;) {
    let lowest = Number.POSITIVE_INFINITY
    for (const spans of all) {
      const i = spans.from(at)
      if (i < spans.count) lowest = Math.min(lowest, Math.max(at, spans.low(i)))
    }
    if (lowest === Number.POSITIVE_INFINITY) return
    const number = Math.floor(lowest / cell[axis])
    const end = (number + 1) * cell[axis]
    const place = [...scaled, number]
    if (axis === cell.length - 1) yield place
    else yield* touched(belowWithin(all, lowest, end), cell, place)
    at = end
  }
}

/** What is below the spans that have a coordinate from `low` on and before `high`. */
function belowWithin(all: readonly Spans[], low: number, high: number): Spans[] {
  const below = new Set<Spans>()
  for (const spans of all) {
    for (let i = spans.from(low); i < spans.count && spans.low(i) < high; i++) {
      const each = spans.below(i)
      if (each !== undefined && each.size > 0) below.add(each)
      if (spans.shared !== undefined) break
    }
  }
  return [...below]
}

/** Spans cut into consecutive pieces. */
function* cuts(spans: Spans, most: number, unit: readonly number[], axis: number): Generator<Spans> {
  for (let i = 0; i < spans.count; i++) {
    const below = spans.below(i)
    const weight = below?.size ?? 1
    const end = spans.high(i)
    let at = spans.low(i)
    if (weight === 0) continue
    if (below !== undefined && weight > most) {
      for (; at < end; at++) {
        for (const piece of cuts(below, most, unit, axis + 1)) yield new RegularSpans(at, 1, 1, 1, piece)
      }
      continue
    }
    const room = Math.max(1, Math.floor(most / weight))
    if (spans instanceof RegularSpans && end - at <= room && spans.count > 1) {
      yield* cutRegular(spans, Math.max(1, Math.floor(room / spans.block)))
      return
    }
    while (at < end) {
      let stop = Math.min(end, at + room)
      const aligned = stop - (stop % unit[axis])
      if (stop < end && aligned > at) stop = aligned
      yield new RegularSpans(at, 1, 1, stop - at, below)
      at = stop
    }
  }
}

/** Regular blocks, some at a time. */
function* cutRegular(spans: RegularSpans, step: number): Generator<Spans> {
  const { start, stride, count, block, shared } = spans
  for (let i = 0; i < count; i += step) {
    yield new RegularSpans(start + i * stride, stride, Math.min(step, count - i), block, shared)
  }
}

/** Single elements in any order. */
export class PointSet implements ElementSet {
  readonly size: number
  readonly #rank: number
  readonly #coordinates: ArrayLike<number>
  readonly #first: number

  /** @param coordinates `rank` for each point */
  constructor(rank: number, coordinates: ArrayLike<number>, first = 0, size = coordinates.length / rank) {
    this.#rank = rank
    this.#coordinates = coordinates
    this.#first = first
    this.size = size
  }

  runs(shape: readonly number[], visit: RunVisitor): void {
    const steps = stepsOf(shape)
    for (let i = 0; i < this.size; i++) {
      let at = 0
      for (let axis = 0; axis < this.#rank; axis++) at += this.#at(i, axis) * steps[axis]
      visit(at, i, 1, 1, 1, 1)
    }
  }

  *cells(cell: readonly number[]): Generator<Cell> {
    const steps = stepsOf(cell)
    for (const members of this.#grouped(cell)) {
      const scaled = cell.map((size, axis) => Math.floor(this.#at(members[0], axis) / size))
      const runs = (visit: RunVisitor) => {
        for (const i of members) {
          let at = 0
          for (let axis = 0; axis < this.#rank; axis++) {
            at += (this.#at(i, axis) - scaled[axis] * cell[axis]) * steps[axis]
          }
          visit(at, i, 1, 1, 1, 1)
        }
      }
      yield { scaled, runs }
    }
  }

  *pieces(most: number): Generator<{ first: number; set: ElementSet }> {
    for (let first = 0; first < this.size; first += most) {
      const size = Math.min(most, this.size - first)
      yield { first, set: new PointSet(this.#rank, this.#coordinates, this.#first + first, size) }
    }
  }

  #at(point: number, axis: number): number {
    return this.#coordinates[(this.#first + point) * this.#rank + axis]
  }

  /** Points of the same cell together, cells in the order of their numbers. */
  #grouped(cell: readonly number[]): number[][] {
    const order = Array.from({ length: this.size }, (_, i) => i)
    const compare = (a: number, b: number) => {
      for (let axis = 0; axis < this.#rank; axis++) {
        const difference = Math.floor(this.#at(a, axis) / cell[axis]) - Math.floor(this.#at(b, axis) / cell[axis])
        if (difference !== 0) return difference
      }
      return 0
    }
    order.sort((a, b) => compare(a, b) || a - b)
    const groups: number[][] = []
    for (const i of order) {
      const open = groups.at(-1)
      if (open !== undefined && compare(open[0], i) === 0) open.push(i)
      else groups.push([i])
    }
    return groups
  }

  /** Some of the points, by their numbers. */
  picked(numbers: readonly number[]): PointSet {
    return new PointSet(
      this.#rank,
      numbers.flatMap((number) => Array.from({ length: this.#rank }, (_, axis) => this.#at(number, axis))),
    )
  }

  /** The points in C order, each once, and for each point its number there. */
  sorted(): { spans: Spans; numbers: number[] } {
    const order = Array.from({ length: this.size }, (_, i) => i).sort((a, b) => this.#compare(a, b))
    const numbers: number[] = new Array(this.size)
    let number = -1
    for (const [i, point] of order.entries()) {
      if (i === 0 || this.#compare(order[i - 1], point) !== 0) number++
      numbers[point] = number
    }
    return { spans: this.#spans(order, 0), numbers }
  }

  #compare(a: number, b: number): number {
    for (let axis = 0; axis < this.#rank; axis++) {
      const difference = this.#at(a, axis) - this.#at(b, axis)
      if (difference !== 0) return difference
    }
    return 0
  }

  /** The spans of points in C order that are the same along the axes before one. */
  #spans(order: readonly number[], axis: number): Spans {
    const low: number[] = []
    const below: Spans[] = []
    for (let first = 0; first < order.length; ) {
      const coordinate = this.#at(order[first], axis)
      let end = first + 1
      while (end < order.length && this.#at(order[end], axis) === coordinate) end++
      low.push(coordinate)
      if (axis + 1 < this.#rank) below.push(this.#spans(order.slice(first, end), axis + 1))
      first = end
    }
    const high = low.map((coordinate) => coordinate + 1)
    return new ListedSpans(low, high, below)
  }
}

/** All elements of an array. */
export function wholeSet(shape: readonly number[]): SpanSet {
  return boxSet(
    shape.map(() => 0),
    shape,
  )
}

/** A rectangular part of an array. */
export function boxSet(start: readonly number[], count: readonly number[]): SpanSet {
  return new SpanSet(boxSpans(start, count))
}

/** What a stored selection selects of an array; it must have an end along each axis. */
export function storedSet(selection: Selection, shape: readonly number[]): ElementSet {
  switch (selection.kind) {
    case 'all':
      return wholeSet(shape)
    case 'none':
      return boxSet(
        shape.map(() => 0),
        shape.map(() => 0),
      )
    case 'points':
      checkRank(selection.rank, shape)
      checkInside(selection.points, selection.points, selection.rank, shape)
      return new PointSet(selection.rank, selection.points)
    case 'blocks': {
      const { rank, corners } = selection
      checkRank(rank, shape)
      return new SpanSet(blockSpans(rank, corners, shape))
    }
    case 'hyperslab':
      checkRank(selection.dimensions.length, shape)
      return new SpanSet(hyperslabSpans(selection.dimensions, shape))
  }
}

function checkRank(rank: number, shape: readonly number[]): void {
  if (rank !== shape.length)
    throw new SelectionError(`a selection of rank ${rank} in a dataset of rank ${shape.length}`)
}

function checkInside(low: readonly number[], high: readonly number[], rank: number, shape: readonly number[]): void {
  for (let i = 0; i < low.length; i++) {
    if (low[i] < 0 || high[i] >= shape[i % rank]) {
      throw new SelectionError(`index (${high[i]}) out of range for (0-${shape[i % rank] - 1})`)
    }
  }
}

function blockSpans(rank: number, corners: readonly number[], shape: readonly number[]): Spans {
  const blocks: Spans[] = []
  for (let at = 0; at < corners.length; at += 2 * rank) {
    const start = corners.slice(at, at + rank)
    const end = corners.slice(at + rank, at + 2 * rank)
    checkInside(start, end, rank, shape)
    blocks.push(
      boxSpans(
        start,
        end.map((last, axis) => Math.max(0, last - start[axis] + 1)),
      ),
    )
  }
  return blocks.length === 0 ? boxSpans(new Array(rank).fill(0), new Array(rank).fill(0)) : unite(blocks)
}

/** A regular hyperslab, which must lie inside the shape. */
function hyperslabSpans(dimensions: readonly HyperslabDimension[], shape: readonly number[]): Spans {
  let spans: Spans | undefined
  for (let axis = dimensions.length - 1; axis >= 0; axis--) {
    const { start, stride, count, block } = dimensions[axis]
    if (count < 0 || block < 0) throw new SelectionError('a selection without an end')
    if (count > 1 && stride < block) throw new SelectionError(`blocks of ${block} every ${stride} overlap`)
    const end = start + (count - 1) * stride + block
    if (count > 0 && block > 0 && end > shape[axis]) {
      throw new SelectionError(`index (${end - 1}) out of range for (0-${shape[axis] - 1})`)
    }
    spans = new RegularSpans(start, stride, count, block, spans)
  }
  if (spans === undefined) throw new FormatError('a hyperslab without dimensions')
  return spans
}
