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
  readonly #put: (view: DataView, at: number, word: string) => boolean
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
      const word = words.next()
      if (word === undefined) throw this.#mistake(`${first + i} numbers; more are needed`)
      if (!this.#put(view, i * size, word))
        throw this.#mistake(`"${word}" is no ${this.#what} (number ${first + i + 1})`)
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
  #window: Uint8Array
  /** Of the window's first byte. */
  #origin: number
  #next = 0

  constructor(source: ByteSource, start: number) {
    this.#source = source
    this.#origin = start
    this.#window = this.#look(start)
  }

  /** Where the next word is looked for. */
  get at(): number {
    return this.#origin + this.#next
  }

  next(): string | undefined {
    for (;;) {
      while (this.#next < this.#window.length && isBlank(this.#window[this.#next])) this.#next++
      if (this.#next < this.#window.length) break
      if (this.at >= this.#source.size) return undefined
      this.#move(this.at)
    }
    if (this.#window.length - this.#next < LONGEST_WORD && this.at + LONGEST_WORD < this.#source.size)
      this.#move(this.at)
    const bytes = this.#window
    const start = this.#next
    let end = start
    const most = Math.min(bytes.length, start + LONGEST_WORD)
    while (end < most && !isBlank(bytes[end])) end++
    this.#next = end
    let word = ''
    for (let i = start; i < end; i++) word += String.fromCharCode(bytes[i])
    return word
  }

  #move(start: number): void {
    this.#origin = start
    this.#window = this.#look(start)
    this.#next = 0
  }

  #look(start: number): Uint8Array {
    return this.#source.view(start, Math.min(WINDOW, this.#source.size - start))
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

type Putter = (view: DataView, at: number, word: string) => boolean

function realPutter(size: number): Putter {
  return (view, at, word) => {
    const value = parseReal(word)
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
    return (view, at, word) => {
      if (!INTEGER.test(word)) return false
      const value = BigInt(word.startsWith('+') ? word.slice(1) : word)
      view.setBigInt64(at, value, true)
      return value >= least && value <= most
    }
  }
  const least = signed ? -(2 ** (8 * size - 1)) : 0
  const most = 2 ** (8 * size - (signed ? 1 : 0)) - 1
  return (view, at, word) => {
    if (!INTEGER.test(word)) return false
    const value = Number(word)
    if (size === 1) view.setInt8(at, value)
    else if (size === 2) view.setInt16(at, value, true)
    else view.setInt32(at, value, true)
    return value >= least && value <= most
  }
}
