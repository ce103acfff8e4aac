import test from 'ava'
import { FormatError } from '../../src/errors.ts'
import { openFractalHeap } from '../../src/format/fractal-heap.ts'
import type { FractalHeapHeader } from '../../src/format/fractal-heap-blocks.ts'
import { blockParams, fractalHeapDirectBlock, fractalHeapHeader } from '../../src/format/fractal-heap-blocks.ts'
import { globalHeapCollection, globalHeapObject } from '../../src/format/global-heap.ts'
import { localHeapHeader, openLocalHeap } from '../../src/format/local-heap.ts'
import { encodeText } from '../../src/io/text.ts'
import { encode } from '../../src/io/writer.ts'
import { imageOf, SIZES } from '../support/image.ts'

function localHeap(segment: Uint8Array, changes: object = {}): Record<number, Uint8Array> {
  const header = { size: segment.length, freeList: 1, dataAddress: 500, ...changes }
  return { 100: encode(localHeapHeader, header, SIZES, undefined), 500: segment }
}

test('local heap: strings by their offsets', (t) => {
  const { image, source } = imageOf(localHeap(encodeText('\0one\0two\0cut')))
  const heap = openLocalHeap(image, 100)
  t.deepEqual(
    [0, 1, 3, 5].map((offset) => heap.text(offset)),
    ['', 'one', 'e', 'two'],
  )
  for (const offset of [9, 12, 1000, -1]) t.throws(() => heap.text(offset), { instanceOf: FormatError })
  t.is(
    source.count(() => openLocalHeap(image, 100)),
    0,
  )
})

test('local heap: what lies outside the file or the heap is refused', (t) => {
  for (const changes of [{ size: 1e6 }, { dataAddress: -1 }, { dataAddress: 600 }]) {
    t.throws(() => openLocalHeap(imageOf(localHeap(new Uint8Array(9), changes)).image, 100), {
      instanceOf: FormatError,
    })
  }
})

const object = (index: number, text: string) => ({ index, referenceCount: 1, data: encodeText(text) })

test('global heap: objects by their index, whatever their order', (t) => {
  const objects = [object(3, 'three'), object(1, 'one'), object(0, 'free')]
  const collection = encode(globalHeapCollection, { size: 200, objects }, SIZES, undefined)
  t.is(collection.length, 200)
  const { image, source } = imageOf({ 64: collection })
  const text = (index: number) => globalHeapObject(image, 64, index)?.length
  t.is(
    source.count(() => t.deepEqual([1, 3, 2, 0].map(text), [3, 5, undefined, undefined])),
    2,
  )
})

test('global heap: an object that reaches past its collection is refused', (t) => {
  const collection = encode(globalHeapCollection, { size: 64, objects: [object(1, 'x')] }, SIZES, undefined)
  new DataView(collection.buffer, collection.byteOffset).setUint32(24, 1000, true)
  t.throws(() => globalHeapObject(imageOf({ 64: collection }).image, 64, 1), { instanceOf: FormatError })
})

const HEADER: FractalHeapHeader = {
  ...fractalHeapHeader.blank(),
  idLength: 8,
  maxManagedSize: 4096,
  maxHeapBits: 32,
  rootAddress: 1000,
  managedObjects: 1,
}

function fractalHeap(changes: Partial<FractalHeapHeader> = {}) {
  const header = { ...HEADER, ...changes }
  const params = blockParams(header, 100)
  const head = 5 + 8 + params.offsetWidth
  const data = new Uint8Array(header.startingBlockSize - head)
  data.set(encodeText('object'), 10)
  const block = encode(fractalHeapDirectBlock, { blockOffset: 0, checksum: 0, data }, SIZES, params)
  return imageOf({ 100: encode(fractalHeapHeader, header, SIZES, undefined), 1000: block })
}

/** A managed object's ID: offsets in the heap count the head of the block. */
function managed(offset: number, length: number): Uint8Array {
  return Uint8Array.of(0, offset & 0xff, offset >> 8, 0, 0, length & 0xff, length >> 8, 0)
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

test('fractal heap: a managed object in the root block, its neighbours without a read', (t) => {
  const { image, source } = fractalHeap()
  const heap = openFractalHeap(image, 100)
  t.is(
    source.count(() => t.is(latin(heap.object(managed(27, 6))), 'object')),
    1,
  )
  t.is(
    source.count(() => t.is(latin(heap.object(managed(29, 4))), 'ject')),
    0,
  )
})

test('fractal heap: a tiny object is in its ID', (t) => {
  const heap = openFractalHeap(fractalHeap().image, 100)
  t.is(latin(heap.object(Uint8Array.of(0x22, 97, 98, 99, 0, 0, 0, 0))), 'abc')
  t.throws(() => heap.object(Uint8Array.of(0x2f, 1, 2, 3, 4, 5, 6, 7)), { message: /tiny object of 16 bytes/ })
})

test('fractal heap: a tiny object of a heap with long IDs has a length of two bytes', (t) => {
  const heap = openFractalHeap(fractalHeap({ idLength: 20 }).image, 100)
  const id = new Uint8Array(20)
  id.set([0x20, 2, 97, 98, 99])
  t.is(latin(heap.object(id)), 'abc')
})

test('fractal heap: a huge object whose ID says where it is', (t) => {
  const heap = openFractalHeap(fractalHeap({ idLength: 17 }).image, 100)
  const id = new Uint8Array(17)
  id[0] = 0x10
  new DataView(id.buffer).setBigUint64(1, 1027n, true)
  new DataView(id.buffer).setBigUint64(9, 6n, true)
  t.is(latin(heap.object(id)), 'object')
  new DataView(id.buffer).setBigUint64(9, 1n << 40n, true)
  t.throws(() => heap.object(id), { instanceOf: FormatError })
})

test('fractal heap: IDs that lead nowhere are refused', (t) => {
  const heap = openFractalHeap(fractalHeap().image, 100)
  for (const id of [
    managed(600, 1),
    managed(500, 30),
    managed(27, 0),
    Uint8Array.of(0x40, 0, 0, 0, 0, 0, 0, 0),
    Uint8Array.of(0x30, 0, 0, 0, 0, 0, 0, 0),
    Uint8Array.of(0x10, 1, 0, 0, 0, 0, 0, 0),
    new Uint8Array(0),
  ]) {
    t.throws(() => heap.object(id), { instanceOf: FormatError })
  }
  const empty = openFractalHeap(fractalHeap({ rootAddress: -1 }).image, 100)
  t.throws(() => empty.object(managed(27, 6)), { message: /empty heap/ })
})
