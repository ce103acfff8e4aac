import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { UnsupportedError, WriteError } from '../../src/errors.ts'
import type { NewFile, VirtualMapping } from '../../src/node.ts'
import { createFile, editFile, openFile, points, slice } from '../../src/node.ts'

const golden = fileURLToPath(new URL('../../../../golden/storage', import.meta.url))

/** The folder with virtual datasets of all kinds, to be changed. */
function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'h5kit-virtual-'))
  cpSync(golden, root, { recursive: true })
  return root
}

function values(path: string, dataset: string): number[] {
  using file = openFile(path)
  return Array.from(file.dataset(dataset).read(), Number)
}

test('what is written to a virtual dataset goes to its sources, and is read from there', (t) => {
  const { root, path } = pair((source, front) => {
    source.createDataset('data', { data: Int32Array.from({ length: 12 }, (_, i) => i), shape: [3, 4] })
    front.createDataset('data', { shape: [3, 4], type: '>i2', virtual: [whole('source.h5', 'data')] })
  })
  const before = readFileSync(path)
  using file = editFile(path)
  const dataset = file.dataset('data')
  dataset.write([100, 101, 102], [slice(0, 3), 1])
  dataset.write(
    [70_000, 2],
    points([
      [2, 3],
      [0, 0],
    ]),
  )
  t.deepEqual([...dataset.read()], [2, 100, 2, 3, 4, 101, 6, 7, 8, 102, 10, 32_767])
  file.close()
  t.true(readFileSync(path).equals(before))
  t.deepEqual(values(join(root, 'source.h5'), 'data'), [2, 100, 2, 3, 4, 101, 6, 7, 8, 102, 10, 32_767])
  rmSync(root, { recursive: true })
})

test('every element that is written must be mapped, once, to a source that is there', (t) => {
  const root = folder()
  const path = join(root, 'virtual.h5')
  const sources = ['source-0.h5', 'source-1.h5', 'source-2.h5']
  const before = sources.map((name) => readFileSync(join(root, name)))
  using file = editFile(path)
  const parts = file.dataset('parts')
  t.throws(() => parts.write(1), { instanceOf: WriteError, message: /mapped to no source/ })
  t.throws(() => file.dataset('hidden').write(1), { instanceOf: WriteError, message: /several sources/ })
  t.throws(() => file.dataset('missing').write(1), { instanceOf: WriteError, message: /mapped to no source/ })
  t.throws(() => parts.append(new Int32Array(parts.shape[1])), {
    instanceOf: WriteError,
    message: /append to the sources/,
  })
  t.false(file.editor.isChanged)
  file.close()
  for (const [i, name] of sources.entries()) t.true(readFileSync(join(root, name)).equals(before[i]))
  rmSync(root, { recursive: true })
})

test('values are converted on the way, and go through virtual datasets of virtual datasets', (t) => {
  const root = folder()
  const path = join(root, 'virtual.h5')
  using file = editFile(path)
  for (const name of ['converted', 'same-file', 'nested']) {
    const dataset = file.dataset(name)
    const { shape } = dataset
    const known = Array.from(dataset.read(), Number)
    const mapped = known.map((value) => value !== -7)
    const row = shape.map((size, axis) =>
      axis === 0 ? (mapped.indexOf(true) / (mapped.length / shape[0])) | 0 : slice(0, size),
    )
    const length = dataset.read(row).length
    const wanted = Array.from({ length }, (_, i) => i + 40)
    dataset.write(wanted, row)
    t.deepEqual(Array.from(dataset.read(row), Number), wanted, name)
  }
  file.close()
  rmSync(root, { recursive: true })
})

test('numbered sources are written to as far as they are there', (t) => {
  const root = folder()
  using file = editFile(join(root, 'virtual.h5'))
  const numbered = file.root
    .keys()
    .filter((name) => file.dataset(name).mappings.some(({ file: each }) => each.includes('%b')))
  t.true(numbered.length > 0)
  for (const name of numbered) {
    const dataset = file.dataset(name)
    const first = dataset.shape.map(() => 0)
    dataset.write(77, first)
    t.is(Number(Array.from(dataset.read(first))[0]), 77, name)
  }
  file.close()
  rmSync(root, { recursive: true })
})

/** A virtual dataset of all of a source. */
function whole(file: string, dataset: string): VirtualMapping {
  return { file, dataset, source: { kind: 'all' }, virtual: { kind: 'all' } }
}

function pair(make: (source: NewFile, front: NewFile) => void): { root: string; path: string } {
  const root = mkdtempSync(join(tmpdir(), 'h5kit-virtual-'))
  using source = createFile(join(root, 'source.h5'), { low: 'v110' })
  using front = createFile(join(root, 'front.h5'), { low: 'v110' })
  make(source, front)
  source.close()
  front.close()
  return { root, path: join(root, 'front.h5') }
}

test('texts are kept in the file of the source; references stay in theirs', (t) => {
  const { root, path } = pair((source, front) => {
    source.createDataset('text', { data: ['a', 'b', 'c'] })
    source.createDataset('to', { shape: [1], type: 'H5T_STD_REF_OBJ' })
    front.createDataset('text', { shape: [3], type: 'str', virtual: [whole('source.h5', 'text')] })
    front.createDataset('to', { shape: [1], type: 'H5T_STD_REF_OBJ', virtual: [whole('source.h5', 'to')] })
  })
  using file = editFile(path)
  file.dataset('text').write(['one', ''], [slice(1, 3)])
  t.deepEqual(file.dataset('text').read(), ['a', 'one', ''])
  t.throws(() => file.dataset('to').write(file.root.reference()), {
    instanceOf: UnsupportedError,
    message: /references/,
  })
  file.close()
  using source = openFile(join(root, 'source.h5'))
  t.deepEqual(source.dataset('text').read(), ['a', 'one', ''])
  rmSync(root, { recursive: true })
})

test('where the change is given up, the sources stay as they are', (t) => {
  const { root, path } = pair((source, front) => {
    source.createDataset('data', { data: Int32Array.of(1, 2, 3) })
    front.createDataset('data', { shape: [3], type: 'i4', maxShape: [5], virtual: [whole('source.h5', 'data')] })
  })
  {
    using file = editFile(path)
    file.dataset('data').write(9)
    t.deepEqual(values(join(root, 'source.h5'), 'data'), [1, 2, 3])
    t.true(file.editor.isChanged)
  }
  t.deepEqual(values(join(root, 'source.h5'), 'data'), [1, 2, 3])
  using file = editFile(path)
  file.dataset('data').write(9)
  file.discard()
  file.close()
  t.deepEqual(values(join(root, 'source.h5'), 'data'), [1, 2, 3])
  rmSync(root, { recursive: true })
})

test('a virtual dataset keeps the room that its mappings take', (t) => {
  const root = folder()
  using file = editFile(join(root, 'virtual.h5'))
  const fixed = file.dataset('fixed')
  t.throws(() => fixed.resize(fixed.shape.map((size) => size + 1)), { instanceOf: WriteError, message: /at most/ })
  t.throws(() => fixed.resize(fixed.shape.map(() => 0)), { instanceOf: WriteError, message: /mappings have/ })
  t.notThrows(() => fixed.resize(fixed.shape))
  rmSync(root, { recursive: true })
})
