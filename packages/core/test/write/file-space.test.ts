import { writeFileSync } from 'node:fs'
import test from 'ava'
import { readFreeSpaceManager } from '../../src/format/free-space-manager.ts'
import { checkSource, createBytes, openBytes } from '../../src/index.ts'
import { BufferSource } from '../../src/io/buffer-source.ts'
import { PagedSpace } from '../../src/write/paged-space.ts'
import { FileSpace } from '../../src/write/space.ts'

const STRATEGIES = ['managers and aggregators', 'pages', 'aggregators', 'none']

for (const [strategy, name] of STRATEGIES.entries()) {
  for (const persisting of strategy < 2 ? [false, true] : [false]) {
    for (const low of ['earliest', 'v110'] as const) {
      test(`a file whose space is managed by ${name} ${persisting ? 'for good ' : ''}(${low}) says so, and is whole`, (t) => {
        const fileSpace = { strategy, persisting, threshold: 8, pageSize: 1024 }
        const alignment = { threshold: 200, alignment: 512 }
        const bytes = createBytes(
          (file) => {
            for (let i = 0; i < 40; i++) {
              const data = Int32Array.from({ length: 10 + i * 30 }, (_, k) => k)
              file.createDataset(`group ${i % 3}/plain ${i}`, { data })
              file.createDataset(`group ${i % 3}/zipped ${i}`, { data, compression: 'gzip' })
              file.createAttribute(`text ${i}`, 'some text')
            }
          },
          { low, fileSpace, ...(strategy === 1 ? {} : { alignment }) },
        )
        if (process.env.KEEP !== undefined) {
          writeFileSync(`${process.env.KEEP}/space-${strategy}-${persisting ? 'kept' : 'lost'}-${low}.h5`, bytes)
        }
        const file = openBytes(bytes)
        t.is(file.superblock.endOfFile, bytes.length)
        const { managers, ...stored } = file.settings.fileSpace
        t.deepEqual([stored.strategy, stored.persisting, stored.threshold], [strategy, persisting, 8])
        t.is(managers.length, persisting ? 12 : 0)
        if (strategy === 1) t.is(bytes.length % 1024, 0)
        for (let i = 0; i < 40; i++) {
          const { root } = file
          t.is(
            root
              .dataset(`group ${i % 3}/plain ${i}`)
              .read()
              .at(-1),
            9 + i * 30,
          )
          t.is(
            root
              .dataset(`group ${i % 3}/zipped ${i}`)
              .read()
              .at(-1),
            9 + i * 30,
          )
          t.is(root.attribute(`text ${i}`).value, 'some text')
        }
        let free = 0
        for (const address of managers) {
          if (address < 0) continue
          const { header, sections } = readFreeSpaceManager(file.image, address)
          t.is(
            sections.reduce((sum, { size }) => sum + size, 0),
            header.totalSpace,
          )
          t.true(sections.every(({ size, offset }) => size >= 8 && offset + size <= bytes.length))
          free += header.totalSpace
        }
        t.is(free > 0, persisting)
      })
    }
  }
}

test('what keeps track of free space stands in what is free of other pages', (t) => {
  const fileSpace = { strategy: 1, persisting: true, threshold: 1, pageSize: 4096 }
  const bytes = createBytes((file) => file.createDataset('data', { data: new Int32Array(100) }), {
    low: 'v110',
    fileSpace,
  })
  t.is(bytes.length, 2 * 4096, 'a page of descriptions and one of elements')
  const { findings, account } = checkSource(new BufferSource(bytes))
  t.deepEqual(findings, [])
  t.is(account?.unreachable, 0)
  t.is(openBytes(bytes).root.dataset('data').read().length, 100)
})

test('what is small does not cross pages, and what is large starts one', (t) => {
  const usual = { version: 1 as const, strategy: 1, persisting: false, threshold: 1, pageEndMetadataThreshold: 0 }
  const space = new PagedSpace(100, { ...usual, pageSize: 512, endOfAllocation: -1, managers: [] })
  t.is(space.allocate(300), 100)
  t.is(space.allocate(300), 512)
  t.is(space.allocate(60), 400)
  t.is(space.allocate(112), 812)
  t.is(space.allocate(10, 'raw'), 1024)
  t.is(space.allocate(700, 'raw'), 1536)
  t.is(space.end, 2560)
  t.deepEqual(space.free, [
    { address: 460, size: 52 },
    { address: 924, size: 100 },
    { address: 1034, size: 502 },
    { address: 2236, size: 324 },
  ])
})

test('what is small gets the least room that pages have left, in whichever page that is', (t) => {
  const usual = { version: 1 as const, strategy: 1, persisting: false, threshold: 1, pageEndMetadataThreshold: 0 }
  const space = new PagedSpace(100, { ...usual, pageSize: 1024, endOfAllocation: -1, managers: [] })
  t.is(space.allocate(800), 100)
  // What follows each half of a page finds room in the first page, and leaves the second half to the next one.
  for (let i = 0; i < 100; i++) {
    t.is(space.allocate(512), 1024 + 512 * i)
    if (i < 40) t.is(space.allocate(3), 900 + 3 * i)
  }
  t.is(space.end, 1024 * 51)
  t.deepEqual(space.free, [{ address: 1020, size: 4 }])
  // A page that was left long ago has room all the same.
  space.release(2048, 512)
  for (let i = 0; i < 200; i++) space.allocate(1000)
  t.is(space.allocate(500), 2048)
})

test('free space is used that became large enough after nothing was', (t) => {
  const space = new FileSpace(100)
  space.release(10, 20)
  space.release(50, 5)
  t.is(space.allocate(30), 100)
  space.release(30, 20)
  // What touches is one section now: 45 bytes from 10 on.
  t.is(space.allocate(30), 10)
  t.is(space.allocate(30), 130)
  t.is(space.allocate(15), 40)
  t.deepEqual(space.free, [])
})
