import type { SelectionInput } from '@h5kit/core'
import { hyperslab, SelectionError } from '@h5kit/core'
import type { Selected, Subset } from '../options/subset.ts'

/** Larger datasets are read in pieces by the reference, each of which is an array of its own. */
const LARGEST_WHOLE = 256 << 20
/** Bytes of such a piece. */
const PIECE = 32 << 20

/** Elements of both datasets that are compared as one array, or as several in a row. */
export interface Pass {
  /** What is read of each; undefined for everything. */
  selections: readonly [SelectionInput | undefined, SelectionInput | undefined]
  /** Elements of each array. */
  arrays: Iterable<number>
  /** The coordinates of an element by its number in its pass. */
  position(element: number): number[]
}

/** The coordinates of an element in C order; one behind the last one is further along the first axis. */
export function coordinates(element: number, shape: readonly number[]): number[] {
  const position = new Array<number>(shape.length)
  let rest = element
  for (let axis = shape.length - 1; axis > 0; axis--) {
    position[axis] = rest % shape[axis]
    rest = Math.floor(rest / shape[axis])
  }
  position[0] = rest
  return position
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** All elements of both datasets. */
export function wholePass(shape: readonly number[], elementSize: number, largest = elementSize): Pass {
  const total = elementsOf(shape)
  return {
    selections: [undefined, undefined],
    arrays: total * largest < LARGEST_WHOLE ? [total] : pieces(shape, elementSize),
    position: (element) => coordinates(element, shape),
  }
}

/** Elements along each axis that fit into so many bytes, from the last axis on. */
function pieceShape(shape: readonly number[], elementSize: number): number[] {
  const piece = [...shape]
  let bytes = elementSize
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    piece[axis] = Math.min(shape[axis], Math.max(1, Math.floor(PIECE / bytes)))
    bytes *= piece[axis]
  }
  return piece
}

/** The sizes of the pieces of a whole dataset, which are consecutive elements. */
function* pieces(shape: readonly number[], elementSize: number): Generator<number> {
  const piece = pieceShape(shape, elementSize)
  const offset = shape.map(() => 0)
  for (;;) {
    yield elementsOf(offset.map((start, axis) => Math.min(shape[axis] - start, piece[axis])))
    let axis = shape.length - 1
    for (; axis >= 0; axis--) {
      offset[axis] += piece[axis]
      if (offset[axis] < shape[axis]) break
      offset[axis] = 0
    }
    if (axis < 0) return
  }
}

/** A part of a dataset with what was left out; blocks that overlap are none. */
function filled(subset: Subset, rank: number): Selected {
  const list = (given: number[] | undefined, usual: number): number[] =>
    Array.from({ length: rank }, (_, axis) => given?.[axis] ?? usual)
  const selected = {
    start: list(subset.start, 0),
    stride: list(subset.stride, 1),
    count: list(subset.count, 1),
    block: list(subset.block, 1),
  }
  const { stride, count, block } = selected
  if (count.some((n, axis) => n > 1 && stride[axis] < block[axis])) {
    throw new SelectionError('a part of a dataset whose blocks overlap')
  }
  return selected
}

/** Where the reference is in a dataset of which a part is compared, piece by piece. */
class Walk {
  readonly selected: Selected | undefined
  readonly offset: number[]
  size: number[] = []

  constructor(subset: Subset | undefined, rank: number) {
    this.selected = subset && filled(subset, rank)
    this.offset = this.selected === undefined ? new Array<number>(rank).fill(0) : [...this.selected.start]
  }

  /** Selects the next piece. */
  select(shape: readonly number[], block: readonly number[]): { selection: SelectionInput; count: number } {
    this.size = shape.map((size, axis) => Math.min(size - this.offset[axis], block[axis]))
    const { selected } = this
    const dimensions = this.size.map((size, axis) =>
      selected === undefined
        ? { start: this.offset[axis], stride: 1, count: size, block: 1 }
        : { start: this.offset[axis], stride: selected.stride[axis], count: selected.count[axis], block: size },
    )
    if (dimensions.some(({ stride, count, block: run }) => count > 1 && run > stride)) {
      throw new SelectionError('a part of a dataset whose blocks overlap')
    }
    return {
      selection: hyperslab(dimensions),
      count: dimensions.reduce((product, { count, block: run }) => product * count * run, 1),
    }
  }

  /** Goes on along an axis; whether its end is reached, and it begins anew. */
  step(axis: number, shape: readonly number[]): boolean {
    const { selected } = this
    const whole = selected === undefined || this.size[axis] >= selected.block[axis]
    this.offset[axis] += whole ? this.size[axis] : selected.stride[axis]
    if (this.offset[axis] < shape[axis]) return false
    this.offset[axis] = 0
    return true
  }
}

/**
 * The passes in which parts of two datasets are compared, by the reference's rules: it divides both by the blocks of the
 * first part. A part without another one goes with as many elements from the start of the second dataset on.
 */
export function* subsetPasses(
  subsets: readonly [Subset | undefined, Subset | undefined],
  shape: readonly number[],
  elementSize: number,
): Generator<Pass> {
  const rank = shape.length
  const first = new Walk(subsets[0], rank)
  const second = new Walk(subsets[1], rank)
  const { selected } = first
  if (selected === undefined) throw new SelectionError('a part of the second dataset alone')
  const { count, block } = selected
  const both = second.selected !== undefined
  const piece = pieceShape(both ? block.map((n, axis) => n * count[axis]) : shape, elementSize)
  const most = both ? piece.map((size, axis) => Math.min(block[axis], size)) : piece
  const total = elementsOf(count) * elementsOf(block)
  for (let done = 0; done < total; ) {
    const low = [...first.offset]
    const one = first.select(shape, most)
    const other = second.select(shape, most)
    // Of a whole dataset, the first elements are enough.
    const enough = both ? other.count === one.count : other.count >= one.count
    if (!enough || one.count === 0) {
      throw new SelectionError(`parts of ${one.count} and of ${other.count} elements`)
    }
    yield {
      selections: [one.selection, other.selection],
      arrays: [one.count],
      position: (element) => {
        return coordinates(spread(element, selected, shape), shape).map((coordinate, axis) => coordinate + low[axis])
      },
    }
    done += one.count
    for (let axis = rank - 1; axis >= 0; axis--) {
      const carry = first.step(axis, shape)
      second.step(axis, shape)
      if (!carry) break
    }
  }
}

/** Where an element of a part is in the whole, as the reference calculates it. */
function spread(element: number, { stride, count, block }: Selected, shape: readonly number[]): number {
  let position = 0
  let left = element
  let above = 0
  let step = 1
  let unit = 1
  let last = 1
  let before = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    unit *= before
    const size = Math.max(1, count[axis] * block[axis])
    step = stride[axis]
    above = Math.floor(left / size)
    position += (left % size) * step * unit
    if (above === 0) break
    left = above * last
    last *= shape[axis]
    before = shape[axis]
  }
  return above > 0 ? position + above * step * unit : position
}
