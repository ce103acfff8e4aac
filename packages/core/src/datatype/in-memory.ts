import type { CompoundMember, Datatype } from '../format/messages/datatype.ts'

/** Bytes of a pointer to a string, of a sequence (hvl_t) and of a reference in the C library's memory. */
const STRING_POINTER = 8
const SEQUENCE = 16
const REFERENCE = 64
const OBJECT_REFERENCE = 8
const REGION_REFERENCE = 12

/**
 * A datatype as the C library lays it out in memory: what is variable in length is a pointer there, so that sizes and
 * the offsets of compound members differ from those in the file. This is what H5Dget_type and the tools report.
 */
export function inMemory(type: Datatype): Datatype {
  switch (type.class) {
    case 'variable-length':
      return { ...type, base: inMemory(type.base), size: type.kind === 'string' ? STRING_POINTER : SEQUENCE }
    case 'reference':
      return { ...type, size: type.kind === 0 ? OBJECT_REFERENCE : type.kind === 1 ? REGION_REFERENCE : REFERENCE }
    case 'array': {
      const base = inMemory(type.base)
      return base.size === type.base.size ? type : { ...type, base, size: (type.size / type.base.size) * base.size }
    }
    case 'compound':
      return compound(type)
    default:
      return type
  }
}

function compound(type: Datatype & { class: 'compound' }): Datatype {
  let growth = 0
  const members: CompoundMember[] = []
  for (const member of type.members) {
    const inner = inMemory(member.type)
    members.push({ name: member.name, offset: member.offset + growth, type: inner })
    growth += inner.size - member.type.size
  }
  return growth === 0 && members.every((member, i) => member.type === type.members[i].type)
    ? type
    : { ...type, members, size: type.size + growth }
}
