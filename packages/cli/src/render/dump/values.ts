import type { Attribute, Dataset, Datatype, File } from '@h5kit/core'
import { FormatError } from '@h5kit/core'
import type { Output } from '../../output.ts'
import { valueWriter } from '../value.ts'
import type { ValueFormat } from '../value-format.ts'
import type { LineFormat } from '../wrap.ts'
import { Lines } from '../wrap.ts'
import { nativeSize } from './native-size.ts'

/** How values are laid out in lines. */
export interface ValueLayout {
  /** Columns of a line; 0 for no limit and one element a line (-w). */
  columns: number
  /** Whether a line starts with the indices of its first element (not with -y). */
  indices: boolean
  /** What follows each element but the last one: a comma, or nothing in XML. */
  separator: string
  /** Levels of indentation, counted from 1: one more than that of the word DATA. */
  level: number
  /** Whether a line ends where a row of the array does. */
  breakRows: boolean
}

/** Elements to print, in C order: the number of the first one, and their bytes in the dataset's own type. */
export type Pieces = Iterable<{ first: number; count: number; bytes: Uint8Array }>

const INDENT = '   '
const UNLIMITED_COLUMNS = 65_535

/** Bytes of a dataset without chunks that are read at once. */
const SLAB = 1 << 18

/** Bytes that the reference reads at once, as its native types: where it begins anew, it misses the end of a row. */
const STRIP = 32 << 20

/** Writes all elements of a dataset. Each line is begun with a newline, and the last one is not ended. */
export function renderDatasetValues(dataset: Dataset, format: ValueFormat, layout: ValueLayout, output: Output): void {
  const { space, type, file } = dataset
  if (space.kind === 'null') return
  // Small slabs stay in the processor's caches; of chunks, there are to be whole rows.
  const slabs = dataset.slabs(dataset.chunkShape === undefined ? SLAB : undefined)
  renderPieces(slabs, space.dimensions, type, file, format, layout, output)
}

/** Writes all elements of an attribute, as those of a dataset. */
export function renderAttributeValues(
  attribute: Attribute,
  format: ValueFormat,
  layout: ValueLayout,
  output: Output,
): void {
  const { space, type, file } = attribute
  const count = elementsIn(space.dimensions)
  if (space.kind === 'null' || count === 0) return
  const pieces = [{ first: 0, count, bytes: attribute.raw() }]
  renderPieces(pieces, space.dimensions, type, file, format, layout, output, Number.POSITIVE_INFINITY)
}

/** Writes all elements of an array. */
export function renderPieces(
  pieces: Pieces,
  shape: readonly number[],
  type: Datatype,
  file: File,
  format: ValueFormat,
  layout: ValueLayout,
  output: Output,
  strip = STRIP,
): void {
  const characters = format.characters && type.class === 'fixed-point' && type.size === 1
  const { size } = type
  const lines = new Lines(characters ? characterLines(layout, shape) : valueLines(layout, shape), output)
  const put = valueWriter(type, { ...format, characters }, file)
  const strips = new Strips(shape, nativeSize(type), strip)
  const total = elementsIn(shape)
  for (const { first, count, bytes } of pieces) {
    if (bytes.length < count * size) throw new FormatError(`${bytes.length} bytes for ${count} elements of ${size}`)
    for (let at = first; at < first + count; ) {
      if (strips.startsAt(at)) lines.startPiece()
      const end = Math.min(first + count, strips.after(at))
      lines.addAll(put, bytes.subarray((at - first) * size), size, at, end - at, end === total)
      at = end
    }
  }
  if (characters && total > 0) output.text('"')
}

/** Elements of a row, or of a part of it. */
export interface Row {
  /** Number of the first element in the whole array; those behind it are counted on, whatever their places are. */
  first: number
  count: number
  bytes: Uint8Array
  /** Whether a line begins here. */
  begins: boolean
  /** Whether no separator stands behind the last element. */
  last: boolean
}

/** Writes rows of an array. */
export function renderRows(
  rows: Iterable<Row>,
  shape: readonly number[],
  type: Datatype,
  file: File,
  format: ValueFormat,
  layout: ValueLayout,
  output: Output,
): void {
  const characters = format.characters && type.class === 'fixed-point' && type.size === 1
  const lines = new Lines(characters ? characterLines(layout, shape) : valueLines(layout, shape), output)
  const put = valueWriter(type, { ...format, characters }, file)
  for (const { first, count, bytes, begins, last } of rows) {
    if (begins) {
      lines.breakLine()
      lines.startPiece()
    }
    lines.addAll(put, bytes, type.size, first, count, last)
  }
  if (characters) output.text('"')
}

function elementsIn(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}

/** Elements in lines; in the reference's counting, lines with indices are indented by one level more than they are. */
function valueLines(
  { columns, indices, separator, level, breakRows }: ValueLayout,
  shape: readonly number[],
): LineFormat {
  const margin = INDENT.repeat(indices ? Math.max(0, level - 1) : level)
  return {
    margin,
    continuation: margin,
    ...(indices ? { indices: shape } : {}),
    separator,
    end: '',
    gap: ' ',
    columns: columns === 0 ? UNLIMITED_COLUMNS : columns,
    perLine: columns === 0 ? 1 : 0,
    row: !breakRows || shape.length === 0 ? 0 : shape[shape.length - 1],
    keepTogether: false,
    marginColumns: indices && level <= 1 ? 0 : INDENT.length * level,
    started: true,
  }
}

/** Characters in lines between quotes. */
function characterLines(layout: ValueLayout, shape: readonly number[]): LineFormat {
  const format = valueLines({ ...layout, separator: '', level: layout.level + 1 }, shape)
  const { margin, marginColumns } = format
  delete format.indices
  format.end = '"'
  format.gap = ''
  if (layout.indices) {
    format.margin = `${margin}"`
    format.marginColumns = marginColumns + 1
  } else {
    // Without indices, only the first line has a quote in front, and that in front of its margin.
    format.first = { margin: `"${margin}`, columns: marginColumns + 1 }
  }
  return format
}

/** Which elements the reference reads at once. */
class Strips {
  readonly #step: number
  readonly #period: number

  constructor(shape: readonly number[], elementSize: number, budget: number) {
    let bytes = elementSize
    let step = 1
    let period = 1
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const fitting = Math.min(shape[axis], Math.max(1, Math.floor(budget / bytes)))
      period = step * shape[axis]
      step *= fitting
      bytes *= fitting
      if (fitting < shape[axis]) break
    }
    this.#step = step
    this.#period = period
  }

  startsAt(number: number): boolean {
    return (number % this.#period) % this.#step === 0
  }

  /** Where the strip with an element ends. */
  after(number: number): number {
    const start = number - (number % this.#period)
    const inPeriod = number - start
    return start + Math.min(this.#period, inPeriod - (inPeriod % this.#step) + this.#step)
  }
}
