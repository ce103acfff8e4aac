import test from 'ava'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import type { ChunkEntry } from '../../src/format/b-tree-v1.ts'
import { FileImage } from '../../src/format/file-image.ts'
import type { ChunkIndex } from '../../src/format/messages/chunk-index.ts'
import type { ChunkedLayout } from '../../src/format/messages/data-layout.ts'
import { BufferSource } from '../../src/io/buffer-source.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { UNDEFINED } from '../../src/io/structure.ts'
import { openChunkIndex } from '../../src/storage/chunk-index.ts'
import { buildChunkIndex } from '../../src/write/chunk-index-builder.ts'
import { Emitter } from '../../src/write/emitter.ts'
import { FileSpace } from '../../src/write/space.ts'

const SIZES = { offsets: 8, lengths: 8 }
const CHUNK = [4, 8]

const EXTENSIBLE: ChunkIndex = {
  type: 'extensible-array',
  maxBits: 32,
  indexElements: 4,
  minPointers: 4,
  minElements: 16,
  pageBits: 10,
}

interface Case {
  index: ChunkIndex
  version: number
  maximum?: number[]
}

const CASES: Record<string, Case> = {
  'a version 1 B-tree': { index: { type: 'b-tree-v1' }, version: 3, maximum: [UNDEFINED, UNDEFINED] },
  'a version 2 B-tree': {
    index: { type: 'b-tree-v2', nodeSize: 2048, splitPercent: 100, mergePercent: 40 },
    version: 4,
    maximum: [UNDEFINED, UNDEFINED],
  },
  'a fixed array': { index: { type: 'fixed-array', pageBits: 10 }, version: 4 },
  'an extensible array': { index: EXTENSIBLE, version: 4, maximum: [UNDEFINED, 800] },
  'an extensible array along the second axis': { index: EXTENSIBLE, version: 5, maximum: [240, UNDEFINED] },
}

/** A grid of 60 by 100 chunks, of which some are stored. */
function chunksWhere(stored: (i: number) => boolean): ChunkEntry[] {
  const chunks: ChunkEntry[] = []
  for (let i = 0; i < 6000; i++) {
    if (!stored(i)) continue
    const offset = [Math.floor(i / 100) * CHUNK[0], (i % 100) * CHUNK[1]]
    chunks.push({ offset, address: 1_000_000 + i * 7, size: 128, filterMask: 0 })
  }
  return chunks
}

const PATTERNS: Record<string, (i: number) => boolean> = {
  all: () => true,
  'every seventh': (i) => i % 7 === 3,
  'the first': (i) => i === 0,
  'the last': (i) => i === 5999,
}

for (const [name, { index, version, maximum }] of Object.entries(CASES)) {
  for (const [pattern, stored] of Object.entries(PATTERNS)) {
    for (const filtered of [false, true]) {
      test(`${name} of chunks (${pattern}, ${filtered ? 'with' : 'without'} filters) gives them back`, (t) => {
        const sink = new BufferSink()
        const emitter = new Emitter(SIZES, new FileSpace(64), sink)
        const layout: ChunkedLayout = {
          kind: 'chunked',
          version,
          flags: 0,
          dimensions: CHUNK,
          elementSize: 4,
          dimensionWidth: 1,
          index,
          address: UNDEFINED,
        }
        const space = { version: 2, kind: 'simple' as const, dimensions: [240, 800], maximum }
        const chunks = chunksWhere(stored).map((chunk, i) =>
          filtered ? { ...chunk, size: 50 + (i % 60), filterMask: i % 2 } : chunk,
        )
        const built = buildChunkIndex(emitter, layout, space, filtered, chunks, 32)
        const image = new FileImage(new BufferSource(sink.written), SIZES, new FilterPipeline(() => undefined))
        const found = openChunkIndex(image, built, space)
        const byOffset = (a: ChunkEntry, b: ChunkEntry): number =>
          a.offset[0] - b.offset[0] || a.offset[1] - b.offset[1]
        t.deepEqual([...found.entries()].sort(byOffset), chunks)
        for (let i = 0; i < 6000; i += 41) {
          const scaled = [Math.floor(i / 100), i % 100]
          t.is(found.find(scaled)?.address, stored(i) ? 1_000_000 + i * 7 : undefined)
        }
      })
    }
  }
}
