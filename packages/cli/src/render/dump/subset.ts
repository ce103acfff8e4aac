import type { Dataset } from '@h5kit/core'
import { hyperslab } from '@h5kit/core'
import type { Selected } from '../../options/subset.ts'
import type { Output } from '../../output.ts'
import type { ValueFormat } from '../value-format.ts'
import type { Row, ValueLayout } from './values.ts'
import { renderRows } from './values.ts'

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
  renderRows(rowsOf(dataset, selected), space.dimensions, type, file, format, layout, output)
}

/**
 * Rows of a part of a dataset: along the last axis all that is selected, along the one before a single coordinate,
 * along the others a block. What belongs to one step along the others ends without a separator.
 */
export function* rowsOf(dataset: Dataset, { start, stride, count, block }: Selected): Generator<Row> {
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
): Generator<Row> {
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
      last: last && end === total,
    }
  }
}
