/** "00" to "99", one behind the other. */
const PAIRS = new Uint8Array(200)
for (let i = 0; i < 100; i++) {
  PAIRS[2 * i] = 0x30 + Math.floor(i / 10)
  PAIRS[2 * i + 1] = 0x30 + (i % 10)
}

/** Bytes that an integer of up to 64 bits takes at most. */
export const LONGEST_INTEGER = 20

const MINUS = 0x2d

/** Writes an integer from 0 to 2^32-1 in decimal at `at`; returns where it ends. */
export function putUnsigned(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = 0x30 + value
    return at + 1
  }
  const end = at + digitCount(value)
  let rest = value
  let to = end
  while (rest >= 100) {
    // Up to 2^32-1 the product is near enough to the quotient.
    const hundreds = Math.floor(rest / 100)
    const pair = (rest - hundreds * 100) << 1
    bytes[--to] = PAIRS[pair + 1]
    bytes[--to] = PAIRS[pair]
    rest = hundreds
  }
  if (rest >= 10) {
    bytes[--to] = PAIRS[2 * rest + 1]
    bytes[--to] = PAIRS[2 * rest]
  } else bytes[--to] = 0x30 + rest
  return end
}

/** Writes an integer from -2^31 to 2^32-1. */
export function putInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0) return putUnsigned(bytes, at, value)
  bytes[at] = MINUS
  return putUnsigned(bytes, at + 1, -value)
}

function digitCount(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4
  if (value < 100_000_000) {
    if (value < 1_000_000) return value < 100_000 ? 5 : 6
    return value < 10_000_000 ? 7 : 8
  }
  return value < 1_000_000_000 ? 9 : 10
}

/** Writes exactly `count` digits, zeros in front. The value is below 10^count and 2^32. */
export function putDigits(bytes: Uint8Array, at: number, value: number, count: number): number {
  let rest = value
  let to = at + count
  while (to - at >= 2) {
    const hundreds = Math.floor(rest / 100)
    const pair = (rest - hundreds * 100) << 1
    bytes[--to] = PAIRS[pair + 1]
    bytes[--to] = PAIRS[pair]
    rest = hundreds
  }
  if (to > at) bytes[at] = 0x30 + rest
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
