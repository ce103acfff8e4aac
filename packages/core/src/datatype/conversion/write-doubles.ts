import type { FixedPointType, FloatingPointType } from '../../format/messages/datatype.ts'
import { swapBytes } from '../byte-order.ts'
import type { Rounding } from '../exact.ts'
import type { NumberType } from './native.ts'
import { nativeName } from './native.ts'

/** Writes numbers as consecutive elements from the start of `into` on. */
export type WriteDoubles = (values: Float64Array, into: Uint8Array<ArrayBuffer>) => void

/**
 * How doubles are written as elements of a type; undefined where the general way has to be taken.
 *
 * @param rounding of floating-point targets; `native` also decides what a NaN is as an integer
 */
export function writesDoubles(type: NumberType, rounding: Rounding): WriteDoubles | undefined {
  if (type.order === 'VAX') return undefined
  const write = type.class === 'fixed-point' ? integers(type, rounding) : floats(type, rounding)
  if (write === undefined || type.order === 'LE' || type.size === 1) return write
  return (values, into) => {
    write(values, into)
    swapBytes(into.subarray(0, values.length * type.size), type.size)
  }
}

function integers(type: FixedPointType, rounding: Rounding): WriteDoubles | undefined {
  // What C leaves open and x86-64 makes of a NaN: the lowest integer, of which narrow types keep the last bits.
  const nan = rounding === 'native'
  switch (nativeName(type)) {
    case 'i8':
      return (values, into) => clipped(values, new Int8Array(into.buffer, into.byteOffset, values.length), -128, 127, 0)
    case 'u8':
      return (values, into) => clipped(values, new Uint8Array(into.buffer, into.byteOffset, values.length), 0, 255, 0)
    case 'i16':
      return (values, into) =>
        clipped(values, new Int16Array(into.buffer, into.byteOffset, values.length), -0x8000, 0x7fff, 0)
    case 'u16':
      return (values, into) =>
        clipped(values, new Uint16Array(into.buffer, into.byteOffset, values.length), 0, 0xffff, 0)
    case 'i32': {
      const low = -0x80000000
      return (values, into) =>
        clipped(values, new Int32Array(into.buffer, into.byteOffset, values.length), low, 0x7fffffff, nan ? low : 0)
    }
    case 'u32':
      return (values, into) =>
        clipped(values, new Uint32Array(into.buffer, into.byteOffset, values.length), 0, 0xffffffff, 0)
    case 'i64':
    case 'u64':
      return longIntegers(type.signed, nan)
    default:
      return undefined
  }
}

type Integers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array

function clipped(values: Float64Array, into: Integers, lowest: number, highest: number, nan: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    into[i] = value >= highest ? highest : value <= lowest ? lowest : Number.isNaN(value) ? nan : value
  }
}

/** 64-bit integers as pairs of words. */
function longIntegers(signed: boolean, nan: boolean): WriteDoubles {
  const end = signed ? 2 ** 63 : 2 ** 64
  const start = signed ? -(2 ** 63) : 0
  return (values, into) => {
    const words = new Uint32Array(into.buffer, into.byteOffset, 2 * values.length)
    for (let i = 0; i < values.length; i++) {
      const value = Math.trunc(values[i])
      if (value >= end) {
        words[2 * i] = 0xffffffff
        words[2 * i + 1] = signed ? 0x7fffffff : 0xffffffff
      } else if (value < start) {
        words[2 * i] = 0
        words[2 * i + 1] = signed ? 0x80000000 : 0
      } else if (!Number.isNaN(value)) {
        const high = Math.floor(value / 2 ** 32)
        words[2 * i] = value - high * 2 ** 32
        words[2 * i + 1] = high
      } else {
        words[2 * i] = 0
        words[2 * i + 1] = nan ? 0x80000000 : 0
      }
    }
  }
}

function floats(type: FloatingPointType, rounding: Rounding): WriteDoubles | undefined {
  switch (nativeName(type)) {
    case 'f64':
      return (values, into) => new Float64Array(into.buffer, into.byteOffset, values.length).set(values)
    case 'f32':
      return rounding === 'away' ? smallFloats(type, rounding) : (values, into) => singles(values, into, rounding)
    default:
      return smallFloats(type, rounding)
  }
}

const LARGEST_SINGLE = 3.4028234663852886e38

function singles(values: Float64Array, into: Uint8Array<ArrayBuffer>, rounding: Rounding): void {
  const target = new Float32Array(into.buffer, into.byteOffset, values.length)
  target.set(values)
  if (rounding === 'even') return
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value > LARGEST_SINGLE) target[i] = Number.POSITIVE_INFINITY
    else if (value < -LARGEST_SINGLE) target[i] = Number.NEGATIVE_INFINITY
  }
}

/** Formats of up to 32 bits whose numbers are all doubles. */
function smallFloats(type: FloatingPointType, rounding: Rounding): WriteDoubles | undefined {
  const { size, exponentSize, exponentBias, mantissaSize, signLocation, exponentLocation, mantissaLocation } = type
  const padding = type.lowPad !== 0 || type.highPad !== 0
  if (size > 4 || size === 3 || exponentSize > 10 || Math.abs(exponentBias) > 900 || padding) return undefined
  const special = 2 ** exponentSize - 1
  const implied = type.normalization === 2
  const fraction = implied ? mantissaSize : mantissaSize - 1
  const leading = 2 ** fraction
  const infinite = ((special << exponentLocation) | ((implied ? 0 : leading) << mantissaLocation)) >>> 0
  const nan = ((special << exponentLocation) | ((2 ** mantissaSize - 1) << mantissaLocation)) >>> 0
  const most = (((special - 1) << exponentLocation) | ((2 ** mantissaSize - 1) << mantissaLocation)) >>> 0
  const largest = (2 * leading - 1) * 2 ** (special - 1 - exponentBias - fraction)
  const tooLarge = 2 ** (special - exponentBias)
  const scale = Float64Array.from({ length: special }, (_, e) => 2 ** (fraction + exponentBias - e))
  const double = new Float64Array(1)
  const halves = new Uint32Array(double.buffer)

  const encode = (magnitude: number): number => {
    if (magnitude > largest) {
      if (rounding === 'native' || magnitude >= tooLarge) return infinite
      if (rounding === 'away') return most
    }
    double[0] = magnitude
    const exponent = Math.max(1, ((halves[1] >>> 20) & 0x7ff) - 1023 + exponentBias)
    const scaled = magnitude * scale[exponent]
    let mantissa = Math.floor(scaled)
    const rest = scaled - mantissa
    if (rest > 0.5 || (rest === 0.5 && (rounding === 'away' || mantissa % 2 === 1))) mantissa++
    let stored = exponent
    if (mantissa >= 2 * leading) {
      mantissa /= 2
      stored++
    } else if (mantissa < leading) stored = 0
    if (stored >= special) return infinite
    return (
      ((stored << exponentLocation) | ((implied && stored > 0 ? mantissa - leading : mantissa) << mantissaLocation)) >>>
      0
    )
  }
  return (values, into) => {
    const Words = size === 1 ? Uint8Array : size === 2 ? Uint16Array : Uint32Array
    const target = new Words(into.buffer, into.byteOffset, values.length)
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      const negative = value < 0 || Object.is(value, -0)
      const bits = Number.isNaN(value) ? nan : encode(negative ? -value : value)
      target[i] = negative ? bits | (1 << signLocation) : bits
    }
  }
}
