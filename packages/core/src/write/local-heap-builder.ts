import { FormatError } from '../errors.ts'
import { localHeapHeader } from '../format/local-heap.ts'
import { putUnsigned } from '../io/integer.ts'
import { copyBytes } from '../io/span.ts'
import { encodeText } from '../io/text.ts'
import type { Emitter } from './emitter.ts'
import { isAscii } from './object-context.ts'

/** Stands for the end of the list of free blocks. */
const END_OF_FREE_LIST = 1

/** The data segment of a local heap: strings, each from a multiple of eight on. The first is the empty one. */
export class HeapText {
  #bytes = new Uint8Array(64)
  #length = 8

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  add(text: string): number {
    // Most names are short and ASCII, and need no array of their own.
    const ascii = isAscii(text)
    const encoded = ascii ? undefined : encodeText(text)
    const offset = this.#room(encoded?.length ?? text.length)
    if (encoded !== undefined) this.#bytes.set(encoded, offset)
    else for (let i = 0; i < text.length; i++) this.#bytes[offset + i] = text.charCodeAt(i)
    return offset
  }

  /** Adds a string that another segment has. */
  addFrom(segment: Uint8Array, start: number): number {
    const end = segment.indexOf(0, start)
    if (start >= segment.length || end < 0) {
      throw new FormatError(`no string at offset ${start}`, { structure: localHeapHeader.name })
    }
    const offset = this.#room(end - start)
    copyBytes(segment, start, end, this.#bytes, offset)
    return offset
  }

  #room(length: number): number {
    const offset = this.#length
    this.#length += Math.ceil((length + 1) / 8) * 8
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    return offset
  }
}

/**
 * The room that the strings of a heap are given when they have become others: as much as before while that suits, so
 * that they keep their place, and twice as much where it does not, so that they seldom need another one.
 *
 * @param before bytes of the segment
 * @param needed bytes of the strings
 */
export function roomFor(before: number, needed: number): number {
  if (needed > before) return Math.max(needed, 2 * before)
  return needed < before / 4 ? 2 * needed : before
}

/**
 * Writes a local heap (III.D).
 *
 * @param room bytes that the segment has at least: what the strings do not take is free
 * @param place where the header is already
 * @returns the header's address
 */
export function buildLocalHeap(emitter: Emitter, text: Uint8Array, room = 0, place?: number): number {
  const { offsets, lengths } = emitter.sizes
  const size = Math.max(Math.ceil(room / 8) * 8, text.length)
  // A free block has the offset of the next one and its own size; less than that is lost.
  const free = size - text.length >= 2 * lengths
  const segment = size > text.length ? new Uint8Array(size) : text
  if (size > text.length) segment.set(text)
  if (free) {
    putUnsigned(segment, text.length, lengths, END_OF_FREE_LIST)
    putUnsigned(segment, text.length + lengths, lengths, size - text.length)
  }
  const dataAddress = emitter.placeBytes(segment)
  const header = { size: segment.length, freeList: free ? text.length : END_OF_FREE_LIST, dataAddress }
  // The library gives the header a multiple of eight bytes.
  const length = Math.ceil((8 + 2 * lengths + offsets) / 8) * 8
  const address = place ?? emitter.space.allocate(length)
  emitter.put(address, localHeapHeader, header, undefined, length)
  return address
}
