import type { CompoundMember, CompoundType, Datatype, EnumType } from '../format/messages/datatype.ts'
import { convert } from './conversion/convert.ts'
import { bitfieldType, extendedType, ieeeType, integerType } from './types.ts'

/**
 * The type of the processor that elements are read as (H5Tget_native_type), with compounds padded as C has them. What
 * refers to something outside of the elements stays as it is.
 */
export function nativeType(type: Datatype): Datatype {
  switch (type.class) {
    case 'fixed-point':
      return integerType(wordSize(type.size), type.signed)
    case 'bitfield':
      return bitfieldType(wordSize(type.size))
    case 'floating-point':
      return type.size > 8 ? extendedType() : ieeeType(type.size <= 2 ? 2 : type.size <= 4 ? 4 : 8)
    case 'enum':
      return nativeEnum(type)
    case 'complex': {
      const base = nativeType(type.base)
      return { ...type, base, size: 2 * base.size }
    }
    case 'array': {
      const base = nativeType(type.base)
      return { ...type, base, size: type.dimensions.reduce((size, n) => size * n, base.size) }
    }
    case 'compound':
      return nativeCompound(type)
    default:
      return type
  }
}

function wordSize(size: number): 1 | 2 | 4 | 8 {
  return size <= 1 ? 1 : size <= 2 ? 2 : size <= 4 ? 4 : 8
}

function nativeEnum(type: EnumType): EnumType {
  const base = nativeType(type.base)
  const members = type.members.map(({ name, value }) => ({ name, value: convert(type.base, base, value, 1) }))
  return { ...type, base, size: base.size, members }
}

function nativeCompound(type: CompoundType): CompoundType {
  const members: CompoundMember[] = []
  let end = 0
  let largest = 1
  for (const { name, type: stored } of type.members) {
    const member = nativeType(stored)
    const alignment = alignmentOf(member)
    const offset = roundUp(end, alignment)
    members.push({ name, offset, type: member })
    end = offset + member.size
    largest = Math.max(largest, alignment)
  }
  return { ...type, members, size: roundUp(end, largest) }
}

function alignmentOf(type: Datatype): number {
  switch (type.class) {
    case 'fixed-point':
    case 'bitfield':
    case 'floating-point':
      return type.size
    case 'enum':
    case 'complex':
    case 'array':
      return alignmentOf(type.base)
    case 'compound':
      return type.members.reduce((largest, member) => Math.max(largest, alignmentOf(member.type)), 1)
    default:
      return 1
  }
}

function roundUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment
}
