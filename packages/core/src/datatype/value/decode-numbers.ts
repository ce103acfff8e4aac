import type { Datatype, EnumType, FixedPointType } from '../../format/messages/datatype.ts'
import { reordered } from '../byte-order.ts'
import { convertNumbers } from '../conversion/numbers.ts'
import { bitsOf, decodeFloat, littleEndian, nativeFloat } from '../float.ts'
import { ieeeType, integerType } from '../types.ts'
import type { TypedNumbers, Values } from '../values.ts'

/** What is read as numbers. */
export type NumericType = Datatype & { class: 'fixed-point' | 'bitfield' | 'time' | 'floating-point' | 'enum' }

/** Numbers of any kind: a typed array, or bigints where an integer has more than 64 bits. */
export function decodeNumbers(type: NumericType, bytes: Uint8Array, count: number): Values {
  switch (type.class) {
    case 'enum':
      return isBoolean(type) ? booleans(bytes, count) : decodeBase(type, bytes, count)
    case 'floating-point':
      return decodeFloats(type, bytes, count)
    case 'time':
      return decodeIntegers({ ...integerType(type.size, false, type.order), precision: type.precision }, bytes, count)
    case 'bitfield':
      return decodeIntegers({ ...type, class: 'fixed-point', signed: false }, bytes, count)
    case 'fixed-point':
      return decodeIntegers(type, bytes, count)
  }
}

function decodeBase(type: EnumType, bytes: Uint8Array, count: number): Values {
  const { base } = type
  return isNumeric(base) && base.class !== 'enum' ? decodeNumbers(base, bytes, count) : []
}

export function isNumeric(type: Datatype): type is NumericType {
  return ['fixed-point', 'bitfield', 'time', 'floating-point', 'enum'].includes(type.class)
}

/** The enum that h5py makes of booleans: FALSE is 0 and TRUE is 1, in a byte. */
function isBoolean(type: Datatype): boolean {
  if (type.class !== 'enum' || type.size !== 1 || type.members.length !== 2) return false
  const values = new Map(type.members.map(({ name, value }) => [name, value[0]]))
  return values.get('FALSE') === 0 && values.get('TRUE') === 1
}

function booleans(bytes: Uint8Array, count: number): boolean[] {
  const values = new Array<boolean>(count)
  for (let i = 0; i < count; i++) values[i] = bytes[i] !== 0
  return values
}

const WIDTHS = [1, 2, 4, 8]

/** Integers of the sizes that typed arrays have are copied, others widened. */
function decodeIntegers(type: FixedPointType, bytes: Uint8Array, count: number): Values {
  const { size, precision, bitOffset, order, signed } = type
  const plain = bitOffset === 0 && precision === size * 8 && order !== 'VAX'
  if (plain && (size === 1 || size === 2 || size === 4 || size === 8)) {
    return integerArray(reordered(bytes, count, size, order), size, signed)
  }
  if (precision > 64) return Array.from({ length: count }, (_, i) => bigInteger(type, bytes, i * size))
  const wide = integerType(WIDTHS.find((width) => width >= size) ?? 8, signed)
  return integerArray(convertNumbers(type, wide, bytes, count), wide.size, signed)
}

function integerArray(bytes: Uint8Array, size: number, signed: boolean): TypedNumbers {
  const buffer = bytes.byteOffset % size === 0 ? bytes.buffer : bytes.slice().buffer
  const from = buffer === bytes.buffer ? bytes.byteOffset : 0
  const count = bytes.length / size
  switch (size) {
    case 1:
      return signed ? new Int8Array(buffer, from, count) : new Uint8Array(buffer, from, count)
    case 2:
      return signed ? new Int16Array(buffer, from, count) : new Uint16Array(buffer, from, count)
    case 4:
      return signed ? new Int32Array(buffer, from, count) : new Uint32Array(buffer, from, count)
    default:
      return signed ? new BigInt64Array(buffer, from, count) : new BigUint64Array(buffer, from, count)
  }
}

function bigInteger(type: FixedPointType, bytes: Uint8Array, at: number): bigint {
  const value = bitsOf(littleEndian(bytes, at, type.size, type.order), type.bitOffset, type.precision)
  return type.signed ? BigInt.asIntN(type.precision, value) : value
}

/** A Float32Array where that holds all numbers of the type, else a Float64Array of the nearest doubles. */
function decodeFloats(type: Datatype & { class: 'floating-point' }, bytes: Uint8Array, count: number): TypedNumbers {
  const native = nativeFloat(type)
  if (native === 'f32') return new Float32Array(reordered(bytes, count, 4, type.order).buffer)
  if (native === 'f64') return new Float64Array(reordered(bytes, count, 8, type.order).buffer)
  if (type.mantissaSize <= 23 && type.exponentSize <= 8 && type.exponentBias <= 127) {
    const single = convertNumbers(type, ieeeType(4), bytes, count)
    return new Float32Array(single.buffer, single.byteOffset, count)
  }
  const numbers = new Float64Array(count)
  for (let i = 0; i < count; i++) numbers[i] = decodeFloat(type, bytes, i * type.size)
  return numbers
}
