import { FormatError } from '../errors.ts'
import { NO_BYTES } from '../io/span.ts'
import { structure } from '../io/structure.ts'
import type { FileImage } from './file-image.ts'

/** One object of a global heap collection. */
export interface GlobalHeapObject {
  /** 0 stands for the free space at the end. */
  index: number
  referenceCount: number
  data: Uint8Array
}

/** Variable-length data and old region references (III.E). */
export interface GlobalHeapCollection {
  /** Of the whole collection, in bytes. */
  size: number
  objects: GlobalHeapObject[]
}

export const globalHeapCollection = structure<GlobalHeapCollection>({
  name: 'Global Heap Collection',
  spec: 'III.E',
  blank: () => ({ size: 0, objects: [] }),
  body(io, m) {
    io.signature('GCOL')
    io.version('Version', 1, [1])
    io.reserved(3)
    m.size = io.length('Collection Size', m.size)
    io.align(8)
    const head = headSize(io.sizes.lengths)
    for (let i = 0; io.reading ? io.left >= head : i < m.objects.length; i++) {
      const object = m.objects[i] ?? { index: 0, referenceCount: 0, data: NO_BYTES }
      object.index = io.u16('Heap Object Index', object.index)
      object.referenceCount = io.u16('Reference Count', object.referenceCount)
      io.reserved(4)
      const free = object.index === 0
      // The size of the free space counts its own head.
      const size = io.length('Object Size', free ? object.data.length + head : object.data.length)
      if (free && io.reading && size < head) break
      io.align(8)
      const length = io.reading ? (free ? size - head : size) : object.data.length
      object.data = io.bytes('Object Data', length, object.data)
      io.align(8)
      if (io.reading) m.objects.push(object)
    }
    io.reserved(io.reading ? io.left : Math.max(0, m.size - io.at), 'Unused')
  },
})

/** Bytes in front of a collection's objects, and of each object's data: what is there is padded to a multiple of 8. */
export function headSize(lengths: number): number {
  return 8 + Math.ceil(lengths / 8) * 8
}

/** All of a collection. */
export function readGlobalHeapCollection(image: FileImage, address: number): GlobalHeapCollection {
  const { lengths } = image.sizes
  const { size } = image.decode(globalHeapCollection, image.source.view(address, 8 + lengths), address, undefined)
  return image.decode(globalHeapCollection, image.source.view(address, size), address, undefined)
}

/** Where the objects of a collection are, by their indices. */
interface Collection {
  bytes: Uint8Array
  /** 0 where there is none. */
  starts: Int32Array
  lengths: Int32Array
}

const CACHE_KEY = {}

/** A global heap object's bytes; undefined where the collection has no such object. */
export function globalHeapObject(image: FileImage, address: number, index: number): Uint8Array | undefined {
  const { bytes, starts, lengths } = image.memo(CACHE_KEY, address, 4096, () => openCollection(image, address))
  const start = starts[index]
  return start > 0 ? bytes.subarray(start, start + lengths[index]) : undefined
}

/** Collections that are kept: what was written together is in a few of them, and hardly any is needed again later. */
const KEPT = 64

/** Finds objects one after the other, with nothing made for each of them. */
export class GlobalHeapFinder {
  /** The object that was found last is in `bytes[start, end)`. */
  bytes: Uint8Array = NO_BYTES
  start = 0
  end = 0
  readonly #image: FileImage
  readonly #kept = new Map<number, Collection>()
  #address = -1
  #collection: Collection | undefined

  constructor(image: FileImage) {
    this.#image = image
  }

  /** Whether the collection at an address has an object with an index. */
  find(address: number, index: number): boolean {
    // Objects that were written together are in the same collection.
    if (address !== this.#address || this.#collection === undefined) {
      this.#collection = this.#open(address)
      this.#address = address
    }
    const { bytes, starts, lengths } = this.#collection
    const start = starts[index]
    if (!(start > 0)) return false
    this.bytes = bytes
    this.start = start
    this.end = start + lengths[index]
    return true
  }

  #open(address: number): Collection {
    const kept = this.#kept
    const known = kept.get(address)
    if (known !== undefined) return known
    const opened = openCollection(this.#image, address, this.#collection?.bytes.length)
    for (const oldest of kept.keys()) {
      if (kept.size < KEPT) break
      kept.delete(oldest)
    }
    kept.set(address, opened)
    return opened
  }
}

/** @param guess bytes that it may have: then they are there at once */
function openCollection(image: FileImage, address: number, guess?: number): Collection {
  const { lengths } = image.sizes
  const head = 8 + lengths
  const start = image.source.view(address, Math.max(head, guess === undefined ? 0 : image.available(address, guess)))
  const size = isCollection(start) ? lengthAt(start, 8, lengths) : 0
  if (size < head) {
    // The description of the structure says what is wrong with it.
    image.decode(globalHeapCollection, start, address, undefined)
    throw new FormatError(`a collection of ${size} bytes`, { structure: globalHeapCollection.name, address })
  }
  const bytes = start.length === size ? start : image.source.view(address, size)
  // Whoever observes sees the structure, which is otherwise read in bulk.
  if (image.observer !== undefined) image.decode(globalHeapCollection, bytes, address, undefined)
  return readCollection(bytes, lengths, address)
}

function isCollection(head: Uint8Array): boolean {
  return head[0] === 0x47 && head[1] === 0x43 && head[2] === 0x4f && head[3] === 0x4c && head[4] === 1
}

/** Lists the objects as globalHeapCollection describes them; files have millions. */
function readCollection(bytes: Uint8Array, width: number, address: number): Collection {
  const head = headSize(width)
  let starts = new Int32Array(Math.min(MOST_INDEX + 1, 2 + Math.floor(bytes.length / (head + 8))))
  let lengths = new Int32Array(starts.length)
  let at = head
  while (at + head <= bytes.length) {
    const index = bytes[at] | (bytes[at + 1] << 8)
    if (index === 0) break
    const length = lengthAt(bytes, at + 8, width)
    if (index >= starts.length) {
      starts = larger(starts)
      lengths = larger(lengths)
    }
    if (at + head + length > bytes.length) {
      const what = `object ${index} of ${length} bytes reaches past the end`
      throw new FormatError(what, { structure: globalHeapCollection.name, address: address + at })
    }
    starts[index] = at + head
    lengths[index] = length
    at += head + Math.ceil(length / 8) * 8
  }
  return { bytes, starts, lengths }
}

/** The largest index of an object. */
const MOST_INDEX = 0xffff

/** As many places as there are indices: some are not in use. */
function larger(places: Int32Array): Int32Array<ArrayBuffer> {
  const all = new Int32Array(MOST_INDEX + 1)
  all.set(places)
  return all
}

function lengthAt(bytes: Uint8Array, at: number, width: number): number {
  if (width === 2) return bytes[at] | (bytes[at + 1] << 8)
  const low = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
  return width === 4 ? low : low + lengthAt(bytes, at + 4, 4) * 2 ** 32
}
