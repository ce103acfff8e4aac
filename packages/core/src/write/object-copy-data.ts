import { FormatError } from '../errors.ts'
import type { EncodedChunk, FilterStep } from '../filters/pipeline.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import type { FileImage } from '../format/file-image.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout, DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import { checkRange } from '../io/byte-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import { chunkBytes, isInUse, openChunkIndex } from '../storage/chunk-index.ts'
import { fillBytes } from '../storage/runs.ts'
import { ByteCopier } from './byte-copier.ts'
import type { Turn, Work } from './chunk-queue.ts'
import { carryOutHere } from './chunk-queue.ts'
import { ChunkWriter } from './chunk-writer.ts'
import type { DatasetDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { ElementMover, ElementPlaces } from './object-copy-elements.ts'

/** The stored elements of a dataset, and the draft of what they become part of. */
export interface StoredData {
  image: FileImage
  space: Dataspace
  /** In bytes. */
  elementSize: number
  /** As the elements are stored now. */
  layout: DataLayout
  filters: readonly FilterStep[]
  /** Where elements refer to what is outside of them. */
  mover: ElementMover | undefined
  draft: DatasetDraft
}

/** Bytes that are copied at once. */
export const PIECE = 4 << 20

/** Fewer bytes are seen sooner where the source has them than read. */
export const SMALL = 1 << 14

/**
 * Writes the elements of a dataset into the new file in the layout that they have, and says in the draft where they
 * are. Chunks stay as they are stored, unless what elements refer to has to follow. Without turns there is nothing to
 * wait for.
 *
 * @returns what is left to do; undefined where that is nothing, as with the few elements that most datasets have
 */
export function copyData(stored: StoredData, emitter: Emitter, places: ElementPlaces, turn?: Turn): Work | undefined {
  moveFill(stored, places)
  const { draft, layout, image, space, elementSize, mover } = stored
  if (mover !== undefined || layout.kind !== 'contiguous' || draft.layout.kind !== 'contiguous') {
    return copyElements(stored, emitter, places, turn)
  }
  const length = layout.address === UNDEFINED ? 0 : elementCount(space) * elementSize
  if (length > SMALL) return copyElements(stored, emitter, places, turn)
  const address = length === 0 ? UNDEFINED : copySmallBlock(image, layout.address, length, emitter)
  draft.layout = { ...draft.layout, address }
  return undefined
}

/** As `copyData`, all of it at once. */
export function copyDataHere(stored: StoredData, emitter: Emitter, places: ElementPlaces): void {
  const work = copyData(stored, emitter, places)
  if (work !== undefined) carryOutHere(work)
}

function* copyElements(stored: StoredData, emitter: Emitter, places: ElementPlaces, turn: Turn | undefined): Work {
  const { draft, layout } = stored
  const target = draft.layout
  if (layout.kind === 'compact' && target.kind === 'compact') {
    draft.layout = { ...target, data: compactData(stored, layout.data, places) }
  } else if (layout.kind === 'contiguous' && target.kind === 'contiguous') {
    draft.layout = { ...target, address: yield* copyContiguous(stored, layout.address, emitter, places, turn) }
  } else if (layout.kind === 'chunked' && target.kind === 'chunked') {
    yield* copyChunks(stored, layout, target, emitter, places, turn)
  }
}

/** Makes the fill value refer to the new file. */
export function moveFill({ draft, mover, elementSize }: StoredData, places: ElementPlaces): void {
  if (mover === undefined || draft.fill.value.length < elementSize) return
  draft.fill = { ...draft.fill, value: mover.moved(draft.fill.value.slice(), 1, places) }
}

/** Shows all elements that are stored to a mover, and writes nothing. */
export function visitElements(stored: StoredData, places: ElementPlaces): void {
  const { image, space, elementSize, layout, mover } = stored
  if (mover === undefined) return
  if (layout.kind === 'compact') compactData(stored, layout.data, places)
  else if (layout.kind === 'contiguous' && layout.address !== UNDEFINED) {
    const length = elementCount(space) * elementSize
    for (const { bytes } of movedPieces(stored, layout.address, length, mover, places)) void bytes
  } else if (layout.kind === 'chunked') {
    for (const entry of openChunkIndex(image, layout, space).entries()) {
      moveElements(stored, layout, entry, decodedChunk(stored, layout, entry), mover, places)
    }
  }
}

function compactData({ space, elementSize, mover }: StoredData, data: Uint8Array, places: ElementPlaces): Uint8Array {
  if (mover === undefined) return data
  return mover.moved(data.slice(), Math.min(elementCount(space), Math.floor(data.length / elementSize)), places)
}

function* copyContiguous(
  stored: StoredData,
  address: number,
  emitter: Emitter,
  places: ElementPlaces,
  turn: Turn | undefined,
): Work<number> {
  const { image, space, elementSize, mover } = stored
  if (address === UNDEFINED) return UNDEFINED
  const length = elementCount(space) * elementSize
  if (length === 0) return UNDEFINED
  if (mover === undefined) return yield* copyBlock(image, address, length, emitter, turn)
  const target = emitter.space.allocate(elementCount(space) * mover.type.size, 'raw')
  for (const { at, bytes } of movedPieces(stored, address, length, mover, places)) {
    emitter.putBytes(target + at, bytes)
    const others = turn?.()
    if (others !== undefined) yield others
  }
  return target
}

/** Elements that are stored side by side, some at a time, as they are to be, and where. */
function* movedPieces(
  { image, elementSize }: StoredData,
  address: number,
  length: number,
  mover: ElementMover,
  places: ElementPlaces,
): Generator<{ at: number; bytes: Uint8Array }> {
  const most = Math.max(1, Math.floor(PIECE / elementSize)) * elementSize
  for (let at = 0; at < length; at += most) {
    const bytes = image.source.view(address + at, Math.min(most, length - at)).slice()
    const number = at / elementSize
    yield { at: number * mover.type.size, bytes: mover.moved(bytes, bytes.length / elementSize, places) }
  }
}

export function copySmallBlock(image: FileImage, address: number, length: number, emitter: Emitter): number {
  const target = emitter.space.allocate(length, 'raw')
  emitter.putBytes(target, image.peek(address, length).bytes)
  return target
}

/** Copies bytes as they are, in pieces. */
function* copyBlock(
  image: FileImage,
  address: number,
  length: number,
  emitter: Emitter,
  turn: Turn | undefined,
): Work<number> {
  if (length <= SMALL) return copySmallBlock(image, address, length, emitter)
  const target = emitter.space.allocate(length, 'raw')
  const copier = new ByteCopier(image.source, (at, bytes) => emitter.putBytes(at, bytes))
  for (let at = 0; at < length; at += PIECE) {
    copier.copy(address + at, Math.min(PIECE, length - at), target + at)
    const others = turn?.()
    if (others !== undefined) yield others
  }
  copier.flush()
  return target
}

function* copyChunks(
  stored: StoredData,
  layout: ChunkedLayout,
  target: ChunkedLayout,
  emitter: Emitter,
  places: ElementPlaces,
  turn: Turn | undefined,
): Work {
  const { image, space, mover } = stored
  const writer = new ChunkWriter(emitter, image.pipeline, stored.draft, target)
  const copier = new ByteCopier(image.source, (at, bytes) => emitter.putBytes(at, bytes))
  try {
    for (const entry of openChunkIndex(image, layout, space).entries()) {
      // An implicit index has all again.
      if (target.index.type !== 'implicit' && !isInUse(entry, layout, space)) continue
      const { offset, size, filterMask: mask } = entry
      if (size <= 0) throw new FormatError('a chunk without bytes', { address: entry.address })
      if (mover !== undefined) writer.place(offset, movedChunk(stored, layout, entry, mover, places))
      else {
        // What cannot be there takes no space.
        checkRange(image.source.size, entry.address, size)
        const address = writer.allocate(offset, size)
        copier.copy(entry.address, size, address)
        writer.list(offset, address, size, mask)
      }
      const others = turn?.()
      if (others !== undefined) yield others
    }
  } finally {
    // What came before a chunk that cannot be copied is kept.
    try {
      copier.flush()
    } finally {
      writer.withdraw(copier.missing)
    }
  }
  writer.complete()
}

/** A chunk whose elements refer to the new file, with the filters that it had. */
export function movedChunk(
  stored: StoredData,
  layout: ChunkedLayout,
  entry: ChunkEntry,
  mover: ElementMover,
  places: ElementPlaces,
): EncodedChunk {
  const { image, filters, space } = stored
  const bytes = moveElements(stored, layout, entry, decodedChunk(stored, layout, entry), mover, places)
  if (isPlain(filters, layout, space, entry)) return { bytes, mask: entry.filterMask }
  return image.pipeline.encode(filters, bytes, entry.filterMask)
}

/** A copy of a chunk's elements. */
export function decodedChunk(
  { image, filters, space }: StoredData,
  layout: ChunkedLayout,
  entry: ChunkEntry,
): Uint8Array {
  const size = chunkBytes(layout)
  const raw = image.source.view(entry.address, entry.size)
  const plain = isPlain(filters, layout, space, entry)
  const bytes = plain ? raw : image.pipeline.decode(filters, raw, entry.filterMask, size)
  if (bytes.length >= size) return bytes.slice(0, size)
  throw new FormatError(`a chunk of ${bytes.length} bytes instead of ${size}`, { address: entry.address })
}

function moveElements(
  { space, elementSize, draft }: StoredData,
  layout: ChunkedLayout,
  entry: ChunkEntry,
  bytes: Uint8Array,
  mover: ElementMover,
  places: ElementPlaces,
): Uint8Array {
  const { value } = draft.fill
  const { size } = mover.type
  const fill = value.length === size ? value : undefined
  const moved = mover.isInPlace ? bytes : new Uint8Array((bytes.length / elementSize) * size)
  eachRow(bytes.length, elementSize, layout.dimensions, entry.offset, space.dimensions, (at, inside, count) => {
    const first = (at / elementSize) * size
    mover.move(bytes, at, inside, places, moved, first)
    // Where the dataset does not reach, there may be anything.
    fillBytes(moved.subarray(first + inside * size, first + count * size), fill)
  })
  return moved
}

/** Whether a chunk is stored without the filters. */
function isPlain(
  filters: readonly FilterStep[],
  layout: ChunkedLayout,
  { dimensions }: Dataspace,
  { offset }: ChunkEntry,
): boolean {
  if (filters.length === 0) return true
  if ((layout.flags & DONT_FILTER_PARTIAL_CHUNKS) === 0) return false
  return offset.some((start, axis) => start + layout.dimensions[axis] > dimensions[axis])
}

/** Visits the rows of a chunk: where they start, how many of their elements are in the dataset, and how many there are. */
function eachRow(
  length: number,
  elementSize: number,
  chunk: readonly number[],
  offset: readonly number[],
  shape: readonly number[],
  visit: (at: number, inside: number, count: number) => void,
): void {
  const last = chunk.length - 1
  const count = chunk[last]
  const inRow = Math.max(0, Math.min(count, shape[last] - offset[last]))
  const coordinates = new Array<number>(last).fill(0)
  for (let at = 0; at < length; at += count * elementSize) {
    const inside = coordinates.every((coordinate, axis) => coordinate + offset[axis] < shape[axis])
    visit(at, inside ? inRow : 0, count)
    for (let axis = last - 1; axis >= 0; axis--) {
      if (++coordinates[axis] < chunk[axis]) break
      coordinates[axis] = 0
    }
  }
}
