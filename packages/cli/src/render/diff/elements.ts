import type { Datatype } from '@h5kit/core'
import { converter, sameType, typeLabel, UnsupportedError } from '@h5kit/core'
import { tellsSameApart } from '../../options/tolerance.ts'
import type { Comparer, FollowingComparison, SideType } from './comparers.ts'
import { padded } from './lines.ts'
import { inside, isPlain, plainComparer } from './plain.ts'
import { sameRange, variableStringComparer } from './strings.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>
type Convert = ReturnType<typeof converter>

/** What brings stored elements that refer to nothing into memory's type; undefined where they are of that already. */
export function toMemory({ stored, memory }: SideType): Convert | undefined {
  return sameType(stored, memory) ? undefined : converter(stored, memory)
}

/**
 * Compares elements as they are stored, which may refer to something. Both sides are taken to be of the first one's
 * type in memory.
 */
export function elementComparer(first: SideType, second: SideType, comparison: FollowingComparison): Comparer {
  if (first.stored.class === 'reference' && second.stored.class === 'reference') {
    return referenceComparer(first.stored, second.stored, comparison)
  }
  return partComparer(first, second, comparison)
}

function partComparer(first: SideType, second: SideType, comparison: FollowingComparison): Comparer {
  const { stored: a } = first
  const { stored: b } = second
  if (isPlain(a) && isPlain(b)) return convertedComparer(first, second, comparison)
  if (a.class === 'compound' && b.class === 'compound') return compoundComparer(first, second, comparison)
  if (a.class === 'array' && b.class === 'array') return arrayComparer(a, b, first, second, comparison)
  if (a.class === 'reference' && b.class === 'reference') return nestedReference(a, b, comparison)
  if (a.class === 'variable-length' && b.class === 'variable-length' && a.kind === b.kind) {
    if (a.kind === 'string') return variableStringComparer([a, b], comparison.files, comparison)
    return sequenceComparer(a, b, first, second, comparison)
  }
  throw new UnsupportedError(`comparing ${typeLabel(a)} and ${typeLabel(b)}`)
}

/** Compares parts that refer to nothing, one element at a time. */
function convertedComparer(first: SideType, second: SideType, comparison: FollowingComparison): Comparer {
  const compare = plainComparer(first.memory, comparison)
  const converts = [toMemory(first), toMemory(second)] as const
  const sizes = [first.stored.size, second.stored.size] as const
  return (a, at, b, to, element) => {
    const [one, other] = converts
    const x = one === undefined ? a : one(a.subarray(at, at + sizes[0]), 1)
    const y = other === undefined ? b : other(b.subarray(to, to + sizes[1]), 1)
    return compare(x, one === undefined ? at : 0, y, other === undefined ? to : 0, element)
  }
}

/** Where a member is in the stored compound; zeros where it is not there. */
interface Member {
  offset: number
  type: SideType
  missing: boolean
}

function membersOf({ stored, memory }: SideType): Member[] {
  if (stored.class !== 'compound' || memory.class !== 'compound') return []
  const known = new Map(stored.members.map((member) => [member.name, member]))
  return memory.members.map(({ name, type }) => {
    const member = known.get(name)
    if (member === undefined) return { offset: 0, type: { stored: type, memory: type }, missing: true }
    return { offset: member.offset, type: { stored: member.type, memory: type }, missing: false }
  })
}

function compoundComparer(first: SideType, second: SideType, comparison: FollowingComparison): Comparer {
  const others = membersOf(second)
  const parts = membersOf(first).map((member, i) => {
    const other = others[i]
    if (other === undefined) throw new UnsupportedError('comparing compounds with different numbers of members')
    const zeros = new Uint8Array(Math.max(member.type.stored.size, other.type.stored.size))
    return { member, other, zeros, compare: partComparer(member.type, other.type, comparison) }
  })
  return inside((a, at, b, to, element) => {
    let found = 0
    for (const { member, other, zeros, compare } of parts) {
      const x = member.missing ? zeros : a
      const y = other.missing ? zeros : b
      found += compare(x, member.missing ? 0 : at + member.offset, y, other.missing ? 0 : to + other.offset, element)
    }
    return found
  }, comparison)
}

function baseOf(type: Datatype): Datatype {
  return 'base' in type ? type.base : type
}

function arrayComparer(
  a: OfClass<'array'>,
  b: OfClass<'array'>,
  first: SideType,
  second: SideType,
  comparison: FollowingComparison,
): Comparer {
  const compare = partComparer(
    { stored: a.base, memory: baseOf(first.memory) },
    { stored: b.base, memory: baseOf(second.memory) },
    comparison,
  )
  const count = a.dimensions.reduce((product, n) => product * n, 1)
  const most = b.dimensions.reduce((product, n) => product * n, 1)
  return inside((x, at, y, to, element) => {
    let found = 0
    for (let i = 0; i < count && i < most; i++) {
      found += compare(x, at + i * a.base.size, y, to + i * b.base.size, element)
    }
    return found
  }, comparison)
}

/** Compares as many elements as the first sequence has. */
function sequenceComparer(
  a: OfClass<'variable-length'>,
  b: OfClass<'variable-length'>,
  first: SideType,
  second: SideType,
  comparison: FollowingComparison,
): Comparer {
  const base = { stored: a.base, memory: baseOf(first.memory) }
  const other = { stored: b.base, memory: baseOf(second.memory) }
  const whole = isPlain(a.base) && isPlain(b.base)
  const compare = whole ? plainComparer(base.memory, comparison) : partComparer(base, other, comparison)
  const converts = whole ? [toMemory(base), toMemory(other)] : [undefined, undefined]
  const sizes = whole ? [base.memory.size, base.memory.size] : [a.base.size, b.base.size]
  const [left, right] = [comparison.files[0].sequences(), comparison.files[1].sequences()]
  const skips = whole && sameType(a.base, b.base) && !tellsSameApart(comparison.tolerance)
  return inside((x, at, y, to, element) => {
    left.find(a, x, at)
    right.find(b, y, to)
    if (skips && sameRange(left, right)) return 0
    // They stay as they are while others are looked for.
    const stored = [left.bytes.subarray(left.start, left.end), right.bytes.subarray(right.start, right.end)]
    const counts = [stored[0].length / a.base.size, stored[1].length / b.base.size]
    const [one, two] = stored.map((bytes, i) => converts[i]?.(bytes, counts[i]) ?? bytes)
    let found = 0
    for (let i = 0; i < counts[0]; i++) {
      if ((i + 1) * sizes[1] > two.length) return found + shorter(counts, element, comparison)
      found += compare(one, i * sizes[0], two, i * sizes[1], element)
    }
    return found
  }, comparison)
}

/** The second sequence ends before the first one. */
function shorter(counts: readonly number[], element: number, { lines, compared }: FollowingComparison): number {
  if (!lines.shown) return 1
  lines.place(compared, element)
  lines.line(`${padded(`length ${counts[0]}`, 16)} ${padded(`length ${counts[1]}`, 17)}`)
  return 1
}

type ReferenceType = OfClass<'reference'>

/** Compares what references lead to. One that leads nowhere is different from one that leads somewhere. */
function referenceComparer(first: ReferenceType, second: ReferenceType, comparison: FollowingComparison): Comparer {
  const { files, follow } = comparison
  return (a, at, b, to) => {
    const one = files[0].reference(first, a, at)
    const other = files[1].reference(second, b, to)
    if (one === undefined || other === undefined) return one === other ? 0 : 1
    return follow(one, other)
  }
}

/** Of the older references inside elements, only those that lead nowhere are told from others. */
function nestedReference(first: ReferenceType, second: ReferenceType, comparison: FollowingComparison): Comparer {
  if (first.kind > 1 && second.kind > 1) return referenceComparer(first, second, comparison)
  return (a, at, b, to) => (isZero(a, at, first.size) === isZero(b, to, second.size) ? 0 : 1)
}

function isZero(bytes: Uint8Array, at: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (bytes[at + i] !== 0) return false
  return true
}
