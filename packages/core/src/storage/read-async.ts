import type { ElementSet } from './element-set.ts'
import { wholeSet } from './element-set.ts'
import type { RawDataset, RawReader } from './raw-data.ts'
import { shapeOf } from './raw-data.ts'
import type { Slab } from './slabs.ts'
import { SLAB_BYTES, slabSets } from './slabs.ts'

/** Runs an operation that may lack bytes until it has them all. */
export type Settle = <T>(operation: () => T) => Promise<T>

/** Brings the elements of a set, in its order, into bytes that have room for them; chunks are decoded on other threads. */
export async function readIntoAsync(
  reader: RawReader,
  set: ElementSet,
  target: Uint8Array,
  settle: Settle,
  passing = false,
): Promise<void> {
  const steps = await settle(() => reader.steps(set, target, passing))
  if (steps === undefined) {
    await settle(() => reader.readInto(set, target, passing))
    return
  }
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  for (const step of steps.each) {
    // While the other threads are busy, or not there yet, this one is of use too.
    const busy = running.size >= steps.coder.width
    const done = step(busy)
    if (busy) await steps.coder.turn()
    if (failures.length > 0) break
    if (done === undefined) continue
    const entry: Promise<void> = done
      .catch((error: unknown) => void failures.push(error))
      .then(() => void running.delete(entry))
    running.add(entry)
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}

/** As rawSlabs, but the next slab is read while one is looked at. */
export async function* rawSlabsAsync(
  dataset: RawDataset,
  reader: RawReader,
  settle: Settle,
  budget = SLAB_BYTES,
  set: ElementSet = wholeSet(shapeOf(dataset.space)),
): AsyncGenerator<Slab> {
  const pieces = slabSets(dataset, budget, set)[Symbol.iterator]()
  const rooms = [new Uint8Array(0), new Uint8Array(0)]
  let number = 0
  const start = (): Promise<Slab> | undefined => {
    const next = pieces.next()
    if (next.done === true) return undefined
    const { first, set: piece } = next.value
    const length = piece.size * dataset.elementSize
    const which = number++ % 2
    if (rooms[which].length < length) rooms[which] = new Uint8Array(length)
    const bytes = rooms[which].subarray(0, length)
    const slab = readIntoAsync(reader, piece, bytes, settle, true).then(() => ({ first, count: piece.size, bytes }))
    // Whoever stops early does not wait for this one.
    slab.catch(() => {})
    return slab
  }
  let ahead = start()
  while (ahead !== undefined) {
    const slab = await ahead
    ahead = start()
    yield slab
  }
}
