import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { autoChunks } from '../../src/api/auto-chunks.ts'
import type { DatasetOptions } from '../../src/api/new-dataset.ts'
import type { NewFile } from '../../src/api/new-file.ts'
import type { File } from '../../src/index.ts'
import {
  createBytes,
  FilterError,
  hyperslab,
  NotFoundError,
  openBytes,
  parseType,
  referenceType,
  sequenceType,
  TypeMismatchError,
  typeLabel,
  WriteError,
} from '../../src/index.ts'
import { createFile, openFile } from '../../src/node.ts'

const folder = mkdtempSync(join(tmpdir(), 'h5kit-new-'))
test.after.always(() => rmSync(folder, { recursive: true }))

function made(name: string, fill: (file: NewFile) => void, low: 'earliest' | 'v200' = 'earliest'): File {
  const bytes = createBytes(fill, { low })
  if (process.env.KEEP !== undefined) writeFileSync(`${process.env.KEEP}/api-${name}-${low}.h5`, bytes)
  return openBytes(bytes)
}

/** Shape, bytes of an element, and the chunks that h5py 3.16 gives them. */
const CHUNKS: [number[], number, number[]][] = [
  [[100], 8, [100]],
  [[1000, 1000], 4, [63, 125]],
  [[0], 8, [1024]],
  [[10, 0, 5], 2, [3, 512, 3]],
  [[1073741824], 8, [32768]],
  [[3000, 4000, 500], 8, [47, 63, 16]],
  [[1], 1, [1]],
  [[7, 9, 11, 13], 16, [4, 5, 6, 7]],
  [[100000, 3], 4, [6250, 1]],
  [[5], 2000000, [1]],
  [[128, 128], 1, [64, 128]],
]

test('chunks have the shape that h5py would choose', (t) => {
  for (const [shape, size, chunks] of CHUNKS) t.deepEqual(autoChunks(shape, size), chunks)
  t.throws(() => autoChunks([], 8), { instanceOf: WriteError })
})

for (const low of ['earliest', 'v200'] as const) {
  test(`data has the type that it seems to have (${low})`, (t) => {
    const values: Record<string, [DatasetOptions['data'], string, number[], unknown]> = {
      whole: [[1, 2, 3], 'int64', [3], [1n, 2n, 3n]],
      mixed: [[1, 2.5], 'float64', [2], [1, 2.5]],
      nested: [
        [
          [1.5, 2],
          [3, 4],
        ],
        'float64',
        [2, 2],
        [1.5, 2, 3, 4],
      ],
      scalar: [7, 'int64', [], [7n]],
      large: [2n ** 64n - 1n, 'uint64', [], [2n ** 64n - 1n]],
      text: ['größe', 'string', [], ['größe']],
      texts: [['a', 'bc'], 'string', [2], ['a', 'bc']],
      flags: [[true, false], 'enum', [2], [true, false]],
      typed: [Float32Array.of(1, 2), 'float32', [2], [1, 2]],
      complex: [[{ re: 1, im: -1 }], 'compound', [1], [{ re: 1, im: -1 }]],
    }
    const file = made(
      'types',
      (file) => {
        for (const [name, [data]] of Object.entries(values)) {
          file.createDataset(name, { data })
          if (
            data !== undefined &&
            typeof data !== 'function' &&
            !(typeof data === 'object' && data !== null && 'view' in data)
          )
            file.createAttribute(name, data)
        }
      },
      low,
    )
    for (const [name, [, label, shape, read]] of Object.entries(values)) {
      for (const each of [file.dataset(name), file.root.attribute(name)]) {
        t.true(typeLabel(each.type).includes(label), `${name}: ${typeLabel(each.type)}`)
        t.deepEqual(each.shape, shape, name)
        t.deepEqual(Array.from(each.read()) as unknown, read, name)
      }
    }
  })

  test(`what is made is in the file (${low})`, (t) => {
    const numbers = Int32Array.from({ length: 6000 }, (_, i) => i * 3)
    const file = made(
      'whole',
      (file) => {
        const group = file.createGroup('a/b', { trackOrder: true })
        group.createDataset('zipped', {
          data: numbers,
          shape: [60, 100],
          maxShape: [null, 100],
          chunks: [25, 30],
          compression: 'gzip',
          compressionOptions: 6,
          shuffle: true,
          fletcher32: true,
          fillValue: -1,
        })
        group.createDataset('compact', { data: [1, 2, 3], type: '>i2', compact: true })
        group.createDataset('empty', { shape: null, type: 'S5' })
        group.createDataset('never written', { shape: [3], type: 'u2', fillValue: 7 })
        group.createDataset('early', { shape: [10, 10], type: 'u2', fillValue: 7, allocationTime: 'early' })
        group.createDataset('all alike', { shape: [2, 2], data: 4, type: 'f8' })
        group.createDataset('lzf', { data: numbers, compression: 'lzf' })
        group.createDataset('scaled', { data: numbers, scaleOffset: true })
        group.createDataset('ragged', { data: [[1, 2], [], [3]], type: sequenceType(parseType('<i4')), shape: [3] })
        group.createDataset('table', { data: { x: [1, 2], name: ['p', 'q'] }, type: '{x: <f8, name: S4}' })
        const type = file.createType('/types/point', '{x: <f8, y: <f8}')
        const points = file.createDataset('points', { type, data: [{ x: 1, y: 2 }] })
        points.createAttribute('origin', { x: 0, y: 0 }, { type })
        points.comment = 'one point'
        file.createSoftLink('soft', '/a/b/compact')
        file.createExternalLink('external', 'other.h5', '/x')
        file.createHardLink('hard', points)
        t.true(file.has('soft'))
        t.deepEqual(file.requireGroup('a/b').keys(), group.keys())
        const again = { shape: [60, 100], type: parseType('<i4') }
        t.is(file.requireDataset('a/b/zipped', again).path, '/a/b/zipped')
      },
      low,
    )
    const zipped = file.dataset('a/b/zipped')
    t.is(Buffer.compare(zipped.raw(), new Uint8Array(numbers.buffer)), 0)
    t.deepEqual(zipped.maxShape, [null, 100])
    t.deepEqual(zipped.chunkShape, [25, 30])
    t.deepEqual(
      zipped.filters.map(({ id, optional }) => [id, optional]),
      [
        [2, true],
        [1, true],
        [3, false],
      ],
    )
    t.is(zipped.fillValue, -1)
    const group = file.group('a/b')
    t.is(group.keys('creation')[0], 'zipped')
    t.is(group.dataset('compact').layout.kind, 'compact')
    t.deepEqual([...group.dataset('compact').read()], [1, 2, 3])
    t.is(group.dataset('empty').space.kind, 'null')
    t.deepEqual([...group.dataset('never written').read()], [7, 7, 7])
    t.is(group.dataset('never written').storageSize, 0)
    t.is(group.dataset('early').storageSize, 200)
    t.true([...group.dataset('early').read()].every((value) => value === 7))
    t.deepEqual([...group.dataset('all alike').read()], [4, 4, 4, 4])
    t.deepEqual([...group.dataset('lzf').read()], [...numbers])
    t.deepEqual([...group.dataset('scaled').read()], [...numbers])
    t.deepEqual(
      Array.from(group.dataset('ragged').read(), (each) => [...(each as Iterable<number>)]),
      [[1, 2], [], [3]],
    )
    t.deepEqual(group.dataset('table').read(), [
      { x: 1, name: 'p' },
      { x: 2, name: 'q' },
    ])
    const points = file.dataset('points')
    t.is(points.committed, file.get('types/point').address)
    t.is(points.attribute('origin').committed, points.committed)
    t.is(points.comment, 'one point')
    t.is(points.referenceCount, 2)
    t.is(file.get('types/point').referenceCount, 3)
    t.is(file.get('soft').address, group.get('compact').address)
    t.is(file.link('external').kind, 'external')
  })

  test(`references and dimension scales lead where they should (${low})`, (t) => {
    const file = made(
      'references',
      (file) => {
        const data = file.createDataset('data', { data: new Float64Array(12), shape: [3, 4] })
        const late = file.createGroup('late')
        file.createDataset('objects', { data: [data.reference(), late.reference(), file.reference()] })
        const part = { selection: hyperslab([{ start: 1 }, { start: 0, count: 2 }]) }
        file.createDataset('regions', { data: [data.reference(part)], type: referenceType('region') })
        const zipped = { compression: 'gzip', chunks: [1] } as const
        file.createDataset('zipped', { ...zipped, type: referenceType('object'), data: [late.reference()] })
        late.createAttribute('back', data.reference())
        const x = file.createDataset('x', { data: [1, 2, 3, 4] })
        const y = file.createDataset('y', { data: [1, 2, 3] })
        x.makeScale('along')
        data.attachScale(1, x)
        data.attachScale(0, y)
        data.setDimensionLabel(0, 'rows')
        t.deepEqual(
          data.scales(1).map(({ path }) => path),
          ['/x'],
        )
        data.detachScale(0, y)
        data.attachScale(0, y)
        t.throws(() => data.attachScale(2, x), { instanceOf: WriteError })
        t.throws(() => x.attachScale(0, y), { instanceOf: WriteError })
      },
      low,
    )
    const paths = (values: Iterable<unknown>): unknown[] =>
      Array.from(values, (value) => file.pathOf((value as { address: number }).address))
    t.deepEqual(paths(file.dataset('objects').read() as unknown[]), ['/data', '/late', '/'])
    t.deepEqual(paths(file.dataset('regions').read() as unknown[]), ['/data'])
    t.deepEqual(paths(file.dataset('zipped').read() as unknown[]), ['/late'])
    t.deepEqual(paths([file.group('late').attribute('back').value]), ['/data'])
    const data = file.dataset('data')
    const lists = data.attribute('DIMENSION_LIST').read() as unknown[][]
    t.deepEqual(lists.map(paths), [['/y'], ['/x']])
    t.deepEqual([...data.attribute('DIMENSION_LABELS').read()], ['rows', ''])
    const x = file.dataset('x')
    t.is(x.attribute('NAME').value, 'along')
    t.is(file.dataset('y').attribute('CLASS').value, 'DIMENSION_SCALE')
    const [use] = x.attribute('REFERENCE_LIST').read() as { dataset: unknown; dimension: number }[]
    t.deepEqual([paths([use.dataset]), use.dimension], [['/data'], 1])
  })
}

test('attributes are changed and taken away while the file is made', (t) => {
  const file = made('attributes', (file) => {
    file.createAttribute('a', [1, 2], { type: 'u1' })
    file.createAttribute('b', 'x', { type: 'S3' })
    file.createAttribute('c', 0)
    file.modifyAttribute('a', [3, 4])
    file.modifyAttribute('new', 'y')
    file.deleteAttribute('c')
    t.throws(() => file.deleteAttribute('c'), { instanceOf: NotFoundError })
    t.deepEqual(file.attributeNames, ['a', 'b', 'new'])
    for (let i = 0; i < 20; i++) file.createAttribute(`many ${i}`, i)
  })
  t.deepEqual([...file.root.attribute('a').read()], [3, 4])
  t.is(file.root.attribute('a').type.size, 1)
  t.is(file.root.attributeCount, 23)
})

test('what makes no sense is refused', (t) => {
  const refused = (fill: (file: NewFile) => void, instanceOf: new (...given: never[]) => Error): void => {
    t.throws(() => createBytes(fill), { instanceOf })
  }
  refused((file) => file.createDataset('a', { data: [[1, 2], [3]] }), WriteError)
  refused((file) => file.createDataset('a', { data: [1, 2], shape: [3] }), WriteError)
  refused((file) => file.createDataset('a', { data: 1, compression: 'gzip' }), WriteError)
  refused((file) => file.createDataset('a', { data: [1], chunks: [2] }), WriteError)
  refused((file) => file.createDataset('a', { data: [1], chunks: false, shuffle: true }), WriteError)
  refused((file) => file.createDataset('a', { data: [1, 2], maxShape: [1] }), WriteError)
  refused((file) => file.createDataset('a', { data: [1], compression: 'gzip', compressionOptions: 11 }), FilterError)
  refused((file) => file.createDataset('a', { data: [1], compression: 45_000 }), FilterError)
  refused((file) => file.createDataset('a', { data: ['x'], type: 'f8' }), TypeMismatchError)
  refused((file) => file.createDataset('a', { data: ['x', 1] }), TypeMismatchError)
  refused((file) => file.createDataset('/', { data: [1] }), WriteError)
  refused((file) => {
    file.createDataset('a', { data: [1] })
    file.createDataset('a', { data: [1] })
  }, WriteError)
  refused((file) => {
    file.createDataset('a', { data: [1] })
    file.createGroup('a/b')
  }, TypeMismatchError)
  refused((file) => {
    file.createGroup('a')
    file.requireDataset('a', { shape: [1], type: 'f8' })
  }, TypeMismatchError)
})

test('a file on disk is there when it is closed, and is replaced only where that is meant', async (t) => {
  const path = join(folder, 'disk.h5')
  const file = createFile(path, { low: 'v110' })
  const numbers = Float64Array.from({ length: 200_000 }, (_, i) => Math.floor(i / 10))
  await file.createDatasetAsync('numbers', { data: numbers, chunks: [20_000], compression: 'gzip', shuffle: true })
  t.false(readdirSync(folder).includes('disk.h5'))
  file.close()
  const before = readFileSync(path)
  {
    using again = openFile(path)
    t.is(Buffer.compare(again.dataset('numbers').raw(), new Uint8Array(numbers.buffer)), 0)
  }
  t.throws(() => createFile(path, { mode: 'x' }), { message: /exists already/ })
  {
    using given = createFile(path)
    given.createDataset('other', { data: [1] })
  }
  t.deepEqual(readFileSync(path), before)
  t.deepEqual(readdirSync(folder), ['disk.h5'])
})
