import type { BitfieldType, FixedPointType, FloatingPointType } from '../format/messages/datatype.ts'
import { bitsOf, littleEndian } from './float.ts'

/** A number as it is, of any size: the whole, times two to the power. */
export interface Exact {
  form: 'finite' | 'infinite' | 'nan'
  negative: boolean
  whole: bigint
  power: number
}

/**
 * How a number between two that a floating-point type has is rounded, and what becomes of one beyond its largest.
 *
 * - native: ties to even; anything beyond is infinite (the C library between types of the processor)
 * - even: ties to even; infinite where it is rounded up beyond (the C library's integers in any other type)
 * - away: ties away from zero; never rounded up to infinity (the C library's other floating-point numbers)
 */
export type Rounding = 'native' | 'even' | 'away'

/** Element of an integer type, with its sign. */
export function readInteger(type: FixedPointType, bytes: Uint8Array, at: number): bigint {
  const { size, order, bitOffset, precision } = type
  const value = bitsOf(littleEndian(bytes, at, size, order), bitOffset, precision)
  return type.signed ? BigInt.asIntN(precision, value) : value
}

/** The nearest integer that a type has. */
export function clipInteger(type: FixedPointType, value: bigint): bigint {
  const bits = BigInt(type.precision - (type.signed ? 1 : 0))
  const highest = (1n << bits) - 1n
  const lowest = type.signed ? -highest - 1n : 0n
  return value > highest ? highest : value < lowest ? lowest : value
}

/** Writes an integer that the type has, and the bits around it. */
export function writeInteger(type: FixedPointType | BitfieldType, bytes: Uint8Array, at: number, value: bigint): void {
  const field = BigInt.asUintN(type.precision, value)
  storeBits(bytes, at, type, padded(type, field << BigInt(type.bitOffset)))
}

/** What an element that consists of significant bits and padding has in common. */
type Padded = Pick<FixedPointType, 'size' | 'order' | 'lowPad' | 'highPad' | 'bitOffset' | 'precision'>

function padded(type: Padded, bits: bigint): bigint {
  const low = type.lowPad === 1 ? ones(type.bitOffset) : 0n
  const top = type.bitOffset + type.precision
  const high = type.highPad === 1 ? ones(8 * type.size - top) << BigInt(top) : 0n
  return bits | low | high
}

function ones(count: number): bigint {
  return (1n << BigInt(count)) - 1n
}

function storeBits(bytes: Uint8Array, at: number, type: Padded, value: bigint): void {
  const element = new Uint8Array(type.size)
  let rest = value
  for (let i = 0; i < type.size; i++) {
    element[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  bytes.set(littleEndian(element, 0, type.size, type.order), at)
}

export function exactInteger(value: bigint): Exact {
  const negative = value < 0n
  return { form: 'finite', negative, whole: negative ? -value : value, power: 0 }
}

/** Element of a floating-point type. */
export function readFloat(type: FloatingPointType, bytes: Uint8Array, at: number): Exact {
  const element = littleEndian(bytes, at, type.size, type.order)
  const negative = bitsOf(element, type.signLocation, 1) === 1n
  const exponent = Number(bitsOf(element, type.exponentLocation, type.exponentSize))
  const mantissa = bitsOf(element, type.mantissaLocation, type.mantissaSize)
  const implied = type.normalization === 2
  if (exponent === 2 ** type.exponentSize - 1) {
    // In formats that store the leading bit, infinity may have that bit set.
    const fraction = implied ? mantissa : mantissa & ones(type.mantissaSize - 1)
    return { form: fraction === 0n ? 'infinite' : 'nan', negative, whole: 0n, power: 0 }
  }
  const whole = implied && exponent > 0 ? mantissa | (1n << BigInt(type.mantissaSize)) : mantissa
  const bits = implied ? type.mantissaSize : type.mantissaSize - 1
  return { form: 'finite', negative, whole, power: Math.max(exponent, 1) - type.exponentBias - bits }
}

/** The whole part, the fraction dropped; what is beyond 2 to the 65,536th is cut to that. */
export function wholePart(value: Exact): bigint {
  const magnitude =
    value.power >= 0 ? value.whole << BigInt(Math.min(value.power, 0x10000)) : value.whole >> BigInt(-value.power)
  return value.negative ? -magnitude : magnitude
}

/** A whole divided by two to the power `drop`, rounded to the nearest. */
function roundedShift(whole: bigint, drop: number, rounding: Rounding): bigint {
  if (drop <= 0) return whole << BigInt(-drop)
  const quotient = whole >> BigInt(drop)
  const rest = whole - (quotient << BigInt(drop))
  const half = 1n << BigInt(drop - 1)
  const up = rest > half || (rest === half && (rounding === 'away' || (quotient & 1n) === 1n))
  return up ? quotient + 1n : quotient
}

/** Writes a number in a floating-point format, and the bits around it. */
export function writeFloat(type: FloatingPointType, bytes: Uint8Array, at: number, value: Exact, rounding: Rounding) {
  const { exponent, mantissa } = floatFields(type, value, rounding)
  const field =
    (value.negative ? 1n << BigInt(type.signLocation) : 0n) |
    (BigInt(exponent) << BigInt(type.exponentLocation)) |
    (mantissa << BigInt(type.mantissaLocation))
  storeBits(bytes, at, type, padded(type, field))
}

/** The exponent and the mantissa as they are stored. */
function floatFields(type: FloatingPointType, value: Exact, rounding: Rounding) {
  const implied = type.normalization === 2
  const highest = 2 ** type.exponentSize - 1
  /** Bits behind the leading one. */
  const fraction = implied ? type.mantissaSize : type.mantissaSize - 1
  const leading = 1n << BigInt(fraction)
  const infinity = { exponent: highest, mantissa: implied ? 0n : leading }
  if (value.form === 'nan') return { exponent: highest, mantissa: ones(type.mantissaSize) }
  if (value.form === 'infinite') return infinity
  if (value.whole === 0n) return { exponent: 0, mantissa: 0n }
  const length = value.whole.toString(2).length
  const exponent = value.power + length - 1 + type.exponentBias
  if (exponent >= highest) return infinity
  // Numbers below the smallest normal one have the smallest exponent and fewer bits.
  const drop = length - 1 - fraction + Math.max(0, 1 - exponent)
  if (drop > length) return { exponent: 0, mantissa: 0n }
  const mantissa = roundedShift(value.whole, drop, rounding)
  if (rounding === 'native' && exponent === highest - 1 && beyond(value.whole, drop, (leading << 1n) - 1n))
    return infinity
  const carried = mantissa >= leading << 1n
  const stored = Math.max(exponent, 0) + (carried || (exponent <= 0 && mantissa >= leading) ? 1 : 0)
  if (stored >= highest) {
    return rounding !== 'away' ? infinity : { exponent: highest - 1, mantissa: ones(type.mantissaSize) }
  }
  const normal = carried ? mantissa >> 1n : mantissa
  return { exponent: stored, mantissa: implied && stored > 0 ? normal - leading : normal }
}

/** Whether a number is above the largest, of which `all` are the bits. */
function beyond(whole: bigint, drop: number, all: bigint): boolean {
  return drop > 0 && whole >> BigInt(drop) === all && (whole & ones(drop)) !== 0n
}
