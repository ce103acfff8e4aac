import type { Converter, Lending } from '../datatype/conversion/converter.ts'
import type { SequencePlaces } from '../datatype/sequences.ts'
import { FormatError, LimitError, UnsupportedError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import type { ReferenceType, VariableLengthType } from '../format/messages/datatype.ts'
import { REGION_REFERENCE_1 } from '../format/messages/datatype-model.ts'
import type { Reference } from '../format/reference.ts'

/** The last byte of an address field that has the number of a loan: no file that can be read reaches so far. */
const MARK = 0xfe

/** Bytes of a length and of an index in a collection, as variable-length elements have them around an address. */
const WORD = 4

/** A file whose elements are lent. */
export interface Lender {
  readonly name: string
  readonly image: FileImage
  sequences(): SequencePlaces
  reference(type: ReferenceType, element: Uint8Array): Reference | undefined
}

/** A collection of the lender's heap. */
export interface SequenceLoan {
  lender: Lender
  /** The type that the elements have there. */
  from: VariableLengthType
  /** The collection's address field. */
  address: Uint8Array
  /** Makes what is referred to of the type that it has here; undefined where that is the same. */
  inner: Converter | undefined
}

export interface ReferenceLoan {
  lender: Lender
  /** As the lender's file has them. */
  type: ReferenceType
  element: Uint8Array
}

/**
 * What elements read from a file refer to in other ones, as those of virtual datasets do. In the place of an address
 * they have the number of a loan, which says in which file the address is and which one.
 */
export class Loans {
  readonly #image: FileImage
  readonly #sequences: SequenceLoan[] = []
  readonly #references: ReferenceLoan[] = []

  constructor(image: FileImage) {
    this.#image = image
  }

  /** Makes elements of another file into such that refer to loans. */
  from(lender: Lender): Lending {
    const { source, sizes } = this.#image
    // Where addresses are short, those that stand for loans might be taken.
    if (sizes.offsets < 8 && source.size > MARK * 256 ** (sizes.offsets - 1)) {
      throw new UnsupportedError('elements that refer to another file in a file that has no addresses left')
    }
    return {
      sequences: (from, to, inner) => this.#lendSequences(lender, from, to, inner),
      references: (from, to) => this.#lendReferences(lender, from, to),
    }
  }

  #lendSequences(
    lender: Lender,
    from: VariableLengthType,
    to: VariableLengthType,
    inner: Converter | undefined,
  ): Converter {
    const there = lender.image.sizes.offsets
    const here = this.#image.sizes.offsets
    if (from.size !== there + 2 * WORD || to.size !== here + 2 * WORD) {
      throw new FormatError(`variable-length elements of ${from.size} and ${to.size} bytes`)
    }
    const numbers = new Map<number, number>()
    // Elements side by side are mostly in the same collection.
    let last = 0
    const field = new Uint8Array(here)
    return (bytes, count) => {
      const into = new Uint8Array(count * to.size)
      for (let i = 0; i < count; i++) {
        const at = i * from.size
        const address = littleEndian(bytes, at + WORD, there)
        if (address === 0) continue
        if (address !== last) {
          const stored = bytes.subarray(at + WORD, at + WORD + there)
          const number =
            numbers.get(address) ?? this.#sequences.push({ lender, from, address: stored.slice(), inner }) - 1
          numbers.set(address, number)
          putNumber(field, 0, here, number)
          last = address
        }
        const start = i * to.size
        copyWord(bytes, at, into, start)
        for (let byte = 0; byte < here; byte++) into[start + WORD + byte] = field[byte]
        copyWord(bytes, at + WORD + there, into, start + WORD + here)
      }
      return into
    }
  }

  #lendReferences(lender: Lender, from: ReferenceType, to: ReferenceType): Converter {
    const there = lender.image.sizes.offsets
    const here = this.#image.sizes.offsets
    if (from.kind > REGION_REFERENCE_1) {
      throw new UnsupportedError(`references in "${lender.name}" as elements of another file`)
    }
    if (from.size < there || to.size < here) throw new FormatError(`references of ${from.size} and ${to.size} bytes`)
    const numbers = new Map<string, number>()
    return (bytes, count) => {
      const into = new Uint8Array(count * to.size)
      for (let i = 0; i < count; i++) {
        const at = i * from.size
        if (littleEndian(bytes, at, there) === 0) continue
        const element = bytes.slice(at, at + from.size)
        const key = element.join()
        const number = numbers.get(key) ?? this.#references.push({ lender, element, type: from }) - 1
        numbers.set(key, number)
        putNumber(into, i * to.size, here, number)
      }
      return into
    }
  }

  /** The loan whose number is in the address field at a byte; undefined where that has an address of this file. */
  sequence(bytes: Uint8Array, at: number): SequenceLoan | undefined {
    const last = this.#image.sizes.offsets - 1
    return bytes[at + last] === MARK ? this.#sequences[littleEndian(bytes, at, last)] : undefined
  }

  /** As `sequence`, for the field that a reference begins with. */
  reference(type: ReferenceType, bytes: Uint8Array, at: number): ReferenceLoan | undefined {
    const last = this.#image.sizes.offsets - 1
    if (type.kind > REGION_REFERENCE_1 || bytes[at + last] !== MARK) return undefined
    return this.#references[littleEndian(bytes, at, last)]
  }
}

/** The variable-length element that the lender's file has for one here: but for what is beside its address. */
export function elementThere({ from, address }: SequenceLoan): Uint8Array {
  const element = new Uint8Array(from.size)
  element.set(address, WORD)
  return element
}

/** Brings what is beside the address of a variable-length element into the one that the lender's file has for it. */
export function copyAroundAddress(bytes: Uint8Array, at: number, offsets: number, element: Uint8Array): void {
  copyWord(bytes, at, element, 0)
  copyWord(bytes, at + WORD + offsets, element, element.length - WORD)
}

function copyWord(from: Uint8Array, at: number, into: Uint8Array, to: number): void {
  for (let i = 0; i < WORD; i++) into[to + i] = from[at + i]
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[at + i]
  return value
}

function putNumber(into: Uint8Array, at: number, width: number, number: number): void {
  if (number >= 256 ** (width - 1)) throw new LimitError(`${number} parts of other files that elements refer to`)
  for (let i = 0, rest = number; i < width - 1; i++, rest = Math.floor(rest / 256)) into[at + i] = rest % 256
  into[at + width - 1] = MARK
}
