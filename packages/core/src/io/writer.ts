import { WriteError } from '../errors.ts'
import { lookup3 } from './checksum.ts'
import { putUnsigned } from './integer.ts'
import { measure } from './measure.ts'
import { Span } from './span.ts'
import type { Io, Sizes, Structure } from './structure.ts'
import { UNDEFINED } from './structure.ts'
import { encodeText, isShortAscii, textLength } from './text.ts'

/** Fewer bytes are copied sooner than an array of them is made. */
const SHORT = 64

/** What a field of so many bytes cannot hold. */
const LIMITS = [1, 2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32, 2 ** 40, 2 ** 48, 2 ** 56, 2 ** 64]

/** Writes a structure's fields into a growing buffer. */
export class Writer implements Io {
  readonly reading = false
  readonly origin = 0
  readonly left = Number.POSITIVE_INFINITY
  readonly sizes: Sizes
  #name: string
  #data: Uint8Array
  #position = 0
  /** Where the structure starts. */
  #origin = 0

  constructor(name: string, sizes: Sizes, capacity = 64) {
    this.#name = name
    this.sizes = sizes
    this.#data = new Uint8Array(capacity)
  }

  /** What was written. */
  get written(): Uint8Array {
    return this.#data.subarray(this.#origin, this.#position)
  }

  /** As `written`: where it is. */
  get whole(): Span {
    return new Span(this.#data, this.#origin, this.#position - this.#origin)
  }

  get at(): number {
    return this.#position - this.#origin
  }

  /** Begins anew, with another structure. What was written before is gone. */
  begin(name: string): void {
    this.#name = name
    this.#data.fill(0, 0, this.#position)
    this.#position = 0
    this.#origin = 0
  }

  /** Goes on with another structure behind what was written, which stays. */
  next(name: string): void {
    this.#name = name
    this.#origin = this.#position
  }

  /** Bytes of all structures so far. */
  get total(): number {
    return this.#position
  }

  u8(field: string, value: number): number {
    return this.uint(field, 1, value)
  }

  u16(field: string, value: number): number {
    return this.uint(field, 2, value)
  }

  u32(field: string, value: number): number {
    return this.uint(field, 4, value)
  }

  u64(field: string, value: number): number {
    return this.uint(field, 8, value)
  }

  big(_field: string, value: bigint): bigint {
    const p = this.#grow(8)
    for (let i = 0; i < 8; i++) this.#data[p + i] = Number((value >> BigInt(8 * i)) & 0xffn)
    return value
  }

  uint(field: string, width: number, value: number): number {
    const p = this.#grow(width)
    if (value === UNDEFINED) {
      for (let i = 0; i < width; i++) this.#data[p + i] = 0xff
      return value
    }
    if (!Number.isSafeInteger(value) || value < 0 || value >= LIMITS[width]) {
      this.fail(`${value} does not fit ${width} bytes`, field)
    }
    const data = this.#data
    if (value > 0xffff_ffff) {
      putUnsigned(data, p, width, value)
      return value
    }
    let left = value
    for (let i = 0; i < width; i++) {
      data[p + i] = left & 0xff
      left >>>= 8
    }
    return value
  }

  address(field: string, value: number): number {
    return this.uint(field, this.sizes.offsets, value)
  }

  length(field: string, value: number): number {
    return this.uint(field, this.sizes.lengths, value)
  }

  version(field: string, value: number, allowed: readonly number[]): number {
    if (!allowed.includes(value)) this.fail(`unknown version ${value}`, field)
    return this.u8(field, value)
  }

  signature(letters: string): void {
    const p = this.#grow(letters.length)
    for (let i = 0; i < letters.length; i++) this.#data[p + i] = letters.charCodeAt(i)
  }

  bytes(field: string, length: number, value: Uint8Array): Uint8Array {
    if (value.length !== length) this.fail(`${value.length} bytes given, ${length} needed`, field)
    this.#put(value)
    return value
  }

  span(field: string, length: number, value: Span): Span {
    if (value.length > SHORT || value.length !== length) {
      this.bytes(field, length, value.bytes)
      return value
    }
    const { data, start } = value
    const p = this.#grow(length)
    for (let i = 0; i < length; i++) this.#data[p + i] = data[start + i]
    return value
  }

  rest(_field: string, value: Uint8Array): Uint8Array {
    this.#put(value)
    return value
  }

  terminated(_field: string, value: string): string {
    this.#put(encodeText(value))
    this.#grow(1)
    return value
  }

  text(field: string, length: number, value: string): string {
    if (value.length !== length || !isShortAscii(value)) {
      this.bytes(field, length, encodeText(value))
      return value
    }
    const p = this.#grow(length)
    for (let i = 0; i < length; i++) this.#data[p + i] = value.charCodeAt(i)
    return value
  }

  reserved(length: number): void {
    this.#grow(length)
  }

  align(unit: number): void {
    const over = this.at % unit
    if (over > 0) this.#grow(unit - over)
  }

  part<T, P>(field: string, structure: Structure<T, P>, value: T, params: P, length?: number): T {
    const name = this.#name
    const origin = this.#origin
    const start = this.#position
    this.next(structure.name)
    structure.body(this, value, params)
    this.#name = name
    this.#origin = origin
    if (length === undefined) return value
    const written = this.#position - start
    if (written > length) this.fail(`${written} bytes for ${length}`, field)
    this.#grow(length - written)
    return value
  }

  textLength(value: string): number {
    return textLength(value)
  }

  sizeOf<T, P>(structure: Structure<T, P>, value: T, params: P): number {
    return measure(structure, value, this.sizes, params)
  }

  checksum(field = 'Checksum'): void {
    this.u32(field, lookup3(this.#data, this.#origin, this.#position))
  }

  flaw(_what: string, _field: string): void {}

  fail(what: string, field?: string): never {
    throw new WriteError(what, { structure: this.#name, field })
  }

  #put(bytes: Uint8Array): void {
    const { length } = bytes
    const p = this.#grow(length)
    if (length > SHORT) this.#data.set(bytes, p)
    else for (let i = 0; i < length; i++) this.#data[p + i] = bytes[i]
  }

  #grow(length: number): number {
    const p = this.#position
    this.#position = p + length
    if (this.#position > this.#data.length) {
      const larger = new Uint8Array(Math.max(this.#position, this.#data.length * 2))
      larger.set(this.#data.subarray(0, p))
      this.#data = larger
    }
    return p
  }
}

/** The bytes of a structure. */
export function encode<T, P>(structure: Structure<T, P>, value: T, sizes: Sizes, params: P): Uint8Array {
  const writer = new Writer(structure.name, sizes)
  structure.body(writer, value, params)
  return writer.written
}
