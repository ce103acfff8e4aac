/** What reading and writing an array in blocks has to know of it. */
export interface Rechunking {
  /** Of the array, in elements. */
  shape: readonly number[]
  /** What is read at once at least: a chunk, or one element where any part can be read. */
  source: readonly number[]
  /** What is written at once at least. */
  target: readonly number[]
  /** Elements that a block may have. */
  most: number
  /** Elements that are enough for a block where it need not be larger. */
  enough: number
}

/**
 * Blocks in which an array goes from one shape of chunks to another, every chunk of the source read once and every
 * chunk of the target written once. Where a block of the one and of the other would be too large, there are blocks for
 * reading and others for writing, and what is common to two of them is put aside in between.
 */
export type RechunkPlan = { kind: 'direct'; block: number[] } | { kind: 'staged'; read: number[]; write: number[] }

export function planRechunking(given: Rechunking): RechunkPlan {
  const { shape, source, target, most, enough } = given
  const both = shape.map((size, axis) => within(commonMultiple(source[axis], target[axis]), size))
  if (elementsOf(both) <= most) return { kind: 'direct', block: grown(both, shape, shape, Math.min(most, enough)) }
  const write = grown(atMost(target, shape), shape, shape, most)
  // What is read reaches, where that can be, as far as what is written: then few pieces are put aside.
  const limits = shape.map((_, axis) => Math.max(write[axis], source[axis]))
  return { kind: 'staged', read: grown(atMost(source, shape), limits, shape, most), write }
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function atMost(block: readonly number[], shape: readonly number[]): number[] {
  return block.map((size, axis) => within(size, shape[axis]))
}

function within(size: number, limit: number): number {
  return Math.max(1, Math.min(size, limit))
}

function commonMultiple(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}

/**
 * A block as many times as large along each axis, the last ones first, as it can be with `most` elements and as it has
 * to be to reach the limit.
 */
function grown(block: readonly number[], limit: readonly number[], shape: readonly number[], most: number): number[] {
  const result = [...block]
  for (let axis = block.length - 1; axis >= 0; axis--) {
    const times = Math.floor(most / elementsOf(result))
    const needed = Math.ceil(limit[axis] / result[axis])
    if (Math.min(times, needed) > 1) result[axis] = within(result[axis] * Math.min(times, needed), shape[axis])
    if (times < needed) break
  }
  return result
}

/** A part of an array. */
export interface Box {
  start: number[]
  count: number[]
}

/** The blocks of an array, the last axis running fastest; those at its ends are smaller. */
export function* blocksOf(shape: readonly number[], block: readonly number[]): Generator<Box> {
  if (shape.some((size) => size === 0)) return
  const start = shape.map(() => 0)
  for (;;) {
    yield { start: [...start], count: start.map((at, axis) => Math.min(block[axis], shape[axis] - at)) }
    let axis = shape.length - 1
    while (axis >= 0 && start[axis] + block[axis] >= shape[axis]) start[axis--] = 0
    if (axis < 0) return
    start[axis] += block[axis]
  }
}

/** The blocks of a regular division that a part of an array reaches into. */
export function* blocksIn({ start, count }: Box, block: readonly number[]): Generator<number[]> {
  const first = start.map((at, axis) => Math.floor(at / block[axis]))
  const chunks = count.map((size, axis) => Math.ceil((start[axis] + size) / block[axis]) - first[axis])
  const ones = chunks.map(() => 1)
  for (const { start: place } of blocksOf(chunks, ones)) yield place.map((at, axis) => first[axis] + at)
}
