import { setTimeout } from 'node:timers/promises'
import test from 'ava'
import { integerType } from '../../src/datatype/types.ts'
import { FilterError } from '../../src/errors.ts'
import type { ChunkCoder } from '../../src/filters/pipeline.ts'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { filterFinder } from '../../src/filters/registry.ts'
import { nodeZlib } from '../../src/filters/zlib.node.ts'
import { EARLY, fillValueMessage, INCREMENTAL } from '../../src/format/messages/fill-value.ts'
import { openBytes } from '../../src/index.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { UNDEFINED } from '../../src/io/structure.ts'
import { completeFilters } from '../../src/storage/filter-parameters.ts'
import type { ChunkChoice } from '../../src/write/chunk-layout.ts'
import { chunkLayout } from '../../src/write/chunk-layout.ts'
import type { DatasetDraft } from '../../src/write/drafts.ts'
import { groupDraft } from '../../src/write/drafts.ts'
import type { ElementBytes } from '../../src/write/element-bytes.ts'
import { chunksOf, writeElements, writeElementsAsync } from '../../src/write/element-bytes.ts'
import { FileWriter } from '../../src/write/file-writer.ts'
import type { LibraryVersion } from '../../src/write/version-bounds.ts'
import { versionsFor } from '../../src/write/version-bounds.ts'

const find = filterFinder(nodeZlib)
const plain = new FilterPipeline(find)

/** Filters that are done out of order, and some not at all. */
function slowCoder(failing: (call: number) => boolean): ChunkCoder {
  let calls = 0
  return {
    width: 4,
    turn: () => setTimeout(0),
    knows: () => true,
    decode: () => Promise.reject(new FilterError('not here')),
    recode: () => Promise.reject(new FilterError('not here')),
    async encode(steps, bytes, excluded, use) {
      const call = calls++
      const input = bytes.slice()
      await setTimeout((call * 7) % 5)
      if (failing(call)) throw new FilterError('not here')
      use(plain.encode(steps, input, excluded))
    },
  }
}

interface Shape {
  dimensions: number[]
  maximum?: number[]
  chunk: number[]
}

const SHAPES: Record<string, Shape> = {
  vector: { dimensions: [20_001], chunk: [5000] },
  growing: { dimensions: [300, 45], maximum: [UNDEFINED, 45], chunk: [70, 45] },
  tiles: { dimensions: [150, 220], maximum: [UNDEFINED, UNDEFINED], chunk: [64, 64] },
  one: { dimensions: [40, 60], chunk: [40, 60] },
  cube: { dimensions: [9, 40, 50], chunk: [4, 40, 25] },
  none: { dimensions: [0, 5], maximum: [UNDEFINED, 5], chunk: [10, 5] },
}

const GZIP = { id: 1, name: 'deflate', parameters: [4], optional: true }
const SHUFFLE = { id: 2, name: 'shuffle', parameters: [], optional: true }

function source(shape: Shape): ElementBytes & { bytes: Uint8Array } {
  const count = shape.dimensions.reduce((product, size) => product * size, 1)
  const bytes = new Uint8Array(Int32Array.from({ length: count }, (_, i) => i).buffer)
  return { bytes, size: bytes.length, view: (start, length) => bytes.subarray(start, start + length) }
}

function draft(low: LibraryVersion, shape: Shape, choice: Partial<ChunkChoice>): DatasetDraft {
  const { dimensions, maximum, chunk } = shape
  const space = { version: 1, kind: 'simple' as const, dimensions, maximum }
  const type = integerType(4, true)
  const allocationTime = choice.allocationTime ?? INCREMENTAL
  const filtered = choice.filtered ?? false
  const layout = { lengths: 8, space, chunkShape: chunk, elementSize: 4, filtered, allocationTime, ...choice }
  const filters = filtered ? completeFilters([SHUFFLE, GZIP], { type, chunkShape: chunk, fill: 'default' }) : []
  const fill = { ...fillValueMessage.blank(undefined), allocationTime }
  return {
    kind: 'dataset',
    attributes: [],
    attributeOrder: 'none',
    type,
    space,
    layout: chunkLayout(versionsFor(low), layout),
    chunks: [],
    filters,
    fill,
  }
}

function finished(low: LibraryVersion, write: (writer: FileWriter) => DatasetDraft): Uint8Array {
  const sink = new BufferSink()
  const writer = new FileWriter(sink, { low })
  const root = groupDraft()
  root.links.set('data', { kind: 'hard', object: write(writer) })
  writer.finish(root)
  return sink.written
}

const CHOICES: Record<string, Partial<ChunkChoice>> = {
  plain: {},
  early: { allocationTime: EARLY },
  filtered: { filtered: true },
  'filtered save at the edges': { filtered: true, plainEdges: true },
}

for (const [name, shape] of Object.entries(SHAPES)) {
  for (const [how, choice] of Object.entries(CHOICES)) {
    test(`chunks (${name}, ${how}) have the elements, whatever filters them`, async (t) => {
      const from = source(shape)
      for (const low of ['earliest', 'v110', 'v200'] as const) {
        const dataset = draft(low, shape, choice)
        const here = finished(low, ({ emitter }) => {
          writeElements(emitter, plain, dataset, from)
          return dataset
        })
        t.is(Buffer.compare(openBytes(here).dataset('data').raw(), from.bytes), 0)
        const sink = new BufferSink()
        const writer = new FileWriter(sink, { low })
        const again = draft(low, shape, choice)
        const threads = new FilterPipeline(find, () => slowCoder((call) => call % 6 === 2))
        await writeElementsAsync(writer.emitter, threads, again, from)
        const root = groupDraft()
        root.links.set('data', { kind: 'hard', object: again })
        writer.finish(root)
        t.is(Buffer.compare(sink.written, here), 0)
      }
    })
  }
}

test('the index of chunks is the one that the library would choose', (t) => {
  const index = (low: LibraryVersion, shape: Shape, choice: Partial<ChunkChoice> = {}): string => {
    const { layout } = draft(low, shape, choice)
    return layout.kind === 'chunked' ? `${layout.version} ${layout.index.type}` : layout.kind
  }
  t.is(index('v108', SHAPES.cube), '3 b-tree-v1')
  t.is(index('v108', SHAPES.cube, { plainEdges: true }), '4 fixed-array')
  t.is(index('v110', SHAPES.cube), '4 fixed-array')
  t.is(index('v110', SHAPES.cube, { allocationTime: EARLY }), '4 implicit')
  t.is(index('v110', SHAPES.cube, { allocationTime: EARLY, filtered: true }), '4 fixed-array')
  t.is(index('v112', SHAPES.one), '4 single-chunk')
  t.is(index('v112', SHAPES.growing), '4 extensible-array')
  t.is(index('v200', SHAPES.tiles), '5 b-tree-v2')
})

test('a row of chunks that is too long is read run by run', (t) => {
  const { layout } = draft('v110', { dimensions: [3, 6_000_000], chunk: [3, 3_000_000] }, {})
  if (layout.kind !== 'chunked') throw new TypeError('not chunked')
  let longest = 0
  const view = (start: number, length: number): Uint8Array => {
    longest = Math.max(longest, length)
    return new Uint8Array(length).fill(start / 4 / 3_000_000)
  }
  const chunks = [...chunksOf([3, 6_000_000], layout, new Uint8Array(0), { size: 72_000_000, view })].length
  t.is(chunks, 2)
  t.is(longest, 12_000_000)
})

test('a filter that must be applied and cannot fails the whole', async (t) => {
  const dataset = { ...draft('v110', SHAPES.cube, {}), filters: [{ ...GZIP, id: 999, optional: false }] }
  const writer = new FileWriter(new BufferSink())
  const threads = new FilterPipeline(find, () => slowCoder(() => true))
  await t.throwsAsync(writeElementsAsync(writer.emitter, threads, dataset, source(SHAPES.cube)), {
    instanceOf: FilterError,
  })
})
