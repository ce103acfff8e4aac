import type { Output } from '../../output.ts'
import { columnsOf } from '../dump/writer.ts'
import { BREAK } from '../value-format.ts'
import { escapeString } from './escape.ts'

const INDENT = '   '

/** Bytes of a string that are written at once. */
const PIECE = 1 << 16

/**
 * Writes the lines of an XML document. A line is ended when the next one begins, and levels count from 0. Without an
 * output everything is dropped.
 */
export class XmlWriter {
  readonly #output: Output | undefined
  readonly #prefix: string
  readonly #columns: number
  #started = false

  /**
   * @param prefix stands in front of the names of elements
   * @param columns a value that is too long for a line leaves the line before it empty
   */
  constructor(output: Output | undefined, prefix: string, columns: number) {
    this.#output = output
    this.#prefix = prefix
    this.#columns = columns
  }

  /** Text as it is, with its own newlines. */
  raw(text: string): void {
    this.#output?.text(text)
  }

  /** Begins a line. BREAK in a name is not printed. */
  text(level: number, text: string): void {
    const shown = text.includes(BREAK) ? text.replaceAll(BREAK, '') : text
    this.#output?.text(`${this.#started ? '\n' : ''}${INDENT.repeat(level)}${shown}`)
    this.#started = true
  }

  /** A tag: its name, and what is behind that. */
  tag(level: number, body: string): void {
    this.text(level, `<${this.#prefix}${body}>`)
  }

  endTag(level: number, name: string): void {
    this.text(level, `</${this.#prefix}${name}>`)
  }

  /** An element with what is inside. */
  element(level: number, name: string, inside: () => void, attributes = ''): void {
    this.tag(level, `${name}${attributes}`)
    inside()
    this.endTag(level, name)
  }

  comment(level: number, text: string): void {
    this.text(level, `<!-- ${text} -->`)
  }

  /** A value: where a line has no room for it, one is left empty. */
  value(level: number, text: string): void {
    if (!this.#fits(level, columnsOf(text))) this.text(level, '')
    this.text(level, text)
  }

  /** A string in quotes on a line of its own, as a value. */
  string(level: number, bytes: Uint8Array, start: number, end: number): void {
    const output = this.#output
    if (output === undefined) return
    const margin = `\n${INDENT.repeat(level)}`
    if (end - start > PIECE) {
      output.write(this.#fits(level, end - start) ? margin : margin + margin)
      output.write('"')
      for (let at = start; at < end; at += PIECE) {
        escapeString(output, bytes, at, Math.min(end, at + PIECE))
        output.settle()
      }
      output.write('"')
      return
    }
    const before = output.length
    output.write(margin)
    const from = output.length
    output.write('"')
    escapeString(output, bytes, start, end)
    output.write('"')
    if (!this.#fits(level, output.length - from)) {
      output.reserve(margin.length)
      output.bytes.copyWithin(from, before, output.length)
      output.length += margin.length
    }
    output.settle()
  }

  #fits(level: number, columns: number): boolean {
    return INDENT.length * level + columns + 1 <= this.#columns
  }
}
