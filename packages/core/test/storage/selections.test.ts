import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Dataset, SelectionInput, SelectionTerm, TypedNumbers } from '../../src/node.ts'
import { hyperslab, mask, openFile, points, SelectionError, slice, union } from '../../src/node.ts'

const path = fileURLToPath(new URL('../../../../golden/storage/selections.h5', import.meta.url))
const file = openFile(path)
const dataset = (name: string): Dataset => file.get(`/${name}`) as Dataset
test.after(() => file.close())

/** Datasets whose elements are their own numbers. */
const NUMBERED = [
  'contiguous-1',
  'contiguous-3',
  'compact-3',
  'chunked-1',
  'chunked-2',
  'gzip-3',
  'gzip-growing',
  'large-chunk-4',
  'single-elements',
  'gzip-bytes',
  'gzip-shorts',
  'gzip-doubles',
  'gzip-longs',
]

/** A generator of numbers below a limit that gives the same ones each time (mulberry32). */
function random(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

type Next = (limit: number) => number

/** A term for an axis, and the coordinates that it means. */
function randomTerm(next: Next, size: number, list: boolean): { term: SelectionTerm; at: number[]; drops: boolean } {
  const kind = next(list ? 5 : 3)
  const all = Array.from({ length: size }, (_, i) => i)
  if (kind === 0) {
    const index = next(size)
    return { term: next(2) === 0 ? index : index - size, at: [index], drops: true }
  }
  if (kind < 3) {
    const start = next(size)
    const stop = start + next(size - start + 1)
    const step = 1 + next(4)
    const term = next(3) === 0 ? slice(start - size, stop === 0 ? 0 : stop, step) : slice(start, stop, step)
    return { term, at: all.filter((i) => i >= start && i < stop && (i - start) % step === 0), drops: false }
  }
  const chosen = all.filter(() => next(3) === 0)
  if (kind === 3) return { term: chosen, at: chosen, drops: false }
  return { term: all.map((i) => chosen.includes(i)), at: chosen, drops: false }
}

/** The numbers of the elements at all combinations of coordinates. */
function product(shape: readonly number[], coordinates: readonly number[][]): number[] {
  let numbers = [0]
  for (const [axis, at] of coordinates.entries()) {
    numbers = numbers.flatMap((number) => at.map((i) => number * shape[axis] + i))
  }
  return numbers
}

const asNumbers = (values: unknown): number[] => Array.from(values as ArrayLike<number>, Number)

/** The values of all slabs of a selection. */
function bySlabs(data: Dataset, budget: number, selection: SelectionInput): number[] {
  const room = new Uint8Array(data.raw(selection).length)
  let at = 0
  for (const { first, count, bytes } of data.slabs(budget, selection)) {
    room.set(bytes, first * data.type.size)
    at += count
  }
  return [at, ...room]
}

for (const name of NUMBERED) {
  test(`${name}: random slices, indices, lists and masks give what they name`, (t) => {
    const data = dataset(name)
    const next = random(1234)
    for (let round = 0; round < 60; round++) {
      const listAxis = next(data.shape.length + 1)
      const terms = data.shape.map((size, axis) => randomTerm(next, size, axis === listAxis))
      const input = terms.map(({ term }) => term)
      const selected = product(
        data.shape,
        terms.map(({ at }) => at),
      )
      t.deepEqual(asNumbers(data.read(input)), wrapped(data, selected), JSON.stringify(input))
      const shape = terms.filter(({ drops }) => !drops).map(({ at }) => at.length)
      t.deepEqual(data.shapeOf(input), shape)
      t.deepEqual(bySlabs(data, 8 * (1 + next(30)), input), [selected.length, ...data.raw(input)])
    }
  })

  test(`${name}: hyperslabs, unions, masks and points give what they name`, (t) => {
    const data = dataset(name)
    const next = random(99)
    const total = data.shape.reduce((product, size) => product * size, 1)
    for (let round = 0; round < 30; round++) {
      const parts = Array.from({ length: 1 + next(4) }, () => randomHyperslab(next, data.shape))
      const slabs = parts.map(({ dimensions }) => hyperslab(dimensions))
      t.deepEqual(asNumbers(data.read(slabs[0])), wrapped(data, product(data.shape, parts[0].at)))
      const together = new Set(parts.flatMap(({ at }) => product(data.shape, at)))
      const sorted = [...together].sort((a, b) => a - b)
      t.deepEqual(asNumbers(data.read(union(...slabs))), wrapped(data, sorted))
      t.deepEqual(bySlabs(data, 64, union(...slabs)), [sorted.length, ...data.raw(union(...slabs))])
      t.deepEqual(
        asNumbers(data.read(mask(Array.from({ length: total }, (_, i) => together.has(i))))),
        wrapped(data, sorted),
      )
      const single = Array.from({ length: next(20) }, () => data.shape.map((size) => next(size)))
      const numbers = single.map((at) => at.reduce((number, i, axis) => number * data.shape[axis] + i, 0))
      t.deepEqual(asNumbers(data.read(points(single))), wrapped(data, numbers))
    }
  })
}

/** Small types hold the numbers as far as they can. */
function wrapped(data: Dataset, numbers: number[]): number[] {
  return data.type.size === 1 ? numbers.map((n) => n & 255) : numbers
}

function randomHyperslab(next: Next, shape: readonly number[]) {
  const at: number[][] = []
  const dimensions = shape.map((size) => {
    const start = next(size)
    const block = 1 + next(Math.min(4, size - start))
    const stride = block + next(4)
    const count = 1 + next(Math.floor((size - start - block) / stride) + 1)
    at.push(Array.from({ length: count * block }, (_, i) => start + Math.floor(i / block) * stride + (i % block)))
    return { start, stride, count, block }
  })
  return { dimensions, at }
}

test('an ellipsis stands for the axes that have no term', (t) => {
  const data = dataset('gzip-3')
  t.deepEqual(data.read(['...', 1]), data.read([slice(), slice(), 1]))
  t.deepEqual(data.read([2, '...']), data.read([2]))
  t.deepEqual(data.shapeOf([2, '...', 1]), [11])
  t.deepEqual(data.read('...'), data.read())
  t.deepEqual(data.read(3), data.read([3, slice(), slice()]))
  t.deepEqual(data.read(slice(1, 2)), data.read([1]))
})

test('scalars, empty datasets and empty selections', (t) => {
  t.deepEqual(asNumbers(dataset('scalar').read([])), [42])
  t.deepEqual(dataset('scalar').shapeOf('...'), [])
  t.is(dataset('empty').read().length, 0)
  t.is(dataset('no-rows').read().length, 0)
  t.deepEqual(dataset('no-rows').shapeOf([slice(), slice(2)]), [0, 2])
  t.deepEqual(dataset('gzip-3').shapeOf([slice(5, 2), 0, []]), [0, 0])
  t.is(dataset('gzip-3').read([slice(5, 2)]).length, 0)
})

test('selections that do not suit the dataset are refused with what is wrong', (t) => {
  const data = dataset('contiguous-3')
  const refused = (selection: SelectionInput, message: RegExp) => {
    t.throws(() => data.read(selection), { instanceOf: SelectionError, message })
  }
  refused([7], /index \(7\) out of range for \(0-6\)/)
  refused([-8], /index \(-8\) out of range for \(0-6\)/)
  refused([0, 0, 0, 0], /4 indexing arguments for 3 dimensions/)
  refused(['...', '...'], /only one '...'/)
  refused([slice(0, 5, 0)], /step must be 1 or more/)
  refused([slice(5, 0, -1)], /step must be 1 or more/)
  refused([[2, 0]], /increasing order/)
  refused([[1, 1]], /increasing order/)
  refused([[0, 9]], /out of range/)
  refused([[true, false]], /a mask of 2 booleans along an axis of 7/)
  refused([[0], [1]], /only one list/)
  refused([0.5], /no index/)
  refused(mask([true]), /a mask of 1 booleans for 1001 elements/)
  refused(points([[0, 0]]), /rank 2 in a dataset of rank 3/)
  refused(points([[0, 0, 13]]), /out of range/)
  refused(hyperslab([{ start: 0 }, { start: 0 }, { start: 10, count: 4 }]), /out of range/)
  t.throws(() => hyperslab([{ start: -1 }]), { instanceOf: SelectionError })
})

test('stored region references select what h5py selected', (t) => {
  const regions = dataset('regions')
  const data = dataset('gzip-3')
  if (regions.type.class !== 'reference') return t.fail()
  const bytes = regions.raw()
  const selected = [0, 1, 2].map((i) => {
    const reference = file.reference(regions.type as never, bytes, i * regions.type.size)
    if (reference?.kind !== 'region') throw new Error('no region')
    return data.read(reference.selection)
  })
  t.deepEqual(selected[0], data.read([slice(1, 5), slice(2, 9, 3), slice(0, undefined, 2)]))
  const blocks = union([slice(0, 2), slice(0, 3), slice(0, 4)], [slice(1, 5), slice(2, 6), slice(2, 7)])
  t.deepEqual(selected[1], data.read(blocks))
  t.deepEqual(asNumbers(selected[2]), [1000, 0, (3 * 11 + 5) * 13 + 7])
})

test('chunks that were never written read as the fill value, however large the dataset is', (t) => {
  const sparse = asNumbers(dataset('sparse').read())
  t.is(sparse.filter((value) => value === 5).length, 250)
  t.is(sparse.filter((value) => value === -1).length, 1350)
  const never = dataset('never-written')
  t.deepEqual(asNumbers(never.read([[5, 1 << 19], slice(100, 1 << 20, 1 << 18)])), new Array(8).fill(2.5))
  const [first] = never.slabs(1 << 16)
  t.is(first.bytes.length, 1 << 16)
})

test('each chunk is decoded once for a selection, and kept for the next', (t) => {
  const data = dataset('gzip-3')
  const entries = [...data.chunks()].map(({ address }) => address)
  const reads: number[] = []
  const counted = openFile(path)
  const again = counted.get('/gzip-3') as Dataset
  const { pipeline } = again.file.image
  const decode = pipeline.decode.bind(pipeline)
  pipeline.decode = (...given) => {
    reads.push(1)
    return decode(...given)
  }
  try {
    again.read(points(Array.from({ length: 50 }, (_, i) => [i % 7, (i * 5) % 11, (i * 3) % 13])))
    t.true(reads.length <= entries.length)
    reads.length = 0
    for (const slab of again.slabs(64)) t.true(slab.bytes.length <= 64)
    t.true(reads.length <= entries.length, 'slabs that cut through chunks')
    reads.length = 0
    for (let i = 0; i < 100; i++) again.read([i % 7, (i * 5) % 11, (i * 3) % 13])
    t.is(reads.length, 0)
  } finally {
    pipeline.decode = decode
    counted.close()
  }
})

test('the memory for chunks stays within its budget', (t) => {
  const small = openFile(path, { chunkCacheBytes: 600 })
  const data = small.get('/gzip-3') as Dataset
  const all = data.read() as TypedNumbers
  for (let i = 0; i < 200; i++) {
    const at = [i % 7, (i * 5) % 11, (i * 3) % 13]
    t.is(Number(data.read(at)[0]), Number(all[(at[0] * 11 + at[1]) * 13 + at[2]]))
    t.true(small.chunkCache.used <= 600)
  }
  small.close()
})
