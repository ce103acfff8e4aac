import { FormatError } from '../errors.ts'
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
    const head = 8 + io.sizes.lengths
    for (let i = 0; io.reading ? io.left >= head : i < m.objects.length; i++) {
      const object = m.objects[i] ?? { index: 0, referenceCount: 0, data: new Uint8Array(0) }
      object.index = io.u16('Heap Object Index', object.index)
      object.referenceCount = io.u16('Reference Count', object.referenceCount)
      io.reserved(4)
      const free = object.index === 0
      // The size of the free space counts its own head.
      const size = io.length('Object Size', free ? object.data.length + head : object.data.length)
      if (free && io.reading && size < head) break
      const length = io.reading ? (free ? size - head : size) : object.data.length
      object.data = io.bytes('Object Data', length, object.data)
      io.align(8)
      if (io.reading) m.objects.push(object)
    }
    io.reserved(io.reading ? io.left : Math.max(0, m.size - io.at), 'Unused')
  },
})

/** What lookups in one collection need. */
interface Collection {
  objects: Map<number, Uint8Array>
}

const CACHE_KEY = {}

/** A global heap object's bytes; undefined where the collection has no such object. */
export function globalHeapObject(image: FileImage, address: number, index: number): Uint8Array | undefined {
  return openCollection(image, address).objects.get(index)
}

function openCollection(image: FileImage, address: number): Collection {
  return image.memo(CACHE_KEY, address, 4096, () => {
    const head = 8 + image.sizes.lengths
    const size = collectionSize(image.source.view(address, head), image.sizes.lengths)
    if (size < head)
      throw new FormatError(`a collection of ${size} bytes`, { structure: globalHeapCollection.name, address })
    const bytes = image.source.view(address, size)
    const { objects } = image.decode(globalHeapCollection, bytes, address, undefined)
    const map = new Map<number, Uint8Array>()
    for (const { index, data } of objects) if (index !== 0) map.set(index, data)
    return { objects: map }
  })
}

function collectionSize(head: Uint8Array, width: number): number {
  let size = 0
  for (let i = width - 1; i >= 0; i--) size = size * 256 + head[8 + i]
  return size
}
