import { TypeMismatchError } from '../../errors.ts'
import type { Datatype, EnumType, FixedPointType } from '../../format/messages/datatype.ts'
import type { NumberType } from '../conversion/native.ts'
import { convertNumbers } from '../conversion/numbers.ts'
import { typeLabel } from '../equality.ts'
import { clipInteger, writeInteger } from '../exact.ts'
import { ieeeType, integerType } from '../types.ts'
import type { Value } from '../values.ts'

/** Values to encode: an array or a typed array. */
export type Encodable = ArrayLike<Value>

/** The error of a value that a type has no element for. */
export function unfit(type: Datatype, value: Value, at: number): TypeMismatchError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? kind(value) : value
  return new TypeMismatchError(`value ${at}, ${String(shown)}, is no ${typeLabel(type)}`)
}

function kind(value: object | null): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${value.constructor?.name ?? 'object'}`
}

const FLOAT64 = ieeeType(8)
const FLOAT32 = ieeeType(4)
const INT8 = integerType(1, true)
const UINT8 = integerType(1, false)
const INT16 = integerType(2, true)
const UINT16 = integerType(2, false)
const INT32 = integerType(4, true)
const UINT32 = integerType(4, false)
const INT64 = integerType(8, true)
const UINT64 = integerType(8, false)

/** The type that the elements of a typed array have; undefined where it is none. */
export function typeOfArray(values: Encodable): NumberType | undefined {
  if (values instanceof Float64Array) return FLOAT64
  if (values instanceof Float32Array) return FLOAT32
  if (values instanceof Int8Array) return INT8
  if (values instanceof Uint8Array || values instanceof Uint8ClampedArray) return UINT8
  if (values instanceof Int16Array) return INT16
  if (values instanceof Uint16Array) return UINT16
  if (values instanceof Int32Array) return INT32
  if (values instanceof Uint32Array) return UINT32
  if (values instanceof BigInt64Array) return INT64
  return values instanceof BigUint64Array ? UINT64 : undefined
}

/** Numbers of any kind, converted from typed arrays as between datatypes, from others value by value. */
export function encodeNumbers(type: NumberType, values: Encodable): Uint8Array {
  const from = typeOfArray(values)
  if (from !== undefined && ArrayBuffer.isView(values)) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    return convertNumbers(from, type, bytes, values.length)
  }
  if (type.class === 'fixed-point' && Array.prototype.some.call(values, (value) => typeof value === 'bigint')) {
    return encodeIntegers(type, values)
  }
  const doubles = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) doubles[i] = numberOf(type, values[i], i)
  return convertNumbers(ieeeType(8), type, new Uint8Array(doubles.buffer), doubles.length)
}

function numberOf(type: Datatype, value: Value, at: number): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return Number(value)
  throw unfit(type, value, at)
}

/** Bigints exactly; numbers among them lose their fractions. */
function encodeIntegers(type: FixedPointType, values: Encodable): Uint8Array {
  const into = new Uint8Array(values.length * type.size)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    const whole = typeof value === 'bigint' ? value : BigInt(Math.trunc(finite(type, value, i)))
    writeInteger(type, into, i * type.size, clipInteger(type, whole))
  }
  return into
}

function finite(type: Datatype, value: Value, at: number): number {
  const number = numberOf(type, value, at)
  if (!Number.isFinite(number)) throw unfit(type, value, at)
  return number
}

/** The bits of bitfields and times: the lower ones of an integer. */
export function encodeBits(type: Datatype, like: FixedPointType, values: Encodable): Uint8Array {
  const into = new Uint8Array(values.length * type.size)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    const whole = typeof value === 'bigint' ? value : BigInt(Math.trunc(finite(type, value, i)))
    writeInteger(like, into, i * type.size, whole)
  }
  return into
}

/** Values of an enum: by name, as a number, or as a boolean where the enum has FALSE and TRUE. */
export function encodeEnums(type: EnumType, values: Encodable): Uint8Array {
  const { base } = type
  if (base.class !== 'fixed-point') throw new TypeMismatchError(`no way to write an ${typeLabel(type)}`)
  if (typeOfArray(values) !== undefined) return encodeNumbers(base, values)
  const named = new Map(type.members.map(({ name, value }) => [name, value]))
  const into = new Uint8Array(values.length * type.size)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'number' || typeof value === 'bigint') {
      into.set(encodeNumbers(base, [value]), i * type.size)
      continue
    }
    const name = typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : value
    const bytes = typeof name === 'string' ? named.get(name) : undefined
    if (bytes === undefined) throw unfit(type, value, i)
    into.set(bytes, i * type.size)
  }
  return into
}
