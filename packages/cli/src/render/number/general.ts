import { Decimal } from './decimal.ts'
import { putUnsigned } from './integer.ts'
import { NO_POWER, TENS } from './powers-of-ten.ts'

/** Bytes that a number of so many significant digits takes at most: sign, point, "0.000" or exponent. */
export function longestGeneral(digits: number): number {
  return digits + 8
}

const MINUS = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const ZERO = 0x30
const SMALL_E = 0x65

/** The three digits of 0 to 999. */
const TRIPLES = new Uint8Array(3000)
for (let i = 0; i < 1000; i++) {
  TRIPLES[3 * i] = ZERO + Math.floor(i / 100)
  TRIPLES[3 * i + 1] = ZERO + (Math.floor(i / 10) % 10)
  TRIPLES[3 * i + 2] = ZERO + (i % 10)
}

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const figures = new Uint8Array(6)
const decimal = new Decimal()

/** Writes a number as C's printf("%g") does; returns where it ends. It takes at most 14 bytes. */
export function putGeneral6(bytes: Uint8Array, start: number, value: number): number {
  let at = start
  let size = value
  if (value < 0) {
    bytes[at++] = MINUS
    size = -value
  }
  if (size < 1_000_000 && size === (size | 0)) {
    if (size === 0 && 1 / value < 0) bytes[at++] = MINUS
    return putUnsigned(bytes, at, size)
  }
  double[0] = size
  let exponent = (((words[1] >>> 20) - 1023) * 1233) >> 12
  // Subnormal and nearly so, infinite, not a number.
  if (!(exponent > -300 && size < 1e300)) return putRare(bytes, start, value, 6)
  if (size >= TENS[exponent + 1 + NO_POWER]) exponent++
  const scaled = size * TENS[5 - exponent + NO_POWER]
  let rounded = (scaled + 0.5) | 0
  const distance = scaled - rounded
  // Two roundings make an error of 10^6 × 2^-52 at most.
  if (distance > 0.499999999 || distance < -0.499999999 || rounded < 100_000) return putRare(bytes, start, value, 6)
  if (rounded >= 1_000_000) {
    rounded = 100_000
    exponent++
  }
  const upper = (rounded / 1000) | 0
  const lower = rounded - upper * 1000
  figures[0] = TRIPLES[3 * upper]
  figures[1] = TRIPLES[3 * upper + 1]
  figures[2] = TRIPLES[3 * upper + 2]
  let count = 3
  if (lower !== 0) {
    figures[3] = TRIPLES[3 * lower]
    figures[4] = TRIPLES[3 * lower + 1]
    figures[5] = TRIPLES[3 * lower + 2]
    count = 6
  }
  while (figures[count - 1] === ZERO) count--
  return arrange(bytes, at, figures, count, exponent, 6)
}

/** Writes a number as C's printf("%.<digits>g") does. It takes at most longestGeneral(digits) bytes. */
export function putGeneral(bytes: Uint8Array, at: number, value: number, digits: number): number {
  if (digits === 6) return putGeneral6(bytes, at, value)
  return putRare(bytes, at, value, digits)
}

/** Writes whole × 2^shift, with a sign, as C's printf("%.<digits>Lg") does, with no double in between. */
export function putGeneralExact(
  bytes: Uint8Array,
  start: number,
  negative: boolean,
  whole: bigint,
  shift: number,
  digits: number,
): number {
  let at = start
  if (negative) bytes[at++] = MINUS
  if (whole === 0n) {
    bytes[at] = ZERO
    return at + 1
  }
  decimal.exactly(whole, shift, digits)
  return arrangeTrimmed(bytes, at, digits)
}

function putRare(bytes: Uint8Array, start: number, value: number, digits: number): number {
  let at = start
  if (Number.isNaN(value)) return putWord(bytes, at, 'nan')
  if (value < 0 || Object.is(value, -0)) bytes[at++] = MINUS
  const size = Math.abs(value)
  if (size === Number.POSITIVE_INFINITY) return putWord(bytes, at, 'inf')
  if (size === 0) {
    bytes[at] = ZERO
    return at + 1
  }
  decimal.significant(size, digits)
  return arrangeTrimmed(bytes, at, digits)
}

function arrangeTrimmed(bytes: Uint8Array, at: number, precision: number): number {
  let { count } = decimal
  while (count > 1 && decimal.digits[count - 1] === ZERO) count--
  return arrange(bytes, at, decimal.digits, count, decimal.exponent, precision)
}

/** Lays out digits without zeros at the end as %g does: fixed where the exponent is small. */
function arrange(
  bytes: Uint8Array,
  start: number,
  digits: Uint8Array,
  count: number,
  exponent: number,
  precision: number,
): number {
  let at = start
  if (exponent < -4 || exponent >= precision) {
    bytes[at++] = digits[0]
    if (count > 1) {
      bytes[at++] = POINT
      for (let i = 1; i < count; i++) bytes[at++] = digits[i]
    }
    return putExponent(bytes, at, SMALL_E, exponent)
  }
  if (exponent < 0) {
    bytes[at++] = ZERO
    bytes[at++] = POINT
    for (let i = -1; i > exponent; i--) bytes[at++] = ZERO
    for (let i = 0; i < count; i++) bytes[at++] = digits[i]
    return at
  }
  let i = 0
  for (; i <= exponent; i++) bytes[at++] = i < count ? digits[i] : ZERO
  if (i >= count) return at
  bytes[at++] = POINT
  for (; i < count; i++) bytes[at++] = digits[i]
  return at
}

/** Writes e+05 and the like: at least two digits. */
export function putExponent(bytes: Uint8Array, start: number, letter: number, exponent: number): number {
  let at = start
  bytes[at++] = letter
  bytes[at++] = exponent < 0 ? MINUS : PLUS
  const size = Math.abs(exponent)
  if (size < 10) bytes[at++] = ZERO
  return putUnsigned(bytes, at, size)
}

export function putWord(bytes: Uint8Array, at: number, word: string): number {
  for (let i = 0; i < word.length; i++) bytes[at + i] = word.charCodeAt(i)
  return at + word.length
}
