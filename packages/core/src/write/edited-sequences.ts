import { Hdf5Error } from '../errors.ts'
import { globalHeapObject } from '../format/global-heap.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { DATA_LAYOUT, DATATYPE } from '../format/messages/message-types.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { UNDEFINED } from '../io/structure.ts'
import { resolveAttribute } from '../objects/attributes.ts'
import { messageValue } from '../objects/messages.ts'
import type { ElementSet } from '../storage/element-set.ts'
import { boxSet, wholeSet } from '../storage/element-set.ts'
import type { AttributeDraft } from './attribute-storage.ts'
import type { EditedData } from './edited-data.ts'
import type { EditedFile } from './edited-file.ts'
import type { HeapIds } from './edited-global-heap.ts'
import type { EditedObject } from './edited-object.ts'
import { hasSequences, heapIdsOf, without } from './heap-ids.ts'

/** Bytes of elements that are looked through at once. */
const PIECE = 1 << 20

/** So many objects of the heap are known at once at most; of larger datasets some stay in the file when they go. */
const MOST_IDS = 1 << 17

/** Variable-length data of values that are written anew, or go. */
export class EditedSequences {
  readonly #file: EditedFile

  constructor(file: EditedFile) {
    this.#file = file
  }

  /** The objects of the global heap that elements have; what is added to the heap next goes where these are. */
  of(type: Datatype, elements: Uint8Array): HeapIds {
    const { image, drafts, heap } = this.#file
    return heapIdsOf(heap, image.sizes, type, elements, (address) => drafts.heap.isFilling(address))
  }

  /** As `of`, of an attribute. None where objects may share attributes: then several may lead to the same place. */
  ofAttribute(object: number, attribute: AttributeDraft | undefined): HeapIds {
    const { image } = this.#file
    if (attribute === undefined || image.sharedMessages !== undefined) return new Map()
    const { type, data } = resolveAttribute(image, this.#file.attributes(object).decoded(attribute))
    return hasSequences(type) ? this.of(type, data) : new Map()
  }

  /** What is added to the heap next goes where the last element of a dataset is, if that can be read. */
  openLast(dataset: number): void {
    try {
      const type = this.#typeOf(dataset)
      const data = type && this.#file.data(dataset)
      if (data === undefined || data.isElsewhere || data.shape.includes(0)) return
      const last = boxSet(
        data.shape.map((size) => size - 1),
        data.shape.map(() => 1),
      )
      this.ofElements(dataset, last)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
    }
  }

  /** As `of`, of elements of a dataset before others are written in their place; undefined where it can have none. */
  ofElements(dataset: number, set: ElementSet): { ids: HeapIds; type: Datatype } | undefined {
    const type = this.#typeOf(dataset)
    return type && { type, ids: this.of(type, this.#file.data(dataset).read(set, this.#file.image.source)) }
  }

  /** As `of`, of the elements that a dataset has no more when it has another shape. */
  outside(dataset: number, dimensions: readonly number[]): HeapIds {
    const type = this.#typeOf(dataset)
    if (type === undefined) return new Map()
    const data = this.#file.data(dataset)
    return this.#known(type, data, cutOff(data.shape, dimensions))
  }

  /** As `of`, of all that an object has. None of what cannot be read: the object can go all the same. */
  ofObject({ address, header, isGroup }: EditedObject): HeapIds {
    const all: HeapIds = new Map()
    try {
      addTo(all, this.#mappings(header))
      for (const attribute of this.#file.attributes(address).attributes.values()) {
        addTo(all, this.ofAttribute(address, attribute))
      }
      const type = isGroup ? undefined : this.#typeOf(address)
      if (type === undefined) return all
      const data = this.#file.data(address)
      if (!data.isElsewhere) addTo(all, this.#known(type, data, [wholeSet(data.shape)]))
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
    }
    return all
  }

  /** The object of the global heap that has the mappings of a virtual dataset. */
  #mappings(header: ObjectHeader): HeapIds {
    const { image } = this.#file
    const layout = messageValue(image, header, DATA_LAYOUT, dataLayoutMessage)
    if (layout?.kind !== 'virtual' || layout.address === UNDEFINED) return new Map()
    const found = globalHeapObject(image, layout.address, layout.index)
    return found === undefined ? new Map() : new Map([[layout.address, new Set([layout.index])]])
  }

  /** Frees what nothing leads to any more. */
  free(ids: HeapIds): void {
    if (ids.size > 0) this.#file.heap.free(ids)
  }

  /** Many elements may have the fill value, and so lead to the same place. */
  butFill(ids: HeapIds, type: Datatype, { fill }: EditedData): HeapIds {
    return fill === undefined ? ids : without(ids, this.of(type, fill))
  }

  #known(type: Datatype, data: EditedData, sets: Iterable<ElementSet>): HeapIds {
    const all: HeapIds = new Map()
    let count = 0
    for (const set of sets) {
      for (const { set: piece } of set.pieces(Math.max(1, Math.floor(PIECE / type.size)), data.chunkShape)) {
        count += addTo(all, this.of(type, data.read(piece, this.#file.image.source)))
        if (count > MOST_IDS) return this.butFill(all, type, data)
      }
    }
    return this.butFill(all, type, data)
  }

  /** The type of a dataset's elements, where they have parts in the heap. */
  #typeOf(dataset: number): Datatype | undefined {
    const { image } = this.#file
    const type = messageValue(image, this.#file.object(dataset).header, DATATYPE, datatypeMessage)
    return type !== undefined && hasSequences(type) ? type : undefined
  }
}

/** What is in one shape and not in another: at most one box for each axis. */
function* cutOff(shape: readonly number[], kept: readonly number[]): Generator<ElementSet> {
  for (const [axis, size] of shape.entries()) {
    if (kept[axis] >= size) continue
    const start = shape.map((_, i) => (i === axis ? kept[axis] : 0))
    const count = shape.map((each, i) => (i === axis ? size - kept[axis] : i < axis ? Math.min(each, kept[i]) : each))
    if (!count.includes(0)) yield boxSet(start, count)
  }
}

/** @returns how many there were to be added */
function addTo(all: HeapIds, ids: HeapIds): number {
  let count = 0
  for (const [address, indices] of ids) {
    const known = all.get(address)
    if (known === undefined) all.set(address, indices)
    else for (const index of indices) known.add(index)
    count += indices.size
  }
  return count
}
