import type { Dataset, Datatype, File, Reference, Selection } from '@h5kit/core'
import { FormatError, Hdf5Error } from '@h5kit/core'
import { DEFAULT_WIDTH } from '../../options/dump.ts'
import { attempt } from '../attempt.ts'
import { referenceName } from '../reference.ts'
import { blockTexts, cornersOf, pointTexts } from '../region.ts'
import { BREAK } from '../value-format.ts'
import type { DataRenderer } from './data.ts'
import { dataspaceText } from './dataspace.ts'
import { datatypeLines } from './datatype.ts'
import { renderBlocks, renderPoints } from './regions.ts'
import type { LineWriter } from './writer.ts'

type ReferenceType = Extract<Datatype, { class: 'reference' }>

/** References one below the other, each with what it leads to. */
export function renderReferences(
  data: DataRenderer,
  level: number,
  pieces: Iterable<Uint8Array>,
  type: ReferenceType,
  file: File,
): void {
  let first = true
  let columns = DEFAULT_WIDTH
  for (const bytes of pieces) {
    for (let at = 0; at + type.size <= bytes.length; at += type.size) {
      const reference = file.reference(type, bytes, at)
      if (reference === undefined) data.writer.line(level, 'NULL')
      else {
        // The width that is asked for is looked at from the first region on.
        if (reference.kind === 'region') columns = data.options.width
        oneReference(data, level, file, reference, first ? '' : ' ', columns)
      }
      first = false
    }
  }
}

/** @param gap what sets off an element that is not the first one */
function oneReference(
  data: DataRenderer,
  level: number,
  file: File,
  reference: Reference,
  gap: string,
  columns: number,
): void {
  const { writer } = data
  writer.line(level, referenceName(file, reference))
  switch (reference.kind) {
    case 'object': {
      const target = attempt(() => file.fileOf(reference).object(reference.address))
      if (target?.kind === 'dataset') data.referenced(level + 1, target)
      return
    }
    case 'region': {
      const target = attempt(() => file.fileOf(reference).object(reference.address))
      if (target?.kind === 'dataset') region(data, level, target, reference.selection, gap)
      return
    }
    case 'attribute': {
      const target = attempt(() => file.fileOf(reference).object(reference.address).attribute(reference.name))
      writer.more(level, ' {', '', columns)
      if (target === undefined) writer.line(level + 1, 'NULL')
      else {
        description(writer, level + 1, target)
        if (data.options.regions) data.attribute(level + 1, target)
      }
      writer.line(level, '}')
    }
  }
}

/** What of a dataset a reference selects; nothing where that is all, none, or of another number of dimensions. */
function region(data: DataRenderer, level: number, target: Dataset, selection: Selection, gap: string): void {
  const { writer } = data
  const rank = target.shape.length
  if (selection.kind === 'points') {
    if (selection.rank !== rank) return
    const { points } = selection
    writer.more(level, '{', gap)
    writer.line(level + 1, `REGION_TYPE POINT  ${pointTexts(points, rank).join(`,${BREAK} `)}`)
    description(writer, level + 1, target)
    if (data.options.regions) regionData(data, level + 1, () => renderPoints(data, level + 2, target, selection))
  } else {
    const corners = cornersOf(selection)
    if (corners === undefined || corners.length === 0 || corners.length % (2 * rank) !== 0) return
    writer.more(level, ' {', gap)
    writer.line(level + 1, `REGION_TYPE BLOCK  ${blockTexts(corners, rank).join(`,${BREAK} `)}`)
    description(writer, level + 1, target)
    if (data.options.regions) regionData(data, level + 1, () => renderBlocks(data, level + 2, target, corners))
  }
  writer.line(level, '}')
}

function regionData(data: DataRenderer, level: number, render: () => void): void {
  data.writer.line(level, 'DATA {')
  try {
    render()
  } catch (error) {
    // A selection that does not fit its dataset selects nothing.
    if (!(error instanceof Hdf5Error) || error instanceof FormatError) throw error
  }
  data.writer.line(level, '}')
}

/** Type and shape; the first line of a type with several is one level deeper than the last. */
function description(writer: LineWriter, level: number, { type, space }: Pick<Dataset, 'type' | 'space'>): void {
  const [first, ...others] = datatypeLines(type)
  const last = others.pop()
  writer.line(last === undefined ? level : level + 1, `DATATYPE  ${first}`)
  writer.datatype(level + 1, others)
  if (last !== undefined) writer.line(level, last)
  writer.line(level, `DATASPACE  ${dataspaceText(space)}`)
}
