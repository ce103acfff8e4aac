import type { Dataset } from '@h5kit/core'
import { hyperslab } from '@h5kit/core'
import type { Selected } from '../../options/subset.ts'
import type { Output } from '../../output.ts'
import type { ValueFormat } from '../value-format.ts'
import type { Run } from './value-sink.ts'
import type { ValueLayout } from './values.ts'
import { renderRuns } from './values.ts'

/** Writes a part of a dataset row by row, each with the index of its first element. */
export function renderSubset(
  dataset: Dataset,
  selected: Selected,
  format: ValueFormat,
  layout: ValueLayout,
  output: Output,
): void {
  const { space, type, file } = dataset
  if (space.dimensions.length === 0) return
  const total = selected.count.reduce((product, count, axis) => product * count * selected.block[axis], 1)
  renderRuns(rowsOf(dataset, selected), total, space.dimensions, type, file, format, layout, output)
}

/**
 * Rows of a part of a dataset: along the last axis all that is selected, along the one before a single coordinate,
 * along the others a block. What belongs to one step along the others ends without a separator.
 */
export function rowsOf(dataset: Dataset, selected: Selected): Generator<Run> {
  // Where each step along the slow axes is one coordinate, rows come in the order in which elements are stored.
  const inOrder = selected.block.every((block, axis) => block === 1 || axis >= selected.block.length - 2)
  return inOrder ? rowsInOrder(dataset, selected) : rowsOfBlocks(dataset, selected)
}

function* rowsInOrder(dataset: Dataset, { start, stride, count, block }: Selected): Generator<Run> {
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

function* rowsOfBlocks(dataset: Dataset, { start, stride, count, block }: Selected): Generator<Run> {
  const shape = dataset.space.dimensions
  const rank = shape.length
  const last = rank - 1
  const along = { start: start[last], stride: stride[last], count: count[last], block: block[last] }
  const rowAxis = rank - 2
  const rows = rank === 1 ? 1 : count[rowAxis] * block[rowAxis]
  const outer = start.slice(0, Math.max(0, rank - 2))
  const step = outer.map(() => 0)
  for (;;) {
    for (let row = 0; row < rows; row++) {
      const places = outer.map((from, axis) => ({ start: from + step[axis] * stride[axis], block: block[axis] }))
      if (rank > 1) {
        const within = row % block[rowAxis]
        places.push({ start: start[rowAxis] + ((row - within) / block[rowAxis]) * stride[rowAxis] + within, block: 1 })
      }
      const first = [...places.map((place) => place.start), along.start].reduce(
        (n, at, axis) => n * shape[axis] + at,
        0,
      )
      yield* piecesOf(dataset, hyperslab([...places, along]), first, row === rows - 1)
    }
    let axis = outer.length - 1
    while (axis >= 0 && ++step[axis] === count[axis]) step[axis--] = 0
    if (axis < 0) return
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
