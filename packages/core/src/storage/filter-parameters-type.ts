import type { Datatype } from '../format/messages/datatype.ts'

/** The byte order of all numbers of a type; `none` where it has none, `mixed` where they differ. */
export function typeOrder(type: Datatype): 'LE' | 'BE' | 'VAX' | 'none' | 'mixed' {
  switch (type.class) {
    case 'fixed-point':
    case 'floating-point':
    case 'time':
    case 'bitfield':
      return type.order
    case 'enum':
    case 'array':
    case 'variable-length':
    case 'complex':
      return typeOrder(type.base)
    case 'compound': {
      const orders = new Set(type.members.map((member) => typeOrder(member.type)))
      orders.delete('none')
      const [first = 'none'] = orders
      return orders.size > 1 ? 'mixed' : first
    }
    default:
      return 'none'
  }
}

/** Which bits of the numbers of a type mean something; undefined where it has no numbers. */
export function typeBits(type: Datatype): { offset: number; precision: number } | undefined {
  switch (type.class) {
    case 'fixed-point':
    case 'floating-point':
    case 'bitfield':
      return { offset: type.bitOffset, precision: type.precision }
    case 'time':
      return { offset: 0, precision: type.precision }
    case 'enum':
    case 'array':
    case 'variable-length':
    case 'complex':
      return typeBits(type.base)
    case 'string':
    case 'opaque':
    case 'reference':
      return { offset: 0, precision: type.size * 8 }
    default:
      return undefined
  }
}
