import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { IoError, NotFoundError, WriteError } from '../../src/errors.ts'
import { UNDEFINED } from '../../src/io/structure.ts'
import { createBytes, createFile, editFile, openFile, referenceType, slice } from '../../src/node.ts'

/** A folder with files that datasets are to have elements in. */
function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'h5kit-new-external-'))
  process.env.HDF5_EXTFILE_PREFIX = '${ORIGIN}'
  writeFileSync(join(root, 'a.bin'), new Uint8Array(12).fill(100))
  writeFileSync(join(root, 'b.bin'), new Uint8Array(6).fill(200))
  return root
}

const PARTS = [
  { file: 'a.bin', offset: 1, size: 6 },
  { file: 'b.bin', offset: 0, size: 4 },
  { file: 'a.bin', offset: 9, size: UNDEFINED },
]
const NUMBERS = Uint8Array.from({ length: 12 }, (_, i) => i + 1)
const BEFORE = { 'a.bin': new Array(12).fill(100), 'b.bin': new Array(6).fill(200) }

function bytes(root: string, name: string): number[] {
  return [...readFileSync(join(root, name))]
}

/** Bytes of the files in a folder that are no HDF5 files. */
function parts(root: string): Record<string, number[]> {
  const names = readdirSync(root).filter((name) => name.endsWith('.bin'))
  return Object.fromEntries(names.map((name) => [name, bytes(root, name)]))
}

test.serial('the elements of a new dataset go to the files that are to hold them', (t) => {
  const root = folder()
  const path = join(root, 'data.h5')
  const file = createFile(path)
  file.createDataset('parts', { data: NUMBERS, shape: [3, 4], external: PARTS })
  file.createDataset('made', { data: [1, -2], type: '>i2', external: [{ file: 'c.bin', offset: 3, size: 4 }] })
  t.deepEqual(parts(root), BEFORE)
  file.close()
  t.deepEqual(parts(root), {
    'a.bin': [100, 1, 2, 3, 4, 5, 6, 100, 100, 11, 12, 100],
    'b.bin': [7, 8, 9, 10, 200, 200],
    'c.bin': [0, 0, 0, 0, 1, 255, 254],
  })
  t.deepEqual(readdirSync(root).sort(), ['a.bin', 'b.bin', 'c.bin', 'data.h5'])
  using again = openFile(path)
  t.deepEqual(again.dataset('parts').read(), NUMBERS)
  t.deepEqual(again.dataset('made').read(), Int16Array.of(1, -2))
  rmSync(root, { recursive: true })
})

test.serial('they are written, read and given another size part by part', async (t) => {
  const root = folder()
  const path = join(root, 'data.h5')
  const file = createFile(path)
  const dataset = await file.createDatasetAsync('parts', {
    data: NUMBERS,
    shape: [3, 4],
    maxShape: [null, 4],
    external: PARTS,
  })
  dataset.write([20, 21], [slice(1, 3), 3])
  dataset.append([[31, 32, 33, 34]])
  t.deepEqual([...dataset.raw([slice(1, 4)])], [5, 6, 7, 20, 9, 10, 11, 21, 31, 32, 33, 34])
  t.throws(() => dataset.resize([4, 5]), { instanceOf: WriteError, message: /at most 4/ })
  file.close()
  t.deepEqual(parts(root), {
    'a.bin': [100, 1, 2, 3, 4, 5, 6, 100, 100, 11, 21, 31, 32, 33, 34],
    'b.bin': [7, 20, 9, 10, 200, 200],
  })
  using again = openFile(path)
  t.deepEqual(again.dataset('parts').shape, [4, 4])
  t.deepEqual([...again.dataset('parts').raw([3])], [31, 32, 33, 34])
  rmSync(root, { recursive: true })
})

test.serial('references are written there when they are known', (t) => {
  const root = folder()
  const path = join(root, 'data.h5')
  const file = createFile(path)
  const group = file.createGroup('group')
  const external = [{ file: 'c.bin', offset: 0, size: 16 }]
  const type = referenceType('object')
  file.createDataset('references', { type, data: [group.reference(), file.reference()], external })
  file.close()
  using again = openFile(path)
  const read = again.dataset('references').read() as unknown[]
  t.is(read.length, 2)
  t.is(bytes(root, 'c.bin').length, 16)
  t.is(new DataView(readFileSync(join(root, 'c.bin')).buffer).byteLength > 0, true)
  t.deepEqual(bytes(root, 'c.bin').slice(0, 8), [
    ...new Uint8Array(BigUint64Array.of(BigInt(again.group('group').address)).buffer),
  ])
  rmSync(root, { recursive: true })
})

test.serial('a file that is given up leaves the others as they were, and makes none', (t) => {
  const root = folder()
  {
    using file = createFile(join(root, 'data.h5'))
    file.createDataset('parts', { data: NUMBERS, shape: [3, 4], external: PARTS })
    file.createDataset('made', { data: [1], external: [{ file: 'c.bin', offset: 0, size: 8 }] })
    // More than is kept in memory: written before the file is completed.
    const large = new Uint8Array(1 << 20).fill(3)
    file.createDataset('large', { data: large, external: [{ file: 'b.bin', offset: 0, size: large.length }] })
    t.true(existsSync(join(root, 'b.bin.journal')))
  }
  t.deepEqual(parts(root), BEFORE)
  t.deepEqual(readdirSync(root).sort(), ['a.bin', 'b.bin'])
  rmSync(root, { recursive: true })
})

test.serial(
  'where one of the files cannot be written, or the new one cannot get its name, all stay as they were',
  (t) => {
    const root = folder()
    const path = join(root, 'data.h5')
    const begin = (mode: 'w' | 'x') => {
      const file = createFile(path, { mode })
      file.createDataset('parts', { data: NUMBERS, shape: [3, 4], external: PARTS })
      file.createDataset('made', { data: [1], external: [{ file: 'c.bin', offset: 0, size: 8 }] })
      return file
    }
    const blocked = begin('w')
    // A folder by the name of its journal is in the way of the second one.
    mkdirSync(join(root, 'b.bin.journal'))
    t.throws(() => blocked.close(), { instanceOf: IoError, message: /b\.bin\.journal/ })
    rmSync(join(root, 'b.bin.journal'), { recursive: true })
    t.deepEqual(parts(root), BEFORE)
    t.deepEqual(readdirSync(root).sort(), ['a.bin', 'b.bin'])
    const late = begin('x')
    writeFileSync(path, 'another one')
    t.throws(() => late.close(), { instanceOf: IoError, message: /EEXIST/ })
    t.deepEqual(parts(root), BEFORE)
    t.deepEqual(readdirSync(root).sort(), ['a.bin', 'b.bin', 'data.h5'])
    t.is(readFileSync(path, 'utf8'), 'another one')
    rmSync(root, { recursive: true })
  },
)

test.serial('elements do not go to where the file itself will be, nor to one that is being changed', (t) => {
  const root = folder()
  const path = join(root, 'data.h5')
  using file = createFile(path)
  const within = [{ file: 'data.h5', offset: 4096, size: UNDEFINED }]
  t.throws(() => file.createDataset('within', { data: [1], external: within }), {
    instanceOf: WriteError,
    message: /itself/,
  })
  file.createDataset('parts', { data: NUMBERS, external: PARTS })
  using second = createFile(join(root, 'second.h5'))
  t.throws(() => second.createDataset('parts', { data: NUMBERS, external: PARTS }), {
    instanceOf: IoError,
    message: /being changed/,
  })
  file.close()
  second.createDataset('parts', { data: NUMBERS, external: PARTS })
  t.throws(() => createBytes((each) => each.createDataset('parts', { data: NUMBERS, external: PARTS })), {
    instanceOf: NotFoundError,
    message: /no way to other files/,
  })
  rmSync(root, { recursive: true })
})

test.serial('a dataset that a change adds has its elements there too', (t) => {
  const root = folder()
  const path = join(root, 'data.h5')
  createFile(path).close()
  {
    using given = editFile(path)
    given.root.createDataset('parts', { data: NUMBERS, shape: [3, 4], external: PARTS })
  }
  t.deepEqual(parts(root), BEFORE)
  using file = editFile(path)
  file.root.createDataset('parts', { data: NUMBERS, shape: [3, 4], external: PARTS })
  t.deepEqual(file.dataset('parts').read(), NUMBERS)
  file.close()
  t.deepEqual(bytes(root, 'b.bin'), [7, 8, 9, 10, 200, 200])
  rmSync(root, { recursive: true })
})
