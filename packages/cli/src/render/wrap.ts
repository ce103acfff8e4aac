import { encodeText, Hdf5Error } from '@h5kit/core'
import type { Output } from '../output.ts'
import { ArrayIndices, indexText } from './array-indices.ts'
import type { PutShort, PutValue } from './put-value.ts'
import { BREAK } from './value-format.ts'

/** How the elements of an array are laid out in lines. */
export interface LineFormat {
  /** What each line starts with, and each line that an element is continued on. */
  margin: string
  continuation: string
  /** Sizes of the array whose indices stand behind the margin, those of the line's first element; none if undefined. */
  indices?: readonly number[]
  /** What follows each element but the last one. */
  separator: string
  /** What a line ends with, before the newline. */
  end: string
  /** Between an element and the next one on the line. */
  gap: string
  /** Columns that a line may have. */
  columns: number
  /** Elements on a line at most; 0 for any number. */
  perLine: number
  /** Elements after which a line ends, since a row of the array does; 0 for never. */
  row: number
  /** An element that does not fit the rest of the line, but a whole line, starts a new one. */
  keepTogether: boolean
  /** Columns that the margin is taken for, in the reference's counting. */
  marginColumns: number
  /** What the very first line starts with, where that is something else, and the columns that it counts for. */
  first?: { margin: string; columns: number }
  /** Whether the output is inside a line, which the first element ends. */
  started: boolean
}

const NEWLINE = 0x0a
const BREAK_BYTE = BREAK.charCodeAt(0)
const BLANK = 0x20

/** Longer elements are moved by the platform, which takes a while to begin. */
const SHORT = 48

/** The texts that lines are made with, as bytes: they are the same for most arrays. */
const encodedTexts = new Map<string, Uint8Array>()

/** Texts that are kept at most. */
const MOST_TEXTS = 1000

function encoded(text: string): Uint8Array {
  let bytes = encodedTexts.get(text)
  if (bytes === undefined) {
    bytes = encodeText(text)
    if (encodedTexts.size < MOST_TEXTS) encodedTexts.set(text, bytes)
  }
  return bytes
}

/** Puts elements into lines as the reference does. */
export class Lines {
  readonly #format: LineFormat
  readonly #output: Output
  readonly #margin: Uint8Array
  readonly #continuation: Uint8Array
  readonly #separator: Uint8Array
  readonly #end: Uint8Array
  readonly #gap: Uint8Array
  #first: LineFormat['first']
  readonly #indices: ArrayIndices | undefined
  /** Columns that must be left behind an element. */
  readonly #reserve: number
  /** Columns used in the current line; 0 before the first. */
  #column: number
  #onLine = 0
  /** Elements since a row, or a piece, began. */
  #inRow = 0
  #started = false
  #needMargin = true
  #wasBroken = false
  /** Columns that what the current line starts with is taken for. */
  #marginColumns = 0

  constructor(format: LineFormat, output: Output) {
    this.#format = format
    this.#output = output
    this.#margin = encoded(format.margin)
    this.#continuation = encoded(format.continuation)
    this.#separator = encoded(format.separator)
    this.#end = encoded(format.end)
    this.#gap = encoded(format.gap)
    this.#first = format.first
    this.#column = format.started ? 1 : 0
    this.#reserve = this.#gap.length + this.#end.length
    this.#indices = format.indices && new ArrayIndices(format.indices)
  }

  /** Adds a text, in which BREAK marks where it may be broken. */
  add(text: string): void {
    const start = this.#output.length
    this.#output.write(text)
    this.#place(start, 0)
  }

  /** The next element begins a line. */
  breakLine(): void {
    this.#needMargin = true
  }

  /** Ends the last line with a text, which goes to a new one where it does not fit; with nothing where there is none. */
  close(text: string, margin: string): void {
    if (!this.#started) return
    const { columns, perLine } = this.#format
    if (perLine === 1 || this.#column + text.length > columns) this.#output.write(`\n${margin}`)
    this.#output.write(text)
    this.#output.settle()
  }

  /** What the reference reads at once begins: there it does not look for the end of a row. */
  startPiece(): void {
    this.#inRow = 0
  }

  /**
   * Adds elements that are stored one behind the other.
   *
   * @param first number of the first of them in the array, for its indices
   * @param last whether no elements follow
   */
  addAll(put: PutValue, bytes: Uint8Array, size: number, first: number, count: number, last: boolean): void {
    // Elements that are not kept together have no marks where they may be broken.
    if (this.#format.keepTogether) this.#addMarked(put, bytes, size, first, count, last)
    else if (put.short !== undefined) this.#addShort(put.short, bytes, size, first, count, last)
    else this.#addWhole(this.#whole(put), bytes, size, first, count, last)
  }

  /** An element that cannot be written leaves nothing behind, not even the gap in front of it. */
  #whole(put: PutValue): PutValue {
    const gap = this.#gap.length
    return (out, bytes, at) => {
      const start = out.length - gap
      try {
        put(out, bytes, at)
      } catch (error) {
        if (error instanceof Hdf5Error) out.length = start
        throw error
      }
    }
  }

  #addMarked(put: PutValue, bytes: Uint8Array, size: number, first: number, count: number, last: boolean): void {
    const output = this.#output
    for (let i = 0; i < count; i++) {
      const start = output.length
      put(output, bytes, i * size)
      if (!last || i < count - 1) output.append(this.#separator)
      this.#place(start, first + i)
    }
  }

  #addWhole(put: PutValue, bytes: Uint8Array, size: number, first: number, count: number, last: boolean): void {
    const output = this.#output
    const gap = this.#gap
    const separator = this.#separator
    // Elements and columns that are left on the line: within them, an element needs no further look.
    let left = this.#started && !this.#needMargin ? this.#leftOnLine() : 0
    let before = left
    let room = this.#format.columns - this.#column - this.#reserve + gap.length
    for (let i = 0; i < count; i++) {
      const start = output.length
      // Most elements are followed by another one on the line; the gap is taken back where one is not.
      output.append(gap)
      put(output, bytes, i * size)
      if (!last || i < count - 1) output.append(separator)
      const width = output.length - start
      if (left > 0 && width <= room && width > gap.length) {
        left--
        room -= width
        continue
      }
      this.#pass(before - left, room)
      this.#endRow()
      this.#placeWhole(start, gap.length, first + i)
      left = this.#needMargin ? 0 : this.#leftOnLine()
      before = left
      room = this.#format.columns - this.#column - this.#reserve + gap.length
    }
    this.#pass(before - left, room)
  }

  /** As addWhole does, in an array that has room for all that comes next. */
  #addShort(short: PutShort, bytes: Uint8Array, size: number, first: number, count: number, last: boolean): void {
    const output = this.#output
    const gap = this.#gap
    const separator = this.#separator
    const longest = gap.length + short.longest + separator.length
    let left = this.#started && !this.#needMargin ? this.#leftOnLine() : 0
    let before = left
    let room = this.#format.columns - this.#column - this.#reserve + gap.length
    let out = output.bytes
    let at = output.length
    for (let i = 0; i < count; i++) {
      if (at + longest > out.length) {
        output.length = at
        output.reserve(longest)
        out = output.bytes
      }
      const start = at
      for (let from = 0; from < gap.length; from++) out[at++] = gap[from]
      at = short.put(out, at, bytes, i * size)
      if (!last || i < count - 1) for (let from = 0; from < separator.length; from++) out[at++] = separator[from]
      const width = at - start
      if (left > 0 && width <= room && width > gap.length) {
        left--
        room -= width
        continue
      }
      output.length = at
      this.#pass(before - left, room)
      this.#endRow()
      this.#placeWhole(start, gap.length, first + i)
      left = this.#needMargin ? 0 : this.#leftOnLine()
      before = left
      room = this.#format.columns - this.#column - this.#reserve + gap.length
      out = output.bytes
      at = output.length
    }
    output.length = at
    this.#pass(before - left, room)
  }

  /** Elements that may follow on the line before a row ends or the line has as many as it may. */
  #leftOnLine(): number {
    const { row, perLine } = this.#format
    const onLine = this.#onLine
    let left = Number.MAX_SAFE_INTEGER
    if (row > 0) left = Math.min((row - (onLine % row)) % row, Math.abs(row - this.#inRow))
    return perLine > 0 ? Math.min(left, Math.max(0, perLine - onLine)) : left
  }

  /** Takes account of elements that were added to the line, and of the columns that are left. */
  #pass(elements: number, room: number): void {
    if (elements === 0) return
    this.#onLine += elements
    this.#inRow += elements
    this.#column = this.#format.columns - this.#reserve + this.#gap.length - room
    this.#wasBroken = false
  }

  /** Gives the element that is in the output from `start` on its place. */
  #place(start: number, number: number): void {
    const { bytes, length } = this.#output
    let marked = false
    let visible = length - start
    for (let i = start; i < length; i++) {
      const byte = bytes[i]
      if (byte === BREAK_BYTE) marked = true
      // Characters above 127 are negative in C, and not counted.
      if (byte < BLANK || byte > 0x7f) visible--
    }
    if (!marked) {
      this.#endRow()
      this.#placeWhole(start, 0, number)
      return
    }
    const { columns, keepTogether } = this.#format
    const width = visible + this.#reserve
    if (keepTogether && this.#column + width > columns && (this.#wasBroken || this.#marginColumns + width <= columns))
      this.#needMargin = true
    this.#endRow()
    this.#placeSections(start, number)
    this.#onLine++
    this.#inRow++
  }

  /**
   * Gives an element without marks its place. That it keeps together goes without saying.
   *
   * @param gap bytes in front of it, from `start` on, that are room for what is put there
   */
  #placeWhole(start: number, gap: number, number: number): void {
    this.#wasBroken = false
    if (this.#output.length > start + gap) this.#placeSection(start, gap, 0, number)
    else this.#output.length = start
    this.#started = true
    this.#onLine++
    this.#inRow++
  }

  /** Sees whether the element before was the last one of its line. */
  #endRow(): void {
    const { row, perLine } = this.#format
    const onLine = this.#onLine
    if (row > 0 && onLine > 0) {
      if (onLine >= row && onLine % row === 0) this.#needMargin = true
      if (this.#inRow === row) {
        this.#needMargin = true
        this.#inRow = 0
      }
    }
    if (perLine > 0 && onLine >= perLine) this.#needMargin = true
  }

  /** Takes an element that may be broken out of the output again, and adds its parts one by one. */
  #placeSections(start: number, number: number): void {
    const output = this.#output
    const element = output.bytes.slice(start, output.length)
    output.length = start
    let section = 0
    let breaks = 0
    for (let from = 0; from < element.length; ) {
      const at = element.indexOf(BREAK_BYTE, from)
      const to = at < 0 ? element.length : at
      if (to > from) {
        const begin = output.length
        output.append(element.subarray(from, to))
        if (this.#placeSection(begin, 0, section, number) && section > 0) breaks++
        section++
      }
      from = to + 1
    }
    this.#wasBroken = breaks > 0
    this.#started = true
  }

  /**
   * Puts what a line begins with, or the gap, in front of what is last in the output, in place of the first `before`
   * bytes of it. Says whether it began a line.
   */
  #placeSection(start: number, before: number, section: number, number: number): boolean {
    const output = this.#output
    const width = output.length - start - before
    if (this.#column + width + this.#reserve > this.#format.columns) this.#needMargin = true
    if (!this.#needMargin) {
      const gap = this.#started && section === 0 ? this.#gap.length : 0
      this.#move(start + before, start + gap)
      if (gap > 0) this.#copy(this.#gap, start)
      this.#column += gap + width
      return false
    }
    let margin = section > 0 ? this.#continuation : this.#margin
    let columns = this.#format.marginColumns + margin.length - this.#margin.length
    if (this.#first !== undefined) {
      margin = encodeText(this.#first.margin)
      columns = this.#first.columns
      this.#first = undefined
    }
    const index = this.#indices?.write(number) ?? 0
    // The line that the output was in before is not one of these.
    const ending = this.#column === 0 ? 0 : this.#started ? this.#end.length + 1 : 1
    this.#move(start + before, start + ending + margin.length + index)
    let at = start
    if (ending > 1) at = this.#copy(this.#end, at)
    if (ending > 0) output.bytes[at++] = NEWLINE
    at = this.#copy(margin, at)
    for (let i = 0; i < index; i++) output.bytes[at++] = indexText[i]
    this.#marginColumns = columns + index
    this.#column = columns + index + width
    this.#onLine = 0
    this.#needMargin = false
    output.settle()
    return true
  }

  /** Moves what is in the output from a byte on. */
  #move(from: number, to: number): void {
    if (from === to) return
    const output = this.#output
    const { length } = output
    if (to > from) output.reserve(to - from)
    const { bytes } = output
    if (length - from > SHORT || to < from) bytes.copyWithin(to, from, length)
    else for (let i = length - 1; i >= from; i--) bytes[i + to - from] = bytes[i]
    output.length = length + to - from
  }

  #copy(text: Uint8Array, at: number): number {
    const { bytes } = this.#output
    for (let i = 0; i < text.length; i++) bytes[at + i] = text[i]
    return at + text.length
  }
}
