import type { ExecutionContext } from 'ava'
import { FormatError } from '../../src/errors.ts'
import { measure } from '../../src/io/measure.ts'
import { Reader } from '../../src/io/reader.ts'
import type { Sizes, Structure } from '../../src/io/structure.ts'
import { decodeWith } from '../../src/io/structure.ts'
import { encode } from '../../src/io/writer.ts'

const SIZES: Sizes = { offsets: 8, lengths: 8 }

/** Bytes from hexadecimal digits, which may be grouped with spaces and lines. */
export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16))
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function decode<T>(structure: Structure<T>, data: Uint8Array, sizes = SIZES): T {
  return decodeWith(new Reader(structure.name, data, 0, sizes), structure, undefined)
}

/** The bytes are read as the value, the value is written as the bytes, and measured as their number. */
export function lawful<T>(t: ExecutionContext, structure: Structure<T>, digits: string, value: T, sizes = SIZES): void {
  const data = bytes(digits)
  t.deepEqual(decode(structure, data, sizes), value)
  t.is(hex(encode(structure, value, sizes, undefined)), hex(data))
  t.is(measure(structure, value, sizes, undefined), data.length)
}

/** Reading the bytes raises a FormatError that says so. */
export function refused<T>(t: ExecutionContext, structure: Structure<T>, digits: string, message: RegExp): void {
  t.throws(() => decode(structure, bytes(digits)), { instanceOf: FormatError, message })
}
