import { refersElsewhere } from '../datatype/conversion/convert.ts'
import { sameType, typeLabel } from '../datatype/equality.ts'
import type { SequenceTarget } from '../datatype/sequences.ts'
import {
  booleanType,
  complexPairType,
  ieeeType,
  integerType,
  referenceType,
  variableStringType,
} from '../datatype/types.ts'
import { encodeValues } from '../datatype/value/encode.ts'
import type { Encodable } from '../datatype/value/encode-numbers.ts'
import { typeOfArray } from '../datatype/value/encode-numbers.ts'
import type { Columns, Value } from '../datatype/values.ts'
import { LimitError, TypeMismatchError, WriteError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { fillBytes } from '../storage/runs.ts'

/** Bytes that values which are repeated along axes may come to at once. */
const MOST_REPEATED = 2 ** 32

/** Values for an array: one for a scalar, nested lists, or all in C order. */
export type ArrayData = Value | Encodable | Columns

/** Values in C order with the shape of the array that they make. */
export interface FlatData {
  values: Encodable | Columns
  count: number
  shape: number[]
}

/**
 * The type that values have of themselves, as NumPy sees it: `i8` for whole numbers and bigints, `f8` for others, UTF-8
 * strings of variable length, h5py's enum for booleans, its compound of r and i for complex numbers.
 *
 * @throws TypeMismatchError where no type holds all of them
 */
export function typeOfData(data: ArrayData): Datatype {
  const leaves: Encodable[] = []
  collectLists(data, leaves)
  let found: Datatype | undefined
  for (const list of leaves) {
    const array = typeOfArray(list)
    if (array !== undefined) {
      found = merged(found, array)
      continue
    }
    for (let i = 0; i < list.length; i++) found = merged(found, typeOfValue(list[i]))
  }
  if (found?.class === 'fixed-point' && !found.signed && leaves.some(hasNegative)) {
    throw new TypeMismatchError('no integer has both negative values and such beyond 2^63; a type has to be given')
  }
  return found ?? ieeeType(8)
}

function hasNegative(list: Encodable): boolean {
  return Array.prototype.some.call(list, (value) => value < 0)
}

function collectLists(data: ArrayData, into: Encodable[]): void {
  if (!isList(data)) {
    into.push([data as Value])
    return
  }
  if (Array.isArray(data) && data.some(isList)) for (const part of data) collectLists(part as ArrayData, into)
  else into.push(data)
}

function typeOfValue(value: Value): Datatype {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? integerType(8, true) : ieeeType(8)
    case 'bigint':
      if (value < -(2n ** 63n) || value >= 2n ** 64n) {
        throw new TypeMismatchError(`${value} is beyond integers of 64 bits; a type has to be given`)
      }
      return integerType(8, value < 2n ** 63n)
    case 'boolean':
      return booleanType()
    case 'string':
      return variableStringType()
  }
  if (typeof value === 'object' && value !== null) {
    if ('re' in value && 'im' in value) return complexPairType(ieeeType(8))
    if ('kind' in value && 'address' in value) return referenceType(referenceKind(value.kind))
  }
  throw new TypeMismatchError('values of this kind need a type that is given')
}

function referenceKind(kind: unknown): 'object' | 'region' | 'any' {
  return kind === 'object' || kind === 'region' ? kind : 'any'
}

/** The type for values of two types: whole numbers are numbers too. */
function merged(a: Datatype | undefined, b: Datatype): Datatype {
  if (a === undefined || sameType(a, b)) return b
  if (a.class === 'fixed-point' && b.class === 'floating-point') return b
  if (a.class === 'floating-point' && b.class === 'fixed-point') return a
  if (a.class === 'fixed-point' && b.class === 'fixed-point') return a.signed ? b : a
  throw new TypeMismatchError(`${typeLabel(a)} and ${typeLabel(b)} in one array`)
}

export function isList(data: unknown): data is Encodable {
  return Array.isArray(data) || (ArrayBuffer.isView(data) && !(data instanceof DataView))
}

/** Lists in each other that one element of a type is. */
function depthOf(type: Datatype): number {
  if (type.class === 'array') return type.dimensions.length + depthOf(type.base)
  return type.class === 'variable-length' && type.kind === 'sequence' ? 1 + depthOf(type.base) : 0
}

/**
 * Values in C order.
 *
 * @param shape of the array where it is given; one value is repeated all over it
 */
export function flatten(data: ArrayData, type: Datatype, shape?: readonly number[]): FlatData {
  if (!isList(data)) return isColumns(type, data) ? columns(type, data, shape) : repeated(data as Value, shape ?? [])
  const inner = depthOf(type)
  const sizes = sizesOf(data).slice(0, Math.max(0, nesting(data) - inner))
  if (shape?.length === 0 && sizes.length === 0) return { values: [data as Value], count: 1, shape: [] }
  const total = (list: readonly number[]): number => list.reduce((product, size) => product * size, 1)
  if (sizes.length === 0) return repeated(data as Value, shape ?? [])
  const wanted = shape ?? sizes
  const values = sizes.length === 1 ? data : flatList(data, sizes)
  const count = total(sizes)
  if (values.length !== count || count !== total(wanted)) {
    throw new WriteError(`values of the shape (${sizes.join(', ')}) for an array of the shape (${wanted.join(', ')})`)
  }
  return { values, count, shape: [...wanted] }
}

function repeated(value: Value, shape: readonly number[]): FlatData {
  const count = shape.reduce((product, size) => product * size, 1)
  return { values: new Array<Value>(count).fill(value), count, shape: [...shape] }
}

/** Whether an object has the columns of a table, one list for each member, rather than one row. */
function isColumns(type: Datatype, data: unknown): data is Columns {
  return (
    type.class === 'compound' &&
    typeof data === 'object' &&
    data !== null &&
    type.members.every(({ name, type: member }) => {
      const column = Object.hasOwn(data, name) ? (data as Record<string, unknown>)[name] : undefined
      return isList(column) && nesting(column) > depthOf(member)
    })
  )
}

function columns(type: Datatype, data: Columns, shape: readonly number[] | undefined): FlatData {
  const first = type.class === 'compound' ? type.members[0] : undefined
  const count = first === undefined ? 0 : data[first.name].length
  return { values: data, count, shape: [...(shape ?? [count])] }
}

function nesting(data: unknown): number {
  return isList(data) ? 1 + (Array.isArray(data) ? nesting(data[0]) : 0) : 0
}

/** Lengths of the first list at each depth. */
function sizesOf(data: unknown): number[] {
  return isList(data) ? [data.length, ...(Array.isArray(data) ? sizesOf(data[0]) : [])] : []
}

function flatList(data: Encodable, sizes: readonly number[]): Value[] {
  const flat: Value[] = []
  const spread = (list: unknown, depth: number): void => {
    if (!isList(list) || list.length !== sizes[depth]) throw new WriteError('lists of different lengths make no array')
    for (let i = 0; i < list.length; i++) {
      if (depth + 1 < sizes.length) spread(list[i], depth + 1)
      else flat.push(list[i])
    }
  }
  spread(data, 0)
  return flat
}

/**
 * The bytes of values for an array of a shape: as many values as it has elements, in C order, or fewer that are repeated
 * along axes, as NumPy does.
 *
 * @throws WriteError where the values do not suit the shape
 */
export function broadcastBytes(
  type: Datatype,
  data: ArrayData,
  shape: readonly number[],
  target: SequenceTarget,
): Uint8Array {
  const flat = flatten(data, type)
  const total = shape.reduce((product, size) => product * size, 1)
  if (flat.count === total) return bytesOf(type, flat, target)
  // What elements refer to is not shared.
  if (refersElsewhere(type)) {
    return bytesOf(type, { values: spread(flat, shape), count: total, shape: [...shape] }, target)
  }
  const strides = broadcastStrides(flat.shape, shape)
  const source = bytesOf(type, flat, target)
  const { size } = type
  if (total * size > MOST_REPEATED)
    throw new LimitError(`${total * size} bytes of repeated values: write some at a time`)
  const bytes = new Uint8Array(total * size)
  if (flat.count === 1) {
    fillBytes(bytes, source)
    return bytes
  }
  let at = 0
  eachRepeated(shape, strides, (from) => {
    for (let i = 0; i < size; i++) bytes[at++] = source[from * size + i]
  })
  return bytes
}

/** The values for an array of a shape, as `broadcastBytes` has their bytes. */
export function broadcastValues(type: Datatype, data: ArrayData, shape: readonly number[]): Encodable {
  return spread(flatten(data, type), shape)
}

function spread({ values, count, shape: from }: FlatData, shape: readonly number[]): Encodable {
  if (!isList(values)) throw new WriteError('columns cannot be repeated or taken apart')
  if (count === shape.reduce((product, size) => product * size, 1)) return values
  const repeated: Value[] = []
  eachRepeated(shape, broadcastStrides(from, shape), (at) => repeated.push(values[at]))
  return repeated
}

/** How far apart values are along each axis of what they are spread over: 0 where one is for all. */
function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = new Array<number>(to.length).fill(0)
  let stride = 1
  for (let back = 1; back <= Math.max(from.length, to.length); back++) {
    const size = from.at(-back) ?? 1
    if (size !== 1 && size !== to.at(-back)) {
      throw new WriteError(`values of the shape (${from.join(', ')}) for an array of the shape (${to.join(', ')})`)
    }
    if (back <= to.length && size !== 1) strides[to.length - back] = stride
    stride *= size
  }
  return strides
}

function eachRepeated(shape: readonly number[], strides: readonly number[], visit: (from: number) => void): void {
  const walk = (axis: number, from: number): void => {
    if (axis === shape.length) visit(from)
    else for (let i = 0; i < shape[axis]; i++) walk(axis + 1, from + i * strides[axis])
  }
  walk(0, 0)
}

/** Values that make whole rows of an array, and how many. */
export function rowsOf(type: Datatype, data: ArrayData, shape: readonly number[]): { flat: FlatData; rows: number } {
  const [length, ...row] = shape
  if (length === undefined) throw new WriteError('a scalar has no rows')
  const each = row.reduce((product, size) => product * size, 1)
  const flat = flatten(data, type)
  if (each === 0 || flat.count % each !== 0) {
    throw new WriteError(`${flat.count} values do not come to rows of ${each} elements`)
  }
  return { flat, rows: flat.count / each }
}

/** The bytes of values; those of a typed array of the type itself are not copied. */
export function bytesOf(type: Datatype, { values, count }: FlatData, target: SequenceTarget): Uint8Array {
  const own = isList(values) ? typeOfArray(values) : undefined
  const bytes =
    own !== undefined && sameType(own, type) && ArrayBuffer.isView(values)
      ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      : encodeValues(type, values, target)
  if (bytes.length !== count * type.size) throw new WriteError(`${bytes.length} bytes for ${count} elements`)
  return bytes
}

/** Whether elements of a type hold addresses of objects, which are known only in the end. */
export function holdsReferences(type: Datatype): boolean {
  switch (type.class) {
    case 'reference':
      return true
    case 'array':
    case 'variable-length':
      return holdsReferences(type.base)
    case 'compound':
      return type.members.some((member) => holdsReferences(member.type))
    default:
      return false
  }
}
