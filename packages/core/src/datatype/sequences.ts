import type { ReferenceType, VariableLengthType } from '../format/messages/datatype.ts'
import type { Reference } from '../format/reference.ts'

/** Brings the elements that a variable-length element refers to. */
export interface SequenceSource {
  sequence(type: VariableLengthType, bytes: Uint8Array, at: number): Uint8Array
}

/** Says where the elements are that a variable-length element refers to: for many in a row. */
export interface SequencePlaces {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  find(type: VariableLengthType, bytes: Uint8Array, at: number): void
}

/** Keeps elements and makes a variable-length element refer to them. */
export interface SequenceTarget {
  /** @param present whether no elements are a sequence too, as an empty string is a string and not the lack of one */
  store(type: VariableLengthType, elements: Uint8Array, into: Uint8Array, at: number, present?: boolean): void
  /** Makes an element, zeros so far, lead somewhere. Without it, references to objects are their addresses. */
  refer?(type: ReferenceType, reference: Reference, into: Uint8Array): void
}

/**
 * Sequences in memory: where variable-length elements that are in no file have what they refer to. An element is a
 * number of elements and a number of the sequence, 32 bits each.
 */
export class MemorySequences implements SequenceSource, SequenceTarget {
  readonly #sequences: Uint8Array[] = [new Uint8Array(0)]

  store(type: VariableLengthType, elements: Uint8Array, into: Uint8Array, at: number): void {
    const view = new DataView(into.buffer, into.byteOffset + at, type.size)
    for (let i = 0; i < type.size; i++) view.setUint8(i, 0)
    if (elements.length === 0) return
    view.setUint32(0, elements.length / type.base.size, true)
    view.setUint32(4, this.#sequences.length, true)
    this.#sequences.push(elements)
  }

  sequence(_type: VariableLengthType, bytes: Uint8Array, at: number): Uint8Array {
    const index = new DataView(bytes.buffer, bytes.byteOffset + at, 8).getUint32(4, true)
    return this.#sequences[index] ?? this.#sequences[0]
  }
}
