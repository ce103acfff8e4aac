import { FormatError } from '../errors.ts'
import { unsigned } from '../format/b-tree-v2-records.ts'
import type { FileImage } from '../format/file-image.ts'
import { GlobalHeapFinder } from '../format/global-heap.ts'
import type { VariableLengthType } from '../format/messages/datatype.ts'
import { addressAt } from '../io/address.ts'

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

  constructor(image: FileImage) {
    this.#image = image
    this.#heap = new GlobalHeapFinder(image)
  }

  /** Finds what the element at a byte refers to. Raises a FormatError where that is not in the file. */
  find(type: VariableLengthType, bytes: Uint8Array, at: number): void {
    const { sizes } = this.#image
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
}
