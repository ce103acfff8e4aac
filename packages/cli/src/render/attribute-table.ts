import Table from 'cli-table3'
import { displayWidth } from './display-width.ts'
import { escapeName } from './escape.ts'

/** An attribute in words. */
export interface AttributeRow {
  name: string
  type: string
  shape: string
  value: string
}

const HEADS: AttributeRow = { name: 'name', type: 'type', shape: 'shape', value: 'value' }

/** Columns between two that are used. */
const GAP = 2

/** Columns that a value has at least, however long the rest is. */
const LEAST = 12

/** Nothing around cells but the gap. */
const BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((side) => [side, '']),
)

/**
 * Attributes side by side for someone who looks at them: long values are cut off where the terminal ends.
 *
 * @param columns of the terminal
 */
export function attributeTable(attributes: readonly AttributeRow[], columns: number): string {
  const rows = [HEADS, ...attributes].map(({ name, type, shape, value }) =>
    [name, type, shape, value].map((cell) => escapeName(cell, false, true)),
  )
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => displayWidth(row[i]))))
  const others = widths[0] + widths[1] + widths[2] + 3 * GAP
  widths[3] = Math.min(widths[3], Math.max(LEAST, columns - others))
  const table = new Table({
    chars: { ...BORDERS, middle: ' '.repeat(GAP) },
    colWidths: widths,
    style: { 'padding-left': 0, 'padding-right': 0, border: [], head: [], compact: true },
  })
  table.push(...rows)
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`
}
