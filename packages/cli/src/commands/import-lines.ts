import type { ByteSource, Datatype, SequenceTarget } from '@h5kit/core'
import { decodeText, encodeValues, LimitError } from '@h5kit/core'
import { TextElements } from './import-elements.ts'

/** Bytes of text that are looked at together. */
const WINDOW = 1 << 18

const LONGEST_LINE = 2 ** 30

const END_OF_LINE = 10

/** The lines of a text from a byte on, without what ends them. */
class Lines {
  readonly #source: ByteSource
  readonly #name: string
  #window: Uint8Array = new Uint8Array(0)
  #origin: number
  #next = 0

  constructor(source: ByteSource, start: number, name: string) {
    this.#source = source
    this.#name = name
    this.#origin = start
  }

  /** Where the next line begins. */
  get at(): number {
    return this.#origin + this.#next
  }

  /** The next line; undefined at the end of the text. A last line may lack its end. */
  next(): Uint8Array | undefined {
    let end = this.#window.indexOf(END_OF_LINE, this.#next)
    for (let length = WINDOW; end < 0; length *= 2) {
      const start = this.at
      const there = this.#source.size - start
      if (there === 0) return undefined
      if (length > LONGEST_LINE) throw new LimitError(`${this.#name} has a line of more than ${LONGEST_LINE} bytes`)
      this.#window = this.#source.view(start, Math.min(length, there))
      this.#origin = start
      this.#next = 0
      end = this.#window.indexOf(END_OF_LINE)
      if (end < 0 && length >= there) end = this.#window.length
    }
    const line = this.#window.subarray(this.#next, end)
    this.#next = Math.min(end + 1, this.#window.length)
    return line
  }
}

/** Ends of lines in a text. */
export function countLines(source: ByteSource): number {
  let count = 0
  for (let at = 0; at < source.size; at += WINDOW) {
    const bytes = source.view(at, Math.min(WINDOW, source.size - at))
    for (let i = bytes.indexOf(END_OF_LINE); i >= 0; i = bytes.indexOf(END_OF_LINE, i + 1)) count++
  }
  return count
}

/** Lines of a text as strings; or what stands in quotes in each line that has something there. */
export class LineElements extends TextElements {
  readonly #source: ByteSource
  readonly #name: string
  readonly #type: Datatype
  readonly #target: SequenceTarget
  readonly #quoted: boolean

  constructor(
    source: ByteSource,
    count: number,
    type: Datatype,
    target: SequenceTarget,
    options: { name: string; quoted: boolean },
  ) {
    super(0, count, type.size)
    this.#source = source
    this.#name = options.name
    this.#type = type
    this.#target = target
    this.#quoted = options.quoted
  }

  protected decode(start: number, _first: number, count: number): { bytes: Uint8Array; end: number } {
    const lines = new Lines(this.#source, start, this.#name)
    const texts: string[] = []
    while (texts.length < count) {
      const line = lines.next()
      if (line === undefined) break
      const text = decodeText(line)
      if (!this.#quoted) texts.push(text)
      else if (inQuotes(text) !== '') texts.push(inQuotes(text))
    }
    const bytes = new Uint8Array(count * this.#type.size)
    bytes.set(encodeValues(this.#type, texts, this.#target))
    return { bytes, end: lines.at }
  }
}

/** What stands between the first and the last quote of a line. */
function inQuotes(line: string): string {
  const first = line.indexOf('"')
  const last = line.lastIndexOf('"')
  return first < last ? line.slice(first + 1, last) : ''
}
