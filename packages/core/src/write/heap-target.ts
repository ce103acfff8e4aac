import type { SequenceTarget } from '../datatype/sequences.ts'
import type { ReferenceType, VariableLengthType } from '../format/messages/datatype.ts'
import type { Reference } from '../format/reference.ts'
import { putUnsigned } from '../io/integer.ts'
import type { Sizes } from '../io/structure.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { LinkedObject, Places } from './drafts.ts'
import { putReference } from './reference-elements.ts'

/** A reference to an object that has no address yet. */
export type DraftReference = Reference & { draft: LinkedObject }

/** A reference to an object that is being made, or to elements or an attribute of it. */
export function draftReference(
  draft: LinkedObject,
  part: { selection: Extract<Reference, { kind: 'region' }>['selection'] } | { attribute: string } | undefined,
): DraftReference {
  const common = { file: undefined, address: UNDEFINED, draft }
  if (part === undefined) return { kind: 'object', ...common }
  return 'selection' in part
    ? { kind: 'region', ...common, selection: part.selection }
    : { kind: 'attribute', ...common, name: part.attribute }
}

/** Puts what elements refer to into the global heap of a file that is being written. */
export class HeapTarget implements SequenceTarget {
  readonly #sizes: Sizes
  readonly #places: Places

  constructor(sizes: Sizes, places: Places) {
    this.#sizes = sizes
    this.#places = places
  }

  store(type: VariableLengthType, elements: Uint8Array, into: Uint8Array, at: number, present = false): void {
    const { offsets } = this.#sizes
    if (elements.length === 0 && !present) {
      into.fill(0, at, at + type.size)
      return
    }
    const { address, index } = this.#places.store(elements)
    putUnsigned(into, at, 4, elements.length / type.base.size)
    putUnsigned(into, at + 4, offsets, address)
    putUnsigned(into, at + 4 + offsets, 4, index)
  }

  refer(type: ReferenceType, reference: Reference, into: Uint8Array): void {
    putReference(
      this.#sizes,
      this.#places,
      type,
      {
        object: 'draft' in reference ? (reference as DraftReference).draft : reference.address,
        file: reference.file,
        selection: reference.kind === 'region' ? reference.selection : undefined,
        attribute: reference.kind === 'attribute' ? reference.name : undefined,
      },
      into,
    )
  }
}
