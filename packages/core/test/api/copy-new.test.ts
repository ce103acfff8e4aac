import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { CopyObjectOptions, NewFileOptions } from '../../src/node.ts'
import {
  copyObject,
  createBytes,
  createFile,
  NotFoundError,
  openBytes,
  openFile,
  referenceType,
  TypeMismatchError,
  WriteError,
} from '../../src/node.ts'
import { walk } from '../support/walk.ts'

const golden = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'h5kit-copy-new-'))
test.after.always(() => rmSync(folder, { recursive: true }))

let count = 0

/** A copy of an object at /copy, in a new file and in one that is changed. */
function copies(name: string, path: string, options: CopyObjectOptions, file: NewFileOptions = {}) {
  using source = openFile(golden + name)
  const made = createBytes((target) => void target.copy(source.get(path), 'copy', options), file)
  const changed = join(folder, `${count++}.h5`)
  createFile(changed, file).close()
  const edited = openFile(changed, 'r+')
  copyObject(source.get(path), edited.root, 'copy', options)
  edited.close()
  return { made: openBytes(made), edited: openFile(changed) }
}

const FILES = readdirSync(golden).filter(
  (name) => /^(book|layouts|links|attributes|types|filters)-?.*\.h5$/.test(name) && !/large|external-target/.test(name),
)

test('a copy in a new file is like one in a file that is changed', (t) => {
  for (const name of FILES) {
    using source = openFile(golden + name)
    for (const low of ['earliest', 'v110'] as const) {
      const { made, edited } = copies(name, '/', {}, { low })
      t.deepEqual(
        { ...walk(made), errors: walk(made).errors.length },
        { ...walk(edited), errors: walk(edited).errors.length },
      )
      t.is(walk(made).errors.length, walk(source).errors.length, name)
      const paths = (file: typeof made): string[] => Array.from(file.visit(), ({ path }) => path).sort()
      t.deepEqual(paths(made), paths(edited), name)
    }
  }
})

test('a copy in a new file can be written to, and described anew', (t) => {
  using source = openFile(`${golden}book-dust.h5`)
  const bytes = createBytes((file) => {
    const copy = file.copy(source.get('experiment0/detector0'), 'a/b/detector')
    if (copy.kind !== 'dataset') throw new TypeError(copy.kind)
    t.is(copy.path, '/a/b/detector')
    t.deepEqual(Array.from(copy.read()), Array.from(source.dataset('experiment0/detector0').read()))
    copy.write(-1, 3)
    copy.deleteAttribute('unit')
    copy.createAttribute('checked', true)
    t.throws(() => file.copy(source.get('experiment0'), 'a/b'), { instanceOf: WriteError, message: /there already/ })
    t.throws(() => copyObject(source.get('experiment0'), file, 'x/y'), { instanceOf: NotFoundError, message: /"x"/ })
  })
  const copy = openBytes(bytes).dataset('a/b/detector')
  const expected = Array.from(source.dataset('experiment0/detector0').read())
  expected[3] = -1
  t.deepEqual(Array.from(copy.read()), expected)
  t.deepEqual(copy.attributeNames(), ['checked', 'sampling rate'])
})

test('references lead nowhere in a new file, or to copies', (t) => {
  const { made: plain } = copies('types-references.h5', '/objects', {})
  t.deepEqual([...new Set(plain.dataset('copy').read() as unknown[])], [null])
  const { made: expanded } = copies('types-references.h5', '/objects', { expandRefs: true })
  t.true(expanded.keys().filter((key) => /^~obj_pointed_by_[0-9]+$/.test(key)).length > 0)
  t.is(walk(expanded).errors.length, 0)
})

test('committed datatypes of a new file take the place of those that are like them', (t) => {
  using source = openFile(`${golden}attributes-shared-type.h5`)
  const bytes = createBytes((file) => {
    for (const name of ['first', 'second']) file.copy(source.get('/earliest'), name)
    file.copy(source.get('/earliest'), 'merged', { mergeCommittedTypes: true })
  })
  const file = openBytes(bytes)
  t.not(file.get('/second/record').address, file.get('/first/record').address)
  t.is(file.get('/merged/record').address, file.get('/first/record').address)
  t.is(file.dataset('/merged/points').committed, file.dataset('/first/points').committed)
})

test('groups copy as in h5py: within a file, into a group of another one, under another name', (t) => {
  const path = join(folder, `${count++}.h5`)
  const made = openFile(path, 'w')
  made.createDataset('a/b/numbers', { data: [1, 2], type: '<i4' })
  made.createSoftLink('soft', '/a/b/numbers')
  made.close()
  using file = openFile(path, 'r+')
  file.root.copy('a', 'new/place')
  file.root.copy(file.get('a/b'), file.group('new'))
  file.root.copy('soft', file.root, { name: 'numbers' })
  file.group('a').copy('b', '/shallow', { shallow: true })
  file.commit()
  t.deepEqual(
    Array.from(file.visit(), ({ path: each }) => each),
    [
      'a',
      'a/b',
      'a/b/numbers',
      'new',
      'new/b',
      'new/b/numbers',
      'new/place',
      'new/place/b',
      'new/place/b/numbers',
      'numbers',
      'shallow',
      'shallow/numbers',
      'soft',
    ],
  )
  t.throws(() => file.root.copy('a', 'new'), { instanceOf: WriteError })
  t.throws(() => file.root.copy('a', 'numbers/below'), { instanceOf: TypeMismatchError })
  const bytes = createBytes((target) => file.root.copy('new', target, { name: 'made' }))
  t.deepEqual(Array.from(openBytes(bytes).dataset('made/place/b/numbers').read()), [1, 2])
  using reading = openFile(path)
  t.throws(() => reading.root.copy('a', 'c'), { instanceOf: WriteError, message: /opened for reading/ })
})

const SIZES = [
  [8, 8],
  [4, 4],
  [4, 8],
  [2, 4],
  [8, 4],
] as const

test('objects are copied between files whose addresses have other sizes', (t) => {
  const fill = (offsets: 2 | 4 | 8, lengths: 4 | 8): Uint8Array =>
    createBytes(
      (file) => {
        const group = file.createGroup('group')
        const numbers = group.createDataset('numbers', { data: [1, 2, 3], type: '<i4' })
        group.createDataset('texts', { data: ['one', '', 'two'], chunks: [2], compression: 'gzip' })
        group.createDataset('ragged', { data: [[1, 2], [], [3]], type: 'vlen<i4>', shape: [3] })
        const data = [
          { a: 1, s: 'x', b: 2 },
          { a: 3, s: 'yy', b: 4 },
        ]
        const type = group.createType('type', '{a: <i4, s: str, b: <f8}')
        group.createDataset('records', { data, type, chunks: [2], maxShape: [null] })
        group.createDataset('compact', { data, type, compact: true, fillValue: { a: 0, s: 'none', b: 0 } })
        group.createAttribute('texts', ['p', 'q'])
        for (const kind of ['object', 'any'] as const) {
          const list = [numbers.reference(), group.reference()]
          group.createDataset(kind, { data: list, type: referenceType(kind) })
          group.createAttribute(kind, list, { type: referenceType(kind) })
        }
      },
      { sizes: { offsets, lengths } },
    )
  const told = (bytes: Uint8Array): unknown => {
    const file = openBytes(bytes)
    const group = file.group('group')
    t.is(walk(file).errors.length, 0)
    const read = (value: unknown): unknown =>
      Array.from(value as ArrayLike<{ address?: number }>, (each) =>
        typeof each === 'object' && each !== null && each.address !== undefined ? file.pathOf(each.address) : each,
      )
    return [...group.keys()].map((name) => {
      const object = group.get(name)
      return object.kind === 'dataset' ? [name, read(object.read())] : name
    })
  }
  for (const [offsets, lengths] of SIZES) {
    const bytes = fill(offsets, lengths)
    const expected = told(bytes)
    for (const [newOffsets, newLengths] of SIZES) {
      const source = openBytes(bytes).get('group')
      const copy = createBytes((file) => void file.copy(source, 'group', { expandRefs: true }), {
        sizes: { offsets: newOffsets, lengths: newLengths },
      })
      t.deepEqual(told(copy), expected, `${offsets}, ${lengths} to ${newOffsets}, ${newLengths}`)
    }
  }
})
