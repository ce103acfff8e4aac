import type { Hdf5Error } from '../errors.ts'
import { FormatError } from '../errors.ts'
import type { EncodedChunk } from '../filters/pipeline.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { OnLost } from '../objects/attempt.ts'
import { attempt, readable } from '../objects/attempt.ts'
import type { ChunkIndex } from '../storage/chunk-index.ts'
import { openChunkIndex, placeOf } from '../storage/chunk-index.ts'
import { fillBytes } from '../storage/runs.ts'
import { chunkLayout } from './chunk-layout.ts'
import { ChunkWriter } from './chunk-writer.ts'
import type { Emitter } from './emitter.ts'
import type { StoredData } from './object-copy-data.ts'
import { copyDataHere, decodedChunk, movedChunk, moveFill, PIECE } from './object-copy-data.ts'
import type { ElementPlaces } from './object-copy-elements.ts'
import { ElementMover } from './object-copy-elements.ts'
import type { Versions } from './version-bounds.ts'

/** Chunks that are looked up one by one where their index cannot be gone through. */
const MOST_LOOKUPS = 1 << 16

/** A mover that makes elements zeros where what they refer to cannot be read. */
export class RescuingMover extends ElementMover {
  readonly #size: number
  readonly #lost: OnLost

  constructor(image: StoredData['image'], type: ConstructorParameters<typeof ElementMover>[1], lost: OnLost) {
    super(image, type)
    this.#size = type.size
    this.#lost = lost
  }

  override move(bytes: Uint8Array, at: number, count: number, places: ElementPlaces, into = bytes, intoAt = at): void {
    const size = this.#size
    for (let start = 0; start < count * size; start += size) {
      const done = attempt(() => {
        super.move(bytes, at + start, 1, places, into, intoAt + start)
        return true
      }, this.#lost)
      if (done !== true) into.fill(0, intoAt + start, intoAt + start + size)
    }
  }
}

/**
 * As `copyData`, of a damaged file: what can be read of the elements is written, and the others have the fill value.
 * Chunks come along only if they can be decoded, but for those whose filters are not available here.
 *
 * @param lost told of each chunk that is left out, or once of the end of elements that stand side by side
 */
export function rescueData(
  stored: StoredData,
  versions: Versions,
  emitter: Emitter,
  places: ElementPlaces,
  lost: OnLost,
): void {
  const { image, space, elementSize, layout, draft } = stored
  const target = draft.layout
  const length = elementCount(space) * elementSize
  if (layout.kind === 'chunked' && target.kind === 'chunked') {
    moveFill(stored, places)
    rescueChunks(stored, layout, target, emitter, places, lost)
    return
  }
  if (layout.kind === 'compact' && layout.data.length !== length) {
    lost(new FormatError(`${layout.data.length} bytes for elements of ${length}`, { structure: 'Data Layout Message' }))
    const data = new Uint8Array(length)
    data.set(layout.data.subarray(0, length))
    copyDataHere({ ...stored, layout: { ...layout, data } }, emitter, places)
    return
  }
  const there =
    layout.kind === 'contiguous' && layout.address !== UNDEFINED ? image.available(layout.address, length) : 0
  if (layout.kind !== 'contiguous' || layout.address === UNDEFINED || there === length) {
    copyDataHere(stored, emitter, places)
    return
  }
  const what = `${length - there} of ${length} bytes of elements are behind the end of the file`
  lost(new FormatError(what, { structure: 'Data Layout Message' }))
  moveFill(stored, places)
  if (target.kind === 'contiguous') draft.layout = { ...target, address: UNDEFINED, size: length }
  if (there >= elementSize && space.dimensions.length > 0) {
    rescueStart(stored, layout.address, there, versions, emitter, places)
  }
}

function rescueChunks(
  stored: StoredData,
  layout: ChunkedLayout,
  target: ChunkedLayout,
  emitter: Emitter,
  places: ElementPlaces,
  lost: OnLost,
): void {
  const { image, space, filters, draft } = stored
  const index = openChunkIndex(image, layout, space)
  const writer = new ChunkWriter(emitter, image.pipeline, draft, target)
  const known = image.pipeline.missing(filters) === undefined
  const seen = new Set<string>()
  for (const entry of readableEntries(index, layout, space, lost)) {
    const place = entry.offset.join()
    if (seen.has(place) || !isInside(entry, layout, space)) continue
    seen.add(place)
    const chunk = attempt(() => readableChunk(stored, layout, entry, places, known), lost)
    if (chunk !== undefined) writer.place(entry.offset, chunk)
  }
  writer.complete()
}

function isInside({ offset }: ChunkEntry, { dimensions }: ChunkedLayout, space: Dataspace): boolean {
  return offset.every((start, axis) => start % dimensions[axis] === 0 && start < space.dimensions[axis])
}

function readableChunk(
  stored: StoredData,
  layout: ChunkedLayout,
  entry: ChunkEntry,
  places: ElementPlaces,
  known: boolean,
): EncodedChunk {
  const { image, mover } = stored
  const { address, size, filterMask: mask } = entry
  if (size <= 0) throw new FormatError('a chunk without bytes', { address })
  if (mover !== undefined) return movedChunk(stored, layout, entry, mover, places)
  if (known) decodedChunk(stored, layout, entry)
  return { bytes: image.source.view(address, size), mask }
}

/** The chunks of an index; where a part of it cannot be read, those that can be looked up nevertheless. */
function* readableEntries(
  index: ChunkIndex,
  layout: ChunkedLayout,
  { dimensions }: Dataspace,
  lost: OnLost,
): Generator<ChunkEntry> {
  const whole = attempt(
    () => {
      for (const _ of index.entries());
      return true
    },
    () => {},
  )
  const chunks = dimensions.map((size, axis) => Math.ceil(size / layout.dimensions[axis]))
  const count = chunks.reduce((product, n) => product * n, 1)
  if (whole === true || count > MOST_LOOKUPS) {
    yield* readable(index.entries(), lost)
    return
  }
  const grid = { chunks, axes: chunks.map((_, axis) => axis) }
  for (let number = 0; number < count; number++) {
    const entry = attempt(() => index.find(placeOf(grid, number)), lost)
    if (entry !== undefined) yield entry
  }
}

/** Writes the first of elements that stand side by side, as chunks: those that are not there take no room. */
function rescueStart(
  stored: StoredData,
  address: number,
  there: number,
  versions: Versions,
  emitter: Emitter,
  places: ElementPlaces,
): void {
  const { image, space, elementSize, mover, draft } = stored
  const { dimensions } = space
  const chunkShape = neighbours(dimensions, elementSize)
  const { allocationTime } = draft.fill
  const { lengths } = image.sizes
  const layout = chunkLayout(versions, { space, chunkShape, elementSize, filtered: false, allocationTime, lengths })
  draft.layout = layout
  draft.filters = []
  const writer = new ChunkWriter(emitter, image.pipeline, draft, layout)
  const strides = dimensions.map((_, axis) => dimensions.slice(axis + 1).reduce((product, n) => product * n, 1))
  const split = chunkShape.findIndex((size, axis) => size > 1 || axis === dimensions.length - 1)
  const fill = draft.fill.value.length === elementSize ? draft.fill.value : undefined
  const size = chunkShape.reduce((product, n) => product * n, elementSize)
  const most = Math.floor(there / elementSize)
  for (let first = 0; first < most; ) {
    const offset = strides.map((stride, axis) => Math.floor(first / stride) % dimensions[axis])
    const inChunk = Math.min(chunkShape[split], dimensions[split] - offset[split]) * strides[split]
    const count = Math.min(inChunk, most - first)
    const bytes = new Uint8Array(size)
    fillBytes(bytes, fill)
    bytes.set(image.source.view(address + first * elementSize, count * elementSize))
    mover?.move(bytes, 0, count, places)
    writer.write(offset, bytes)
    first += inChunk
  }
  writer.complete()
}

/** The shape of chunks of about PIECE bytes whose elements are neighbours in C order. */
function neighbours(dimensions: readonly number[], elementSize: number): number[] {
  const shape = [...dimensions]
  let bytes = shape.reduce((product, n) => product * n, elementSize)
  for (let axis = 0; axis < shape.length && bytes > PIECE; axis++) {
    const row = bytes / shape[axis]
    shape[axis] = Math.max(1, Math.floor(PIECE / row))
    bytes = row * shape[axis]
  }
  return shape
}

/** Tells once how often something was lost, and why the first time. */
export class Losses {
  count = 0
  first: Hdf5Error | undefined
  readonly lost: OnLost = (error) => {
    this.count++
    this.first ??= error
  }
}
