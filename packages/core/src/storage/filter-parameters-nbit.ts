import { FilterError } from '../errors.ts'
import { NBIT_ARRAY, NBIT_ATOMIC, NBIT_COMPOUND, NBIT_UNCHANGED } from '../filters/nbit.ts'
import type { CompoundType, Datatype, FixedPointType, FloatingPointType } from '../format/messages/datatype.ts'

/** The library takes no more. */
const MOST_PARAMETERS = 4096

/** Filter 5: how many parameters there are, whether all bits are stored, elements of a chunk, and the type. */
export function nbitParameters(type: Datatype, elements: number): number[] {
  const description: number[] = []
  // At the top, what has no numbers is not described: it is stored as it is.
  const described = ['fixed-point', 'floating-point', 'array', 'compound'].includes(type.class)
  const packs = described && describe(type, description)
  const count = description.length + 3
  if (count > MOST_PARAMETERS) throw new FilterError(`nbit: the type needs ${count} parameters`)
  return [count, packs ? 0 : 1, elements, ...description]
}

/** Describes a type; returns whether it has bits that mean nothing. */
function describe(type: Datatype, to: number[]): boolean {
  switch (type.class) {
    case 'fixed-point':
    case 'floating-point':
      return describeNumber(type, to)
    case 'array':
      if (type.base.class === 'variable-length')
        throw new FilterError('nbit: arrays of sequences or of strings of variable length')
      to.push(NBIT_ARRAY, type.size)
      return describe(type.base, to)
    case 'compound':
      return describeCompound(type, to)
    default:
      to.push(NBIT_UNCHANGED, type.size)
      return false
  }
}

function describeNumber(
  { size, order, precision, bitOffset }: FixedPointType | FloatingPointType,
  to: number[],
): boolean {
  if (order === 'VAX') throw new FilterError('nbit: numbers in VAX order')
  to.push(NBIT_ATOMIC, size, order === 'LE' ? 0 : 1, precision, bitOffset)
  return bitOffset !== 0 || precision !== size * 8
}

function describeCompound(type: CompoundType, to: number[]): boolean {
  let packs = false
  to.push(NBIT_COMPOUND, type.size, type.members.length)
  for (const [i, member] of type.members.entries()) {
    to.push(member.offset)
    if (member.type.class === 'variable-length') {
      // All up to the next member belongs to it: the size in memory is another than in the file.
      const next = type.members[i + 1]?.offset ?? type.size
      to.push(NBIT_UNCHANGED, next - member.offset)
    } else if (describe(member.type, to)) packs = true
  }
  return packs
}
