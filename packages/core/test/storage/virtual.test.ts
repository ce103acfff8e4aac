import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Dataset, OpenOptions, Reference, Values } from '../../src/node.ts'
import { decodeValues, FormatError, LimitError, mask, openFile, points, slice } from '../../src/node.ts'

const folder = fileURLToPath(new URL('../../../../golden/storage', import.meta.url))
const expected = openFile(`${folder}/virtual-expected.h5`)
test.after(() => expected.close())

const VIEWS: Record<string, OpenOptions> = {
  'last-available': {},
  gap: { virtualView: { gap: 1 } },
  'first-missing': { virtualView: { view: 'first-missing' } },
}

for (const [view, options] of Object.entries(VIEWS)) {
  for (const name of expected.group(view).keys()) {
    test(`${view}: ${name} reads as the library reads it, whole and in parts`, (t) => {
      const file = openFile(`${folder}/virtual.h5`, options)
      const dataset = file.get(`/${name}`) as Dataset
      const known = expected.get(`/${view}/${name}`) as Dataset
      t.deepEqual(dataset.shape, known.shape)
      t.deepEqual(dataset.read(), known.read())
      const odd = known.shape.map((size, axis) => slice(axis % 2, size, 1 + axis))
      t.deepEqual(dataset.read(odd), known.read(odd))
      const last = known.shape.map((size) => size - 1)
      t.deepEqual(dataset.read(last), known.read(last))
      const some = points([last, last.map(() => 0), last.map((i) => i >> 1), last])
      t.deepEqual(dataset.read(some), known.read(some))
      const total = known.read().length
      const third = mask(Array.from({ length: total }, (_, i) => i % 3 === 0))
      t.deepEqual(dataset.read(third), known.read(third))
      const bytes: number[] = []
      for (const slab of dataset.slabs(40)) bytes.push(...slab.bytes)
      t.deepEqual(bytes, [...known.raw()])
      file.close()
    })
  }
}

const variable = openFile(`${folder}/variable-expected.h5`)
test.after(() => variable.close())

/** Values of records without what they lack in what is expected of them. */
function withoutReferences(values: Values): unknown[] {
  return [...values].map((value) => {
    if (typeof value !== 'object' || value === null || !('to' in value)) return value
    const { to: _, ...rest } = value
    return rest
  })
}

for (const name of ['variable-length', 'variable-again']) {
  for (const path of variable.group(name).keys()) {
    test(`${name}: ${path} refers to elements of another file as the library reads them`, (t) => {
      const file = openFile(`${folder}/${name}.h5`)
      const known = variable.dataset(`/${name}/${path}`)
      const dataset = file.dataset(`/${path}`)
      t.deepEqual(withoutReferences(dataset.read()), [...known.read()])
      t.deepEqual(withoutReferences(dataset.read([slice(1, 4, 2)])), [...known.read([slice(1, 4, 2)])])
      t.deepEqual(withoutReferences(dataset.read(points([[2], [0]]))), [...known.read(points([[2], [0]]))])
      const values: unknown[] = []
      for (const { bytes, count } of dataset.slabs(1)) {
        values.push(...withoutReferences(decodeValues(dataset.type, bytes, count, file)))
      }
      t.deepEqual(values, [...known.read()])
      file.close()
    })
  }
}

test('references of another file lead there', (t) => {
  const file = openFile(`${folder}/variable-length.h5`)
  const [target, group, nothing] = file.dataset('/objects').read() as Reference[]
  t.is(nothing, null as unknown as Reference)
  t.deepEqual([...((file.follow(target) as Dataset).read() as Int32Array)], [0, 1, 2, 3, 4])
  t.is(file.follow(group).kind, 'group')
  const [region] = file.dataset('/regions').read() as Reference[]
  t.is(region.kind, 'region')
  t.true(region.file?.endsWith('variable-source.h5'))
  const [record] = file.dataset('/records').read() as { to: Reference }[]
  t.is(file.follow(record.to).path, '/group/target')
  file.close()
})

for (const here of [2, 8]) {
  for (const there of [2, 4]) {
    test(`elements of ${here}-byte addresses refer to a file whose addresses have ${there}`, (t) => {
      const file = openFile(`${folder}/addresses-${here}.h5`)
      t.deepEqual(file.dataset(`/text-${there}`).read(), ['a', 'bb', ''])
      const [reference] = file.dataset(`/objects-${there}`).read() as Reference[]
      t.is(file.follow(reference).path, '/text')
      file.close()
    })
  }
}

test('an address that would be a loan is none before something is lent', (t) => {
  const file = openFile(`${folder}/variable-length.h5`)
  const strings = file.dataset('/inside')
  const forged = strings.raw([0])
  forged.set([0, 0, 0, 0, 0, 0, 0, 0xfe], 4)
  t.throws(() => decodeValues(strings.type, forged, 1, file), { instanceOf: FormatError })
  file.close()
})

test('virtual datasets that lead to themselves end with an error', (t) => {
  const file = openFile(`${folder}/virtual.h5`)
  t.throws(
    () => {
      const step = (): number => file.throughVirtual(step)
      step()
    },
    { instanceOf: LimitError },
  )
  t.is(
    file.throughVirtual(() => 1),
    1,
  )
  file.close()
})

test('no source is opened for elements that it does not have', (t) => {
  const opened: string[] = []
  const file = openFile(`${folder}/virtual.h5`, {
    openOther: (name, from) => {
      opened.push(name)
      throw new Error(`${from} needs ${name}`)
    },
  })
  const parts = file.get('/parts') as Dataset
  t.deepEqual([...(parts.read([0]) as Int32Array)], [-7, -7, -7, -7, -7])
  t.deepEqual(opened, [])
  t.throws(() => parts.read([1]), { message: /needs source-1.h5/ })
  file.close()
})
