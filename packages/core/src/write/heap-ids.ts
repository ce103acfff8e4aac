import { Hdf5Error } from '../errors.ts'
import { unsigned } from '../format/b-tree-v2-records.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { Sizes } from '../io/structure.ts'
import type { EditedGlobalHeap, HeapIds } from './edited-global-heap.ts'

/** A variable-length part of an element: where it begins, and what type its own elements have. */
interface Sequence {
  at: number
  base: Datatype
}

/** The variable-length parts of elements of a type. */
function sequencesOf(type: Datatype, at = 0): Sequence[] {
  switch (type.class) {
    case 'variable-length':
      return [{ at, base: type.base }]
    case 'array': {
      const each = sequencesOf(type.base)
      const count = type.base.size === 0 || each.length === 0 ? 0 : type.size / type.base.size
      return Array.from({ length: count }, (_, i) => at + i * type.base.size).flatMap((start) =>
        each.map((part) => ({ ...part, at: start + part.at })),
      )
    }
    case 'compound':
      return type.members.flatMap((member) => sequencesOf(member.type, at + member.offset))
    default:
      return []
  }
}

/** Whether elements of a type have parts in the global heap that are theirs alone. */
export function hasSequences(type: Datatype): boolean {
  return sequencesOf(type).length > 0
}

/**
 * The objects of the global heap in which elements have their variable-length parts, and what those have in turn.
 * None where the elements lead to what cannot be read: they can be replaced all the same.
 *
 * @param isUnwritten tells of a collection whether it is not in the file yet
 */
export function heapIdsOf(
  heap: EditedGlobalHeap,
  { offsets }: Sizes,
  type: Datatype,
  elements: Uint8Array,
  isUnwritten: (address: number) => boolean,
): HeapIds {
  const found: HeapIds = new Map()
  const collect = (parts: Datatype, bytes: Uint8Array): void => {
    for (const { at: first, base } of sequencesOf(parts)) {
      const isNested = hasSequences(base)
      for (let at = first; at + 8 + offsets <= bytes.length; at += parts.size) {
        const address = unsigned(bytes, at + 4, offsets)
        const index = unsigned(bytes, at + 4 + offsets, 4)
        if (address === 0 || index === 0 || isUnwritten(address)) continue
        const indices = found.get(address) ?? new Set()
        if (indices.has(index)) continue
        found.set(address, indices.add(index))
        const inside = isNested ? heap.object(address, index) : undefined
        if (inside !== undefined) collect(base, inside)
      }
    }
  }
  try {
    collect(type, elements)
    heap.open(found)
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    return new Map()
  }
  return found
}

/** Those of one set that are not in another. */
export function without(ids: HeapIds, others: HeapIds): HeapIds {
  const left: HeapIds = new Map()
  for (const [address, indices] of ids) {
    const kept = others.get(address)
    const rest = kept === undefined ? indices : new Set([...indices].filter((index) => !kept.has(index)))
    if (rest.size > 0) left.set(address, rest)
  }
  return left
}
