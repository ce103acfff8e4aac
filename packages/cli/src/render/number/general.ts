import { Decimal } from './decimal.ts'
import { FOURS, putUnsigned } from './integer.ts'
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

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
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
  return putSix(bytes, at, rounded, exponent)
}

/** Lays out six digits as %g does; the first one counts 10^exponent. */
function putSix(bytes: Uint8Array, start: number, value: number, exponent: number): number {
  const upper = (value / 10_000) | 0
  const four = 4 * (value - upper * 10_000)
  const two = 4 * upper + 2
  let end: number
  if (exponent >= 0 && exponent < 6) {
    // Digits behind the point stand one place further on.
    bytes[start] = FOURS[two]
    bytes[start + 1 + (exponent < 1 ? 1 : 0)] = FOURS[two + 1]
    bytes[start + 2 + (exponent < 2 ? 1 : 0)] = FOURS[four]
    bytes[start + 3 + (exponent < 3 ? 1 : 0)] = FOURS[four + 1]
    bytes[start + 4 + (exponent < 4 ? 1 : 0)] = FOURS[four + 2]
    if (exponent === 5) {
      bytes[start + 5] = FOURS[four + 3]
      return start + 6
    }
    bytes[start + 6] = FOURS[four + 3]
    bytes[start + 1 + exponent] = POINT
    end = start + 7
  } else if (exponent < 0 && exponent >= -4) {
    bytes[start] = ZERO
    bytes[start + 1] = POINT
    let at = start + 2
    for (let i = exponent + 1; i < 0; i++) bytes[at++] = ZERO
    end = putSixDigits(bytes, at, two, four)
  } else {
    putSixDigits(bytes, start + 1, two, four)
    bytes[start] = bytes[start + 1]
    bytes[start + 1] = POINT
    end = start + 7
    while (bytes[end - 1] === ZERO) end--
    if (bytes[end - 1] === POINT) end--
    return putExponent(bytes, end, SMALL_E, exponent)
  }
  while (bytes[end - 1] === ZERO) end--
  return bytes[end - 1] === POINT ? end - 1 : end
}

function putSixDigits(bytes: Uint8Array, at: number, two: number, four: number): number {
  bytes[at] = FOURS[two]
  bytes[at + 1] = FOURS[two + 1]
  bytes[at + 2] = FOURS[four]
  bytes[at + 3] = FOURS[four + 1]
  bytes[at + 4] = FOURS[four + 2]
  bytes[at + 5] = FOURS[four + 3]
  return at + 6
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
