import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { DatasetOptions } from '../../src/api/new-dataset.ts'
import type { NewDataset, NewFile, SelectionInput } from '../../src/node.ts'
import {
  createBytes,
  createFile,
  NotFoundError,
  openBytes,
  openFile,
  referenceType,
  slice,
  TypeMismatchError,
  UnsupportedError,
  WriteError,
} from '../../src/node.ts'

const folder = mkdtempSync(join(tmpdir(), 'h5kit-new-data-'))
test.after.always(() => rmSync(folder, { recursive: true }))

const LAYOUTS: Record<string, Partial<DatasetOptions>> = {
  compact: { compact: true },
  contiguous: {},
  chunked: { chunks: [3, 4], maxShape: true },
  'chunked and fixed': { chunks: [3, 4] },
  'chunked from the start': { chunks: [3, 4], allocationTime: 'early' },
  filtered: { chunks: [3, 4], maxShape: [null, 7], compression: 'gzip', shuffle: true, fletcher32: true },
}

/** What elements are after each step: rows and columns, as arrays in arrays. */
const STEPS: { values: number | number[] | number[][]; at: SelectionInput | undefined; after: number[][] }[] = [
  {
    values: [
      [1, 2],
      [3, 4],
    ],
    at: [slice(1, 3), slice(0, 2)],
    after: [
      [9, 9, 9, 9, 9, 9, 9],
      [1, 2, 9, 9, 9, 9, 9],
      [3, 4, 9, 9, 9, 9, 9],
      [9, 9, 9, 9, 9, 9, 9],
      [9, 9, 9, 9, 9, 9, 9],
    ],
  },
  {
    values: 5,
    at: [slice(0, 5, 2), 6],
    after: [
      [9, 9, 9, 9, 9, 9, 5],
      [1, 2, 9, 9, 9, 9, 9],
      [3, 4, 9, 9, 9, 9, 5],
      [9, 9, 9, 9, 9, 9, 9],
      [9, 9, 9, 9, 9, 9, 5],
    ],
  },
  {
    values: [[10], [11]],
    at: [slice(3, 5), slice(2, 5)],
    after: [
      [9, 9, 9, 9, 9, 9, 5],
      [1, 2, 9, 9, 9, 9, 9],
      [3, 4, 9, 9, 9, 9, 5],
      [9, 9, 10, 10, 10, 9, 9],
      [9, 9, 11, 11, 11, 9, 5],
    ],
  },
  {
    values: [0, 1, 2, 3, 4, 5, 6],
    at: slice(0, 2),
    after: [
      [0, 1, 2, 3, 4, 5, 6],
      [0, 1, 2, 3, 4, 5, 6],
      [3, 4, 9, 9, 9, 9, 5],
      [9, 9, 10, 10, 10, 9, 9],
      [9, 9, 11, 11, 11, 9, 5],
    ],
  },
]

for (const low of ['earliest', 'v200'] as const) {
  for (const [name, options] of Object.entries(LAYOUTS)) {
    test(`elements are written and read part by part: ${name} (${low})`, (t) => {
      const path = join(folder, `${name}-${low}.h5`)
      const file = createFile(path, { low, userBlock: new Uint8Array(512) })
      const numbers = file.createDataset('numbers', { shape: [5, 7], type: '>i2', fillValue: 9, ...options })
      for (const { values, at, after } of STEPS) {
        numbers.write(values, at)
        t.deepEqual(Array.from(numbers.read()), after.flat())
        t.deepEqual(
          Array.from(numbers.read([slice(1, 5), 2])),
          after.slice(1).map((row) => row[2]),
        )
      }
      file.createDataset('after', { data: [1, 2, 3] })
      file.close()
      using made = openFile(path)
      t.deepEqual(Array.from(made.dataset('numbers').read()), STEPS[STEPS.length - 1].after.flat())
      t.deepEqual(Array.from(made.dataset('after').read()), [1n, 2n, 3n])
    })
  }
}

/** Bytes of a file, opened and read. */
function made(fill: (file: NewFile) => void) {
  return openBytes(createBytes(fill))
}

test('a dataset with chunks grows and shrinks before its file is closed', (t) => {
  for (const compression of [undefined, 'gzip'] as const) {
    const file = made((file) => {
      const rows = file.createDataset('rows', {
        data: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        type: '<i4',
        maxShape: [null, 4],
        chunks: [2, 2],
        fillValue: -1,
        compression,
      })
      rows.append([7, 8, 9])
      rows.append([
        [10, 11, 12],
        [13, 14, 15],
      ])
      t.deepEqual(rows.shape, [5, 3])
      rows.resize([3, 2])
      rows.resize([4, 4])
      t.deepEqual(Array.from(rows.read()), [1, 2, -1, -1, 4, 5, -1, -1, 7, 8, -1, -1, -1, -1, -1, -1])
      t.throws(() => rows.resize([4, 5]), { instanceOf: WriteError, message: /at most 4/ })
      t.throws(() => rows.append([1, 2, 3]), { instanceOf: WriteError, message: /rows of 4/ })
    })
    const rows = file.dataset('rows')
    t.deepEqual(rows.shape, [4, 4])
    t.deepEqual(Array.from(rows.read()), [1, 2, -1, -1, 4, 5, -1, -1, 7, 8, -1, -1, -1, -1, -1, -1])
    t.is([...rows.chunks()].length, 2)
  }
})

test('rows that are appended one by one to filtered chunks are filtered once', (t) => {
  const bytes = createBytes((file) => {
    const rows = file.createDataset('rows', {
      shape: [0, 100],
      type: '<i4',
      maxShape: [null, 100],
      chunks: [100, 100],
      compression: 'gzip',
    })
    for (let i = 0; i < 250; i++) rows.append(new Array(100).fill(i))
  })
  const rows = openBytes(bytes).dataset('rows')
  t.deepEqual(rows.shape, [250, 100])
  t.deepEqual(
    Array.from(rows.read([slice(), 99])),
    Array.from({ length: 250 }, (_, i) => i),
  )
  const stored = [...rows.chunks()].reduce((sum, { size }) => sum + size, 0)
  // Chunks that are filtered with each row would leave some hundred bytes behind each time, 250 times.
  t.true(bytes.length - stored < 6000, `${bytes.length} bytes with chunks of ${stored}`)
})

test('strings and sequences are written in parts, and one for many', (t) => {
  const file = made((file) => {
    const names = file.createDataset('names', { shape: [4], type: 'str', chunks: [3] })
    names.write('all')
    names.write(['zwei', 'drei'], slice(1, 3))
    t.deepEqual(Array.from(names.read()), ['all', 'zwei', 'drei', 'all'])
    names.write('last', 3)
  })
  t.deepEqual(Array.from(file.dataset('names').read()), ['all', 'zwei', 'drei', 'last'])
})

test('references are written in parts, and read when the file is closed', (t) => {
  const file = made((file) => {
    const root = file.createGroup('a')
    const data = file.createDataset('b', { data: [1] })
    const list = file.createDataset('list', {
      data: [root.reference()],
      type: referenceType('object'),
      maxShape: [null],
    })
    list.append([data.reference(), data.reference()])
    list.write(list.reference(), 1)
    t.throws(() => list.read(), { instanceOf: UnsupportedError, message: /when the file is closed/ })
    t.throws(() => list.resize([1]), { instanceOf: WriteError, message: /smaller/ })
  })
  const found = Array.from(file.dataset('list').read()) as { address: number }[]
  t.deepEqual(
    found.map(({ address }) => address),
    ['a', 'list', 'b'].map((name) => file.get(name).address),
  )
})

test('what cannot be written says so', (t) => {
  createBytes((file) => {
    const fixed: NewDataset = file.createDataset('fixed', { shape: [2, 3], type: 'f8' })
    t.throws(() => fixed.write([1, 2]), {
      instanceOf: WriteError,
      message: /shape \(2\) for an array of the shape \(2, 3\)/,
    })
    t.throws(() => fixed.resize([3, 3]), { instanceOf: WriteError, message: /chunks/ })
    const outside = file.createDataset('outside', {
      shape: [2],
      type: 'f8',
      external: [{ file: 'x', offset: 0, size: 16 }],
    })
    t.throws(() => outside.write(1), { instanceOf: NotFoundError, message: /no way to other files/ })
    const none = file.createDataset('none', { shape: null, type: 'f8' })
    none.write(1)
  })
})

test('whole numbers that no integer of 64 bits holds are not made ones that it does', (t) => {
  const made = (data: bigint[]) => createBytes((file) => file.createDataset('data', { data }))
  t.deepEqual(
    [
      ...openBytes(made([-1n, 2n ** 63n - 1n]))
        .dataset('data')
        .read(),
    ],
    [-1n, 2n ** 63n - 1n],
  )
  t.deepEqual(
    [
      ...openBytes(made([0n, 2n ** 64n - 1n]))
        .dataset('data')
        .read(),
    ],
    [0n, 2n ** 64n - 1n],
  )
  for (const data of [[2n ** 64n], [-(2n ** 63n) - 1n]]) {
    t.throws(() => made(data), { instanceOf: TypeMismatchError, message: /beyond integers of 64 bits/ })
  }
  t.throws(() => made([-1n, 2n ** 63n]), { instanceOf: TypeMismatchError, message: /negative/ })
})
