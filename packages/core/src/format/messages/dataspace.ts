import { FormatError } from '../../errors.ts'
import type { Io } from '../../io/structure.ts'
import { structure, UNDEFINED } from '../../io/structure.ts'

/** How many elements a dataset or an attribute has, and how they are arranged (IV.A.2.b). */
export interface Dataspace {
  /** 1 or 2; a null dataspace needs 2. */
  version: number
  kind: 'scalar' | 'simple' | 'null'
  /** In elements, the slowest changing dimension first. */
  dimensions: number[]
  /** One for each dimension, UNDEFINED (-1) for an unlimited one; undefined where the dimensions are fixed. */
  maximum: number[] | undefined
  /** Permutation indices (version 1), which no library gives a meaning. */
  permutation?: number[]
}

/** The largest number of dimensions. */
export const MAX_RANK = 32

const KINDS = ['scalar', 'simple', 'null'] as const

const MAXIMUM_PRESENT = 0x01
const PERMUTATION_PRESENT = 0x02
const FLAGS_V1 = MAXIMUM_PRESENT | PERMUTATION_PRESENT

function flagsOf(space: Dataspace): number {
  return (
    (space.maximum === undefined ? 0 : MAXIMUM_PRESENT) | (space.permutation === undefined ? 0 : PERMUTATION_PRESENT)
  )
}

function kindField(io: Io, space: Dataspace, rank: number): Dataspace['kind'] {
  if (space.version === 1) {
    if (space.kind === 'null') io.fail('a null dataspace needs version 2')
    io.reserved(5)
    return rank === 0 ? 'scalar' : 'simple'
  }
  const type = io.u8('Type', KINDS.indexOf(space.kind))
  if (type >= KINDS.length) io.fail(`unknown type ${type}`, 'Type')
  if (KINDS[type] !== 'simple' && rank > 0) io.fail(`${rank} dimensions in a ${KINDS[type]} dataspace`, 'Type')
  return KINDS[type]
}

function lengths(io: Io, field: string, rank: number, values: readonly number[]): number[] {
  return Array.from({ length: rank }, (_, i) => io.length(field, values[i]))
}

export const dataspaceMessage = structure<Dataspace>({
  name: 'Dataspace Message',
  spec: 'IV.A.2.b',
  blank: () => ({ version: 1, kind: 'scalar', dimensions: [], maximum: undefined }),
  body(io, m) {
    m.version = io.version('Version', m.version, [1, 2])
    const rank = io.u8('Dimensionality', m.dimensions.length)
    if (rank > MAX_RANK) io.fail(`${rank} dimensions`, 'Dimensionality')
    const flags = io.u8('Flags', flagsOf(m))
    if ((flags & ~(m.version === 1 ? FLAGS_V1 : MAXIMUM_PRESENT)) !== 0) {
      io.flaw(`unknown flags 0x${flags.toString(16)}`, 'Flags')
    }
    m.kind = kindField(io, m, rank)
    m.dimensions = lengths(io, 'Dimension #n Size', rank, m.dimensions)
    if (m.dimensions.includes(UNDEFINED)) io.fail('impossible size', 'Dimension #n Size')
    if ((flags & MAXIMUM_PRESENT) !== 0) {
      const maximum = lengths(io, 'Dimension #n Maximum Size', rank, m.maximum ?? [])
      const exceeded = maximum.some((most, i) => most !== UNDEFINED && most < m.dimensions[i])
      if (exceeded) io.fail('a dimension exceeds its maximum', 'Dimension #n Maximum Size')
      m.maximum = maximum
    }
    if (m.version === 1 && (flags & PERMUTATION_PRESENT) !== 0) {
      m.permutation = lengths(io, 'Permutation Index #n', rank, m.permutation ?? [])
    }
  },
})

/** Number of elements; more than 2^53-1 are a FormatError. */
export function elementCount(space: Dataspace): number {
  if (space.kind === 'null' || space.dimensions.includes(0)) return 0
  const count = space.dimensions.reduce((product, dimension) => product * dimension, 1)
  if (count > Number.MAX_SAFE_INTEGER) {
    throw new FormatError('more than 2^53-1 elements', { structure: dataspaceMessage.name })
  }
  return count
}
