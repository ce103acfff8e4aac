import type { Io } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import { MAX_RANK } from './messages/dataspace.ts'

/** Regularly repeated blocks along one axis, in elements. */
export interface HyperslabDimension {
  start: number
  stride: number
  /** Of blocks; UNDEFINED for without end. */
  count: number
  /** Elements of a block; UNDEFINED for without end. */
  block: number
}

/** Some of the elements of a dataspace. */
export type Selection =
  | { kind: 'none' }
  | { kind: 'all' }
  | {
      kind: 'points'
      /** 1, or 2 which stores the width of its numbers. */
      version: number
      width: number
      rank: number
      /** Coordinates, `rank` for each point. */
      points: number[]
    }
  | {
      kind: 'blocks'
      /** 1, or 3 which stores the width of its numbers. */
      version: number
      width: number
      rank: number
      /** First and last corner, both selected: twice `rank` for each block. */
      corners: number[]
    }
  | {
      kind: 'hyperslab'
      /** 2, or 3 which stores the width of its numbers. */
      version: number
      width: number
      dimensions: HyperslabDimension[]
    }

const NUMBERED: readonly (Selection['kind'] | undefined)[] = ['none', 'points', 'hyperslab', 'all']

/** The flag of hyperslab selections for blocks that are repeated regularly. */
const REGULAR = 1

/** Which elements of a dataspace are selected, as region references and virtual mappings store it (VIII.C). */
export const dataspaceSelection = structure<Selection>({
  name: 'Dataspace Selection',
  spec: 'VIII.C',
  blank: () => ({ kind: 'none' }),
  body(io, given) {
    const type = given.kind === 'blocks' ? 2 : NUMBERED.indexOf(given.kind)
    const kind = NUMBERED[io.u32('Selection Type', type)]
    switch (kind) {
      case 'none':
      case 'all':
        io.u32('Version', 1)
        io.reserved(8)
        return { kind }
      case 'points':
        return pointsFields(io, given)
      case 'hyperslab':
        return hyperslabFields(io, given)
      default:
        io.fail('unknown selection type', 'Selection Type')
    }
  },
})

function rankField(io: Io, rank: number): number {
  const stored = io.u32('Rank', rank)
  if (stored < 1 || stored > MAX_RANK) io.fail(`${stored} dimensions`, 'Rank')
  return stored
}

function widthField(io: Io, width: number): number {
  const stored = io.u8('Encode Size', width)
  if (stored !== 2 && stored !== 4 && stored !== 8) io.fail(`numbers of ${stored} bytes`, 'Encode Size')
  return stored
}

function numbers(io: Io, field: string, count: number, width: number, given: readonly number[]): number[] {
  if (count * width > io.left) io.fail(`${count} numbers of ${width} bytes do not fit`, field)
  return Array.from({ length: count }, (_, i) => io.uint(field, width, given[i]))
}

function pointsFields(io: Io, given: Selection): Selection {
  const { version, width, rank, points } =
    given.kind === 'points' ? given : { version: 1, width: 4, rank: 1, points: [] }
  const stored = io.u32('Version', version)
  if (stored !== 1 && stored !== 2) io.fail(`version ${stored}`, 'Version')
  const wide = stored === 2 ? widthField(io, width) : 4
  if (stored === 1) {
    io.reserved(4)
    io.u32('Length', 8 + 4 * points.length)
  }
  const axes = rankField(io, rank)
  const count = io.uint('Num Points', wide, points.length / axes)
  const coordinates = numbers(io, 'Point #n: coordinate #u', count * axes, wide, points)
  return { kind: 'points', version: stored, width: wide, rank: axes, points: coordinates }
}

function hyperslabFields(io: Io, given: Selection): Selection {
  const known = given.kind === 'hyperslab' || given.kind === 'blocks' ? given : undefined
  const version = io.u32('Version', known?.version ?? 1)
  switch (version) {
    case 1:
      io.reserved(4)
      io.u32('Length', 8 + 4 * (given.kind === 'blocks' ? given.corners.length : 0))
      return blocksFields(io, given, version, 4, rankField(io, rankOf(given)))
    case 2: {
      if ((io.u8('Flags', REGULAR) & REGULAR) === 0) io.fail('irregular blocks', 'Flags')
      // The library counts the rank alone, and ignores the field when it reads.
      io.u32('Length', 4)
      return regularFields(io, given, version, 8, rankField(io, rankOf(given)))
    }
    case 3: {
      const flags = io.u8('Flags', given.kind === 'hyperslab' ? REGULAR : 0)
      const width = widthField(io, known?.width ?? 8)
      const rank = rankField(io, rankOf(given))
      if ((flags & REGULAR) !== 0) return regularFields(io, given, version, width, rank)
      return blocksFields(io, given, version, width, rank)
    }
    default:
      io.fail(`version ${version}`, 'Version')
  }
}

function rankOf(selection: Selection): number {
  if (selection.kind === 'hyperslab') return selection.dimensions.length
  return selection.kind === 'blocks' ? selection.rank : 1
}

/** A number whose bits are all set where there is no end. */
function endlessField(io: Io, field: string, width: number, value: number): number {
  if (width === 8) return io.uint(field, width, value)
  const endless = 2 ** (8 * width) - 1
  const stored = io.uint(field, width, value === UNDEFINED ? endless : value)
  return stored === endless ? UNDEFINED : stored
}

function regularFields(io: Io, given: Selection, version: number, width: number, rank: number): Selection {
  const known = given.kind === 'hyperslab' ? given.dimensions : []
  const dimensions = Array.from({ length: rank }, (_, axis) => {
    const { start, stride, count, block } = known[axis] ?? { start: 0, stride: 1, count: 1, block: 1 }
    return {
      start: io.uint('Start #n', width, start),
      stride: io.uint('Stride #n', width, stride),
      count: endlessField(io, 'Count #n', width, count),
      block: endlessField(io, 'Block #n', width, block),
    }
  })
  return { kind: 'hyperslab', version, width, dimensions }
}

function blocksFields(io: Io, given: Selection, version: number, width: number, rank: number): Selection {
  const known = given.kind === 'blocks' ? given.corners : []
  const count = io.uint('Num Blocks', width, known.length / (2 * rank))
  const corners = numbers(io, 'Offset #n for Block #u', count * 2 * rank, width, known)
  return { kind: 'blocks', version, width, rank, corners }
}

/** The axis along which a selection has no end; undefined where it has one along each. */
export function unlimitedAxis(selection: Selection): number | undefined {
  if (selection.kind !== 'hyperslab') return undefined
  const axis = selection.dimensions.findIndex(({ count, block }) => count < 0 || block < 0)
  return axis < 0 ? undefined : axis
}
