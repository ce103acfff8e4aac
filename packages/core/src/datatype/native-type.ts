import type {
  BitfieldType,
  CompoundMember,
  CompoundType,
  Datatype,
  EnumType,
  FixedPointType,
  FloatingPointType,
  VariableLengthType,
} from '../format/messages/datatype.ts'
import { convert } from './conversion/convert.ts'
import { isNative, nativeName } from './conversion/native.ts'
import { sameType } from './equality.ts'
import { inMemory } from './in-memory.ts'
import { bitfieldType, extendedType, ieeeType, integerType } from './types.ts'

/** A type with how its elements are aligned in a C struct. */
interface Native {
  type: Datatype
  alignment: number
}

/** Bytes of the wider alignment of what is a pointer, or starts with one. */
const POINTER = 8

/**
 * The type of the C library's memory that elements of a type are read into (H5Tget_native_type): numbers of the
 * processor's formats that hold them, compounds laid out as a C struct. What is variable in length and references have
 * the sizes of the library's pointers; of the types that they refer to, that of sequences is native too.
 */
export function nativeType(type: Datatype): Datatype {
  return native(type).type
}

function native(type: Datatype): Native {
  switch (type.class) {
    case 'fixed-point':
      return plain(integer(type))
    case 'bitfield':
      return plain(bitfield(type))
    case 'floating-point':
      return plain(float(type))
    case 'enum':
      return enumeration(type)
    case 'complex': {
      const base = type.base.class === 'floating-point' ? part(type.base) : native(type.base).type
      return { type: { ...type, base, size: 2 * base.size }, alignment: base.size }
    }
    case 'array': {
      const { type: base, alignment } = native(type.base)
      const size = type.dimensions.reduce((product, n) => product * n, base.size)
      return { type: { ...type, base, size }, alignment }
    }
    case 'variable-length':
      return { type: sequence(type), alignment: POINTER }
    case 'reference':
      return { type: inMemory(type), alignment: type.kind === 1 ? 1 : POINTER }
    case 'compound':
      return compound(type)
    default:
      return { type, alignment: 1 }
  }
}

function plain(type: Datatype): Native {
  return { type, alignment: type.size }
}

/** The processor's size that holds so many bits. */
function width(precision: number): number {
  return precision <= 8 ? 1 : precision <= 16 ? 2 : precision <= 32 ? 4 : 8
}

function integer(type: FixedPointType): FixedPointType {
  return isNative(type) && type.order === 'LE' ? type : integerType(width(type.precision), type.signed)
}

function bitfield(type: BitfieldType): BitfieldType {
  return bitfieldType(width(type.precision))
}

function float(type: FloatingPointType): FloatingPointType {
  if (nativeName(type) !== undefined) return { ...type, order: 'LE' }
  // A half is not taken for what has larger exponents, as bfloat16 has.
  if (type.size <= 2 && type.exponentSize <= 5) return ieeeType(2)
  return type.size <= 4 ? ieeeType(4) : type.size <= 8 ? ieeeType(8) : extendedType()
}

/** Parts of complex numbers: C has none of half precision. */
function part(type: FloatingPointType): FloatingPointType {
  const number = float(type)
  return number.size < 4 ? ieeeType(4) : number
}

/** A pointer to a string, or a length and a pointer. */
function sequence(type: VariableLengthType): VariableLengthType {
  return { ...type, size: inMemory(type).size, base: type.kind === 'string' ? type.base : nativeType(type.base) }
}

function enumeration(type: EnumType): Native {
  const { type: base, alignment } = native(type.base)
  const same = sameType(base, type.base)
  const members = same
    ? type.members
    : type.members.map(({ name, value }) => ({ name, value: convert(type.base, base, value, 1) }))
  return { type: { ...type, base, members, size: base.size }, alignment }
}

function compound(type: CompoundType): Native {
  let end = 0
  let alignment = 1
  const members: CompoundMember[] = []
  for (const { name, type: stored } of type.members) {
    const member = native(stored)
    const offset = aligned(end, member.alignment)
    members.push({ name, offset, type: member.type })
    end = offset + member.type.size
    alignment = Math.max(alignment, member.alignment)
  }
  return { type: { ...type, members, size: aligned(end, alignment) }, alignment }
}

function aligned(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment
}
