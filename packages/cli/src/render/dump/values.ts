import type { Attribute, Dataset, Datatype, File } from '@h5kit/core'
import { nativeType } from '@h5kit/core'
import type { Output } from '../../output.ts'
import type { ValueFormat } from '../value-format.ts'
import type { LineFormat } from '../wrap.ts'
import type { Run, ValuePlan } from './value-sink.ts'
import { valueSink } from './value-sink.ts'
import { valueThread } from './value-thread.ts'

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
  /** Whether it is a part of an array, whose first row begins a line that characters were begun before. */
  part?: boolean
}

/** Elements to print, in C order: the number of the first one, and their bytes in the dataset's own type. */
export type Pieces = Iterable<{ first: number; count: number; bytes: Uint8Array }>

const INDENT = '   '
const UNLIMITED_COLUMNS = 65_535

/** Bytes of a dataset without chunks that are read at once. */
const SLAB = 1 << 18

/** Elements with more bytes are many. */
const LARGE = 1 << 20

/** So many bytes of elements are printed on a thread of their own: it takes a while to start. */
const WORTH_A_THREAD = 8 << 20

/** Bytes that the reference reads at once, as its native types: where it begins anew, it misses the end of a row. */
const STRIP = 32 << 20

/** An element of a native type takes at most so many times the bytes that it takes in the file. */
const MOST_GROWTH = 64

/** Writes all elements of a dataset. Each line is begun with a newline, and the last one is not ended. */
export function renderDatasetValues(dataset: Dataset, format: ValueFormat, layout: ValueLayout, output: Output): void {
  const { space, type, file } = dataset
  if (space.kind === 'null') {
    renderRuns([], 0, [], type, file, format, layout, output)
    return
  }
  // Text of so many elements is not kept until the rest is known to be right.
  if (elementsIn(space.dimensions) * type.size > LARGE) output.passesAll()
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
  const count = space.kind === 'null' ? 0 : elementsIn(space.dimensions)
  if (count === 0) {
    renderRuns([], 0, space.dimensions, type, file, format, layout, output)
    return
  }
  const pieces = [{ first: 0, count, bytes: attribute.raw() }]
  renderPieces(pieces, space.dimensions, type, file, format, layout, output, Number.POSITIVE_INFINITY)
}

/** Writes all elements of an array. */
function renderPieces(
  pieces: Pieces,
  shape: readonly number[],
  type: Datatype,
  file: File,
  format: ValueFormat,
  layout: ValueLayout,
  output: Output,
  strip = STRIP,
): void {
  const total = elementsIn(shape)
  // Most arrays are so small that they are one strip, whatever their native type is.
  const small = total * type.size * MOST_GROWTH <= strip
  const strips = small ? new Strips([total], 1, total) : new Strips(shape, nativeType(type).size, strip)
  const runs = runsOf(pieces, strips, type.size, total)
  renderRuns(runs, total, shape, type, file, format, layout, output)
}

function* runsOf(pieces: Pieces, strips: Strips, size: number, total: number): Generator<Run> {
  for (const { first, count, bytes } of pieces) {
    for (let at = first; at < first + count; ) {
      const end = Math.min(first + count, strips.after(at))
      const from = at === first ? bytes : bytes.subarray((at - first) * size)
      yield { first: at, count: end - at, bytes: from, begins: false, reads: strips.startsAt(at), last: end === total }
      at = end
    }
  }
}

/** Writes elements of an array, of which there are so many. */
export function renderRuns(
  runs: Iterable<Run>,
  total: number,
  shape: readonly number[],
  type: Datatype,
  file: File,
  format: ValueFormat,
  layout: ValueLayout,
  output: Output,
): void {
  const characters = format.characters && type.class === 'fixed-point' && type.size === 1
  const lines = characters ? characterLines(layout, shape) : valueLines(layout, shape)
  if (characters && (total === 0 || layout.part === true)) {
    // The reference has begun a line of characters by then, which nothing comes to stand on.
    output.text(`\n${lines.first?.margin ?? lines.margin}"`)
    delete lines.first
  }
  const plan: ValuePlan = { type, format: format.characters === characters ? format : { ...format, characters }, lines }
  if (characters) plan.closing = { text: '"', margin: valueLines({ ...layout, level: layout.level + 1 }, shape).margin }
  const large = total * type.size >= WORTH_A_THREAD
  const sink = (large ? valueThread(plan, output) : undefined) ?? valueSink(plan, file, output)
  try {
    for (const run of runs) sink.add(run)
  } finally {
    sink.end()
  }
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
