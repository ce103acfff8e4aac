import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FilterStep } from '@h5kit/core'
import { createFile, openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../support/repack.ts'

process.setMaxListeners(0)

const step = (id: number, parameters: number[] = []): FilterStep => ({ id, name: '', optional: false, parameters })
const SHUFFLE = step(2)
const GZIP = step(1, [4])
const CHECKSUM = step(3)
const SZIP = step(4, [4 | 128, 16])
const NBIT = step(5)

/** What datasets have, and what is left of it where `-f GZIP=6 --keep-prefilters` asks for no more. */
const PIPELINES: Record<string, { before: FilterStep[]; after: number[] }> = {
  plain: { before: [], after: [1] },
  gzip: { before: [GZIP], after: [1] },
  shuffled: { before: [SHUFFLE], after: [2, 1] },
  'shuffled-gzip': { before: [SHUFFLE, GZIP], after: [2, 1] },
  'shuffled-gzip-checked': { before: [SHUFFLE, GZIP, CHECKSUM], after: [2, 1] },
  'gzip-shuffled': { before: [GZIP, SHUFFLE], after: [2, 1] },
  checked: { before: [CHECKSUM], after: [1] },
  szip: { before: [SZIP], after: [1] },
  'shuffled-szip': { before: [SHUFFLE, SZIP], after: [2, 1] },
  nbit: { before: [NBIT], after: [1] },
  'nbit-gzip': { before: [NBIT, GZIP], after: [1] },
}

const data = Int32Array.from({ length: 2000 }, (_, i) => (i * i) % 2048)

function sources(): { from: string; to: string } {
  const at = mkdtempSync(join(tmpdir(), 'prefilters-'))
  using file = createFile(join(at, 'from.h5'))
  for (const [name, { before }] of Object.entries(PIPELINES)) {
    file.createDataset(name, { data, shape: [40, 50], chunks: [20, 25], filters: before })
  }
  file.close()
  return { from: join(at, 'from.h5'), to: join(at, 'to.h5') }
}

/** The filters of each dataset, whose elements are looked at on the way. */
function pipelines(path: string): Record<string, number[]> {
  using file = openFile(path)
  const found: Record<string, number[]> = {}
  for (const name of file.keys()) {
    const dataset = file.dataset(name)
    if (`${dataset.read()}` !== `${data}`) throw new Error(`other values in ${name}`)
    found[name] = dataset.filters.map(({ id }) => id)
  }
  return found
}

const all = (ids: number[]): Record<string, number[]> =>
  Object.fromEntries(Object.keys(PIPELINES).map((name) => [name, ids]))

test('where a compression alone is asked for, shuffling stays and nothing else', async (t) => {
  const { from, to } = sources()
  const { status, warned } = await run(['-f', 'GZIP=6', '--keep-prefilters', from, to])
  t.deepEqual([status, warned], [0, []])
  t.deepEqual(pipelines(to), Object.fromEntries(Object.entries(PIPELINES).map(([name, { after }]) => [name, after])))
})

test('a checksum that is asked for as well changes nothing in that', async (t) => {
  const { from, to } = sources()
  await run(['-f', 'GZIP=6', '-f', 'FLET', '--keep-prefilters', from, to])
  for (const [name, ids] of Object.entries(pipelines(to))) t.deepEqual(ids, [...PIPELINES[name].after, 3], name)
})

test('where shuffling is asked for, it is there once', async (t) => {
  const { from, to } = sources()
  await run(['-f', 'SHUF', '-f', 'GZIP=6', '--keep-prefilters', from, to])
  t.deepEqual(pipelines(to), all([2, 1]))
})

test('datasets that are named get it so, and others stay', async (t) => {
  const { from, to } = sources()
  await run(['-f', 'shuffled-gzip,/nbit:GZIP=9', '--keep-prefilters', from, to])
  const before = Object.entries(PIPELINES).map(([name, { before }]) => [name, before.map(({ id }) => id)])
  t.deepEqual(pipelines(to), { ...Object.fromEntries(before), 'shuffled-gzip': [2, 1], nbit: [1] })
})

test('filters that look for the bits of elements, or compress nothing, get no shuffled ones', async (t) => {
  const { from, to } = sources()
  for (const [option, id] of [
    ['NONE', undefined],
    ['FLET', 3],
    ['SZIP=16,NN', 4],
    ['NBIT', 5],
    ['SOFF=0,IN', 6],
  ] as const) {
    // Nor is anybody told of an option that would keep it.
    const { status, warned } = await run(['-f', option, '--keep-prefilters', from, to])
    t.deepEqual([status, warned], [0, []], option)
    t.deepEqual(pipelines(to), all(id === undefined ? [] : [id]), option)
    t.deepEqual((await run(['-f', option, from, to])).warned, [], option)
  }
})

test('elements of which some bits count keep these', async (t) => {
  const from = fileURLToPath(new URL('../../../../golden/filters/nbit.h5', import.meta.url))
  const at = mkdtempSync(join(tmpdir(), 'prefilters-'))
  const [shuffled, to] = [join(at, 'shuffled.h5'), join(at, 'to.h5')]
  await run(['-f', 'SHUF', '-f', 'GZIP=6', from, shuffled])
  for (const option of ['NBIT', 'SZIP=16,NN', 'GZIP=1']) {
    await run(['-f', option, '--keep-prefilters', shuffled, to])
    using before = openFile(from)
    using after = openFile(to)
    for (const { path: name } of before.group('filtered').objects()) {
      t.deepEqual(after.dataset(name).read(), before.dataset(name).read(), `${name} ${option}`)
    }
  }
})

test('bitshuffle stays without the compression that came with it', async (t) => {
  const from = fileURLToPath(new URL('../../../../golden/filters/bitshuffle.h5', import.meta.url))
  const to = join(mkdtempSync(join(tmpdir(), 'prefilters-')), 'to.h5')
  t.is((await run(['-f', 'GZIP=6', '--keep-prefilters', from, to])).status, 0)
  using before = openFile(from)
  using after = openFile(to)
  for (const { path: name } of before.group('filtered').objects()) {
    const [old] = before.dataset(name).filters
    if (old?.id !== 32008) continue
    const { filters, type } = after.dataset(name)
    t.deepEqual(
      filters.map(({ id }) => id),
      [32008, 1],
      name,
    )
    t.deepEqual(filters[0].parameters, [0, 5, type.size, old.parameters[3]], name)
    t.deepEqual(after.dataset(name).read(), before.dataset(name).read(), name)
  }
})

test('what is lost is told by its name, whether the file has it or not, and only where something is stored', async (t) => {
  const at = mkdtempSync(join(tmpdir(), 'prefilters-'))
  const [from, to] = [join(at, 'from.h5'), join(at, 'to.h5')]
  {
    using file = createFile(from)
    file.createDataset('stored', { data, shape: [2000], chunks: [500], filters: [SHUFFLE] })
    file.createDataset('nothing', { type: 'int32', shape: [2000], chunks: [500], filters: [SHUFFLE] })
    file.close()
  }
  const { warned } = await run(['-f', 'GZIP=1', from, to])
  t.is(warned.length, 1)
  t.regex(warned[0], /^"\/stored" is stored without shuffle: /)
})
