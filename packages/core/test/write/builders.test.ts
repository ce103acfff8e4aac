import test from 'ava'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { findRecord, openBTreeV2, records } from '../../src/format/b-tree-v2.ts'
import { FileImage } from '../../src/format/file-image.ts'
import { openFractalHeap } from '../../src/format/fractal-heap.ts'
import { BufferSource } from '../../src/io/buffer-source.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { buildBTreeV2 } from '../../src/write/b-tree-v2-builder.ts'
import { Emitter } from '../../src/write/emitter.ts'
import { buildFractalHeap, LINK_HEAP, MESSAGE_HEAP } from '../../src/write/fractal-heap-builder.ts'
import { FileSpace } from '../../src/write/space.ts'

const SIZES = { offsets: 8, lengths: 8 }

function workshop() {
  const sink = new BufferSink()
  const emitter = new Emitter(SIZES, new FileSpace(64), sink)
  return {
    emitter,
    image: () => new FileImage(new BufferSource(sink.written), SIZES, new FilterPipeline(() => undefined)),
  }
}

for (const count of [0, 1, 44, 45, 46, 1000, 40_000]) {
  test(`a version 2 B-tree of ${count} records gives them back in order, and finds each`, (t) => {
    const { emitter, image } = workshop()
    const bytes = new Uint8Array(count * 11)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < count; i++) view.setUint32(i * 11, i * 3, true)
    const address = buildBTreeV2(emitter, { type: 5, recordSize: 11, records: bytes })
    const tree = openBTreeV2(image(), address)
    const found = [...records(tree)].map((record) => record[0] | (record[1] << 8) | (record[2] << 16))
    t.deepEqual(
      found,
      Array.from({ length: count }, (_, i) => i * 3),
    )
    for (let i = 0; i < count; i += Math.ceil(count / 50)) {
      const wanted = i * 3
      const record = findRecord(tree, (r) => wanted - (r[0] | (r[1] << 8) | (r[2] << 16)))
      t.is(record === undefined ? -1 : record[0] | (record[1] << 8) | (record[2] << 16), wanted)
    }
  })
}

for (const [name, shape] of Object.entries({ LINK_HEAP, MESSAGE_HEAP })) {
  for (const count of [1, 20, 5000, 60_000]) {
    test(`a fractal heap (${name}) of ${count} objects gives each back by its ID`, (t) => {
      const { emitter, image } = workshop()
      const objects = Array.from({ length: count }, (_, i) => {
        const length = i % 977 === 5 ? 4096 : i % 991 === 7 ? 5000 : i % 13 === 0 ? 3 : 20 + (i % 40)
        return new Uint8Array(length).fill(i % 251)
      })
      const { address, ids } = buildFractalHeap(emitter, shape, objects)
      const heap = openFractalHeap(image(), address)
      const bad = objects.findIndex((object, i) => {
        const stored = heap.object(ids.subarray(i * shape.idLength, (i + 1) * shape.idLength))
        return stored.length !== object.length || stored.some((byte) => byte !== i % 251)
      })
      t.is(bad, -1)
      const { managedObjects, tinyObjects, hugeObjects, freeManagedSpace } = heap.header
      t.is(managedObjects + tinyObjects + hugeObjects, count)
      t.true(freeManagedSpace >= 0)
    })
  }
}

test('free space is joined, used again where it is large enough, and never given back twice', (t) => {
  const space = new FileSpace(100)
  const [a, b, c] = [space.allocate(10), space.allocate(20), space.allocate(30)]
  t.deepEqual([a, b, c, space.end], [100, 110, 130, 160])
  space.release(a, 10)
  space.release(c, 30)
  space.release(b, 20)
  t.deepEqual(space.free, [{ address: 100, size: 60 }])
  t.is(space.allocate(50), 100)
  t.is(space.allocate(20), 160)
  t.deepEqual(space.free, [{ address: 150, size: 10 }])
  t.throws(() => space.release(155, 2), { message: /free already/ })
  t.throws(() => space.release(179, 2), { message: /free already/ })
})

test('what is large is aligned, and the gap in front of it is free', (t) => {
  const space = new FileSpace(100, { threshold: 50, alignment: 64 })
  t.is(space.allocate(60), 128)
  t.is(space.allocate(20), 100)
  t.deepEqual(space.free, [{ address: 120, size: 8 }])
})
