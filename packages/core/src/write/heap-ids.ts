import { Hdf5Error } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { OBJECT_REFERENCE_1, REGION_REFERENCE_1 } from '../format/messages/datatype-model.ts'
import { isInHeap, REFERENCE_HEADER_SIZE } from '../format/reference.ts'
import { unsigned } from '../io/integer.ts'
import type { Sizes } from '../io/structure.ts'
import type { EditedGlobalHeap, HeapIds } from './edited-global-heap.ts'

/** A part of an element that is in the heap: where the element tells of it, and what type it has itself. */
interface Part {
  at: number
  /** Of the elements of variable-length data; undefined for what a reference leads to. */
  base: Datatype | undefined
}

/** Bytes in front of the place in the heap: a count of elements, or a header and a size. */
const COUNT_SIZE = 4
const HEAD_SIZE = REFERENCE_HEADER_SIZE + 4

/**
 * The parts of elements of a type that each element has for itself. What region references of the older kind lead to is
 * not among them: the C library copies these as they are, so that several lead to the same place.
 */
function partsOf(type: Datatype, at = 0): Part[] {
  switch (type.class) {
    case 'variable-length':
      return [{ at, base: type.base }]
    case 'reference':
      return type.kind === OBJECT_REFERENCE_1 || type.kind === REGION_REFERENCE_1 ? [] : [{ at, base: undefined }]
    case 'array': {
      const each = partsOf(type.base)
      const count = type.base.size === 0 || each.length === 0 ? 0 : type.size / type.base.size
      return Array.from({ length: count }, (_, i) => at + i * type.base.size).flatMap((start) =>
        each.map((part) => ({ ...part, at: start + part.at })),
      )
    }
    case 'compound':
      return type.members.flatMap((member) => partsOf(member.type, at + member.offset))
    default:
      return []
  }
}

/** Whether elements of a type have parts in the global heap that are theirs alone. */
export function hasSequences(type: Datatype): boolean {
  return partsOf(type).length > 0
}

/**
 * The objects of the global heap in which elements have parts, and what those have in turn.
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
  const collect = (elementType: Datatype, bytes: Uint8Array): void => {
    for (const { at: first, base } of partsOf(elementType)) {
      const head = base === undefined ? HEAD_SIZE : COUNT_SIZE
      const nested = base !== undefined && hasSequences(base) ? base : undefined
      for (let at = first; at + head + offsets + 4 <= bytes.length; at += elementType.size) {
        if (base === undefined && !isInHeap({ kind: bytes[at], flags: bytes[at + 1] })) continue
        const address = unsigned(bytes, at + head, offsets)
        const index = unsigned(bytes, at + head + offsets, 4)
        if (address === 0 || index === 0 || isUnwritten(address)) continue
        const indices = found.get(address) ?? new Set()
        if (indices.has(index)) continue
        found.set(address, indices.add(index))
        const inside = nested === undefined ? undefined : heap.object(address, index)
        if (inside !== undefined && nested !== undefined) collect(nested, inside)
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
