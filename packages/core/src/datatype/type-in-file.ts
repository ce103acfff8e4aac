import type { Datatype, ReferenceType } from '../format/messages/datatype.ts'
import { OBJECT_REFERENCE_1, REGION_REFERENCE_1 } from '../format/messages/datatype-model.ts'
import type { Sizes } from '../io/structure.ts'

/** Bytes of a length, and of the number of an object in the global heap. */
const WORD = 4

/** Bytes of the header of a reference as release 1.12 has it. */
const REFERENCE_HEADER = 2

/**
 * A type as it is in a file: elements that refer to what is elsewhere in the file are as large as its addresses make
 * them. What is behind such members of compounds moves with them. The same type where nothing differs.
 */
export function typeInFile(type: Datatype, sizes: Pick<Sizes, 'offsets'>): Datatype {
  switch (type.class) {
    case 'variable-length': {
      const base = typeInFile(type.base, sizes)
      const size = WORD + sizes.offsets + WORD
      return base === type.base && size === type.size ? type : { ...type, base, size }
    }
    case 'reference': {
      const size = referenceSize(type, sizes.offsets)
      return size === type.size ? type : { ...type, size }
    }
    case 'array': {
      const base = typeInFile(type.base, sizes)
      if (base === type.base) return type
      return { ...type, base, size: type.dimensions.reduce((product, count) => product * count, base.size) }
    }
    case 'compound': {
      let moved = 0
      let same = true
      const members = type.members.map((member) => {
        const inner = typeInFile(member.type, sizes)
        const offset = member.offset + moved
        moved += inner.size - member.type.size
        same &&= inner === member.type
        return { ...member, type: inner, offset }
      })
      return same ? type : { ...type, members, size: type.size + moved }
    }
    default:
      return type
  }
}

/** Sizes that addresses may have. */
const OFFSETS = [2, 4, 8]

/** The library has references in other sizes too where they are elements of sequences, which stay. */
function referenceSize({ kind, size }: ReferenceType, offsets: number): number {
  const around = kind === OBJECT_REFERENCE_1 ? 0 : kind === REGION_REFERENCE_1 ? WORD : REFERENCE_HEADER + WORD + WORD
  return OFFSETS.some((each) => size === around + each) ? around + offsets : size
}
