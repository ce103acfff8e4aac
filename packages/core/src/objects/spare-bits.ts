import { FormatError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'

/**
 * Refuses numbers of which less than half the bits are used: where no checksum protects the object header, the
 * library takes them for damage.
 */
export function refuseSpareBits(type: Datatype, header: ObjectHeader): void {
  if (header.version > 1) return
  const spare = spareBits(type)
  if (spare !== undefined) {
    throw new FormatError(spare, { structure: 'Datatype Message', address: header.address })
  }
}

/** What is unusual about the numbers of a type of which less than half the bits are used; undefined where none are. */
export function spareBits(type: Datatype): string | undefined {
  switch (type.class) {
    case 'fixed-point':
    case 'floating-point':
    case 'bitfield': {
      const { size, precision, bitOffset } = type
      const unusual = size > 1 && precision < size * 8 && size * 8 > 2 * (precision + bitOffset)
      return unusual ? `only ${precision} bits used of ${size} bytes` : undefined
    }
    case 'compound':
      for (const member of type.members) {
        const spare = spareBits(member.type)
        if (spare !== undefined) return spare
      }
      return undefined
    case 'enum':
    case 'array':
    case 'complex':
    case 'variable-length':
      return spareBits(type.base)
    default:
      return undefined
  }
}
