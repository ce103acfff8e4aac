import { reordered, swapBytes } from '../byte-order.ts'
import type { Rounding } from '../exact.ts'
import type { NumberType } from './native.ts'
import { nativeName } from './native.ts'
import { writesDoubles } from './write-doubles.ts'

/** Converts 64-bit integers by their words; undefined where that cannot be done or the types are others. */
export function convertLongIntegers(
  from: NumberType,
  to: NumberType,
  bytes: Uint8Array,
  count: number,
  rounding: Rounding,
): Uint8Array | undefined {
  const name = nativeName(from)
  const target = nativeName(to)
  if ((name !== 'i64' && name !== 'u64') || to.order === 'VAX') return undefined
  const words = new Uint32Array(reordered(bytes, count, 8, from.order).buffer)
  const into = new Uint8Array(count * to.size)
  if (target === undefined || (to.class === 'floating-point' && target !== 'f64')) {
    return throughDoubles(words, to, into, name === 'i64', rounding)
  }
  if (target === 'i64') unsignedToSigned(words, new Uint32Array(into.buffer))
  else if (target === 'u64') signedToUnsigned(words, new Uint32Array(into.buffer))
  else if (target === 'f64') toDoubles(words, new Float64Array(into.buffer), name === 'i64')
  else if (to.class === 'fixed-point') narrow(words, integersOf(to.size, to.signed, into), name === 'i64', to)
  if (to.order === 'BE') swapBytes(into, to.size)
  return into
}

function unsignedToSigned(words: Uint32Array, into: Uint32Array): void {
  for (let i = 0; i < words.length; i += 2) {
    const over = words[i + 1] > 0x7fffffff
    into[i] = over ? 0xffffffff : words[i]
    into[i + 1] = over ? 0x7fffffff : words[i + 1]
  }
}

function signedToUnsigned(words: Uint32Array, into: Uint32Array): void {
  for (let i = 0; i < words.length; i += 2) {
    const negative = words[i + 1] > 0x7fffffff
    into[i] = negative ? 0 : words[i]
    into[i + 1] = negative ? 0 : words[i + 1]
  }
}

/** Both words' parts are exact, so that their sum is rounded once. */
function toDoubles(words: Uint32Array, into: Float64Array, signed: boolean): void {
  for (let i = 0; i < into.length; i++) {
    const high = signed ? words[2 * i + 1] | 0 : words[2 * i + 1]
    into[i] = high * 2 ** 32 + words[2 * i]
  }
}

/** Only where all are doubles, so that nothing is rounded twice. */
function throughDoubles(
  words: Uint32Array,
  to: NumberType,
  into: Uint8Array<ArrayBuffer>,
  signed: boolean,
  rounding: Rounding,
): Uint8Array | undefined {
  const write = writesDoubles(to, rounding)
  if (write === undefined) return undefined
  for (let i = 1; i < words.length; i += 2) {
    const high = signed ? words[i] | 0 : words[i]
    if (high < -0x200000 || high >= 0x200000) return undefined
  }
  const doubles = new Float64Array(words.length / 2)
  toDoubles(words, doubles, signed)
  write(doubles, into)
  return into
}

type Integers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array

function integersOf(size: number, signed: boolean, into: Uint8Array<ArrayBuffer>): Integers {
  if (size === 1) return signed ? new Int8Array(into.buffer) : into
  if (size === 2) return signed ? new Int16Array(into.buffer) : new Uint16Array(into.buffer)
  return signed ? new Int32Array(into.buffer) : new Uint32Array(into.buffer)
}

/** A double near a 64-bit integer is on the same side of each end of a narrow type, and exact between them. */
function narrow(words: Uint32Array, into: Integers, fromSigned: boolean, to: NumberType): void {
  const signed = to.class === 'fixed-point' && to.signed
  const highest = 2 ** (8 * to.size - (signed ? 1 : 0)) - 1
  const lowest = signed ? -highest - 1 : 0
  for (let i = 0; i < into.length; i++) {
    const high = fromSigned ? words[2 * i + 1] | 0 : words[2 * i + 1]
    const value = high * 2 ** 32 + words[2 * i]
    into[i] = value > highest ? highest : Math.max(value, lowest)
  }
}
