import type { ByteSource, Datatype } from '@h5kit/core'
import { convert, TypeMismatchError } from '@h5kit/core'
import { parseReal } from '../options/real-number.ts'
import { TextElements } from './import-elements.ts'

/** Bytes of text that are looked at together. */
const WINDOW = 1 << 18

/** No number has so many characters. */
const LONGEST_WORD = 1 << 12

/** What the words of a text are read as. */
export interface NumberText {
  kind: 'signed' | 'unsigned' | 'real'
  /** In bytes. */
  size: number
}

/** Numbers of a text, with blanks and ends of lines between them. */
export class TextNumbers extends TextElements {
  readonly #source: ByteSource
  readonly #name: string
  readonly #put: Putter
  readonly #what: string
  readonly #from: Datatype
  readonly #to: Datatype

  /** @param from the little-endian type that the numbers are read as */
  constructor(source: ByteSource, count: number, text: NumberText, from: Datatype, to: Datatype, name: string) {
    super(0, count, to.size)
    this.#source = source
    this.#name = name
    this.#put = text.kind === 'real' ? realPutter(text.size) : integerPutter(text.size, text.kind === 'signed')
    this.#what = text.kind === 'real' ? 'number' : `${text.kind} integer of ${text.size * 8} bits`
    this.#from = from
    this.#to = to
  }

  protected decode(start: number, first: number, count: number): { bytes: Uint8Array; end: number } {
    const { size } = this.#from
    const bytes = new Uint8Array(count * size)
    const view = new DataView(bytes.buffer)
    const words = new Words(this.#source, start)
    for (let i = 0; i < count; i++) {
      if (!words.next()) throw this.#mistake(`${first + i} numbers; more are needed`)
      if (!this.#put(view, i * size, words)) {
        throw this.#mistake(`"${words.text}" is no ${this.#what} (number ${first + i + 1})`)
      }
    }
    return { bytes: convert(this.#from, this.#to, bytes, count), end: words.at }
  }

  #mistake(what: string): TypeMismatchError {
    return new TypeMismatchError(`${this.#name}: ${what}`, { file: this.#name })
  }
}

/** The words of a text from a byte on. */
class Words {
  readonly #source: ByteSource
  /** Of the window's first byte. */
  #origin: number
  #next = 0
  /** Bytes that the word is among, from `start` to `end`. */
  window: Uint8Array
  start = 0
  end = 0

  constructor(source: ByteSource, start: number) {
    this.#source = source
    this.#origin = start
    this.window = this.#look(start)
  }

  get text(): string {
    return String.fromCharCode(...this.window.subarray(this.start, this.end))
  }

  /** Where the next word is looked for. */
  get at(): number {
    return this.#origin + this.#next
  }

  /** Goes to the next word; false where there is none. */
  next(): boolean {
    for (;;) {
      while (this.#next < this.window.length && isBlank(this.window[this.#next])) this.#next++
      if (this.#next < this.window.length) break
      if (this.at >= this.#source.size) return false
      this.#move(this.at)
    }
    if (this.window.length - this.#next < LONGEST_WORD && this.#origin + this.window.length < this.#source.size) {
      this.#move(this.at)
    }
    const bytes = this.window
    const most = Math.min(bytes.length, this.#next + LONGEST_WORD)
    let end = this.#next
    while (end < most && !isBlank(bytes[end])) end++
    this.start = this.#next
    this.end = end
    this.#next = end
    return true
  }

  #move(start: number): void {
    this.#origin = start
    this.window = this.#look(start)
    this.#next = 0
  }

  #look(start: number): Uint8Array {
    return this.#source.view(start, Math.min(WINDOW, this.#source.size - start))
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

/** Puts the number that a word is into its place; false where it is none that fits. */
type Putter = (view: DataView, at: number, words: Words) => boolean

function realPutter(size: number): Putter {
  return (view, at, words) => {
    const value = parseReal(words.text)
    if (value === undefined) return false
    if (size === 4) view.setFloat32(at, value, true)
    else view.setFloat64(at, value, true)
    return true
  }
}

const INTEGER = /^[-+]?\d{1,20}$/

function integerPutter(size: number, signed: boolean): Putter {
  if (size === 8) {
    const least = signed ? -(2n ** 63n) : 0n
    const most = signed ? 2n ** 63n - 1n : 2n ** 64n - 1n
    return (view, at, words) => {
      const word = words.text
      if (!INTEGER.test(word)) return false
      const value = BigInt(word.startsWith('+') ? word.slice(1) : word)
      view.setBigInt64(at, value, true)
      return value >= least && value <= most
    }
  }
  const least = signed ? -(2 ** (8 * size - 1)) : 0
  const most = 2 ** (8 * size - (signed ? 1 : 0)) - 1
  return (view, at, words) => {
    const value = smallInteger(words)
    if (value === undefined) return false
    if (size === 1) view.setInt8(at, value)
    else if (size === 2) view.setInt16(at, value, true)
    else view.setInt32(at, value, true)
    return value >= least && value <= most
  }
}

const DIGIT_0 = 0x30
const MINUS = 0x2d
const PLUS = 0x2b

/** So many digits are exact in a number of 64 bits. */
const EXACT_DIGITS = 15

/** An integer that may be out of range; undefined where the word is none. */
function smallInteger(words: Words): number | undefined {
  const { window, start, end } = words
  const sign = window[start]
  const first = sign === MINUS || sign === PLUS ? start + 1 : start
  if (end - first > EXACT_DIGITS) return INTEGER.test(words.text) ? Number(words.text) : undefined
  if (end === first) return undefined
  let value = 0
  for (let i = first; i < end; i++) {
    const digit = window[i] - DIGIT_0
    if (digit < 0 || digit > 9) return undefined
    value = 10 * value + digit
  }
  return sign === MINUS ? -value : value
}
