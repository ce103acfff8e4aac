/** "0000" to "9999", one behind the other. */
export const FOURS = fours()

/** A word for each: this runs when a command starts. */
function fours(): Uint8Array {
  const pairs = Array.from({ length: 100 }, (_, i) => 0x3030 + Math.floor(i / 10) + ((i % 10) << 8))
  const words = new Uint32Array(10_000)
  let at = 0
  for (const upper of pairs) for (const lower of pairs) words[at++] = upper | (lower << 16)
  return new Uint8Array(words.buffer)
}

/** Bytes that an integer of up to 64 bits takes at most. */
export const LONGEST_INTEGER = 20

const MINUS = 0x2d

/** Writes an integer from 0 to 2^32-1 in decimal at `at`; returns where it ends. */
export function putUnsigned(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10_000) return putFirst(bytes, at, value)
  if (value < 100_000_000) {
    const upper = (value / 10_000) | 0
    return putFour(bytes, putFirst(bytes, at, upper), value - upper * 10_000)
  }
  const top = Math.floor(value / 100_000_000)
  const rest = value - top * 100_000_000
  const upper = (rest / 10_000) | 0
  return putFour(bytes, putFour(bytes, putFirst(bytes, at, top), upper), rest - upper * 10_000)
}

/** Writes 0 to 9999 without zeros in front. */
function putFirst(bytes: Uint8Array, start: number, value: number): number {
  const from = 4 * value
  let at = start
  if (value >= 1000) bytes[at++] = FOURS[from]
  if (value >= 100) bytes[at++] = FOURS[from + 1]
  if (value >= 10) bytes[at++] = FOURS[from + 2]
  bytes[at] = FOURS[from + 3]
  return at + 1
}

/** Writes 0 to 9999 in four digits. */
function putFour(bytes: Uint8Array, at: number, value: number): number {
  const from = 4 * value
  bytes[at] = FOURS[from]
  bytes[at + 1] = FOURS[from + 1]
  bytes[at + 2] = FOURS[from + 2]
  bytes[at + 3] = FOURS[from + 3]
  return at + 4
}

/** Writes an integer from -2^31 to 2^32-1. */
export function putInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0) return putUnsigned(bytes, at, value)
  bytes[at] = MINUS
  return putUnsigned(bytes, at + 1, -value)
}

/** Writes exactly `count` digits, zeros in front. The value is below 10^count and 2^32. */
export function putDigits(bytes: Uint8Array, at: number, value: number, count: number): number {
  let rest = value
  let to = at + count
  while (to - at >= 4) {
    const upper = Math.floor(rest / 10_000)
    to -= 4
    putFour(bytes, to, rest - upper * 10_000)
    rest = upper
  }
  while (to > at) {
    const upper = (rest / 10) | 0
    bytes[--to] = 0x30 + rest - upper * 10
    rest = upper
  }
  return at + count
}

const BILLION = 1_000_000_000

/** Writes an integer of 64 bits without sign, given as its upper and lower 32 bits. */
export function putUnsigned64(bytes: Uint8Array, at: number, high: number, low: number): number {
  if (high === 0) return putUnsigned(bytes, at, low)
  // Long division by 10^9 in pieces of 16 bits: no intermediate result is above 2^53.
  const top = Math.floor(high / BILLION)
  let rest = (high - top * BILLION) * 0x1_0000 + (low >>> 16)
  const upper = Math.floor(rest / BILLION)
  rest = (rest - upper * BILLION) * 0x1_0000 + (low & 0xffff)
  const lower = Math.floor(rest / BILLION)
  const last = rest - lower * BILLION
  // What was divided: (top × 2^32 + upper × 2^16 + lower) × 10^9 + last, its first part below 1.9 × 10^10.
  const first = top * 0x1_0000_0000 + upper * 0x1_0000 + lower
  let end: number
  if (first < BILLION) end = putUnsigned(bytes, at, first)
  else {
    const lead = Math.floor(first / BILLION)
    end = putUnsigned(bytes, at, lead)
    end = putDigits(bytes, end, first - lead * BILLION, 9)
  }
  return putDigits(bytes, end, last, 9)
}

/** Writes an integer of 64 bits in two's complement, given as its upper and lower 32 bits without sign. */
export function putSigned64(bytes: Uint8Array, at: number, high: number, low: number): number {
  if (high < 0x8000_0000) return putUnsigned64(bytes, at, high, low)
  bytes[at] = MINUS
  const negatedLow = -low >>> 0
  return putUnsigned64(bytes, at + 1, (~high + (low === 0 ? 1 : 0)) >>> 0, negatedLow)
}

const HEXADECIMAL = '0123456789abcdef'

/** Writes a byte as two hexadecimal digits. */
export function putByte(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = HEXADECIMAL.charCodeAt(value >> 4)
  bytes[at + 1] = HEXADECIMAL.charCodeAt(value & 15)
  return at + 2
}
