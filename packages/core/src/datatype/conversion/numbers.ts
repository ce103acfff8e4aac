import type { FixedPointType } from '../../format/messages/datatype.ts'
import { reordered } from '../byte-order.ts'
import type { Exact, Rounding } from '../exact.ts'
import { clipInteger, exactInteger, readFloat, readInteger, wholePart, writeFloat, writeInteger } from '../exact.ts'
import { convertLongIntegers } from './long-integers.ts'
import type { NumberType } from './native.ts'
import { isNative, nativeName } from './native.ts'
import { readsAsDoubles } from './read-doubles.ts'
import { writesDoubles } from './write-doubles.ts'

/** Elements that are converted at a time; a multiple of what any typed array needs to be aligned. */
const BLOCK = 4096

/**
 * Converts numbers by the C library's rules: integers are clipped, never wrapped; fractions are dropped; a NaN is no
 * integer and becomes 0, or what x86-64 makes of it between native types; floating-point numbers are rounded to the
 * nearest one of the target (see Rounding) and are infinite beyond its largest.
 *
 * What the C language leaves undefined is clipped too, where the library's answer depends on the processor.
 */
export function convertNumbers(from: NumberType, to: NumberType, bytes: Uint8Array, count: number): Uint8Array {
  if (differInOrderOnly(from, to)) {
    const plain = reordered(bytes, count, from.size, from.order)
    return to.order === 'LE' ? plain : reordered(plain, count, to.size, to.order)
  }
  const rounding = roundingFor(from, to)
  const long = convertLongIntegers(from, to, bytes, count, rounding)
  if (long !== undefined) return long
  const into = new Uint8Array(count * to.size)
  const read = readsAsDoubles(from, count)
  const write = writesDoubles(to, rounding)
  if (read === undefined || write === undefined) {
    for (let i = 0; i < count; i++) convertExactly(from, to, bytes, i * from.size, into, i * to.size, rounding)
    return into
  }
  const block = new Float64Array(Math.min(BLOCK, count))
  for (let first = 0; first < count; first += BLOCK) {
    const values = count - first < BLOCK ? block.subarray(0, count - first) : block
    read(bytes.subarray(first * from.size), values)
    write(values, into.subarray(first * to.size, (first + values.length) * to.size))
  }
  return into
}

function differInOrderOnly(from: NumberType, to: NumberType): boolean {
  const name = nativeName(from)
  if (name !== undefined && name === nativeName(to)) return true
  const { version: _, ...rest } = from
  return Object.entries(rest).every(
    ([key, value]) => key === 'order' || Object.entries(to).some(([k, v]) => k === key && v === value),
  )
}

function roundingFor(from: NumberType, to: NumberType): Rounding {
  if (isNative(from) && isNative(to)) return 'native'
  return from.class === 'fixed-point' ? 'even' : 'away'
}

function convertExactly(
  from: NumberType,
  to: NumberType,
  bytes: Uint8Array,
  at: number,
  into: Uint8Array,
  atInto: number,
  rounding: Rounding,
): void {
  const value = from.class === 'fixed-point' ? exactInteger(readInteger(from, bytes, at)) : readFloat(from, bytes, at)
  if (to.class === 'floating-point') writeFloat(to, into, atInto, value, rounding)
  else writeInteger(to, into, atInto, clipInteger(to, toInteger(value, to, rounding)))
}

/** An integer that is right once it is clipped. */
function toInteger(value: Exact, { size, signed }: FixedPointType, rounding: Rounding): bigint {
  if (value.form === 'finite') return wholePart(value)
  const beyond = 1n << BigInt(8 * size)
  if (value.form === 'infinite') return value.negative ? -beyond : beyond
  if (rounding !== 'native' || size < 4) return 0n
  const indefinite = 1n << BigInt(8 * size - 1)
  return signed ? -indefinite : size === 4 ? 0n : indefinite
}
