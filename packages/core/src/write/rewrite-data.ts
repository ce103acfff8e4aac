import { LimitError } from '../errors.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import { UNDEFINED } from '../io/structure.ts'
import { chunkBytes } from '../storage/chunk-index.ts'
import { boxSet, wholeSet } from '../storage/element-set.ts'
import type { RawDataset, RawReader } from '../storage/raw-data.ts'
import { shapeOf } from '../storage/raw-data.ts'
import { readIntoAsync } from '../storage/read-async.ts'
import { copyRuns, eachRun, fillBytes } from '../storage/runs.ts'
import { boxSpans } from '../storage/spans.ts'
import type { ChunkCoders, Turn, Work } from './chunk-queue.ts'
import { ChunkQueue } from './chunk-queue.ts'
import { ChunkWriter } from './chunk-writer.ts'
import type { DatasetDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { Box } from './rechunk-plan.ts'
import { blocksIn, blocksOf, planRechunking } from './rechunk-plan.ts'

/** Where bytes are put aside for a while. */
export interface Scratch {
  /** Keeps bytes; returns where. */
  append(bytes: Uint8Array): number
  /** Brings back what was kept. */
  read(at: number, into: Uint8Array): void
  close(): void
}

/** What writing elements anew works with. */
export interface RewriteTools extends ChunkCoders {
  emitter: Emitter
  /** Makes a place to put aside what memory has no room for; undefined where there is none. */
  scratch: (() => Scratch) | undefined
  /** Told of bytes of elements that were written. */
  progress?: ((bytes: number) => void) | undefined
  /** Asked again and again; what it returns is waited for. */
  turn?: Turn | undefined
}

/** Elements of a dataset that are to be stored in another way. */
export interface Rewriting {
  dataset: RawDataset
  reader: RawReader
  /** What they become part of: with its space, filters, fill value and type. */
  draft: DatasetDraft
  /** Makes so many elements what will be stored; may change the bytes that it is given. Undefined where they are that. */
  convert: ((bytes: Uint8Array, count: number) => Uint8Array) | undefined
  /** Whether chunks are to be stored even where the source stores none. */
  dense: boolean
}

/** Bytes of a block that need not be larger. */
const ENOUGH = 16 << 20

/** Of what memory there is, what one block may take: one is read while another is written, and chunks are on their way. */
const SHARE = 5

/** Writes the elements in chunks, and lists these in the draft. */
export function* rewriteChunks(given: Rewriting, layout: ChunkedLayout, tools: RewriteTools): Work {
  const writer = new ChunkWriter(tools.emitter, tools.pipeline, given.draft, layout)
  const queue = new ChunkQueue(tools, (offset, chunk) => {
    writer.place(offset, chunk)
    tools.progress?.(chunkBytes(layout))
  })
  const source = given.dataset.layout
  if (source.kind === 'chunked' && sameShape(source, layout) && given.convert === undefined && !given.dense) {
    yield* recodeChunks(given, source, layout, queue, tools)
  } else {
    yield* inBlocks(given, layout.dimensions, tools, (box, bytes) => chunksOf(given, layout, queue, box, bytes))
  }
  writer.complete()
}

/** Writes the elements side by side; returns the address. */
export function* rewriteContiguous(given: Rewriting, tools: RewriteTools): Work<number> {
  const { dataset, draft } = given
  const elementSize = draft.type.size
  const shape = shapeOf(dataset.space)
  const size = shape.reduce((product, n) => product * n, elementSize)
  if (size === 0) return UNDEFINED
  const address = tools.emitter.space.allocate(size, 'raw')
  // The file ends behind the elements, whatever is written of them.
  tools.emitter.putBytes(address + size - 1, new Uint8Array(1))
  const zeros = draft.fill.value.every((byte) => byte === 0)
  yield* inBlocks(
    { ...given, dense: given.dense || !zeros },
    shape.map(() => 1),
    tools,
    function* (box, bytes) {
      eachRun(
        boxSpans(box.start, box.count),
        shape.map(() => 0),
        shape,
        (from, to, length, repeat, fromStep, toStep) => {
          for (let i = 0; i < repeat; i++) {
            const at = (to + i * toStep) * elementSize
            tools.emitter.putBytes(
              address + (from + i * fromStep) * elementSize,
              bytes.subarray(at, at + length * elementSize),
            )
          }
        },
      )
      tools.progress?.(bytes.length)
    },
  )
  return address
}

/** The elements side by side in memory. */
export function rewriteCompact({ dataset, reader, convert }: Rewriting): Uint8Array {
  const all = wholeSet(shapeOf(dataset.space))
  const bytes = reader.read(all)
  return convert === undefined ? bytes : convert(bytes, all.size)
}

function sameShape(a: ChunkedLayout, b: ChunkedLayout): boolean {
  return a.dimensions.every((size, axis) => size === b.dimensions[axis])
}

/** Undoes the filters of each chunk that is stored, and applies others. */
function* recodeChunks(
  given: Rewriting,
  source: ChunkedLayout,
  target: ChunkedLayout,
  queue: ChunkQueue,
  { turn }: RewriteTools,
): Work {
  const { dataset, reader, draft } = given
  const size = chunkBytes(source)
  if (size > LARGEST_CHUNK) throw new LimitError(`a chunk of ${size} bytes`)
  for (const { offset, address, size: stored, filterMask: mask } of reader.index(source).entries()) {
    const decode = isUnfiltered(given, source, offset) ? [] : dataset.filters
    const excluded = excludedFilters(given, target, offset)
    const bytes = (): Uint8Array => dataset.image.source.view(address, stored)
    yield* queue.add(offset, { decode, mask, size, encode: draft.filters, excluded }, bytes)
    const others = turn?.()
    if (others !== undefined) yield others
  }
  yield* queue.drain()
}

const LARGEST_CHUNK = 2 ** 32 - 1

/** Bits of all filters where a chunk that reaches over the edge has none. */
function excludedFilters(given: Rewriting, layout: ChunkedLayout, offset: readonly number[]): number {
  return isUnfiltered(given, layout, offset) ? 0xffffffff : 0
}

function isUnfiltered(
  { dataset }: Rewriting,
  { flags, dimensions }: ChunkedLayout,
  offset: readonly number[],
): boolean {
  if ((flags & DONT_FILTER_PARTIAL_CHUNKS) === 0) return false
  const shape = shapeOf(dataset.space)
  return offset.some((start, axis) => start + dimensions[axis] > shape[axis])
}

/** What is done with a block of elements. */
type Consumer = (box: Box, bytes: Uint8Array) => Work

/** Reads all elements in blocks, each of which has whole chunks of the target. */
function* inBlocks(given: Rewriting, unit: readonly number[], tools: RewriteTools, consume: Consumer): Work {
  const { dataset, draft } = given
  const shape = shapeOf(dataset.space)
  const { layout } = dataset
  const element = Math.max(dataset.elementSize, draft.type.size)
  const plan = planRechunking({
    shape,
    source: layout.kind === 'chunked' ? layout.dimensions : shape.map(() => 1),
    target: unit,
    most: Math.max(1, Math.floor(tools.memory / SHARE / element)),
    enough: Math.max(1, Math.floor(ENOUGH / element)),
  })
  if (plan.kind === 'direct') {
    yield* readBlocks(given, tools, plan.block, consume)
    return
  }
  if (tools.scratch === undefined) throw new LimitError(`chunks that fit no block of ${tools.memory / SHARE} bytes`)
  const scratch = tools.scratch()
  try {
    yield* inStages(given, tools, plan, scratch, consume)
  } finally {
    scratch.close()
  }
}

/** Reads each block that has anything stored, the next one while one is used. */
function* readBlocks(given: Rewriting, tools: RewriteTools, block: readonly number[], consume: Consumer): Work {
  const { dataset, convert } = given
  const rooms = [new Uint8Array(0), new Uint8Array(0)]
  const boxes = storedBoxes(given, block)
  let number = 0
  const start = (): Reading | undefined => {
    const next = boxes.next()
    if (next.done === true) return undefined
    const size = elementsIn(next.value)
    const length = size * dataset.elementSize
    const which = number++ % 2
    if (rooms[which].length < length) rooms[which] = new Uint8Array(length)
    return { box: next.value, size, ...readBlock(given, tools, next.value, rooms[which].subarray(0, length)) }
  }
  for (let ahead = start(); ahead !== undefined; ) {
    const { box, size, bytes, done }: Reading = ahead
    if (done !== undefined) yield done
    // Without other threads, nothing is gained by reading ahead.
    if (done !== undefined) ahead = start()
    yield* consume(box, convert === undefined ? bytes : convert(bytes, size))
    if (done === undefined) ahead = start()
    const others = tools.turn?.()
    if (others !== undefined) yield others
  }
}

interface Reading {
  box: Box
  size: number
  bytes: Uint8Array
  done: Promise<void> | undefined
}

function readBlock({ reader }: Rewriting, { coder }: RewriteTools, box: Box, bytes: Uint8Array) {
  const set = boxSet(box.start, box.count)
  if (coder === undefined) {
    reader.readInto(set, bytes, true)
    return { bytes, done: undefined }
  }
  const done = readIntoAsync(reader, set, bytes, async (operation) => operation(), true)
  // Where work ends early, nobody waits for it.
  done.catch(() => {})
  return { bytes, done }
}

function elementsIn({ count }: Box): number {
  return count.reduce((product, size) => product * size, 1)
}

function* storedBoxes(given: Rewriting, block: readonly number[]): Generator<Box> {
  for (const box of blocksOf(shapeOf(given.dataset.space), block)) if (given.dense || isStored(given, box)) yield box
}

/** Whether the source stores any of the elements. */
function isStored({ dataset, reader }: Rewriting, box: Box): boolean {
  const { layout } = dataset
  if (layout.kind !== 'chunked') return true
  const index = reader.index(layout)
  for (const scaled of blocksIn(box, layout.dimensions)) {
    const entry = index.find(scaled)
    if (entry !== undefined && entry.address !== UNDEFINED) return true
  }
  return false
}

/** Writes the chunks of a block. */
function* chunksOf(given: Rewriting, layout: ChunkedLayout, queue: ChunkQueue, box: Box, bytes: Uint8Array): Work {
  const { draft } = given
  const elementSize = draft.type.size
  const fill = fillOf(draft)
  const { dimensions } = layout
  const size = chunkBytes(layout)
  const spans = boxSpans(box.start, box.count)
  let room = new Uint8Array(0)
  for (const scaled of blocksIn(box, dimensions)) {
    const start = scaled.map((at, axis) => at * dimensions[axis])
    const inside = start.map((at, axis) => Math.min(dimensions[axis], box.start[axis] + box.count[axis] - at))
    if (!given.dense && !isStored(given, { start, count: inside })) continue
    const gather = (): Uint8Array => {
      if (room.length === 0) room = new Uint8Array(size)
      if (inside.some((count, axis) => count < dimensions[axis])) fillBytes(room, fill)
      eachRun(spans, start, dimensions, (from, to, length, repeat, fromStep, toStep) => {
        copyRuns(bytes, room, elementSize, to, from, length, repeat, toStep, fromStep)
      })
      return room
    }
    const excluded = excludedFilters(given, layout, start)
    yield* queue.add(start, { decode: [], mask: 0, size, encode: draft.filters, excluded }, gather)
  }
  yield* queue.drain()
}

/** A piece of what was read that belongs to a block that is to be written. */
interface Piece extends Box {
  at: number
}

/** Reads all in large blocks of the source's chunks, puts aside what belongs together, and brings it back in blocks of the target's. */
function* inStages(
  given: Rewriting,
  tools: RewriteTools,
  { read, write }: { read: readonly number[]; write: readonly number[] },
  scratch: Scratch,
  consume: Consumer,
): Work {
  const { dataset, draft } = given
  const elementSize = draft.type.size
  const fill = fillOf(draft)
  const pieces = new Map<string, Piece[]>()
  yield* readBlocks(given, tools, read, function* (box, bytes) {
    for (const scaled of blocksIn(box, write)) {
      const low = scaled.map((at, axis) => Math.max(at * write[axis], box.start[axis]))
      const high = scaled.map((at, axis) => Math.min((at + 1) * write[axis], box.start[axis] + box.count[axis]))
      const piece = { start: low, count: high.map((end, axis) => end - low[axis]) }
      const at = scratch.append(copyBox(bytes, box, piece, elementSize))
      const key = scaled.join()
      const known = pieces.get(key)
      if (known === undefined) pieces.set(key, [{ ...piece, at }])
      else known.push({ ...piece, at })
    }
  })
  for (const box of blocksOf(shapeOf(dataset.space), write)) {
    const known = pieces.get(box.start.map((at, axis) => at / write[axis]).join())
    if (known === undefined && !given.dense) continue
    const bytes = new Uint8Array(elementsIn(box) * elementSize)
    fillBytes(bytes, fill)
    for (const piece of known ?? []) {
      const part = new Uint8Array(elementsIn(piece) * elementSize)
      scratch.read(piece.at, part)
      placeBox(part, piece, bytes, box, elementSize)
    }
    yield* consume(box, bytes)
  }
}

/** The elements of a part of a box. */
function copyBox(bytes: Uint8Array, box: Box, part: Box, elementSize: number): Uint8Array {
  const result = new Uint8Array(elementsIn(part) * elementSize)
  eachRun(boxSpans(part.start, part.count), box.start, box.count, (from, to, length, repeat, fromStep, toStep) => {
    copyRuns(bytes, result, elementSize, from, to, length, repeat, fromStep, toStep)
  })
  return result
}

/** Puts the elements of a part of a box where they belong. */
function placeBox(part: Uint8Array, place: Box, bytes: Uint8Array, box: Box, elementSize: number): void {
  eachRun(boxSpans(place.start, place.count), box.start, box.count, (from, to, length, repeat, fromStep, toStep) => {
    copyRuns(part, bytes, elementSize, to, from, length, repeat, toStep, fromStep)
  })
}

/** One element; undefined for zeros. */
function fillOf({ fill, type }: DatasetDraft): Uint8Array | undefined {
  return fill.value.length === type.size ? fill.value : undefined
}
