import { FormatError } from '../errors.ts'
import { wideAddress } from './address.ts'
import { lookup3 } from './checksum.ts'
import type { Span } from './span.ts'
import type { Io, Sizes, Structure } from './structure.ts'
import { decodeWith, UNDEFINED } from './structure.ts'
import { decodeText } from './text.ts'

const HIGH_LIMIT = 0x20_0000

/** Reads a structure's fields out of bytes; every read is checked against the extent. */
export class Reader implements Io {
  readonly reading = true
  readonly sizes: Sizes
  /** The bytes that hold the structure, and perhaps more on both sides. */
  data: Uint8Array
  /** File address of the structure's first byte. */
  origin: number
  #name: string
  #start: number
  #end: number
  #position: number
  /** Whether the bytes that are given are copies: what is read may change later. */
  #copies = false

  /** Reads `data[start, end)`, whose first byte is at `origin` in the file. */
  constructor(name: string, data: Uint8Array, origin: number, sizes: Sizes, start = 0, end = data.length) {
    this.#name = name
    this.data = data
    this.origin = origin
    this.sizes = sizes
    this.#start = start
    this.#position = start
    this.#end = end
  }

  /** Makes the same reader read another structure, as if it were new. */
  reset(name: string, data: Uint8Array, origin: number, start: number, end: number, copies = false): void {
    this.#copies = copies
    this.#name = name
    this.data = data
    this.origin = origin
    this.#start = start
    this.#position = start
    this.#end = end
  }

  get at(): number {
    return this.#position - this.#start
  }

  get left(): number {
    return this.#end - this.#position
  }

  u8(field: string, _value?: number): number {
    return this.data[this.#take(field, 1)]
  }

  u16(field: string, _value?: number): number {
    const p = this.#take(field, 2)
    return this.data[p] | (this.data[p + 1] << 8)
  }

  u32(field: string, _value?: number): number {
    return this.#word(this.#take(field, 4))
  }

  u64(field: string, _value?: number): number {
    const value = this.uint(field, 8)
    if (value === UNDEFINED) this.fail('value above 2^53-1', field)
    return value
  }

  big(field: string, _value?: bigint): bigint {
    const p = this.#take(field, 8)
    return BigInt(this.#word(p)) | (BigInt(this.#word(p + 4)) << 32n)
  }

  /** As the interface says; eight bytes of all ones read as UNDEFINED. */
  uint(field: string, width: number, _value?: number): number {
    const p = this.#take(field, width)
    const data = this.data
    if (width === 8) {
      const low = this.#word(p)
      const high = this.#word(p + 4)
      if (high < HIGH_LIMIT) return high * 0x1_0000_0000 + low
      if (high === 0xffff_ffff && low === 0xffff_ffff) return UNDEFINED
      this.fail('value above 2^53-1', field)
    }
    let value = 0
    for (let i = width - 1; i >= 0; i--) value = value * 256 + data[p + i]
    if (value > Number.MAX_SAFE_INTEGER) this.fail('value above 2^53-1', field)
    return value
  }

  address(field: string, _value?: number): number {
    const { offsets, fold } = this.sizes
    if (fold !== undefined && offsets === 8) return fold(wideAddress(this.data, this.#take(field, 8)))
    const value = this.uint(field, offsets)
    return offsets < 8 && value === 256 ** offsets - 1 ? UNDEFINED : value
  }

  length(field: string, _value?: number): number {
    return this.uint(field, this.sizes.lengths)
  }

  version(field: string, _value: number, allowed: readonly number[]): number {
    const version = this.u8(field)
    if (!allowed.includes(version)) this.fail(`unknown version ${version}`, field)
    return version
  }

  signature(letters: string): void {
    const p = this.#take('Signature', letters.length)
    for (let i = 0; i < letters.length; i++) {
      if (this.data[p + i] !== letters.charCodeAt(i)) this.fail(`no signature "${letters}"`)
    }
  }

  bytes(field: string, length: number, _value?: Uint8Array): Uint8Array {
    const p = this.#take(field, length)
    return this.#copies ? this.data.slice(p, p + length) : this.data.subarray(p, p + length)
  }

  span(field: string, length: number, value: Span): Span {
    value.start = this.#take(field, length)
    value.data = this.data
    value.length = length
    return value
  }

  rest(field: string, _value?: Uint8Array): Uint8Array {
    return this.bytes(field, this.left)
  }

  terminated(field: string, _value?: string): string {
    const end = this.data.indexOf(0, this.#position)
    if (end < 0 || end >= this.#end) this.fail('string without its terminating zero', field)
    const text = decodeText(this.data, this.#position, end)
    this.#position = end + 1
    return text
  }

  text(field: string, length: number, _value?: string): string {
    const p = this.#take(field, length)
    return decodeText(this.data, p, p + length)
  }

  reserved(length: number, field = 'Reserved'): void {
    this.#take(field, length)
  }

  align(unit: number): void {
    const over = this.at % unit
    if (over > 0) this.#take('Padding', unit - over)
  }

  part<T, P>(field: string, structure: Structure<T, P>, _value: T, params: P, length?: number): T {
    const start = length === undefined ? this.#position : this.#take(field, length)
    const end = length === undefined ? this.#end : start + length
    const inner = this.inner(structure.name, this.origin + (start - this.#start), start, end)
    inner.#copies = this.#copies
    const value = decodeWith(inner, structure, params)
    if (length === undefined) this.#position = start + inner.at
    return value
  }

  textLength(): number {
    return 0
  }

  sizeOf(): number {
    return 0
  }

  checksum(field = 'Checksum'): void {
    const end = this.#position
    const stored = this.u32(field)
    const computed = lookup3(this.data, this.#start, end)
    if (stored !== computed) this.fail('checksum does not match', field)
  }

  flaw(_what: string, _field: string): void {}

  fail(what: string, field?: string): never {
    throw new FormatError(what, { structure: this.#name, field, address: this.origin + this.at })
  }

  /** A reader of its own for `data[start, end)`, whose first byte is at `origin` in the file. */
  protected inner(name: string, origin: number, start: number, end: number): Reader {
    return new Reader(name, this.data, origin, this.sizes, start, end)
  }

  #take(field: string, length: number): number {
    const p = this.#position
    if (length < 0 || length > this.#end - p) this.fail(`${length} bytes needed, ${this.left} left`, field)
    this.#position = p + length
    return p
  }

  #word(p: number): number {
    const data = this.data
    return (data[p] | (data[p + 1] << 8) | (data[p + 2] << 16) | (data[p + 3] << 24)) >>> 0
  }
}
