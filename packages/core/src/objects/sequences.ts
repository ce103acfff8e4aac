import type { SequencePlaces } from '../datatype/sequences.ts'
import { FormatError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { GlobalHeapFinder } from '../format/global-heap.ts'
import type { VariableLengthType } from '../format/messages/datatype.ts'
import { addressAt } from '../io/address.ts'
import { unsigned } from '../io/integer.ts'
import type { Lender, Loans, SequenceLoan } from './loans.ts'
import { copyAroundAddress, elementThere } from './loans.ts'

const NOTHING = new Uint8Array(0)

/** Finds what elements of variable length refer to, one after the other, with nothing made for each of them. */
export class SequenceFinder {
  /**
   * What the last element refers to is in `bytes[start, end)`: as many elements as its length says, each of the base
   * type's size.
   */
  bytes: Uint8Array = NOTHING
  start = 0
  end = 0
  readonly #image: FileImage
  readonly #heap: GlobalHeapFinder
  readonly #loans: Loans
  readonly #lenders = new Map<Lender, SequencePlaces>()
  /** The loan that was looked at last, and an element of its. */
  #loan: SequenceLoan | undefined
  #element: Uint8Array = NOTHING

  constructor(image: FileImage, loans: Loans) {
    this.#image = image
    this.#loans = loans
    this.#heap = new GlobalHeapFinder(image)
  }

  /** Finds what the element at a byte refers to. Raises a FormatError where that is not in the file. */
  find(type: VariableLengthType, bytes: Uint8Array, at: number): void {
    const { sizes } = this.#image
    if (type.size < sizes.offsets + 8) {
      throw new FormatError(`sequences of ${type.size} bytes`, { structure: 'Datatype Message', field: 'Size' })
    }
    const loan = this.#loans.sequence(bytes, at + 4)
    if (loan !== undefined) {
      if (loan !== this.#loan) {
        this.#loan = loan
        this.#element = elementThere(loan)
      }
      copyAroundAddress(bytes, at, sizes.offsets, this.#element)
      this.#borrow(loan, this.#element)
      return
    }
    const count = unsigned(bytes, at, 4)
    const address = count === 0 ? 0 : addressAt(bytes, at + 4, sizes)
    if (address <= 0) {
      this.bytes = NOTHING
      this.start = 0
      this.end = 0
      return
    }
    const heap = this.#heap
    const index = unsigned(bytes, at + 4 + sizes.offsets, 4)
    const length = count * type.base.size
    if (!heap.find(address, index) || heap.end - heap.start < length) {
      throw new FormatError(`no ${length} bytes in object ${index}`, { structure: 'Global Heap Collection', address })
    }
    this.bytes = heap.bytes
    this.start = heap.start
    this.end = heap.start + length
  }

  /** Finds what the element of another file refers to there. */
  #borrow({ lender, from, inner }: SequenceLoan, element: Uint8Array): void {
    let places = this.#lenders.get(lender)
    if (places === undefined) {
      places = lender.sequences()
      this.#lenders.set(lender, places)
    }
    places.find(from, element, 0)
    const { bytes, start, end } = places
    if (inner === undefined) {
      this.bytes = bytes
      this.start = start
      this.end = end
      return
    }
    const count = end === start ? 0 : Math.floor((end - start) / from.base.size)
    this.bytes = inner(bytes.subarray(start, end), count)
    this.start = 0
    this.end = this.bytes.length
  }
}
