import type { Dataset, Datatype, File, Reference, Selection } from '@h5kit/core'
import { encodeText, FormatError, Hdf5Error } from '@h5kit/core'
import { attempt } from '../attempt.ts'
import { dataspaceText } from '../dump/dataspace.ts'
import { datatypeLines, memberStart } from '../dump/datatype.ts'
import { holdsTime } from '../holds-time.ts'
import { referenceName } from '../reference.ts'
import { blockTexts, cornersOf, pointTexts } from '../region.ts'
import { BREAK } from '../value-format.ts'
import { Lines } from '../wrap.ts'
import type { Pieces, Place } from './values.ts'
import { columnsOf, INDENT, lineFormat, renderValues } from './values.ts'

type ReferenceType = Extract<Datatype, { class: 'reference' }>

/** References to datasets of references that are followed at most. */
const DEEPEST = 8

const DEFAULT_COLUMNS = 80

/** What stands between the bytes that a reference of any kind takes in memory. */
const RAW = ':'.repeat(63)

/** References one below the other, each with what it leads to. Each begins a line; the last one is not ended. */
export function renderReferences(pieces: Pieces, type: ReferenceType, file: File, place: Place, depth = 0): void {
  const lines = new ReferenceLines(place)
  let first = true
  for (const { count, bytes } of pieces) {
    if (bytes.length < count * type.size) throw new FormatError(`${bytes.length} bytes for ${count} references`)
    for (let i = 0; i < count; i++) {
      const reference = file.reference(type, bytes, i * type.size)
      if (reference === undefined) lines.line(place.options.hexadecimal ? RAW : 'NULL', 0)
      else oneReference(lines, file, reference, place, depth, first)
      first = false
    }
  }
}

/** Lines at a level and deeper ones. */
class ReferenceLines {
  readonly #place: Place
  #started = false
  /** Columns used in the line. */
  #column = 0
  #columns = DEFAULT_COLUMNS

  constructor(place: Place) {
    this.#place = place
  }

  /** Ends the line before, and writes one; BREAK is where it may be broken. */
  line(text: string, deeper: number): void {
    const { output, options } = this.#place
    if (this.#started) output.text('\n')
    this.#started = true
    const format = lineFormat({ ...this.#place, level: this.#place.level + deeper })
    new Lines({ ...format, columns: columnsOf(options) }, output).add(text)
    this.#column = format.marginColumns + encodeText(text).length
  }

  /** A line, and an empty one before it where it is too long. */
  begunLine(text: string, deeper: number): void {
    const { options, output, level } = this.#place
    const { margin, marginColumns, gap } = lineFormat({ ...this.#place, level: level + deeper })
    const width = marginColumns + encodeText(text).length + gap.length
    if (width > columnsOf(options)) output.text(`\n${margin}`)
    this.line(text, deeper)
  }

  /** The reference goes by the width that was asked for only once it has seen a region. */
  seeRegion(): void {
    this.#columns = columnsOf(this.#place.options)
  }

  /** Opens a block behind the line, or on a line of its own, without a margin, where it would be too long. */
  brace(text: string, gap: string): void {
    const { output, margin } = this.#place
    const format = lineFormat(this.#place)
    const wrapped = this.#column + text.length + format.gap.length > this.#columns
    output.text(wrapped ? `\n${format.margin.slice(margin)}${text}` : gap + text)
  }
}

function oneReference(
  lines: ReferenceLines,
  file: File,
  reference: Reference,
  place: Place,
  depth: number,
  first: boolean,
): void {
  const name = place.options.hexadecimal ? RAW : referenceName(file, reference)
  switch (reference.kind) {
    case 'object': {
      lines.line(name, 0)
      const target = targetOf(file, reference)
      if (target !== undefined) datasetValues(lines, target, place, depth)
      return
    }
    case 'region': {
      lines.seeRegion()
      const target = targetOf(file, reference)
      const text = target === undefined ? undefined : regionText(reference.selection, target.shape.length)
      if (target === undefined || text === undefined) {
        lines.line(name, 0)
        return
      }
      // A region that is not the first one is set off as an element is, whatever blank its brace brings along.
      lines.line(name, 0)
      lines.brace(reference.selection.kind === 'points' ? '{' : ' {', first ? '' : ' ')
      lines.line(text, 1)
      description(lines, target)
      return
    }
    case 'attribute': {
      lines.line(name, 0)
      lines.brace(' {', '')
      const attribute = attempt(() => file.fileOf(reference).object(reference.address).attribute(reference.name))
      if (attribute !== undefined) {
        description(lines, attribute)
        return
      }
      lines.line('NULL', 1)
      lines.line('}', 0)
    }
  }
}

function targetOf(file: File, reference: Reference): Dataset | undefined {
  return attempt(() => {
    const target = file.fileOf(reference).object(reference.address)
    // One whose type or shape cannot be read is none.
    return target.kind === 'dataset' && target.type && target.space ? target : undefined
  })
}

function description(lines: ReferenceLines, target: Pick<Dataset, 'type' | 'space'>): void {
  const type = datatypeLines(target.type)
  // All lines but the last are set off once more.
  for (const [i, line] of type.entries()) {
    const deeper = i < type.length - 1 ? 2 : 1
    const start = i === 0 ? undefined : memberStart(line)
    if (start === undefined) lines.line(i === 0 ? `DATATYPE  ${line}` : line, deeper)
    else lines.begunLine(line.slice(start), deeper + start / INDENT)
  }
  lines.line(`DATASPACE  ${dataspaceText(target.space)}`, 1)
  lines.line('}', 0)
}

/** The selected blocks or points; undefined where it is all, none, without end or of another number of dimensions. */
function regionText(selection: Selection, rank: number): string | undefined {
  if (selection.kind === 'points') {
    const { points } = selection
    return selection.rank === rank ? `REGION_TYPE POINT  ${listed(pointTexts(points, rank, 'Pt'))}` : undefined
  }
  const found = rankOf(selection) === rank ? cornersOf(selection) : undefined
  return found === undefined ? undefined : `REGION_TYPE BLOCK  ${listed(blockTexts(found, rank, 'Blk'))}`
}

function rankOf(selection: Selection): number | undefined {
  if (selection.kind === 'hyperslab') return selection.dimensions.length
  return selection.kind === 'blocks' ? selection.rank : undefined
}

function listed(texts: string[]): string {
  return texts.join(`,${BREAK} `)
}

/** The values of a dataset that a reference leads to. */
function datasetValues(lines: ReferenceLines, dataset: Dataset, place: Place, depth: number): void {
  const { output, failed } = place
  lines.line('DATA {', 1)
  const { space, type, file } = dataset
  const total = space.kind === 'null' ? 0 : space.dimensions.reduce((product, n) => product * n, 1)
  try {
    if (total > 0 && depth < DEEPEST && !holdsTime(type)) {
      output.text('\n')
      if (type.class === 'reference') {
        renderReferences(dataset.slabs(), type, file, { ...place, level: place.level + 2 }, depth + 1)
      } else {
        renderValues(dataset.slabs(), total, type, file, { ...place, level: place.level + 1, nested: true })
      }
    }
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    failed(`cannot print the values of "${dataset.path}": ${error.message}`)
  }
  lines.line('}', 1)
}
