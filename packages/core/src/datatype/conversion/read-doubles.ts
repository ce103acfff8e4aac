import type { FixedPointType, FloatingPointType } from '../../format/messages/datatype.ts'
import { reordered } from '../byte-order.ts'
import type { NumberType } from './native.ts'
import { nativeName } from './native.ts'

/** Fills an array with consecutive elements; `bytes` start at the first of them. */
export type ReadDoubles = (bytes: Uint8Array, into: Float64Array) => void

/** So many elements are worth a table of all that there can be. */
const WORTH_A_TABLE = 1 << 17

/**
 * How elements of a type are read as doubles, each exactly; undefined where that is not possible for all.
 *
 * @param count elements that are to be read in all
 */
export function readsAsDoubles(type: NumberType, count: number): ReadDoubles | undefined {
  switch (nativeName(type)) {
    case 'i8':
      return (bytes, into) => into.set(new Int8Array(plain(type, bytes, into)))
    case 'u8':
      return (bytes, into) => into.set(bytes.subarray(0, into.length))
    case 'i16':
      return (bytes, into) => into.set(new Int16Array(plain(type, bytes, into)))
    case 'u16':
      return (bytes, into) => into.set(new Uint16Array(plain(type, bytes, into)))
    case 'i32':
      return (bytes, into) => into.set(new Int32Array(plain(type, bytes, into)))
    case 'u32':
      return (bytes, into) => into.set(new Uint32Array(plain(type, bytes, into)))
    case 'f32':
      return (bytes, into) => into.set(new Float32Array(plain(type, bytes, into)))
    case 'f64':
      return (bytes, into) => into.set(new Float64Array(plain(type, bytes, into)))
    default:
      if (type.size > 4) return undefined
      if (type.class === 'fixed-point') return smallIntegers(type)
      return type.size <= 2 && count >= WORTH_A_TABLE ? fromTable(type) : smallFloats(type)
  }
}

function plain(type: NumberType, bytes: Uint8Array, into: Float64Array): ArrayBuffer {
  return reordered(bytes, into.length, type.size, type.order).buffer
}

/** Elements of up to four bytes as unsigned words. */
function words(type: NumberType, bytes: Uint8Array, count: number): Uint32Array {
  const { size } = type
  const ordered = reordered(bytes, count, size, type.order)
  const result = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    let word = 0
    for (let byte = size - 1; byte >= 0; byte--) word = (word << 8) | ordered[i * size + byte]
    result[i] = word
  }
  return result
}

function smallIntegers(type: FixedPointType): ReadDoubles {
  const { bitOffset, precision, signed } = type
  const left = 32 - bitOffset - precision
  const right = 32 - precision
  return (bytes, into) => {
    const elements = words(type, bytes, into.length)
    for (let i = 0; i < into.length; i++) {
      const top = elements[i] << left
      into[i] = signed ? top >> right : top >>> right
    }
  }
}

/** Formats of one or two bytes, each element looked up. */
function fromTable(type: FloatingPointType): ReadDoubles | undefined {
  const read = smallFloats({ ...type, order: 'LE' })
  if (read === undefined) return undefined
  const Elements = type.size === 1 ? Uint8Array : Uint16Array
  const table = new Float64Array(2 ** (8 * type.size))
  const elements = new Elements(table.length)
  for (let i = 0; i < elements.length; i++) elements[i] = i
  read(new Uint8Array(elements.buffer), table)
  return (bytes, into) => {
    const words = new Elements(plain(type, bytes, into))
    for (let i = 0; i < into.length; i++) into[i] = table[words[i]]
  }
}

/** Formats of up to 32 bits (half, bfloat16, FP8, ...), unless their exponents are beyond those of a double. */
function smallFloats(type: FloatingPointType): ReadDoubles | undefined {
  const { exponentSize, exponentBias, mantissaSize, signLocation, exponentLocation, mantissaLocation } = type
  if (exponentSize > 10 || Math.abs(exponentBias) > 900) return undefined
  const special = 2 ** exponentSize - 1
  const implied = type.normalization === 2
  const mantissaMask = 2 ** mantissaSize - 1
  const fraction = implied ? mantissaSize : mantissaSize - 1
  const fractionMask = 2 ** fraction - 1
  const leading = implied ? 2 ** fraction : 0
  const scale = Float64Array.from({ length: special }, (_, e) => 2 ** (Math.max(e, 1) - exponentBias - fraction))
  return (bytes, into) => {
    const elements = words(type, bytes, into.length)
    for (let i = 0; i < into.length; i++) {
      const word = elements[i]
      const exponent = (word >>> exponentLocation) & special
      const mantissa = (word >>> mantissaLocation) & mantissaMask
      const sign = (word >>> signLocation) & 1 ? -1 : 1
      if (exponent === special) into[i] = (mantissa & fractionMask) === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
      else into[i] = sign * ((exponent === 0 ? mantissa : mantissa + leading) * scale[exponent])
    }
  }
}
