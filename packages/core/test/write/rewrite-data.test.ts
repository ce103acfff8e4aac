import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import test from 'ava'
import { build } from 'esbuild'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { filterFinder } from '../../src/filters/registry.ts'
import { ThreadCoder } from '../../src/filters/thread-coder.node.ts'
import { nodeZlib } from '../../src/filters/zlib.node.ts'
import type { ChunkedLayout } from '../../src/format/messages/data-layout.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { UNDEFINED } from '../../src/io/structure.ts'
import type { Dataset } from '../../src/node.ts'
import { openBytes, openFile } from '../../src/node.ts'
import { RawReader } from '../../src/storage/raw-data.ts'
import type { Work } from '../../src/write/chunk-queue.ts'
import { carryOut, carryOutHere } from '../../src/write/chunk-queue.ts'
import type { DatasetDraft } from '../../src/write/drafts.ts'
import { groupDraft } from '../../src/write/drafts.ts'
import { FileWriter } from '../../src/write/file-writer.ts'
import type { RewriteTools, Rewriting } from '../../src/write/rewrite-data.ts'
import { rewriteChunks, rewriteContiguous } from '../../src/write/rewrite-data.ts'

const path = fileURLToPath(new URL('../../../../golden/storage/selections.h5', import.meta.url))
const GZIP = { id: 1, name: 'deflate', parameters: [6], optional: true }

let coder: ThreadCoder
const pipeline = new FilterPipeline(filterFinder(nodeZlib))

test.before(async () => {
  const outfile = `${mkdtempSync(`${tmpdir()}/threads-`)}/worker.mjs`
  const entryPoints = [fileURLToPath(new URL('../../src/filters/coder-worker.node.ts', import.meta.url))]
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  coder = new ThreadCoder(2, pathToFileURL(outfile))
})

/** Bytes that are put aside, in memory; counts what was. */
function scratch(pieces: { count: number }) {
  const kept: Uint8Array[] = []
  return {
    append(bytes: Uint8Array) {
      pieces.count++
      return kept.push(bytes.slice()) - 1
    },
    read: (at: number, into: Uint8Array) => into.set(kept[at]),
    close() {},
  }
}

interface Wanted {
  chunk: number[] | undefined
  gzip?: boolean
  memory?: number
  threads?: boolean
  dense?: boolean
}

async function rewritten(
  dataset: Dataset,
  { chunk, gzip = false, memory = 1 << 26, threads = false, dense = false }: Wanted,
) {
  const pieces = { count: 0 }
  const sink = new BufferSink()
  const writer = new FileWriter(sink)
  const raw = dataset.rawDataset
  const tools: RewriteTools = {
    pipeline,
    coder: threads ? coder : undefined,
    memory,
    emitter: writer.emitter,
    scratch: () => scratch(pieces),
  }
  const filters = gzip ? [GZIP] : []
  const { type, space } = dataset
  const draft: DatasetDraft = {
    kind: 'dataset',
    attributes: [],
    attributeOrder: 'none',
    type,
    space,
    filters,
    layout: { kind: 'contiguous', version: 3, storedDimensions: [], address: UNDEFINED, size: 0 },
    chunks: [],
    fill: {
      version: 2,
      allocationTime: 2,
      writeTime: 2,
      state: raw.fill === undefined ? 'default' : 'user-defined',
      value: raw.fill ?? new Uint8Array(0),
    },
  }
  const given: Rewriting = { dataset: raw, reader: new RawReader(raw), draft, convert: undefined, dense }
  const done = <T>(work: Work<T>) => (threads ? carryOut(work) : carryOutHere(work))
  if (chunk === undefined) {
    const size = dataset.shape.reduce((product, n) => product * n, raw.elementSize)
    const address = await done(rewriteContiguous(given, tools))
    draft.layout = { kind: 'contiguous', version: 3, storedDimensions: [], address, size }
  } else {
    const layout: ChunkedLayout = {
      kind: 'chunked',
      version: 3,
      flags: 0,
      dimensions: chunk,
      elementSize: raw.elementSize,
      dimensionWidth: 4,
      index: { type: 'b-tree-v1' },
      address: UNDEFINED,
    }
    draft.layout = layout
    await done(rewriteChunks(given, layout, tools))
  }
  const root = groupDraft()
  root.links.set('d', { kind: 'hard', object: draft })
  writer.finish(root)
  return { bytes: sink.written.slice(), pieces: pieces.count, chunks: draft.chunks.length }
}

function sameElements(a: Dataset, bytes: Uint8Array): boolean {
  const b = openBytes(bytes).dataset('d')
  return Buffer.compare(Buffer.from(a.raw()), Buffer.from(b.raw())) === 0
}

for (const name of ['contiguous-3', 'compact-3', 'chunked-2', 'gzip-3', 'gzip-growing', 'gzip-doubles', 'sparse']) {
  test(`${name}: elements stay the same, whatever they are stored in`, async (t) => {
    using file = openFile(path)
    const dataset = file.dataset(name)
    const shapes = [dataset.shape.map(() => 3), dataset.shape.map((size) => Math.max(1, size - 1)), dataset.shape]
    for (const shape of shapes) {
      const chunk = shape.map((size) => Math.max(1, size))
      for (const wanted of [{ gzip: true }, { threads: true, gzip: true }, { dense: true }, { memory: 2000 }]) {
        const { bytes } = await rewritten(dataset, { chunk, ...wanted })
        t.true(sameElements(dataset, bytes), `chunks of ${chunk}, ${JSON.stringify(wanted)}`)
      }
    }
    for (const wanted of [{}, { memory: 500 }, { threads: true }]) {
      const { bytes } = await rewritten(dataset, { chunk: undefined, ...wanted })
      t.true(sameElements(dataset, bytes), `contiguous, ${JSON.stringify(wanted)}`)
    }
  })
}

test('other threads make the same file', async (t) => {
  using file = openFile(path)
  const dataset = file.dataset('gzip-3')
  for (const chunk of [dataset.shape.map(() => 3), dataset.shape]) {
    const here = await rewritten(dataset, { chunk, gzip: true })
    const there = await rewritten(dataset, { chunk, gzip: true, threads: true })
    t.deepEqual(here.bytes, there.bytes)
  }
})

test('what memory has no room for is put aside once', async (t) => {
  using file = openFile(path)
  const dataset = file.dataset('gzip-3')
  const chunk = dataset.shape.map((size, axis) => (axis === 0 ? size : 1))
  const { bytes, pieces } = await rewritten(dataset, { chunk, memory: 1000 })
  t.true(pieces > 0)
  t.true(sameElements(dataset, bytes))
})

test('where nothing is stored, nothing becomes stored', async (t) => {
  using file = openFile(path)
  const dataset = file.dataset('sparse')
  const chunk = dataset.shape.map(() => 2)
  const sparse = await rewritten(dataset, { chunk })
  const dense = await rewritten(dataset, { chunk, dense: true })
  t.true(sparse.chunks < dense.chunks)
})
