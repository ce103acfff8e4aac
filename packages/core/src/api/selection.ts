import { SelectionError } from '../errors.ts'
import type { HyperslabDimension, Selection } from '../format/dataspace-selection.ts'
import type { ElementSet } from '../storage/element-set.ts'
import { boxSet, PointSet, SpanSet, storedSet, wholeSet } from '../storage/element-set.ts'
import type { Spans } from '../storage/spans.ts'
import { listedSpans, RegularSpans, unite } from '../storage/spans.ts'

/** Every `step`th coordinate along an axis, as NumPy's slices. */
export class Slice {
  readonly start: number | undefined
  readonly stop: number | undefined
  readonly step: number

  constructor(start: number | undefined, stop: number | undefined, step: number) {
    this.start = start
    this.stop = stop
    this.step = step
  }
}

/**
 * A slice of an axis: `slice()` is all of it, `slice(10)` the first ten, `slice(5, 10)` the five from 5 on,
 * `slice(0, undefined, 2)` every other one. Negative positions count from the end; what is beyond the ends is left
 * out. The step is at least 1.
 */
export function slice(): Slice
export function slice(stop: number | undefined): Slice
export function slice(start: number | undefined, stop: number | undefined, step?: number): Slice
export function slice(...positions: (number | undefined)[]): Slice {
  if (positions.length < 2) return new Slice(undefined, positions[0], 1)
  return new Slice(positions[0], positions[1], positions[2] ?? 1)
}

/** The elements of an array where a mask of its size has true, in C order. */
export class Mask {
  readonly values: ArrayLike<boolean | number>

  constructor(values: ArrayLike<boolean | number>) {
    this.values = values
  }
}

/** Selects where `values`, one for each element in C order, are true or not zero. */
export function mask(values: ArrayLike<boolean | number>): Mask {
  return new Mask(values)
}

/** All elements that any of several selections has. */
export class Union {
  readonly parts: readonly SelectionInput[]

  constructor(parts: readonly SelectionInput[]) {
    this.parts = parts
  }
}

/** Selects what any of the parts does, each element once, in C order. */
export function union(...parts: SelectionInput[]): Union {
  return new Union(parts)
}

/** Selects single elements by their coordinates, in the order given; one may be there twice. */
export function points(coordinates: readonly (readonly number[])[]): Selection {
  if (coordinates.length === 0) return { kind: 'none' }
  const rank = coordinates[0].length
  if (coordinates.some(({ length }) => length !== rank)) throw new SelectionError('points of different ranks')
  return { kind: 'points', version: 1, width: 4, rank, points: coordinates.flat() }
}

/** Selects blocks at regular distances; one entry for each axis. Stride, count and block are 1 where not given. */
export function hyperslab(dimensions: readonly (Partial<HyperslabDimension> & { start: number })[]): Selection {
  const whole = dimensions.map(({ start, stride = 1, count = 1, block = 1 }) => ({ start, stride, count, block }))
  for (const { start, stride, count, block } of whole) {
    const numbers = [start, stride, count, block]
    if (!numbers.every(Number.isSafeInteger) || start < 0 || stride < 1 || count < 0 || block < 0) {
      throw new SelectionError(`an impossible hyperslab: ${numbers.join(', ')}`)
    }
  }
  return { kind: 'hyperslab', version: 3, width: 8, dimensions: whole }
}

/**
 * What is selected along one axis: a coordinate (which drops the axis from the result's shape), a slice, a list of
 * coordinates in ascending order, a mask with as many booleans as the axis is long, or '...' for all axes that the
 * other terms do not name.
 */
export type SelectionTerm = number | Slice | ArrayLike<number> | readonly boolean[] | '...'

/**
 * What of a dataset is read: a term for each axis, from the first on (axes without one are taken whole); a mask of the
 * dataset's size; points, a hyperslab or a stored selection (`reference.selection` of a region reference); or a union.
 *
 * ```ts
 * dataset.read([0, slice(10, 20)])
 * dataset.read(['...', slice(0, undefined, 2)])
 * dataset.read([[1, 5, 7]])
 * dataset.read(points([[0, 1], [2, 3]]))
 * ```
 */
export type SelectionInput = number | Slice | '...' | readonly SelectionTerm[] | Mask | Union | Selection

/** A selection on a certain shape. */
export interface ResolvedSelection {
  set: ElementSet
  /** Of the result. */
  shape: number[]
}

/** Finds out which elements a selection means; SelectionError where it does not suit the shape. */
export function resolveSelection(
  input: SelectionInput | ElementSet | undefined,
  dimensions: readonly number[],
): ResolvedSelection {
  // A scalar is stored as an array of one.
  const stored = dimensions.length === 0 ? [1] : dimensions
  if (input === undefined) return { set: wholeSet(stored), shape: [...dimensions] }
  if (typeof input === 'number' || typeof input === 'string' || input instanceof Slice) {
    return resolveTerms([input], dimensions)
  }
  if (input instanceof Mask) return flat(maskSet(input.values, stored))
  if (input instanceof Union) return flat(unionSet(input.parts, dimensions))
  if ('runs' in input) return flat(input)
  if (!('kind' in input)) return resolveTerms(input, dimensions)
  return resolveStored(input, dimensions, stored)
}

function flat(set: ElementSet): ResolvedSelection {
  return { set, shape: [set.size] }
}

function resolveStored(
  selection: Selection,
  dimensions: readonly number[],
  stored: readonly number[],
): ResolvedSelection {
  const set = storedSet(selection, stored)
  if (selection.kind === 'all') return { set, shape: [...dimensions] }
  if (selection.kind !== 'hyperslab') return flat(set)
  return { set, shape: selection.dimensions.map(({ count, block }) => count * block) }
}

function maskSet(values: ArrayLike<boolean | number>, shape: readonly number[]): ElementSet {
  const total = shape.reduce((product, size) => product * size, 1)
  if (values.length !== total) {
    throw new SelectionError(`a mask of ${values.length} booleans for ${total} elements`)
  }
  const coordinates: number[] = []
  for (let i = 0; i < values.length; i++) {
    if (!values[i]) continue
    const at = coordinates.length
    let rest = i
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      coordinates[at + axis] = rest % shape[axis]
      rest = Math.floor(rest / shape[axis])
    }
  }
  return new PointSet(shape.length, coordinates)
}

function unionSet(parts: readonly SelectionInput[], dimensions: readonly number[]): ElementSet {
  const sets = parts.map((part) => spansOf(resolveSelection(part, dimensions).set))
  if (sets.length === 0) throw new SelectionError('a union of nothing')
  return new SpanSet(unite(sets))
}

function spansOf(set: ElementSet): Spans {
  if (set instanceof SpanSet) return set.spans
  throw new SelectionError('points and masks cannot be in a union')
}

function resolveTerms(terms: readonly SelectionTerm[], dimensions: readonly number[]): ResolvedSelection {
  const expanded = expand(terms, dimensions.length)
  if (dimensions.length === 0) return { set: boxSet([0], [1]), shape: [] }
  if (expanded.filter((term) => typeof term === 'object' && !(term instanceof Slice)).length > 1) {
    throw new SelectionError('only one list of indices or mask may be in a selection')
  }
  const shape: number[] = []
  let spans: Spans | undefined
  for (let axis = dimensions.length - 1; axis >= 0; axis--) {
    const term = expanded[axis]
    const size = dimensions[axis]
    if (typeof term === 'number') spans = new RegularSpans(indexOf(term, size), 1, 1, 1, spans)
    else {
      const made = term instanceof Slice ? sliceSpans(term, size, spans) : listSpans(term, size, spans)
      shape.unshift(made.size === 0 ? lengthOf(made) : made.size / (spans?.size ?? 1))
      spans = made
    }
  }
  return { set: spans === undefined ? wholeSet(dimensions) : new SpanSet(spans), shape }
}

/** Coordinates that spans have, whatever is below them. */
function lengthOf(spans: Spans): number {
  let length = 0
  for (let i = 0; i < spans.count; i++) length += spans.high(i) - spans.low(i)
  return length
}

type AxisTerm = Exclude<SelectionTerm, '...'>

/** A term for each axis. */
function expand(terms: readonly SelectionTerm[], rank: number): AxisTerm[] {
  const at = terms.indexOf('...')
  if (at >= 0 && terms.includes('...', at + 1)) throw new SelectionError("only one '...' may be in a selection")
  const given = terms.filter((term): term is AxisTerm => term !== '...')
  if (given.length > rank) throw new SelectionError(`${given.length} indexing arguments for ${rank} dimensions`)
  const rest = Array.from({ length: rank - given.length }, () => slice())
  given.splice(at < 0 ? given.length : at, 0, ...rest)
  return given
}

function indexOf(index: number, size: number): number {
  if (!Number.isInteger(index)) throw new SelectionError(`${index} is no index`)
  const from = index < 0 ? index + size : index
  if (from < 0 || from >= size) throw new SelectionError(`index (${index}) out of range for (0-${size - 1})`)
  return from
}

function sliceSpans({ start, stop, step }: Slice, size: number, below: Spans | undefined): Spans {
  if (!Number.isInteger(step) || step < 1) throw new SelectionError(`the step must be 1 or more, not ${step}`)
  const first = position(start ?? 0, size)
  const end = position(stop ?? size, size)
  const count = Math.max(0, Math.ceil((end - first) / step))
  return step === 1 ? new RegularSpans(first, 1, 1, count, below) : new RegularSpans(first, step, count, 1, below)
}

/** A position in a slice: what is beyond an end means the end. */
function position(given: number, size: number): number {
  if (!Number.isInteger(given)) throw new SelectionError(`${given} is no index`)
  return Math.min(size, Math.max(0, given < 0 ? given + size : given))
}

function listSpans(list: ArrayLike<number> | readonly boolean[], size: number, below: Spans | undefined): Spans {
  const indexes: number[] = []
  if (typeof list[0] === 'boolean') {
    if (list.length !== size) throw new SelectionError(`a mask of ${list.length} booleans along an axis of ${size}`)
    for (let i = 0; i < size; i++) if (list[i]) indexes.push(i)
  } else {
    for (let i = 0; i < list.length; i++) {
      const index = indexOf(Number(list[i]), size)
      if (i > 0 && index <= indexes[i - 1]) throw new SelectionError('a list of indices must be in increasing order')
      indexes.push(index)
    }
  }
  return listedSpans(indexes, below)
}
