import type { Datatype } from '../format/messages/datatype.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { measure } from '../io/measure.ts'
import { inMemory } from './in-memory.ts'

/** No part of a type's description is an address or a length. */
const ANY_SIZES = { offsets: 8, lengths: 8 }

/** What H5Tencode puts in front of a description. */
const HEAD = 2

/** The first version in which arrays are types of their own. */
const WITH_ARRAYS = 2

/** Bytes of the description that the C library's H5Tencode makes of a type that it read from a file. */
export function encodedTypeSize(type: Datatype): number {
  return HEAD + measure(datatypeMessage, withoutOldArrays(inMemory(type)), ANY_SIZES, undefined)
}

/** Arrays that are part of a compound of version 1 become types of their own, which need a later version. */
function withoutOldArrays(type: Datatype): Datatype {
  return hasOldArrays(type) ? raised(type) : type
}

function hasOldArrays(type: Datatype): boolean {
  if (type.class !== 'compound') return type.class === 'array' && type.version < WITH_ARRAYS
  return type.members.some((member) => hasOldArrays(member.type))
}

function raised(type: Datatype): Datatype {
  const version = Math.max(type.version, WITH_ARRAYS)
  switch (type.class) {
    case 'compound':
      return { ...type, version, members: type.members.map((each) => ({ ...each, type: raised(each.type) })) }
    case 'array':
      return { ...type, version, base: raised(type.base) }
    case 'enum':
      return { ...type, version }
    default:
      return type
  }
}
