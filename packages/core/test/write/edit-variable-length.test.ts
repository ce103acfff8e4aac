import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { File } from '../../src/api/file.ts'
import { hyperslab, openBytes, referenceType, slice } from '../../src/index.ts'
import { BufferStore } from '../../src/io/byte-store.ts'
import { edited, misplaced, openStore } from '../support/edit.ts'

const demo = new Uint8Array(
  readFileSync(fileURLToPath(new URL('../../../../golden/files/book-demo.h5', import.meta.url))),
)

const COUNT = 5

/** A file with texts in one block, in chunks, and in an attribute. */
function withTexts(): Uint8Array {
  const data = Array.from({ length: COUNT }, (_, i) => `text ${i}`)
  return edited(demo, (_, file) => {
    file.root.createDataset('block', { data })
    file.root.createDataset('chunks', { data, chunks: [2], compression: 'gzip' })
    file.dataset('block').createAttribute('texts', data)
  })
}

/** Texts of many lengths. */
function text(round: number): string {
  return `${round} `.repeat(1 + ((round * 7) % 90))
}

const replaced: readonly { what: string; write(file: File, round: number): void; read(file: File): unknown }[] = [
  {
    what: 'an element in a block',
    write: (file, round) => file.dataset('block').write([text(round)], [round % COUNT]),
    read: (file) => file.dataset('block').read(),
  },
  {
    what: 'an element in a chunk',
    write: (file, round) => file.dataset('chunks').write([text(round)], [round % COUNT]),
    read: (file) => file.dataset('chunks').read(),
  },
  {
    what: 'an attribute',
    write: (file, round) => file.dataset('block').modifyAttribute('texts', Array(COUNT).fill(text(round))),
    read: (file) => file.dataset('block').attribute('texts').read(),
  },
]

for (const { what, write, read } of replaced) {
  test(`texts of ${what} that are written again and again use the room of those before`, (t) => {
    const first = withTexts()
    let bytes = first
    for (let round = 0; round < 40; round++) bytes = edited(bytes, (_, file) => write(file, round))
    // Another collection of the heap has 4,096 bytes: one may be needed, not one each time.
    t.true(bytes.length <= first.length + 8192, `${first.length} bytes have become ${bytes.length}`)
    const file = openBytes(bytes)
    t.deepEqual(misplaced(file), [])
    const rounds = Array.from({ length: COUNT }, (_, i) => text(what === 'an attribute' ? 39 : 35 + i))
    t.deepEqual([...(read(file) as string[])].sort(), rounds.sort())
    const [other] = replaced.filter((each) => each.what !== what && each.what !== 'an attribute')
    t.deepEqual(other.read(file), other.read(openBytes(first)))
  })
}

for (const layout of [{ chunks: [16] }, { chunks: [3], compression: 'gzip' }] as const) {
  test(`texts that are appended one by one share collections of the heap, in chunks of ${layout.chunks}`, (t) => {
    const first = edited(demo, (_, file) => {
      file.root.createDataset('lines', { data: ['the first'], maxShape: [null], ...layout })
    })
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`)
    const append = (file: File, line: string): void => file.dataset('lines').append([line])
    const together = edited(first, (_, file) => {
      for (const line of lines) append(file, line)
    })
    let apart = first
    for (const line of lines) apart = edited(apart, (_, file) => append(file, line))
    for (const bytes of [together, apart]) {
      const file = openBytes(bytes)
      t.deepEqual(file.dataset('lines').read(), ['the first', ...lines])
      t.deepEqual(misplaced(file), [])
      t.true(bytes.length < first.length + 8192, `${first.length} bytes have become ${bytes.length}`)
    }
  })
}

test('texts that are written twice before a commit are freed once', (t) => {
  const bytes = edited(withTexts(), (_, file) => {
    const dataset = file.dataset('block')
    for (let round = 0; round < 20; round++) {
      dataset.write([text(round)], [round % 2])
      // Who reads meanwhile finds what was written last, in the same collection as what was there before.
      t.is((dataset.read() as string[])[round % 2], text(round))
    }
    file.dataset('block').modifyAttribute('texts', ['a', 'b', 'c', 'd', 'e'])
    file.dataset('block').modifyAttribute('texts', ['f', 'g', 'h', 'i', 'j'])
  })
  const file = openBytes(bytes)
  t.deepEqual(file.dataset('block').read(), [text(18), text(19), 'text 2', 'text 3', 'text 4'])
  t.deepEqual(file.dataset('block').attribute('texts').read(), ['f', 'g', 'h', 'i', 'j'])
  t.deepEqual(misplaced(file), [])
})

test('elements that keep what they lead to do not lose it', (t) => {
  const before = withTexts()
  const bytes = edited(before, (_, file) => file.dataset('block').writeRaw(file.dataset('block').raw().slice()))
  t.deepEqual(openBytes(bytes).dataset('block').read(), openBytes(before).dataset('block').read())
})

test('a text that is not there is told from an empty one, and written as it was', (t) => {
  const file = (bytes: Uint8Array): File => openBytes(bytes)
  const values = ['', null, 'some', null]
  const records = [{ name: null, of: ['', null] }]
  const bytes = edited(demo, (_, file) => {
    file.root.createDataset('texts', { data: values, type: 'str' })
    file.root.createDataset('records', { data: records, type: '{name: str, of: (2)str}', shape: [1] })
    file.root.createAttribute('text', null, { type: 'str', shape: [1] })
  })
  const read = (from: Uint8Array, path: string) => file(from).dataset(path).read(undefined, { absentStrings: 'null' })
  t.deepEqual(read(bytes, 'texts'), values)
  t.deepEqual(file(bytes).dataset('texts').read(), ['', '', 'some', ''])
  t.deepEqual(read(bytes, 'records'), records)
  t.deepEqual(file(bytes).root.attribute('text').read({ absentStrings: 'null' }), [null])
  const again = edited(bytes, (_, changed) => changed.dataset('texts').write(read(bytes, 'texts')))
  t.deepEqual(read(again, 'texts'), values)
})

const ROWS = hyperslab([{ start: 1, count: 2 }])

const many = Array.from({ length: 300 }, (_, i) => `text ${i} `.repeat(1 + (i % 7)))

const removed: readonly { what: string; add(file: File): void; remove(file: File): void }[] = [
  {
    what: 'a dataset',
    add: (file) => {
      file.root.createDataset('more', { data: many })
    },
    remove: (file) => file.root.delete('more'),
  },
  {
    what: 'a dataset in chunks, in a group',
    add: (file) => {
      file.root.createGroup('fresh').createDataset('more', { data: many, chunks: [70], compression: 'gzip' })
    },
    remove: (file) => file.root.delete('fresh'),
  },
  {
    what: 'a group with an attribute',
    add: (file) => file.root.createGroup('fresh').createAttribute('more', many),
    remove: (file) => file.root.delete('fresh'),
  },
  {
    what: 'a dataset of references to parts',
    add: (file) => {
      const block = file.dataset('block')
      const data = many.map((_, i) => block.reference(i % 2 === 0 ? { selection: ROWS } : { attribute: 'texts' }))
      file.root.createDataset('more', { type: referenceType('any'), data })
    },
    remove: (file) => file.root.delete('more'),
  },
  {
    what: 'rows of a dataset',
    add: (file) => file.dataset('rows').append(many),
    remove: (file) => file.dataset('rows').resize([1]),
  },
  {
    what: 'columns and rows of lists of texts',
    add: (file) => {
      file.dataset('lists').resize([4, 5])
      file.dataset('lists').write(Array(15).fill(many.slice(0, 9)), [slice(1, 4), slice()])
    },
    remove: (file) => file.dataset('lists').resize([1, 1]),
  },
]

for (const { what, add, remove } of removed) {
  test(`texts of ${what} go when that goes, and others stay`, (t) => {
    const rows = { data: ['first'], maxShape: [null], chunks: [40] }
    const lists = { shape: [1, 1], type: 'vlen<str>', data: [[['kept']]], maxShape: [null, null], chunks: [3, 2] }
    const first = edited(withTexts(), (_, file) => {
      file.root.createDataset('rows', rows)
      file.root.createDataset('lists', lists)
    })
    let bytes = first
    for (let round = 0; round < 12; round++) bytes = edited(bytes, (_, file) => (round % 2 === 0 ? add : remove)(file))
    const file = openBytes(bytes)
    const heap = (from: File): number =>
      [...from.root.extents(), ...from.extents()].filter(({ structure }) => structure.startsWith('Global Heap')).length
    t.is(heap(file), heap(openBytes(first)))
    t.true(bytes.length < first.length + 3000, `${bytes.length} bytes, ${first.length} before`)
    t.deepEqual(file.dataset('block').read(), file.dataset('chunks').read())
    t.deepEqual(file.dataset('rows').read(), ['first'])
    t.deepEqual(file.dataset('lists').read(), [['kept']])
    t.deepEqual(misplaced(file), [])
  })
}

test('references of the older kind stay with others that were copied from them', (t) => {
  const type = referenceType('region')
  const first = edited(withTexts(), (_, file) => {
    const block = file.dataset('block')
    const data = [block.reference({ selection: ROWS })]
    file.root.createDataset('one', { type, data })
    file.root.createDataset('two', { type, data })
    // As the C library does: the same place in the heap.
    file.dataset('two').writeRaw(file.dataset('one').raw())
  })
  const bytes = edited(first, (_, file) => file.root.delete('one'))
  t.deepEqual(openBytes(bytes).dataset('two').read(), openBytes(first).dataset('two').read())
})

test('the mappings of virtual datasets go with them', (t) => {
  const bytes = readFileSync(fileURLToPath(new URL('../../../../golden/files/virtual.h5', import.meta.url)))
  let heaps = 0
  for (let at = bytes.indexOf('GCOL'); at >= 0; at = bytes.indexOf('GCOL', at + 1)) heaps += bytes.readUInt32LE(at + 8)
  t.true(heaps >= 4096)
  const file = openStore(new BufferStore(new Uint8Array(bytes)))
  for (const name of file.root.keys()) file.root.delete(name)
  const { freed, sizeBefore, sizeAfter } = file.editor.rehearse()
  t.true(freed + sizeBefore - sizeAfter > heaps, `${freed + sizeBefore - sizeAfter} bytes, ${heaps} of them of heaps`)
})
