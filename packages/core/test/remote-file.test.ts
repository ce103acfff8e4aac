import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { File } from '../src/api/file.ts'
import { Hdf5Error } from '../src/errors.ts'
import { openBytes } from '../src/index.ts'
import { together } from '../src/io/pending.ts'
import { describe } from './support/describe.ts'
import { goldenBytes, remote } from './support/remote.ts'

const folder = fileURLToPath(new URL('../../../golden/files/', import.meta.url))

/** Larger files are left to the others: each miss starts the whole description anew. */
const LARGEST = 40_000

test('a file that is somewhere else says the same as one in memory', async (t) => {
  let compared = 0
  for (const name of readdirSync(folder)) {
    const bytes = goldenBytes(name)
    if (bytes.length > LARGEST) continue
    let here: string[]
    try {
      here = describe(openBytes(bytes, { name }))
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      await t.throwsAsync(remote(name, 4096).run(describe), { message: error.message }, name)
      continue
    }
    t.deepEqual((await remote(name, 4096).run(describe)).result, here, name)
    compared++
  }
  t.true(compared > 60)
  t.log(`${compared} files`)
})

/** The round trips of each step, one behind the other, on a file of which nothing is here at first. */
async function trips(name: string, pageSize: number, steps: ((file: File) => unknown)[]): Promise<number[]> {
  const file = remote(name, pageSize)
  const taken: number[] = []
  for (const step of steps) taken.push((await file.run(step)).trips)
  return taken
}

const open = (): void => undefined
const keys = (file: File): string[] => file.keys()

test('round trips: an old-style file needs its B-tree with the names, then the links', async (t) => {
  t.deepEqual(await trips('book-dust.h5', 1024, [open, keys, keys]), [1, 2, 0])
  t.deepEqual(
    await trips('book-dust.h5', 65_536, [open, keys, (file) => file.dataset('latest/detector1').shape]),
    [1, 0, 0],
  )
})

test('round trips: all nodes of a symbol table come together', async (t) => {
  t.deepEqual(await trips('links-symbol-table.h5', 512, [open, keys]), [2, 2])
})

test('round trips: all blocks of a heap come together', async (t) => {
  // The heap and its index, the indirect block, the direct blocks.
  t.deepEqual(await trips('links-dense-indirect.h5', 1024, [open, keys]), [2, 3])
})

test('round trips: one link is looked up without the others', async (t) => {
  t.deepEqual(await trips('links-symbol-table.h5', 512, [open, (file) => file.link('target')]), [2, 2])
  t.deepEqual(await trips('links-dense.h5', 512, [open, (file) => file.link('target')]), [2, 2])
})

test('round trips: siblings that are visited together cost one', async (t) => {
  const file = remote('book-dust.h5', 512)
  const { result: links } = await file.run(({ root }) => [...root.group('experiment1').links()])
  t.is(links.length, 3)
  t.is(
    (await file.run(({ root }) => together(links, (link) => root.group('experiment1').follow(link)).length)).trips,
    1,
  )
})
