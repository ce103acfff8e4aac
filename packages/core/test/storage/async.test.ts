import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import test from 'ava'
import { build } from 'esbuild'
import { openWith } from '../../src/api/file.ts'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { filterFinder } from '../../src/filters/registry.ts'
import { ThreadCoder } from '../../src/filters/thread-coder.node.ts'
import { nodeZlib } from '../../src/filters/zlib.node.ts'
import { nodeZstd } from '../../src/filters/zstd.node.ts'
import type { Dataset, SelectionInput } from '../../src/node.ts'
import { FileSource, FilterError, openBytes, openSource, points, RemoteSource, resume, slice } from '../../src/node.ts'

const path = fileURLToPath(new URL('../../../../golden/storage/selections.h5', import.meta.url))

/** The module of the threads, compiled; the tests run from the sources. */
async function threads(): Promise<URL> {
  const outfile = `${mkdtempSync(`${tmpdir()}/threads-`)}/worker.mjs`
  const entryPoints = [fileURLToPath(new URL('../../src/filters/coder-worker.node.ts', import.meta.url))]
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  return pathToFileURL(outfile)
}

let pipeline: FilterPipeline
/** Chunks that threads decoded. */
let decoded = 0

test.before(async () => {
  const coder = new ThreadCoder(2, await threads())
  const decode = coder.decode.bind(coder)
  coder.decode = async (...given) => {
    await decode(...given)
    decoded++
  }
  pipeline = new FilterPipeline(filterFinder(nodeZlib, nodeZstd), () => coder)
})

const openFile = (name: string) => openWith(new FileSource(name), pipeline, { name })

const NAMES = [
  'contiguous-3',
  'compact-3',
  'chunked-2',
  'gzip-3',
  'gzip-growing',
  'gzip-doubles',
  'sparse',
  'scalar',
  'empty',
]

async function bytesOf(dataset: Dataset, budget: number, selection?: SelectionInput): Promise<number[]> {
  const all: number[] = []
  for await (const slab of dataset.slabsAsync(budget, selection)) {
    if (slab.first * dataset.type.size !== all.length) throw new Error('not in order')
    all.push(...slab.bytes)
  }
  return all
}

for (const name of NAMES) {
  test(`${name}: what other threads decode is what this one does`, async (t) => {
    const file = openFile(path)
    const dataset = file.get(`/${name}`) as Dataset
    t.deepEqual(await dataset.rawAsync(), dataset.raw())
    const again = openFile(path)
    const other = again.get(`/${name}`) as Dataset
    for (const budget of [16, 200, 1 << 20]) t.deepEqual(await bytesOf(other, budget), [...dataset.raw()])
    const odd = dataset.shape.map((size) => slice(1, size, 2))
    t.deepEqual(await bytesOf(other, 100, odd), [...dataset.raw(odd)])
    again.close()
    file.close()
  })
}

test('a remote file is read in few round trips', async (t) => {
  const bytes = readFileSync(path)
  let trips = 0
  const fetch = async (address: number, length: number) => {
    trips++
    return new Uint8Array(bytes.subarray(address, address + length))
  }
  const source = new RemoteSource(bytes.length, fetch, { pageSize: 512 })
  const file = await resume(source, () => openSource(source))
  const local = openBytes(bytes)
  const dataset = (await file.settle(() => file.get('/gzip-3'))) as Dataset
  await file.settle(() => dataset.shape)
  trips = 0
  t.deepEqual(await dataset.rawAsync(), (local.get('/gzip-3') as Dataset).raw())
  const all = trips
  trips = 0
  await file.settle(() => dataset.raw(points([[0, 0, 0]])))
  t.is(trips, 0)
  // The index of the chunks, and then all 27 chunks at once.
  t.true(all <= 16, `${all} trips`)
})

test('what a thread cannot decode is an error that says so, and others go on', async (t) => {
  const bytes = new Uint8Array(readFileSync(path))
  const whole = openBytes(bytes)
  const [first] = (whole.get('/gzip-3') as Dataset).chunks()
  bytes.fill(0xff, first.address, first.address + 8)
  const folder = mkdtempSync(`${tmpdir()}/chunks-`)
  writeFileSync(`${folder}/broken.h5`, bytes)
  const file = openFile(`${folder}/broken.h5`)
  const dataset = file.get('/gzip-3') as Dataset
  const error = await t.throwsAsync(dataset.rawAsync(), { instanceOf: FilterError, message: /deflate/ })
  t.is(error?.path, '/gzip-3')
  t.deepEqual(await dataset.rawAsync([slice(3, 7)]), (whole.get('/gzip-3') as Dataset).raw([slice(3, 7)]))
  file.close()
  rmSync(folder, { recursive: true })
})

test.after('threads did some of the work', (t) => {
  t.true(decoded > 50, `${decoded} chunks`)
})

test('without threads, chunks are decoded here', async (t) => {
  const none = new ThreadCoder(1, new URL('file:///no/such/module.js'))
  const file = openWith(new FileSource(path), new FilterPipeline(filterFinder(nodeZlib, nodeZstd), () => none), {})
  const dataset = file.get('/gzip-3') as Dataset
  t.deepEqual(await dataset.rawAsync(), dataset.raw())
  t.false(none.knows(dataset.filters))
  file.close()
})

test('whoever stops early leaves nothing behind', async (t) => {
  const file = openFile(path)
  const dataset = file.get('/gzip-3') as Dataset
  for await (const slab of dataset.slabsAsync(64)) {
    t.is(slab.first, 0)
    break
  }
  t.is((await dataset.rawAsync()).length, 4004)
  file.close()
})
