import type { Output } from '../output.ts'
import { BREAK } from './value-format.ts'

/** How the elements of an array are laid out in lines. */
export interface LineFormat {
  /** What each line starts with, and each line that an element is continued on. */
  margin: string
  continuation: string
  /** What a line ends with, before the newline. */
  end: string
  /** Between an element and the next one on the line. */
  gap: string
  /** Columns that a line may have. */
  columns: number
  /** Elements on a line at most; 0 for any number. */
  perLine: number
  /** An element that does not fit the rest of the line, but a whole line, starts a new one. */
  keepTogether: boolean
  /** Columns that the margin is taken for, in the reference's counting. */
  marginColumns: number
}

/** Puts elements into lines as the reference does. */
export class Lines {
  readonly #format: LineFormat
  readonly #output: Output
  /** Columns used in the current line; 0 before the first. */
  #column = 0
  #onLine = 0
  #started = false
  #needMargin = true
  #wasBroken = false

  constructor(format: LineFormat, output: Output) {
    this.#format = format
    this.#output = output
  }

  /** Adds an element's text, in which BREAK marks where it may be broken. */
  add(text: string): void {
    const { columns, gap, end, keepTogether, marginColumns, perLine } = this.#format
    const reserve = gap.length + end.length
    if (keepTogether) {
      const width = visibleLength(text) + reserve
      if (this.#column + width > columns && (this.#wasBroken || marginColumns + width <= columns))
        this.#needMargin = true
    }
    if (perLine > 0 && this.#onLine >= perLine) this.#needMargin = true
    let breaks = 0
    const sections = text.includes(BREAK)
      ? text.split(BREAK).filter((section) => section !== '')
      : text === ''
        ? []
        : [text]
    for (let i = 0; i < sections.length; i++) {
      const section = sections[i]
      if (this.#column + section.length + reserve > columns) this.#needMargin = true
      if (this.#needMargin) {
        if (i > 0) breaks++
        this.#newLine(i > 0)
      } else if (this.#started && i === 0) {
        this.#output.text(gap)
        this.#column += gap.length
      }
      this.#output.text(section)
      this.#column += section.length
    }
    this.#wasBroken = breaks > 0
    this.#started = true
    this.#onLine++
  }

  #newLine(continued: boolean): void {
    const { margin, continuation, end, marginColumns } = this.#format
    if (this.#column > 0) this.#output.text(`${end}\n`)
    this.#output.text(continued ? continuation : margin)
    this.#column = marginColumns
    this.#onLine = 0
    this.#needMargin = false
  }
}

/** Characters that count for the width: control characters do not. */
function visibleLength(text: string): number {
  let length = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x20) length++
  return length
}
