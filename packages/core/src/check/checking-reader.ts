import { lookup3 } from '../io/checksum.ts'
import { Reader } from '../io/reader.ts'
import type { Sizes } from '../io/structure.ts'

/** What is wrong with a field that does not keep the rest of its structure from being read. */
export interface Blemish {
  structure: string
  field: string
  /** File address of the field. */
  address: number
  what: string
  /** Whether the field is one that should be zero and means nothing. */
  reserved: boolean
  /** Of a signature: how many of its letters are others. */
  wrong: number
}

/** A reader that goes on behind a wrong signature or checksum, notes it, and looks at reserved bytes too. */
export class CheckingReader extends Reader {
  readonly #blemishes: Blemish[]
  #name: string
  #first: number

  constructor(
    name: string,
    data: Uint8Array,
    origin: number,
    sizes: Sizes,
    blemishes: Blemish[],
    start = 0,
    end = data.length,
  ) {
    super(name, data, origin, sizes, start, end)
    this.#name = name
    this.#blemishes = blemishes
    this.#first = start
  }

  override reset(name: string, data: Uint8Array, origin: number, start: number, end: number, copies = false): void {
    super.reset(name, data, origin, start, end, copies)
    this.#name = name
    this.#first = start
  }

  override signature(letters: string): void {
    const from = this.#first + this.at
    super.reserved(letters.length, 'Signature')
    let wrong = 0
    for (let i = 0; i < letters.length; i++) if (this.data[from + i] !== letters.charCodeAt(i)) wrong++
    if (wrong > 0) this.#note('Signature', letters.length, `no signature "${printable(letters)}"`, { wrong })
  }

  override flaw(what: string, field: string): void {
    this.#note(field, 0, what)
  }

  override checksum(field = 'Checksum'): void {
    const end = this.#first + this.at
    const stored = this.u32(field)
    if (stored === lookup3(this.data, this.#first, end)) return
    this.#note(field, 4, 'checksum does not match')
  }

  override reserved(length: number, field = 'Reserved'): void {
    const from = this.#first + this.at
    super.reserved(length, field)
    if (field !== 'Reserved') return
    for (let i = 0; i < length; i++) {
      if (this.data[from + i] === 0) continue
      this.#note(field, length, 'reserved bytes that are not zero', { reserved: true })
      return
    }
  }

  protected override inner(name: string, origin: number, start: number, end: number): Reader {
    return new CheckingReader(name, this.data, origin, this.sizes, this.#blemishes, start, end)
  }

  /** Notes what is wrong with the field that was just read. */
  #note(field: string, length: number, what: string, more: { reserved?: boolean; wrong?: number } = {}): void {
    const address = this.origin + this.at - length
    this.#blemishes.push({ structure: this.#name, field, address, what, reserved: false, wrong: 0, ...more })
  }
}

/** How many of the letters that a structure starts with are others. */
export function wrongLetters(bytes: Uint8Array, letters: string): number {
  let wrong = 0
  for (let i = 0; i < letters.length; i++) if (bytes[i] !== letters.charCodeAt(i)) wrong++
  return wrong
}

function printable(letters: string): string {
  return letters.replace(/[^\x20-\x7e]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
