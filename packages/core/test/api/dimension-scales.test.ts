import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Dataset, File, NewDataset, NewFile } from '../../src/node.ts'
import { createFile, FormatError, openFile, UnsupportedError, WriteError } from '../../src/node.ts'

const golden = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'h5kit-scales-'))
test.after.always(() => rmSync(folder, { recursive: true }))

let count = 0

/** What a dataset says of its scales. */
function told(dataset: Dataset | NewDataset) {
  const { isScale, scaleName, shape } = dataset
  const axes = Array.from({ length: Math.max(1, shape.length) }, (_, axis) => axis)
  return {
    isScale,
    scaleName,
    scales: axes.map((axis) => dataset.scales(axis).map(({ path }) => path)),
    labels: axes.map((axis) => dataset.dimensionLabel(axis)),
    uses: dataset.scaleUses().map(({ dataset: { path }, axis }) => `${path} ${axis}`),
  }
}

const NAMES = ['data', 'x', 'y', 'other', 'scalar']

function fill(file: File | NewFile): void {
  const group = file instanceof Object && 'root' in file ? file.root : file
  group.createDataset('data', { shape: [3, 4], type: '<f4' })
  group.createDataset('x', { data: [1, 2, 3] })
  group.createDataset('y', { data: [1, 2, 3, 4] })
  group.createDataset('other', { shape: [3], type: 'u1' })
  group.createDataset('scalar', { data: 1 })
}

/** The same steps on new datasets and on such that are changed. */
function attach<D extends Dataset | NewDataset>(
  get: (name: string) => D,
  on: (to: D, axis: number, scale: D) => void,
  off: (from: D, axis: number, scale: D) => void,
): void {
  get('x').makeScale('abscissa')
  on(get('data'), 0, get('x'))
  on(get('data'), 1, get('y'))
  on(get('data'), 1, get('x'))
  on(get('data'), 1, get('x'))
  on(get('other'), 0, get('x'))
  on(get('scalar'), 0, get('y'))
  get('data').setDimensionLabel(1, 'größe')
  off(get('data'), 1, get('y'))
  off(get('other'), 0, get('x'))
}

const EXPECTED = {
  data: { isScale: false, scaleName: '', scales: [['/x'], ['/x']], labels: ['', 'größe'], uses: [] },
  x: { isScale: true, scaleName: 'abscissa', scales: [[]], labels: [''], uses: ['/data 0', '/data 1'] },
  y: { isScale: true, scaleName: '', scales: [[]], labels: [''], uses: ['/scalar 0'] },
  other: { isScale: false, scaleName: '', scales: [[]], labels: [''], uses: [] },
  scalar: { isScale: false, scaleName: '', scales: [['/y']], labels: [''], uses: [] },
}

function check(t: { deepEqual: (a: unknown, b: unknown) => void }, path: string): void {
  using file = openFile(path)
  t.deepEqual(Object.fromEntries(NAMES.map((name) => [name, told(file.dataset(name))])), EXPECTED)
  const names = file.dataset('data').attributeNames()
  t.deepEqual(names, ['DIMENSION_LABELS', 'DIMENSION_LIST'])
  t.deepEqual(file.dataset('other').attributeNames(), [])
}

for (const low of ['earliest', 'v200'] as const) {
  test(`scales are attached and detached in new files (${low})`, (t) => {
    const path = join(folder, `${count++}.h5`)
    const file = createFile(path, { low })
    fill(file)
    const get = (name: string): NewDataset => {
      const found = file.get(name)
      if (found.kind !== 'dataset') throw new TypeError(name)
      return found
    }
    attach(
      get,
      (to, axis, scale) => to.attachScale(axis, scale),
      (from, axis, scale) => from.detachScale(axis, scale),
    )
    t.deepEqual(Object.fromEntries(NAMES.map((name) => [name, told(get(name))])), EXPECTED)
    t.throws(() => get('data').attachScale(2, get('x')), { instanceOf: WriteError, message: /no axis 2/ })
    t.throws(() => get('x').attachScale(0, get('y')), { instanceOf: WriteError, message: /cannot have/ })
    t.throws(() => get('data').makeScale(), { instanceOf: WriteError, message: /cannot be one/ })
    t.throws(() => get('data').attachScale(0, get('data')), { instanceOf: WriteError, message: /its own/ })
    t.throws(() => get('data').detachScale(0, get('y')), {
      instanceOf: WriteError,
      message: /no dimension scale of axis 0/,
    })
    file.close()
    check(t, path)
  })

  test(`scales are attached and detached in files that are there (${low})`, (t) => {
    const path = join(folder, `${count++}.h5`)
    const made = createFile(path, { low })
    fill(made)
    made.close()
    const file = openFile(path, 'r+')
    const get = (name: string): Dataset => file.dataset(name)
    attach(
      get,
      (to, axis, scale) => to.attachScale(axis, scale),
      (from, axis, scale) => from.detachScale(axis, scale),
    )
    t.deepEqual(Object.fromEntries(NAMES.map((name) => [name, told(get(name))])), EXPECTED)
    t.throws(() => get('data').attachScale(2, get('x')), { instanceOf: WriteError, message: /no axis 2/ })
    t.throws(() => get('x').attachScale(0, get('y')), { instanceOf: WriteError, message: /cannot have/ })
    t.throws(() => get('data').makeScale(), { instanceOf: WriteError, message: /cannot be one/ })
    t.throws(() => get('data').attachScale(0, get('data')), { instanceOf: WriteError, message: /its own/ })
    t.throws(() => get('data').detachScale(0, get('y')), {
      instanceOf: WriteError,
      message: /no dimension scale of axis 0/,
    })
    using elsewhere = openFile(path)
    t.throws(() => get('data').attachScale(0, elsewhere.dataset('x')), {
      instanceOf: WriteError,
      message: /another file/,
    })
    file.close()
    check(t, path)
  })
}

test('scales that are in a file already are kept when another one comes', (t) => {
  const path = join(folder, `${count++}.h5`)
  const made = createFile(path)
  const data = made.createDataset('data', { shape: [2], type: 'u1' })
  data.attachScale(0, made.createDataset('a', { data: [1, 2] }))
  made.createDataset('b', { data: [1, 2] })
  made.close()
  const file = openFile(path, 'r+')
  file.dataset('data').attachScale(0, file.dataset('b'))
  file.close()
  using again = openFile(path)
  t.deepEqual(told(again.dataset('data')).scales, [['/a', '/b']])
  t.deepEqual(told(again.dataset('a')).uses, ['/data 0'])
  t.throws(() => again.dataset('data').detachScale(0, again.dataset('b')), { message: /opened for reading/ })
})

test('attributes that only look like those of scales are named', (t) => {
  const path = join(folder, `${count++}.h5`)
  const made = createFile(path)
  const data = made.createDataset('data', { shape: [2], type: 'u1' })
  data.createAttribute('DIMENSION_LIST', [1, 2])
  data.createAttribute('CLASS', 'IMAGE', { type: 'S6' })
  t.throws(() => data.isScale, { instanceOf: UnsupportedError })
  made.close()
  using file = openFile(path)
  t.false(file.dataset('data').isScale)
  t.throws(() => file.dataset('data').scales(0), { instanceOf: FormatError, message: /"DIMENSION_LIST" is not one of/ })
})

test('the scales of files by other writers are found', (t) => {
  let attached = 0
  for (const name of readdirSync(golden).filter((each) => each.endsWith('.h5') || each.endsWith('.nc'))) {
    // An object of this one has a message that must be understood, and is not.
    if (name === 'messages-unknown.h5') continue
    const path = join(folder, name)
    copyFileSync(golden + name, path)
    let file: File
    try {
      file = openFile(path)
    } catch {
      continue
    }
    for (const { link, path: at } of file.visit()) {
      if (link.kind !== 'hard') continue
      const object = file.object(link.address, at)
      if (object.kind !== 'dataset' || !object.hasAttribute('DIMENSION_LIST')) continue
      for (const axis of object.shape.keys()) {
        for (const scale of object.scales(axis)) {
          attached++
          t.true(scale.isScale, `${name} ${at}`)
          t.true(scale.scaleUses().some((use) => use.dataset.address === object.address && use.axis === axis))
        }
      }
    }
    file.close()
  }
  t.true(attached > 0)
  t.log(`${attached} scales`)
})
