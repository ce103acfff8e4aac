import type { GlobalHeapObject } from '../format/global-heap.ts'
import { globalHeapCollection, headSize } from '../format/global-heap.ts'
import type { Emitter } from './emitter.ts'

/** The least that a collection has, in bytes. */
const SMALLEST = 4096

/** Objects that a collection has at most: they are numbered from 1 in 16 bits. */
export const MOST_OBJECTS = 0xffff

/** Where variable-length data is. */
export interface HeapPlace {
  /** Of the collection. */
  address: number
  /** Of the object in it. */
  index: number
}

/** Puts variable-length data into global heap collections, one after the other (III.E). */
export class GlobalHeapBuilder {
  readonly #emitter: Emitter
  readonly #others: { add(data: Uint8Array): HeapPlace | undefined } | undefined
  #address = 0
  #size = 0
  #used = 0
  #objects: GlobalHeapObject[] = []

  /** @param others collections that have room */
  constructor(emitter: Emitter, others?: { add(data: Uint8Array): HeapPlace | undefined }) {
    this.#emitter = emitter
    this.#others = others
  }

  /** The collection that is being filled. */
  get filling(): number | undefined {
    return this.#objects.length > 0 ? this.#address : undefined
  }

  /** Whether the collection at an address is being filled, and not written yet. */
  isFilling(address: number): boolean {
    return this.filling === address
  }

  add(data: Uint8Array): HeapPlace {
    const place = this.#others?.add(data)
    if (place !== undefined) return place
    const head = headSize(this.#emitter.sizes.lengths)
    const needed = head + Math.ceil(data.length / 8) * 8
    if (this.#used + needed > this.#size || this.#objects.length === MOST_OBJECTS) this.#open(head, needed)
    this.#objects.push({ index: this.#objects.length + 1, referenceCount: 1, data })
    this.#used += needed
    return { address: this.#address, index: this.#objects.length }
  }

  /** Writes the collection that is being filled. */
  finish(): void {
    if (this.#objects.length === 0) return
    const head = headSize(this.#emitter.sizes.lengths)
    const free = this.#size - this.#used
    // What is left is an object too, where its head fits.
    if (free >= head) this.#objects.push({ index: 0, referenceCount: 0, data: new Uint8Array(free - head) })
    const collection = { size: this.#size, objects: this.#objects }
    this.#emitter.put(this.#address, globalHeapCollection, collection, undefined, this.#size)
    this.#objects = []
    this.#size = 0
    this.#used = 0
  }

  #open(head: number, needed: number): void {
    this.finish()
    this.#size = Math.max(SMALLEST, Math.ceil((head + needed) / 8) * 8)
    this.#address = this.#emitter.space.allocate(this.#size, 'raw')
    this.#used = head
  }
}
