// How fast chunks are decoded and encoded: node --import=tsx bench/filters.ts [NAME ...]
// MB of plain bytes for each second of processor time, the best of several runs, over three kinds of data.
import { FilterPipeline } from '../packages/core/src/filters/pipeline.ts'
import { filterFinder } from '../packages/core/src/filters/registry.ts'
import { nodeZlib } from '../packages/core/src/filters/zlib.node.ts'

const SIZE = 4 << 20
const wanted = process.argv.slice(2)
const pipeline = new FilterPipeline(filterFinder(nodeZlib))

/** Counts of a detector: small numbers with noise. */
function image(): Uint8Array {
  const words = new Uint32Array(SIZE / 4)
  let state = 1
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    words[i] = (state >>> 30 === 0 ? (state >>> 16) & 15 : 0) + ((i >> 10) & 7)
  }
  return new Uint8Array(words.buffer)
}

/** A smooth field in double precision, rounded to thousandths. */
function field(): Uint8Array {
  const numbers = new Float64Array(SIZE / 8)
  for (let i = 0; i < numbers.length; i++)
    numbers[i] = Math.round(1000 * (20 + 5 * Math.sin(i / 500) + Math.cos(i / 37))) / 1000
  return new Uint8Array(numbers.buffer)
}

/** Lines of a log. */
function text(): Uint8Array {
  let lines = ''
  for (let i = 0; lines.length < SIZE; i++)
    lines += `2024-06-${10 + (i % 19)} run ${i} detector ${(i * 7) % 31} counts ${(i * i) % 9973} status ${i % 5 === 0 ? 'warning' : 'ok'}\n`
  return new TextEncoder().encode(lines.slice(0, SIZE))
}

const data = {
  image: { bytes: image(), size: 4 },
  field: { bytes: field(), size: 8 },
  text: { bytes: text(), size: 1 },
}

const codecs: Record<string, (size: number) => [number, number[]][]> = {
  shuffle: (size) => [[2, [size]]],
  'deflate-4': () => [[1, [4]]],
  fletcher32: () => [[3, []]],
  'szip nn': (size) => [[4, [32, 16, 8 * size, 2048]]],
  'szip ec': (size) => [[4, [4, 32, 8 * size, 4096]]],
  nbit: (size) => [[5, [8, 0, SIZE / size, 1, size, 0, 8 * size - 4, 2]]],
  scaleoffset: (size) => [[6, [2, 0, SIZE / size, 0, size, ...new Array(15).fill(0)]]],
  bzip2: () => [[307, [9]]],
  lzf: () => [[32000, []]],
  lz4: () => [[32004, []]],
  'shuffle lz4': (size) => [
    [2, [size]],
    [32004, []],
  ],
  'zstd-3': () => [[32015, [3]]],
  'shuffle zstd-3': (size) => [
    [2, [size]],
    [32015, [3]],
  ],
  bitshuffle: (size) => [[32008, [0, 4, size, 0, 0]]],
  'bitshuffle lz4': (size) => [[32008, [0, 4, size, 0, 2]]],
  'bitshuffle zstd': (size) => [[32008, [0, 4, size, 0, 3, 3]]],
  'blosc blosclz': (size) => [[32001, [2, 2, size, SIZE, 5, 1, 0]]],
  'blosc lz4': (size) => [[32001, [2, 2, size, SIZE, 5, 1, 1]]],
  'blosc lz4 bits': (size) => [[32001, [2, 2, size, SIZE, 5, 2, 1]]],
  'blosc snappy': (size) => [[32001, [2, 2, size, SIZE, 5, 1, 3]]],
  'blosc zlib': (size) => [[32001, [2, 2, size, SIZE, 5, 1, 4]]],
  'blosc zstd': (size) => [[32001, [2, 2, size, SIZE, 5, 1, 5]]],
}

function best(runs: number, run: () => void): number {
  let shortest = Number.POSITIVE_INFINITY
  for (let i = 0; i < runs; i++) {
    const began = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(began)
    shortest = Math.min(shortest, (user + system) / 1000)
  }
  return SIZE / 1000 / shortest
}

console.log('filter             data    ratio  decode  encode (MB/s)')
for (const [name, filtersOf] of Object.entries(codecs)) {
  if (wanted.length > 0 && !wanted.some((each) => name.includes(each))) continue
  for (const [kind, { bytes, size }] of Object.entries(data)) {
    const steps = filtersOf(size).map(([id, parameters]) => ({ id, name: '', parameters, optional: true }))
    const { bytes: stored, mask } = pipeline.encode(steps, bytes)
    const encode = best(2, () => pipeline.encode(steps, bytes))
    const decode = best(8, () => pipeline.decode(steps, stored, mask, SIZE))
    const ratio = (SIZE / stored.length).toFixed(2)
    console.log(
      `${name.padEnd(18)} ${kind.padEnd(6)} ${ratio.padStart(6)} ${decode.toFixed(0).padStart(7)} ${encode.toFixed(0).padStart(7)}`,
    )
  }
}
