import { putExponent } from './general.ts'

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

const ZERO = 0x30
const POINT = 0x2e

/** Hexadecimal digits behind the point of a double. */
const PLACES = 13

/** Writes a number without sign as C's printf("%a") does: 0x1.8p+1. */
export function putHexadecimalFloat(
  bytes: Uint8Array,
  start: number,
  size: number,
  { letter, precision, alternative }: { letter: string; precision: number | undefined; alternative: boolean },
): number {
  const capital = letter === 'A'
  const figures = capital ? '0123456789ABCDEF' : '0123456789abcdef'
  double[0] = size
  const biased = words[1] >>> 20
  let mantissa = (BigInt(words[1] & 0xf_ffff) << 32n) | BigInt(words[0])
  if (biased > 0) mantissa |= 1n << 52n
  const exponent = size === 0 ? 0 : biased === 0 ? -1022 : biased - 1023
  if (precision !== undefined && precision < PLACES) mantissa = rounded(mantissa, BigInt(4 * (PLACES - precision)))
  let at = start
  bytes[at++] = ZERO
  bytes[at++] = capital ? 0x58 : 0x78
  bytes[at++] = figures.charCodeAt(Number(mantissa >> 52n))
  const digits = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(PLACES, '0')
  const shown = precision ?? digits.replace(/0+$/, '').length
  if (shown > 0 || alternative) bytes[at++] = POINT
  for (let i = 0; i < shown; i++) bytes[at++] = i < PLACES ? figures.charCodeAt(Number.parseInt(digits[i], 16)) : ZERO
  return putBinaryExponent(bytes, at, capital ? 0x50 : 0x70, exponent)
}

/** Clears the lowest bits, rounding to the nearest, ties to even. */
function rounded(value: bigint, bits: bigint): bigint {
  const kept = value >> bits
  const rest = value - (kept << bits)
  const half = 1n << (bits - 1n)
  return (rest > half || (rest === half && kept % 2n === 1n) ? kept + 1n : kept) << bits
}

/** As a decimal exponent, but with no zero in front. */
function putBinaryExponent(bytes: Uint8Array, at: number, letter: number, exponent: number): number {
  const end = putExponent(bytes, at, letter, exponent)
  if (Math.abs(exponent) >= 10) return end
  bytes[end - 2] = bytes[end - 1]
  return end - 1
}
