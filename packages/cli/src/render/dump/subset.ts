import type { Dataset } from '@h5kit/core'
import { Hdf5Error, hyperslab } from '@h5kit/core'
import type { Selected } from '../../options/subset.ts'
import type { Output } from '../../output.ts'
import type { ValueFormat } from '../value-format.ts'
import type { Run } from './value-sink.ts'
import type { ValueLayout } from './values.ts'
import { renderRuns } from './values.ts'

/** Says why rows are missing. */
export type Missing = (error: Hdf5Error) => void

/** Writes a part of a dataset row by row, each with the index of its first element. */
export function renderSubset(
  dataset: Dataset,
  selected: Selected,
  format: ValueFormat,
  layout: ValueLayout,
  output: Output,
  missing: Missing,
): void {
  const { space, type, file } = dataset
  if (space.dimensions.length === 0) return
  const total = selected.count.reduce((product, count, axis) => product * count * selected.block[axis], 1)
  const rows = rowsOf(dataset, selected, missing)
  renderRuns(rows, total, space.dimensions, type, file, format, { ...layout, part: true }, output)
}

/**
 * Rows of a part of a dataset: along the last axis all that is selected, along the one before a single coordinate,
 * along the others a block. What belongs to one step along the others ends without a separator; where a row of it
 * cannot be read, those behind are left out.
 */
export function rowsOf(dataset: Dataset, selected: Selected, missing: Missing): Generator<Run> {
  const { start, stride, count, block } = selected
  // Where each step along the slow axes is one coordinate, rows come in the order in which elements are stored.
  const inOrder = block.every((length, axis) => length === 1 || axis >= block.length - 2)
  const fits = dataset.shape.every((size, axis) => start[axis] + (count[axis] - 1) * stride[axis] + block[axis] <= size)
  return inOrder && fits ? rowsInOrder(dataset, selected, missing) : rowsOfBlocks(dataset, selected, missing)
}

/** Passes on what there is until an error ends it. */
function* upToError(rows: Generator<Run>, missing: Missing): Generator<Run> {
  try {
    yield* rows
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    missing(error)
  }
}

function rowsInOrder(dataset: Dataset, selected: Selected, missing: Missing): Generator<Run> {
  return upToError(allRows(dataset, selected), missing)
}

function* allRows(dataset: Dataset, { start, stride, count, block }: Selected): Generator<Run> {
  const { shape, type } = dataset
  const last = shape.length - 1
  const width = count[last] * block[last]
  const rows = last === 0 ? 1 : count[last - 1] * block[last - 1]
  const selection = hyperslab(
    shape.map((_, i) => ({ start: start[i], stride: stride[i], count: count[i], block: block[i] })),
  )
  /** Number of the first element of a row in the whole array. */
  const firstOf = (row: number): number => {
    let number = start[last]
    let rest = row
    let step = shape[last] ?? 1
    for (let axis = last - 1; axis >= 0; axis--) {
      const places = count[axis] * block[axis]
      const place = rest % places
      rest = (rest - place) / places
      const within = place % block[axis]
      number += (start[axis] + ((place - within) / block[axis]) * stride[axis] + within) * step
      step *= shape[axis]
    }
    return number
  }
  let row = -1
  let first = 0
  for (const piece of dataset.slabs(undefined, selection)) {
    const stop = piece.first + piece.count
    for (let at = piece.first; at < stop; ) {
      const inRow = at % width
      const begins = inRow === 0
      if (begins) first = firstOf(++row)
      const end = Math.min(stop, at - inRow + width)
      const bytes = piece.bytes.subarray((at - piece.first) * type.size)
      const ends = end === at - inRow + width
      yield {
        first: first + inRow,
        count: end - at,
        bytes,
        begins,
        reads: begins,
        last: ends && row % rows === rows - 1,
      }
      at = end
    }
  }
}

function* rowsOfBlocks(dataset: Dataset, selected: Selected, missing: Missing): Generator<Run> {
  const { start, stride, count, block } = selected
  const outer = start.slice(0, Math.max(0, start.length - 2))
  const step = outer.map(() => 0)
  for (;;) {
    const places = outer.map((from, axis) => ({ start: from + step[axis] * stride[axis], block: block[axis] }))
    yield* upToError(rowsOfStep(dataset, selected, places), missing)
    let axis = outer.length - 1
    while (axis >= 0 && ++step[axis] === count[axis]) step[axis--] = 0
    if (axis < 0) return
  }
}

/** The rows at one place along the slow axes. */
function* rowsOfStep(
  dataset: Dataset,
  { start, stride, count, block }: Selected,
  outer: readonly { start: number; block: number }[],
): Generator<Run> {
  const shape = dataset.space.dimensions
  const last = shape.length - 1
  const along = { start: start[last], stride: stride[last], count: count[last], block: block[last] }
  const axis = last - 1
  const rows = last === 0 ? 1 : count[axis] * block[axis]
  for (let row = 0; row < rows; row++) {
    const places = [...outer]
    if (last > 0) {
      const within = row % block[axis]
      places.push({ start: start[axis] + ((row - within) / block[axis]) * stride[axis] + within, block: 1 })
    }
    const first = [...places, along].reduce((n, place, i) => n * shape[i] + place.start, 0)
    yield* piecesOf(dataset, hyperslab([...places, along]), first, row === rows - 1)
  }
}

function* piecesOf(
  dataset: Dataset,
  selection: ReturnType<typeof hyperslab>,
  first: number,
  last: boolean,
): Generator<Run> {
  const elements = selection.kind === 'hyperslab' ? selection.dimensions : []
  const total = elements.reduce((product, { count, block }) => product * count * block, 1)
  for (const piece of dataset.slabs(undefined, selection)) {
    const end = piece.first + piece.count
    const { bytes } = piece
    yield {
      first: first + piece.first,
      count: piece.count,
      bytes,
      begins: piece.first === 0,
      reads: piece.first === 0,
      last: last && end === total,
    }
  }
}
