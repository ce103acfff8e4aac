import type { Dataset, Selection } from '@h5kit/core'
import { hyperslab } from '@h5kit/core'
import { valueWriter } from '../value.ts'
import type { LineFormat } from '../wrap.ts'
import { Lines } from '../wrap.ts'
import type { DataRenderer } from './data.ts'
import { marginColumns, marginOf } from './writer.ts'

/** Values at points, each on a line. */
export function renderPoints(data: DataRenderer, level: number, dataset: Dataset, selection: Selection): void {
  const bytes = dataset.raw(selection)
  const { size } = dataset.type
  renderLines(data, level, dataset, 1, (add) => add(bytes, bytes.length / size, true))
}

/** Values in blocks; all blocks are taken to be of the size of the first one, as the reference does. */
export function renderBlocks(data: DataRenderer, level: number, dataset: Dataset, corners: readonly number[]): void {
  const rank = dataset.shape.length
  const shape = Array.from({ length: rank }, (_, axis) => corners[rank + axis] - corners[axis] + 1)
  const elements = shape.reduce((product, n) => product * n, 1)
  renderLines(data, level, dataset, shape[rank - 1], (add) => {
    for (let at = 0; at < corners.length; at += 2 * rank) {
      const wanted = hyperslab(shape.map((block, axis) => ({ start: corners[at + axis], block })))
      add(dataset.raw(wanted), elements, at + 2 * rank === corners.length)
    }
  })
}

/** Adds elements that begin a line; `last` where no others follow. */
type Add = (bytes: Uint8Array, count: number, last: boolean) => void

function renderLines(
  data: DataRenderer,
  level: number,
  { type, file }: Dataset,
  row: number,
  render: (add: Add) => void,
): void {
  const output = data.outputs.data
  if (output === undefined) return
  const { width, perLine } = data.options
  const margin = marginOf(level)
  const format: LineFormat = {
    margin,
    continuation: margin,
    separator: ',',
    end: '',
    gap: ' ',
    columns: width,
    perLine,
    row,
    keepTogether: false,
    marginColumns: marginColumns(level),
    started: true,
  }
  const lines = new Lines(format, output)
  const put = valueWriter(type, { ...data.format(level, data.lastBits), characters: false }, file)
  render((bytes, count, last) => {
    lines.breakLine()
    lines.startPiece()
    lines.addAll(put, bytes, type.size, 0, count, last)
  })
}
