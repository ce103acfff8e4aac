import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Dataset, OpenOptions } from '../../src/node.ts'
import { LimitError, mask, openFile, points, slice } from '../../src/node.ts'

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
