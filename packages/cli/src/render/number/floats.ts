import type { Datatype } from '@h5kit/core'
import { bitsOf, convert, decodeFloat, littleEndian, nativeFloat, nativeType } from '@h5kit/core'
import type { PutValue } from '../put-value.ts'
import { inRoom } from '../put-value.ts'
import type { ValueFormat } from '../value-format.ts'
import { longestGeneral, putGeneral, putGeneral6, putGeneralExact, putWord } from './general.ts'
import type { LongNumberWriter, NumberWriter } from './printf.ts'

type FloatType = Extract<Datatype, { class: 'floating-point' }>
type Get = (bytes: Uint8Array, at: number) => number

/** Writes floats as the format says: significant digits by size, or in the user's own format. */
export function floatWriter(type: FloatType, { digits, float, longFloat }: ValueFormat): PutValue {
  const { size } = type
  if (size > 8) return longFloat === undefined ? longWriter(type, digits.long) : longFormatted(type, longFloat)
  const native = nativeFloat(type)
  const significant = size <= 4 ? digits.single : digits.double
  // The numbers that come in millions are read where they are written: handed on, each would be an object.
  if (float === undefined && significant === 6) {
    if (native === 'f32') return singles(type)
    if (native === 'f64') return doubles(type)
  }
  const get = getter(type, native)
  const { put, longest } = float ?? generalWriter(significant)
  return inRoom({
    longest,
    put(out, to, bytes, at) {
      const value = get(bytes, at)
      // C shows the sign of what is not a number; a JavaScript number does not keep it.
      return put(out, to, value, Number.isNaN(value) && signBit(type, bytes, at))
    },
  })
}

function doubles(type: FloatType): PutValue {
  const views = new Views()
  const little = type.order === 'LE'
  return inRoom({
    longest: LONGEST,
    put(out, to, bytes, at) {
      const value = views.of(bytes).getFloat64(at, little)
      if (Number.isNaN(value) && signBit(type, bytes, at)) return putWord(out, to, '-nan')
      return putGeneral6(out, to, value)
    },
  })
}

function singles(type: FloatType): PutValue {
  const views = new Views()
  const little = type.order === 'LE'
  return inRoom({
    longest: LONGEST,
    put(out, to, bytes, at) {
      const value = views.of(bytes).getFloat32(at, little)
      if (Number.isNaN(value) && signBit(type, bytes, at)) return putWord(out, to, '-nan')
      return putGeneral6(out, to, value)
    },
  })
}

const LONGEST = longestGeneral(6)

const NO_BYTES = new DataView(new ArrayBuffer(0))

/** The view on the bytes that elements come from, made once for many elements. */
class Views {
  #bytes: Uint8Array | undefined
  #view: DataView = NO_BYTES

  of(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    return this.#view
  }
}

function generalWriter(digits: number): NumberWriter {
  return {
    longest: longestGeneral(digits),
    put(bytes, at, value, negativeNan) {
      if (negativeNan) return putWord(bytes, at, '-nan')
      return putGeneral(bytes, at, value, digits)
    },
  }
}

function getter(type: FloatType, native: ReturnType<typeof nativeFloat>): Get {
  const views = new Views()
  const little = type.order === 'LE'
  if (native === 'f32') return (bytes, at) => views.of(bytes).getFloat32(at, little)
  if (native === 'f64') return (bytes, at) => views.of(bytes).getFloat64(at, little)
  if (type.size > 4 || isWithinSingle(type)) return (bytes, at) => decodeFloat(type, bytes, at)
  const single = nativeType(type)
  return (bytes, at) =>
    new DataView(convert(type, single, bytes.subarray(at, at + type.size), 1).buffer).getFloat32(0, true)
}

/** Whether single precision, which the reference has numbers of up to four bytes in, holds all numbers of a type. */
function isWithinSingle({ exponentSize, exponentBias, mantissaSize }: FloatType): boolean {
  return exponentSize <= 8 && exponentBias <= 127 && mantissaSize <= 23
}

function signBit(type: FloatType, bytes: Uint8Array, at: number): boolean {
  return bitsOf(littleEndian(bytes, at, type.size, type.order), type.signLocation, 1) === 1n
}

/** Floats with more digits than a double has, printed exactly. */
function longFormatted(type: FloatType, writer: LongNumberWriter): PutValue {
  return inRoom({
    longest: writer.longest,
    put(out, to, bytes, at) {
      const value = decodeFloat(type, bytes, at)
      const negative = signBit(type, bytes, at)
      const { whole, shift, kind } = takeLongApart(type, bytes, at)
      if (kind === 'nan') return writer.put(out, to, Number.NaN, negative)
      writer.set(whole, shift)
      // One that is no double is put as the nearest that is: only its sign and that it is finite are looked at.
      const size = kind === 'infinite' ? Number.POSITIVE_INFINITY : Math.min(Math.abs(value), Number.MAX_VALUE)
      return writer.put(out, to, negative ? -size : size, false)
    },
  })
}

function longWriter(type: FloatType, digits: number): PutValue {
  return inRoom({
    longest: longestGeneral(digits),
    put: (out, to, bytes, at) => putLong(out, to, type, bytes, at, digits),
  })
}

/** Bits behind the first one of the reference's long double. */
const NATIVE_FRACTION = 63

/** Powers of two: one above its largest number, and the last bit of its smallest. */
const NATIVE_END = 16_384
const NATIVE_LEAST = -16_445

/** Without its lowest bits, rounded to the nearest, ties to even. */
function rounded(value: bigint, bits: bigint): bigint {
  if (bits === 0n) return value
  const kept = value >> bits
  const twice = (value - (kept << bits)) * 2n
  const unit = 1n << bits
  return twice > unit || (twice === unit && kept % 2n === 1n) ? kept + 1n : kept
}

function putLong(out: Uint8Array, to: number, type: FloatType, bytes: Uint8Array, at: number, digits: number): number {
  const negative = signBit(type, bytes, at)
  const { whole, shift, kind } = takeLongApart(type, bytes, at)
  if (kind === 'nan') return putWord(out, to, negative ? '-nan' : 'nan')
  if (kind === 'infinite') return putWord(out, to, negative ? '-inf' : 'inf')
  return putGeneralExact(out, to, negative, whole, shift, digits)
}

/** A number's size as whole × 2^shift. */
interface LongNumber {
  whole: bigint
  shift: number
  kind: 'finite' | 'infinite' | 'nan'
}

/** A number's size, as near as the reference's long double comes to it. */
function takeLongApart(type: FloatType, bytes: Uint8Array, at: number): LongNumber {
  const number = littleEndian(bytes, at, type.size, type.order)
  const exponent = Number(bitsOf(number, type.exponentLocation, type.exponentSize))
  const mantissa = bitsOf(number, type.mantissaLocation, type.mantissaSize)
  const implied = type.normalization === 2
  // Where the first bit is stored, a processor takes what lacks it for no number.
  const lacking = !implied && exponent > 0 && mantissa >> BigInt(type.mantissaSize - 1) === 0n
  if (lacking || Number.isNaN(decodeFloat(type, bytes, at))) return { whole: 0n, shift: 0, kind: 'nan' }
  const whole = implied && exponent > 0 ? mantissa | (1n << BigInt(type.mantissaSize)) : mantissa
  const fractionBits = implied ? type.mantissaSize : type.mantissaSize - 1
  const dropped = Math.max(0, fractionBits - NATIVE_FRACTION)
  const shift = Math.max(exponent, 1) - type.exponentBias - fractionBits + dropped
  const kind = exponent === 2 ** type.exponentSize - 1 ? 'infinite' : 'finite'
  return inRange(rounded(whole, BigInt(dropped)), shift, kind)
}

/** What the reference's long double has of a number, which may be too large or too small for it. */
function inRange(whole: bigint, shift: number, kind: LongNumber['kind']): LongNumber {
  if (shift >= NATIVE_LEAST && shift + NATIVE_FRACTION < NATIVE_END) return { whole, shift, kind }
  const length = whole === 0n ? 0 : whole.toString(2).length
  const lost = NATIVE_LEAST - shift
  if (lost > length) return { whole: 0n, shift: 0, kind }
  if (lost > 0) return { whole: rounded(whole, BigInt(lost)), shift: NATIVE_LEAST, kind }
  return { whole, shift, kind: length > 0 && shift + length > NATIVE_END ? 'infinite' : kind }
}
