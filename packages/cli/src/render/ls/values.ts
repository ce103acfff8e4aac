import type { Datatype, File } from '@h5kit/core'
import { FormatError } from '@h5kit/core'
import type { LsOptions } from '../../options/ls.ts'
import type { Output } from '../../output.ts'
import { valueWriter } from '../value.ts'
import { lsFormat } from '../value-format.ts'
import type { LineFormat } from '../wrap.ts'
import { Lines } from '../wrap.ts'

/** Says what could not be printed. */
export type Failed = (what: string) => void

/** Elements to print, piece by piece. */
export type Pieces = Iterable<{ count: number; bytes: Uint8Array }>

/** Where values are printed, and how. */
export interface Place {
  options: LsOptions
  output: Output
  failed: Failed
  /** Blanks in front of a line, and of a line that continues an element, before indentation. */
  margin: number
  continuation: number
  /** Levels of indentation, counted from 1. */
  level: number
  /** Inside of what a reference leads to, where the margin is counted otherwise. */
  nested: boolean
}

export const INDENT = 3
const UNLIMITED_COLUMNS = 65_535

/** Columns that lines may have. */
export function columnsOf({ simple, width }: LsOptions): number {
  return simple || width === 0 ? UNLIMITED_COLUMNS : width
}

/** How lines without particular separators are laid out at a level. */
export function lineFormat({ options, margin, continuation, level, nested }: Place): LineFormat {
  const { simple, width } = options
  const indent = INDENT * (nested ? level : level - 1)
  // The reference counts one level more than it prints, and none at the first one.
  const counted = nested ? indent : level > 1 ? INDENT * level : 0
  return {
    margin: ' '.repeat(margin + indent),
    continuation: ' '.repeat(continuation + indent),
    separator: simple ? ' ' : ',',
    end: '',
    gap: ' ',
    columns: columnsOf(options),
    perLine: simple || width === 0 ? 1 : 0,
    row: 0,
    keepTogether: !simple,
    marginColumns: margin + counted,
    started: false,
  }
}

/** Whether values are printed as characters, which those that a reference leads to never are. */
export function hasCharacters(type: Datatype, { options: { string, hexadecimal }, nested }: Place): boolean {
  return string && !hexadecimal && !nested && type.class === 'fixed-point' && type.size === 1
}

/** Values in lines; the last one is not ended. */
export function renderValues(pieces: Pieces, total: number, type: Datatype, file: File, place: Place): void {
  const { options, output, level } = place
  const { simple, label, hexadecimal, utf8 } = options
  const characters = hasCharacters(type, place)
  const format = lineFormat(place)
  if (characters) {
    format.margin += '"'
    format.marginColumns++
    format.end = '"'
    format.separator = ''
    format.gap = ''
  }
  const lines = new Lines(format, output)
  const put = valueWriter(type, lsFormat({ simple, label, hexadecimal, characters, utf8, indent: level }), file)
  let done = 0
  for (const { count, bytes } of pieces) {
    if (bytes.length < count * type.size) {
      throw new FormatError(`${bytes.length} bytes for ${count} elements of ${type.size}`)
    }
    lines.addAll(put, bytes, type.size, done, count, done + count === total)
    done += count
  }
}
