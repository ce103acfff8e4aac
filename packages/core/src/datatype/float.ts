import { UnsupportedError } from '../errors.ts'
import type { FloatingPointType } from '../format/messages/datatype.ts'

/** The little-endian bytes of element `at` of a number of any byte order. */
export function littleEndian(bytes: Uint8Array, at: number, size: number, order: 'LE' | 'BE' | 'VAX'): Uint8Array {
  const number = bytes.slice(at, at + size)
  if (order === 'BE') return number.reverse()
  if (order === 'LE') return number
  // VAX: pairs of bytes, the most significant pair first, each pair little-endian.
  const swapped = new Uint8Array(size)
  for (let i = 0; i + 1 < size; i += 2) {
    swapped[size - 2 - i] = number[i]
    swapped[size - 1 - i] = number[i + 1]
  }
  return swapped
}

/** Bits `[start, start + count)` of a little-endian number. */
export function bitsOf(bytes: Uint8Array, start: number, count: number): bigint {
  // A damaged type may have a few bits in elements of gigabytes: only the bytes with the bits are looked at.
  const first = start >> 3
  let value = 0n
  for (let i = Math.min(bytes.length, (start + count + 7) >> 3) - 1; i >= first; i--) {
    value = (value << 8n) | BigInt(bytes[i])
  }
  return (value >> BigInt(start & 7)) & ((1n << BigInt(count)) - 1n)
}

/** The native formats, for which a DataView has a method. */
export function nativeFloat(type: FloatingPointType): 'f16' | 'f32' | 'f64' | undefined {
  if (type.order === 'VAX' || type.bitOffset !== 0 || type.normalization !== 2 || type.mantissaLocation !== 0)
    return undefined
  switch (type.size) {
    case 2:
      return hasParts(type, 5, 10) ? 'f16' : undefined
    case 4:
      return hasParts(type, 8, 23) ? 'f32' : undefined
    case 8:
      return hasParts(type, 11, 52) ? 'f64' : undefined
    default:
      return undefined
  }
}

/** Whether a number is laid out as IEEE 754 has it: mantissa, exponent and sign fill its bytes in this order. */
function hasParts(type: FloatingPointType, exponentSize: number, mantissaSize: number): boolean {
  return (
    type.mantissaSize === mantissaSize &&
    type.exponentLocation === mantissaSize &&
    type.exponentSize === exponentSize &&
    type.signLocation === mantissaSize + exponentSize &&
    type.precision === 8 * type.size &&
    type.exponentBias === 2 ** (exponentSize - 1) - 1
  )
}

/** The nearest double of a number in any binary floating-point format. */
export function decodeFloat(type: FloatingPointType, bytes: Uint8Array, at: number): number {
  const number = littleEndian(bytes, at, type.size, type.order)
  const sign = bitsOf(number, type.signLocation, 1) === 1n ? -1 : 1
  const exponent = Number(bitsOf(number, type.exponentLocation, type.exponentSize))
  const mantissa = bitsOf(number, type.mantissaLocation, type.mantissaSize)
  const implied = type.normalization === 2
  const special = type.exponentSize > 0 && exponent === 2 ** type.exponentSize - 1
  // In formats that store the leading bit, infinity has that bit set.
  const fraction = implied ? mantissa : mantissa & ((1n << BigInt(type.mantissaSize - 1)) - 1n)
  if (special) return fraction === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (mantissa === 0n && (exponent === 0 || !implied)) return sign * 0
  if (type.normalization === 1 && exponent > 0) {
    throw new UnsupportedError('floating-point numbers whose first bit of mantissa is always set')
  }
  const bits = implied ? type.mantissaSize : type.mantissaSize - 1
  const whole = implied && exponent > 0 ? mantissa | (1n << BigInt(type.mantissaSize)) : mantissa
  const power = (exponent === 0 ? 1 : exponent) - type.exponentBias - bits
  return sign * scaled(whole, power)
}

/** `whole` times two to the power, rounded once to the nearest double, ties to even. */
function scaled(whole: bigint, power: number): number {
  const length = whole.toString(2).length
  // A double keeps 53 bits, fewer where it is subnormal.
  const kept = Math.min(53, length + power + 1074)
  if (kept < 0) return 0
  const drop = length - kept
  if (drop <= 0) return multiply(Number(whole), power)
  const shift = BigInt(drop)
  let quotient = whole >> shift
  const rest = whole - (quotient << shift)
  const half = 1n << (shift - 1n)
  if (rest > half || (rest === half && (quotient & 1n) === 1n)) quotient += 1n
  return multiply(Number(quotient), power + drop)
}

/** Exact where the result is a double: two steps, since a power of two alone may be out of range. */
function multiply(value: number, power: number): number {
  if (power > 1000) return value * 2 ** 1000 * 2 ** (power - 1000)
  return power < -1000 ? value * 2 ** -1000 * 2 ** Math.max(power + 1000, -1074) : value * 2 ** power
}
