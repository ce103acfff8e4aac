import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import type { GlobalHeapObject } from '../format/global-heap.ts'
import { globalHeapCollection, headSize, readGlobalHeapCollection } from '../format/global-heap.ts'
import type { Emitter } from './emitter.ts'
import type { HeapPlace } from './global-heap-builder.ts'
import { MOST_OBJECTS } from './global-heap-builder.ts'

/** Objects of the global heap, by the addresses of their collections. */
export type HeapIds = Map<number, Set<number>>

/** A collection that loses objects or gets some. */
interface EditedCollection {
  size: number
  objects: Map<number, GlobalHeapObject>
  /** Bytes of the collection that are in use. */
  used: number
  /** A number below which there is an object of each number. */
  next: number
  changed: boolean
}

/**
 * The collections of a file's global heap from which objects are taken. What is put into the heap meanwhile goes to
 * these first, so that a value which is written again and again does not take more room each time.
 */
export class EditedGlobalHeap {
  readonly #image: FileImage
  readonly #emitter: Emitter
  readonly #collections = new Map<number, EditedCollection>()
  /** A collection that was written last, and may have room. */
  #last: number | undefined

  constructor(image: FileImage, emitter: Emitter) {
    this.#image = image
    this.#emitter = emitter
  }

  /** Puts what is added from now on into the collections of these objects, which are going to be freed, where there is room. */
  open(ids: HeapIds): void {
    for (const address of ids.keys()) this.#collection(address)
  }

  /** The bytes of an object. */
  object(address: number, index: number): Uint8Array | undefined {
    return this.#collection(address).objects.get(index)?.data
  }

  /** Keeps bytes in a collection that is open, or was written last; undefined where none has room for them. */
  add(data: Uint8Array): HeapPlace | undefined {
    if (this.#last !== undefined) this.#collection(this.#last)
    this.#last = undefined
    const needed = this.#room(data)
    for (const [address, collection] of this.#collections) {
      if (collection.used + needed > collection.size || collection.objects.size >= MOST_OBJECTS) continue
      while (collection.objects.has(collection.next)) collection.next++
      const index = collection.next
      collection.objects.set(index, { index, referenceCount: 1, data })
      collection.used += needed
      collection.changed = true
      return { address, index }
    }
    return undefined
  }

  /** Takes objects out. */
  free(ids: HeapIds): void {
    for (const [address, indices] of ids) {
      const collection = this.#collection(address)
      for (const index of indices) {
        const object = collection.objects.get(index)
        // What others count on as well stays.
        if (object === undefined || object.referenceCount > 1) continue
        collection.objects.delete(index)
        collection.used -= this.#room(object.data)
        collection.next = Math.min(collection.next, index)
        collection.changed = true
      }
    }
  }

  /**
   * Writes the collections that changed.
   *
   * @param last a collection that was written beside these
   * @returns those that have no objects any more
   */
  settle(last?: number): Extent[] {
    const released: Extent[] = []
    const head = headSize(this.#emitter.sizes.lengths)
    for (const [address, { size, objects, used, changed }] of this.#collections) {
      if (!changed) continue
      if (objects.size === 0) {
        released.push({ structure: globalHeapCollection.name, address, length: size })
        continue
      }
      const all = [...objects.values()]
      if (size - used >= head) all.push({ index: 0, referenceCount: 0, data: new Uint8Array(size - used - head) })
      this.#emitter.put(address, globalHeapCollection, { size, objects: all }, undefined, size)
    }
    const left =
      last ?? [...this.#collections.keys()].find((address) => !released.some((each) => each.address === address))
    this.abandon()
    this.#last = left
    return released
  }

  abandon(): void {
    this.#collections.clear()
    this.#last = undefined
  }

  #collection(address: number): EditedCollection {
    const known = this.#collections.get(address)
    if (known !== undefined) return known
    const { size, objects } = readGlobalHeapCollection(this.#image, address)
    const opened: EditedCollection = { size, objects: new Map(), used: 0, next: 1, changed: false }
    opened.used = headSize(this.#emitter.sizes.lengths)
    for (const object of objects) {
      if (object.index === 0) continue
      opened.objects.set(object.index, { ...object, data: object.data.slice() })
      opened.used += this.#room(object.data)
    }
    this.#collections.set(address, opened)
    return opened
  }

  /** Bytes that an object takes in a collection. */
  #room({ length }: Uint8Array): number {
    return headSize(this.#emitter.sizes.lengths) + Math.ceil(length / 8) * 8
  }
}
