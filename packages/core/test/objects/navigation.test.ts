import test from 'ava'
import type { File } from '../../src/api/file.ts'
import { NotFoundError } from '../../src/errors.ts'
import { createBytes, openBytes, openSource } from '../../src/index.ts'
import { openChunkIndex } from '../../src/storage/chunk-index.ts'
import { CountingSource } from '../support/image.ts'
import { goldenBytes } from '../support/remote.ts'

function golden(name: string): { file: File; source: CountingSource } {
  const source = new CountingSource(goldenBytes(name))
  return { file: openSource(source, { name }), source }
}

const names = (links: Iterable<{ name: string }>): string[] => Array.from(links, ({ name }) => name)

test('links in three orders, in each kind of storage', (t) => {
  for (const name of ['links-symbol-table.h5', 'links-compact.h5', 'links-dense.h5', 'links-creation-order.h5']) {
    const groups = [...golden(name).file.root.objects()].filter((object) => object.kind === 'group')
    for (const group of [golden(name).file.root, ...groups]) {
      const byName = names(group.links())
      t.deepEqual(byName, [...byName].sort(), name)
      t.deepEqual(names(group.links('native')).sort(), byName, name)
      t.deepEqual(names(group.links('creation')).sort(), byName, name)
      const orders = Array.from(group.links('creation'), ({ creationOrder }) => creationOrder)
      for (let i = 1; i < orders.length; i++) t.true((orders[i] ?? i) > (orders[i - 1] ?? i - 1), name)
      t.is(group.linkCount, byName.length)
      for (const each of byName) t.is(group.link(each).name, each)
    }
  }
})

test('a link is found with reads that do not grow with the group', (t) => {
  const reads = (name: string, link: string): number => {
    const { file, source } = golden(name)
    return source.count(() => file.link(link))
  }
  // The symbol table message; local heap with its segment; a node of the B-tree and one of symbols, the first bytes of
  // each twice.
  t.is(reads('links-symbol-table.h5', 'target'), 7)
  // The link info message; header of the heap, its first bytes before; header and two nodes of the index; two blocks of
  // the heap.
  t.is(reads('links-dense.h5', 'target'), 8)
})

test('what was looked at lately is not read again', (t) => {
  for (const name of ['links-symbol-table.h5', 'links-dense.h5']) {
    const { file, source } = golden(name)
    file.keys()
    t.is(
      source.count(() => file.keys()),
      0,
      name,
    )
  }
})

test('a cycle of groups, however it is gone through, ends', (t) => {
  const { file } = golden('links-cycle.h5')
  const visited = [...file.visit()].map(({ path }) => path)
  t.is(new Set(visited).size, visited.length)
  t.is(file.get(`one/${'self/'.repeat(500)}two`).address, file.get('zwei').address)
  t.is(file.pathOf(file.get('zwei').address), '/one/two')
})

test('soft links that lead to one another end as not found', (t) => {
  const { file } = golden('links-every-kind.h5')
  t.throws(() => file.get('soft to itself'), { instanceOf: NotFoundError, message: /more than 16 links/ })
  t.is(file.get('soft to soft').address, file.get('group/values').address)
})

test('without a way to other files, external links lead nowhere', (t) => {
  const { file } = golden('links-every-kind.h5')
  t.throws(() => file.get('external to dataset'), { instanceOf: NotFoundError, message: /links-external-target/ })
  t.deepEqual(file.link('external to dataset').kind, 'external')
})

test('a chunk is found in every index with few reads, and where it is not, nothing', (t) => {
  for (const name of ['chunk-indexes.h5', 'chunk-indexes-latest.h5', 'chunk-indexes-old.h5']) {
    for (const { path, link } of golden(name).file.visit()) {
      if (link.kind !== 'hard') continue
      const { file, source } = golden(name)
      const object = file.object(link.address)
      if (object.kind !== 'dataset') continue
      const { layout, space } = object
      if (layout.kind !== 'chunked') continue
      const chunks = [...object.chunks()]
      const fresh = golden(name)
      const index = openChunkIndex(fresh.file.image, layout, space)
      for (const { offset, address } of chunks.slice(-1)) {
        const scaled = offset.map((start, axis) => start / layout.dimensions[axis])
        const reads = fresh.source.count(() => t.is(index.find(scaled)?.address, address, path))
        t.true(reads <= 6, `${name} ${path}: ${reads} reads`)
      }
      t.is(
        source.count(() => [...object.chunks()]),
        0,
        path,
      )
    }
  }
})

for (const low of ['earliest', 'v200'] as const) {
  test(`attributes of many objects that are alike but for their elements, and that are not (${low})`, (t) => {
    const objects = 40
    const bytes = createBytes(
      (file) => {
        for (let i = 0; i < objects; i++) {
          const group = file.createGroup(`group ${i}`)
          group.createAttribute('alike', i + 0.5)
          group.createAttribute(`name ${i % 11}`, Int16Array.of(i, -i))
          group.createAttribute('text', 'x'.repeat(1 + (i % 3)))
        }
      },
      { low },
    )
    const { root } = openBytes(bytes)
    for (let i = 0; i < objects; i++) {
      const group = root.group(`group ${i}`)
      t.deepEqual(group.attribute('alike').value, i + 0.5)
      t.deepEqual(group.attribute(`name ${i % 11}`).value, Int16Array.of(i, -i))
      t.deepEqual(group.attribute('text').value, 'x'.repeat(1 + (i % 3)))
      t.deepEqual(group.attributeNames(), ['alike', `name ${i % 11}`, 'text'])
    }
  })
}
