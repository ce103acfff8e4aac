import { encodeText } from '@h5kit/core'
import type { Output } from '../../output.ts'
import { BREAK } from '../value-format.ts'
import { memberStart } from './datatype.ts'

const INDENT = '   '
const BEYOND_ASCII = /[^\0-~]/

/** Columns that a text takes as the reference counts them: one for each byte. */
export function columnsOf(text: string): number {
  return BEYOND_ASCII.test(text) ? encodeText(text).length : text.length
}

/** What a line at a level starts with: one level less than its number is shown. */
export function marginOf(level: number): string {
  return MARGINS[level] ?? INDENT.repeat(Math.max(0, level - 1))
}

const MARGINS = Array.from({ length: 32 }, (_, level) => INDENT.repeat(Math.max(0, level - 1)))

const LINE_STARTS = MARGINS.map((margin) => `\n${margin}`)

/** Columns that a margin is taken for, in the reference's counting: all of its levels, and none at the first one. */
export function marginColumns(level: number): number {
  return level > 1 ? INDENT.length * level : 0
}

/** A text up to where it may be broken. */
function firstPart(text: string): string {
  const end = text.indexOf(BREAK)
  return end < 0 ? text : text.slice(0, end)
}

/**
 * Writes the lines of a dump. A line is ended when the next one begins, and levels count from 1. Without an output
 * everything is dropped.
 */
export class LineWriter {
  readonly #output: Output | undefined
  readonly #columns: number
  /** Columns of the line up to the last text, and that text, whose columns are counted when they are asked for. */
  #column = 0
  #last = ''

  /** @param columns a line that would be longer is broken where it is continued */
  constructor(output: Output | undefined, columns: number) {
    this.#output = output
    this.#columns = columns
  }

  /** Text as it is, with its own newlines. */
  raw(text: string): void {
    this.#output?.text(text)
  }

  /** Begins a line; a BREAK in its text, which a name can have, is where it may be broken. */
  line(level: number, text: string): void {
    if (this.#output === undefined) return
    if (text.includes(BREAK)) {
      this.#broken(level, text)
      return
    }
    this.#output.write(LINE_STARTS[level] ?? `\n${marginOf(level)}`)
    this.#output.text(text)
    this.#column = marginColumns(level)
    this.#last = text
  }

  /** Begins a line, and another one where the text is too long for it: not where that would begin without a margin. */
  begunLine(level: number, text: string): void {
    const margin = marginColumns(level)
    if (margin > 0 && margin + columnsOf(firstPart(text)) + 1 > this.#columns) this.line(level, '')
    this.line(level, text)
  }

  /** A datatype's lines but the first one, which are set off as their text says. */
  datatype(level: number, lines: readonly string[]): void {
    for (const text of lines) {
      const start = memberStart(text)
      if (start !== undefined) this.begunLine(level + start / INDENT.length, text.slice(start))
      else if (text.includes(BREAK)) {
        const margin = text.search(/[^ ]/)
        this.line(level + margin / INDENT.length, text.slice(margin))
      } else this.line(level, text)
    }
  }

  #broken(level: number, text: string): void {
    for (const [i, part] of text.split(BREAK).entries()) {
      if (i === 0) this.line(level, part)
      else if (part !== '') this.more(level, part)
    }
  }

  /**
   * Continues a line with the first of a paragraph's lines, which stand one level deeper, where it has room for all of
   * them; else begins that one. The others are not printed.
   */
  paragraph(level: number, [first, ...more]: readonly string[]): void {
    const indent = INDENT.length * (level - 1)
    const others = more.reduce((sum, text) => sum + 1 + indent + columnsOf(text), INDENT.length)
    this.more(level, first, INDENT, this.#columns - others)
  }

  /**
   * Continues a line, on a new one where the text does not fit.
   *
   * @param gap what stands in front of the text on the same line
   */
  more(level: number, text: string, gap = '', columns = this.#columns): void {
    this.#column += columnsOf(this.#last)
    if (this.#column + columnsOf(text) + 1 > columns) {
      this.line(level, text)
      return
    }
    this.#last = gap + text
    this.#output?.text(this.#last)
  }
}
