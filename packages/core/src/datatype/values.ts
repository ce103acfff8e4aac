import { FormatError } from '../errors.ts'
import type { Datatype, FixedPointType } from '../format/messages/datatype.ts'
import { NULL_TERMINATED, SPACE_PADDED } from '../format/messages/datatype.ts'
import { decodeText } from '../io/text.ts'
import { bitsOf, decodeFloat, littleEndian, nativeFloat } from './float.ts'
import type { SequenceSource } from './sequences.ts'

/** One element as a JavaScript value; what it is follows from the datatype. */
export type Value = number | bigint | string | Uint8Array | Value[] | TypedNumbers | { [member: string]: Value }

export type TypedNumbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/**
 * The elements of an array in C order: a typed array for numbers (64-bit integers exactly, as bigints), for
 * everything else an array with a value for each element.
 */
export type Values = TypedNumbers | Value[]

/**
 * Decodes `count` elements.
 *
 * - fixed-point, enum, bitfield: integers; up to 32 bits as numbers, above as bigints
 * - floating-point: numbers, in a Float32Array where that holds them exactly
 * - string: text; opaque and reference: the bytes; time: a number
 * - compound: an object by member name; complex: `{ re, im }`; array and variable length: arrays
 */
export function decodeValues(type: Datatype, bytes: Uint8Array, count: number, source: SequenceSource): Values {
  if (bytes.length < count * type.size) {
    throw new FormatError(`${bytes.length} bytes for ${count} elements of ${type.size}`)
  }
  const numbers = numericArray(type, bytes, count)
  if (numbers !== undefined) return numbers
  const decode = elementDecoder(type, source)
  return Array.from({ length: count }, (_, i) => decode(bytes, i * type.size))
}

type Decoder = (bytes: Uint8Array, at: number) => Value

function elementDecoder(type: Datatype, source: SequenceSource): Decoder {
  switch (type.class) {
    case 'fixed-point':
    case 'bitfield':
    case 'time':
      return integerDecoder(type)
    case 'floating-point':
      return (bytes, at) => decodeFloat(type, bytes, at)
    case 'enum':
      return elementDecoder(type.base, source)
    case 'string':
      return (bytes, at) => fixedString(bytes.subarray(at, at + type.size), type.padding)
    case 'opaque':
    case 'reference':
      return (bytes, at) => bytes.slice(at, at + type.size)
    case 'compound': {
      const members = type.members.map((member) => ({ ...member, decode: elementDecoder(member.type, source) }))
      return (bytes, at) =>
        Object.fromEntries(members.map(({ name, offset, decode }) => [name, decode(bytes, at + offset)]))
    }
    case 'complex': {
      const decode = elementDecoder(type.base, source)
      return (bytes, at) => ({ re: decode(bytes, at), im: decode(bytes, at + type.base.size) })
    }
    case 'array': {
      const { base, dimensions, size } = type
      const total = dimensions.reduce((product, n) => product * n, 1)
      return (bytes, at) => decodeValues(base, bytes.subarray(at, at + size), total, source)
    }
    case 'variable-length':
      return (bytes, at) => {
        const data = source.sequence(type, bytes, at)
        if (type.kind === 'string') return fixedString(data, NULL_TERMINATED)
        return decodeValues(type.base, data, Math.floor(data.length / type.base.size), source)
      }
  }
}

function fixedString(bytes: Uint8Array, padding: number): string {
  let end = padding === NULL_TERMINATED ? bytes.indexOf(0) : bytes.length
  if (end < 0) end = bytes.length
  const pad = padding === SPACE_PADDED ? 0x20 : 0
  while (padding !== NULL_TERMINATED && end > 0 && bytes[end - 1] === pad) end--
  return decodeText(bytes, 0, end)
}

type IntegerLike = Pick<FixedPointType, 'size' | 'precision'> & {
  order: FixedPointType['order']
  signed?: boolean
  bitOffset?: number
}

function integerDecoder(type: IntegerLike): Decoder {
  const { size, precision, order, signed = false, bitOffset = 0 } = type
  return (bytes, at) => {
    const value = bitsOf(littleEndian(bytes, at, size, order), bitOffset, precision)
    const negative = signed && precision > 0 && value >> BigInt(precision - 1) === 1n
    const exact = negative ? value - (1n << BigInt(precision)) : value
    return precision <= 32 ? Number(exact) : exact
  }
}

/** A typed array where the elements are plain numbers of a size that JavaScript has. */
function numericArray(type: Datatype, bytes: Uint8Array, count: number): TypedNumbers | undefined {
  if (type.class === 'enum') return numericArray(type.base, bytes, count)
  if (type.class === 'floating-point') return floatArray(type, bytes, count)
  if (type.class !== 'fixed-point' && type.class !== 'bitfield') return undefined
  const { size, precision, bitOffset, order } = type
  if (bitOffset !== 0 || precision !== size * 8 || order === 'VAX') return undefined
  const plain = nativeOrder(bytes, count, size, order)
  const signed = type.class === 'fixed-point' && type.signed
  switch (size) {
    case 1:
      return signed ? new Int8Array(plain) : new Uint8Array(plain)
    case 2:
      return signed ? new Int16Array(plain) : new Uint16Array(plain)
    case 4:
      return signed ? new Int32Array(plain) : new Uint32Array(plain)
    case 8:
      return signed ? new BigInt64Array(plain) : new BigUint64Array(plain)
    default:
      return undefined
  }
}

function floatArray(type: Datatype & { class: 'floating-point' }, bytes: Uint8Array, count: number): TypedNumbers {
  const native = nativeFloat(type)
  if (native === 'f32' && type.order !== 'VAX') return new Float32Array(nativeOrder(bytes, count, 4, type.order))
  if (native === 'f64' && type.order !== 'VAX') return new Float64Array(nativeOrder(bytes, count, 8, type.order))
  const numbers = type.mantissaSize <= 23 && type.exponentSize <= 8 ? new Float32Array(count) : new Float64Array(count)
  for (let i = 0; i < count; i++) numbers[i] = decodeFloat(type, bytes, i * type.size)
  return numbers
}

/** A copy of the elements in little-endian order, which is the order of every machine that runs JavaScript. */
function nativeOrder(bytes: Uint8Array, count: number, size: number, order: 'LE' | 'BE'): ArrayBuffer {
  const copy = bytes.slice(0, count * size)
  if (order === 'BE' && size > 1) for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse()
  return copy.buffer
}
