import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkFile, createFile, openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../support/repack.ts'

const folder = mkdtempSync(join(tmpdir(), 'h5kit-counts-'))
test.after.always(() => rmSync(folder, { recursive: true }))

/** Of the count of links in a version 1 object header. */
const REFERENCE_COUNT = 4

/** A file whose objects have one link, two and three, one of them the group that it is in. */
function original(path: string): void {
  using file = createFile(path)
  const group = file.createGroup('group')
  for (const name of ['a', 'b', 'c']) group.createDataset(name, { data: [1, 2, 3] }).createAttribute('x', name)
  file.createHardLink('b again', group.get('b'))
  group.createHardLink('round', group)
  file.createGroup('z').createHardLink('b for the third time', group.get('b'))
  file.close()
}

/** All links, with how many there are by the header of what they lead to, and the first one to it. */
function links(path: string): [string, number, string | undefined][] {
  using file = openFile(path)
  const first = new Map<number, string>()
  return [...file.root.visit()].map(({ path, link }) => {
    if (link.kind !== 'hard') throw new Error(path)
    if (!first.has(link.address)) first.set(link.address, path)
    return [path, file.object(link.address).referenceCount, first.get(link.address)]
  })
}

test('links are counted where headers count them wrong', async (t) => {
  const path = join(folder, 'right.h5')
  original(path)
  const right = join(folder, 'right-repacked.h5')
  t.is((await run([path, right])).status, 0)
  t.deepEqual(links(right), links(path))
  const wrong = join(folder, 'wrong.h5')
  const repacked = join(folder, 'wrong-repacked.h5')
  for (const name of ['/', '/group', '/group/a', '/group/b', '/group/c']) {
    for (const count of [0, 1, 2, 4]) {
      const bytes = readFileSync(path)
      {
        using file = openFile(path)
        bytes[file.get(name).address + REFERENCE_COUNT] = count
      }
      writeFileSync(wrong, bytes)
      t.deepEqual(await run([wrong, repacked]), { status: 0, said: '', warned: [] })
      t.true(readFileSync(repacked).equals(readFileSync(right)), `${name} ${count}`)
    }
  }
  t.deepEqual((await checkFile(right)).findings, [])
})

test('many datasets that are alike, some of them with further links, are written as each is by itself', async (t) => {
  for (const low of ['earliest', 'v110'] as const) {
    const [path, quick, single] = ['alike', 'quick', 'single'].map((name) => join(folder, `${name}-${low}.h5`))
    {
      using file = createFile(path, { low })
      for (let i = 0; i < 100; i++) {
        const group = file.createGroup(`group ${i}`)
        const dataset = group.createDataset('data', { data: [i, i + 1, i + 2] })
        dataset.createAttribute('big-endian', i, { type: '>i4' })
        group.createDataset('other', { data: Int16Array.of(i, -i), compact: true }).createAttribute('x', i / 4 + 0.1)
        if (i % 10 === 0) file.createHardLink(`data ${i}`, dataset)
      }
      file.close()
    }
    for (const options of [[], ['-n'], ['-L'], ['-S', 'PAGE'], ['-t', '1', '-a', '64']]) {
      t.is((await run([...options, path, quick])).status, 0)
      // What is told of each object is known only where each is looked at.
      t.is((await run(['-v', '1', ...options, path, single])).status, 0)
      t.true(readFileSync(quick).equals(readFileSync(single)))
    }
    using file = openFile(quick)
    t.deepEqual(file.dataset('group 42/data').read(), BigInt64Array.of(42n, 43n, 44n))
    t.is(file.dataset('group 42/data').attribute('big-endian').value, 42)
    t.is(file.dataset('data 50').referenceCount, 2)
  }
})
