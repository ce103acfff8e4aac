import { WriteError } from '../errors.ts'
import type { FilterPipeline } from '../filters/pipeline.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import { chunkBytes } from '../storage/chunk-index.ts'
import { wholeSet } from '../storage/element-set.ts'
import { copyRuns, fillBytes } from '../storage/runs.ts'
import { ChunkWriter } from './chunk-writer.ts'
import type { DatasetDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'

/** All elements of a dataset in C order, in its own type: a buffer, a file, or what makes them as they are asked for. */
export interface ElementBytes {
  /** In bytes. */
  readonly size: number
  /** Bytes `[start, start + length)`, which stay as they are until the next call. */
  view(start: number, length: number): Uint8Array
}

/** Rows of chunks of up to so many bytes are taken from the source at once. */
const LARGEST_BAND = 64 << 20

/** Bytes that are looked at together at least. */
const PIECE = 4 << 20

/** A chunk of elements. */
export interface ChunkOfElements {
  /** Of its first element, along each axis. */
  offset: number[]
  /** Of all its elements; they stay as they are until the next chunk is asked for. */
  bytes: Uint8Array
}

/** Takes elements apart into chunks; past the end of the dataset they have the fill value. */
export function* chunksOf(
  shape: readonly number[],
  layout: ChunkedLayout,
  fill: Uint8Array,
  source: ElementBytes,
): Generator<ChunkOfElements> {
  const { dimensions, elementSize } = layout
  const whole = wholeSet(shape)
  const bytes = new Uint8Array(chunkBytes(layout))
  const band = shape.slice(1).reduce((product, size) => product * size, dimensions[0] * elementSize)
  const most = Math.max(band, Math.min(PIECE, LARGEST_BAND)) / elementSize
  const pieces = band > LARGEST_BAND ? [{ first: 0, set: whole }] : whole.pieces(most, dimensions)
  for (const { first, set } of pieces) {
    // A row of chunks that is too long is read run by run.
    const rows = band > LARGEST_BAND ? undefined : source.view(first * elementSize, set.size * elementSize)
    for (const { scaled, runs } of set.cells(dimensions)) {
      const offset = scaled.map((n, axis) => n * dimensions[axis])
      if (offset.some((start, axis) => start + dimensions[axis] > shape[axis])) fillBytes(bytes, fill)
      runs((from, to, length, repeat, fromStep, toStep) => {
        if (rows !== undefined) copyRuns(rows, bytes, elementSize, to, from, length, repeat, toStep, fromStep)
        else copyFrom(source, bytes, elementSize, to, from, length, repeat, toStep, fromStep)
      })
      yield { offset, bytes }
    }
  }
}

function copyFrom(
  source: ElementBytes,
  target: Uint8Array,
  elementSize: number,
  from: number,
  to: number,
  length: number,
  repeat: number,
  fromStep: number,
  toStep: number,
): void {
  for (let i = 0; i < repeat; i++) {
    const run = source.view((from + i * fromStep) * elementSize, length * elementSize)
    target.set(run, (to + i * toStep) * elementSize)
  }
}

/** Writes all elements of a dataset, and puts into its draft where they are. */
export function writeElements(
  emitter: Emitter,
  pipeline: FilterPipeline,
  draft: DatasetDraft,
  source: ElementBytes,
): void {
  const { layout } = draft
  if (writePlain(emitter, draft, source) || layout.kind !== 'chunked') return
  const writer = new ChunkWriter(emitter, pipeline, draft, layout)
  for (const { offset, bytes } of chunksOf(draft.space.dimensions, layout, draft.fill.value, source)) {
    writer.write(offset, bytes)
  }
  writer.complete()
}

/** As `writeElements`, with filters on several threads where there are such. */
export async function writeElementsAsync(
  emitter: Emitter,
  pipeline: FilterPipeline,
  draft: DatasetDraft,
  source: ElementBytes,
): Promise<void> {
  const { layout } = draft
  if (writePlain(emitter, draft, source) || layout.kind !== 'chunked') return
  const writer = new ChunkWriter(emitter, pipeline, draft, layout)
  for (const { offset, bytes } of chunksOf(draft.space.dimensions, layout, draft.fill.value, source)) {
    await writer.writeSoon(offset, bytes)
  }
  await writer.finish()
}

/** Writes elements that are in one block; false where they are not. */
function writePlain(emitter: Emitter, draft: DatasetDraft, source: ElementBytes): boolean {
  const { layout, space, type } = draft
  const size = elementCount(space) * type.size
  if (source.size !== size) throw new WriteError(`${source.size} bytes for elements of ${size} bytes`)
  if (layout.kind === 'compact') {
    draft.layout = { ...layout, data: source.view(0, size).slice() }
    return true
  }
  if (layout.kind === 'virtual') throw new WriteError('the elements of a virtual dataset are those of its sources')
  if (layout.kind === 'chunked') return size === 0
  if (size === 0) return true
  if (draft.external !== undefined) {
    if (draft.outside === undefined) throw new WriteError('the elements are in other files')
    for (const { at, bytes } of piecesOf(source)) draft.outside.write(at, bytes)
    return true
  }
  const address = emitter.space.allocate(size, 'raw')
  for (const { at, bytes } of piecesOf(source)) emitter.putBytes(address + at, bytes)
  draft.layout = { ...layout, address, size }
  return true
}

function* piecesOf(source: ElementBytes): Generator<{ at: number; bytes: Uint8Array }> {
  for (let at = 0; at < source.size; at += PIECE) {
    yield { at, bytes: source.view(at, Math.min(PIECE, source.size - at)) }
  }
}
