import { TypeMismatchError } from '../../errors.ts'
import type {
  ArrayType,
  CompoundType,
  Datatype,
  ReferenceType,
  StringType,
  VariableLengthType,
} from '../../format/messages/datatype.ts'
import { ASCII, OBJECT_REFERENCE_1 } from '../../format/messages/datatype.ts'
import type { Reference } from '../../format/reference.ts'
import { encodeText } from '../../io/text.ts'
import { complexBase } from '../conversion/complexes.ts'
import { scatter } from '../conversion/converter.ts'
import { writeString } from '../conversion/strings.ts'
import { typeLabel } from '../equality.ts'
import type { SequenceTarget } from '../sequences.ts'
import { integerType } from '../types.ts'
import type { Columns, Value } from '../values.ts'
import type { Encodable } from './encode-numbers.ts'
import { encodeBits, encodeEnums, encodeNumbers, typeOfArray, unfit } from './encode-numbers.ts'

/**
 * The elements that values stand for: what decodeValues makes of them, and more.
 *
 * - numbers: as between datatypes (clipped, rounded); bigints and booleans are numbers too
 * - enum: a number, a name, or a boolean for FALSE and TRUE
 * - string: text or bytes, as many as an element has at most; of variable length, null for one that is not there;
 *   opaque: just as many; reference: what decodeValues gives
 * - compound: objects, or one object with an array for each member; every member has to be there
 * - complex, and compounds of r and i: `{ re, im }`, numbers, or a typed array of real and imaginary parts in turn
 * - array: arrays of arrays, or flat; variable length: an array for each element
 *
 * @param target keeps what elements of variable length refer to; without it only object references can be written
 * @throws TypeMismatchError where a value is none of the type; it says which
 */
export function encodeValues(type: Datatype, values: Encodable | Columns, target?: SequenceTarget): Uint8Array {
  if (!isList(values)) {
    if (type.class !== 'compound') throw new TypeMismatchError(`no list of values for ${typeLabel(type)}`)
    return encodeColumns(type, values, target)
  }
  switch (type.class) {
    case 'fixed-point':
    case 'floating-point':
      return encodeNumbers(type, values)
    case 'bitfield':
      return encodeBits(type, { ...type, class: 'fixed-point', signed: false }, values)
    case 'time':
      return encodeBits(type, integerType(type.size, false, type.order), values)
    case 'enum':
      return encodeEnums(type, values)
    case 'string':
      return eachElement(type, values, (value, into, at, i) => putString(type, value, into, at, i))
    case 'opaque':
      return eachElement(type, values, (value, into, at, i) => putBytes(type, value, into, at, i))
    case 'reference':
      return eachElement(type, values, (value, into, at, i) => putReference(type, value, into, at, i, target))
    case 'complex':
      return encodeNumbersInPairs(type, type.base, values, target)
    case 'compound': {
      const base = complexBase(type)
      return base === undefined || namesMembers(values)
        ? encodeRecords(type, values, target)
        : encodeNumbersInPairs(type, base, values, target)
    }
    case 'array':
      return encodeArrays(type, values, target)
    case 'variable-length':
      return encodeSequences(type, values, target)
  }
}

const NOTHING = new Uint8Array(0)

function isList(values: unknown): values is Encodable {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView))
}

function eachElement(
  type: Datatype,
  values: Encodable,
  put: (value: Value, into: Uint8Array, at: number, i: number) => void,
): Uint8Array {
  const into = new Uint8Array(values.length * type.size)
  for (let i = 0; i < values.length; i++) put(values[i], into, i * type.size, i)
  return into
}

/** The bytes of a text, or bytes as they are. */
function textBytes(type: Datatype, characterSet: number, value: Value, i: number): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string') throw unfit(type, value, i)
  const bytes = encodeText(value)
  if (characterSet === ASCII && bytes.length !== value.length) throw unfit(type, value, i)
  return bytes
}

function putString(type: StringType, value: Value, into: Uint8Array, at: number, i: number): void {
  const text = textBytes(type, type.characterSet, value, i)
  if (text.length > type.size) {
    throw new TypeMismatchError(`value ${i} has ${text.length} bytes, too many for a ${typeLabel(type)}`)
  }
  // Where it fills the element even the null that should end it has no place: some writers make such, and they read so.
  if (text.length === type.size) into.set(text, at)
  else writeString(type, into, at, text)
}

function putBytes(type: Datatype, value: Value, into: Uint8Array, at: number, i: number): void {
  if (!(value instanceof Uint8Array)) throw unfit(type, value, i)
  if (value.length !== type.size) {
    throw new TypeMismatchError(`value ${i} has ${value.length} bytes instead of ${type.size}: ${typeLabel(type)}`)
  }
  into.set(value, at)
}

function putReference(
  type: ReferenceType,
  value: Value,
  into: Uint8Array,
  at: number,
  i: number,
  target: SequenceTarget | undefined,
): void {
  if (value === null) return
  if (value instanceof Uint8Array) {
    putBytes(type, value, into, at, i)
    return
  }
  if (target?.refer !== undefined && isReference(value)) {
    target.refer(type, value, into.subarray(at, at + type.size))
    return
  }
  const address = typeof value === 'object' && 'address' in value && value.kind === 'object' ? value.address : undefined
  if (type.kind !== OBJECT_REFERENCE_1 || typeof address !== 'number') throw unfit(type, value, i)
  into.set(encodeNumbers(integerType(type.size, false), [BigInt(address)]), at)
}

function isReference(value: Value): value is Reference {
  return typeof value === 'object' && value !== null && 'kind' in value && 'address' in value
}

/** Whether objects have the members of a compound of r and i rather than the parts of a complex number. */
function namesMembers(values: Encodable): boolean {
  const first = values[0]
  return typeof first === 'object' && first !== null && 'r' in first && 'i' in first
}

function encodeNumbersInPairs(type: Datatype, base: Datatype, values: Encodable, target?: SequenceTarget): Uint8Array {
  if (typeOfArray(values) !== undefined) {
    if (values.length % 2 !== 0) throw new TypeMismatchError(`${values.length} parts of complex numbers`)
    return encodeValues(base, values, target)
  }
  const parts: Value[] = []
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'number') parts.push(value, 0)
    else if (typeof value === 'object' && value !== null && 're' in value && 'im' in value) {
      parts.push(value.re, value.im)
    } else throw unfit(type, value, i)
  }
  return encodeValues(base, parts, target)
}

function encodeRecords(type: CompoundType, values: Encodable, target?: SequenceTarget): Uint8Array {
  const columns = type.members.map(({ name }) => {
    const column: Value[] = []
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
        throw new TypeMismatchError(`value ${i} has no member "${name}" of ${typeLabel(type)}`)
      }
      column.push((value as { [member: string]: Value })[name])
    }
    return [name, column] as const
  })
  return encodeColumns(type, Object.fromEntries(columns), target, values.length)
}

function encodeColumns(type: CompoundType, columns: Columns, target?: SequenceTarget, count?: number): Uint8Array {
  let total = count
  const parts = type.members.map((member) => {
    const column = Object.hasOwn(columns, member.name) ? columns[member.name] : undefined
    if (column === undefined) throw new TypeMismatchError(`no values for "${member.name}" of ${typeLabel(type)}`)
    const bytes = encodeValues(member.type, column, target)
    const length = bytes.length / member.type.size
    total ??= length
    if (length !== total) throw new TypeMismatchError(`${length} values for "${member.name}" instead of ${total}`)
    return { bytes, offset: member.offset }
  })
  const into = new Uint8Array((total ?? 0) * type.size)
  for (const { bytes, offset } of parts) scatter(bytes, total ?? 0, into, type.size, offset)
  return into
}

function encodeArrays(type: ArrayType, values: Encodable, target?: SequenceTarget): Uint8Array {
  if (typeOfArray(values) !== undefined) return wholeElements(type, encodeValues(type.base, values, target))
  const flat: Value[] = []
  // As deep as the array has dimensions, or flat.
  const spread = (list: Encodable, depth: number): void => {
    for (let i = 0; i < list.length; i++) {
      const value = list[i]
      if (depth > 0 && isList(value)) spread(value, depth - 1)
      else flat.push(value)
    }
  }
  const total = type.size / type.base.size
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (!isList(value)) throw unfit(type, value, i)
    const before = flat.length
    spread(value, type.dimensions.length - 1)
    if (flat.length - before !== total) {
      throw new TypeMismatchError(`value ${i} has ${flat.length - before} elements: ${typeLabel(type)}`)
    }
  }
  return encodeValues(type.base, flat, target)
}

function wholeElements(type: Datatype, bytes: Uint8Array): Uint8Array {
  if (bytes.length % type.size === 0) return bytes
  throw new TypeMismatchError(`the values do not come to whole elements: ${typeLabel(type)}`)
}

function encodeSequences(type: VariableLengthType, values: Encodable, target?: SequenceTarget): Uint8Array {
  if (target === undefined) throw new TypeMismatchError(`nowhere to keep the values of a ${typeLabel(type)}`)
  return eachElement(type, values, (value, into, at, i) => {
    if (type.kind === 'string' && value === null) target.store(type, NOTHING, into, at)
    else if (type.kind === 'string') target.store(type, textBytes(type, type.characterSet, value, i), into, at, true)
    else if (isList(value)) target.store(type, encodeValues(type.base, value, target), into, at)
    else throw unfit(type, value, i)
  })
}
