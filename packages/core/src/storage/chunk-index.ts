import { FormatError } from '../errors.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import { chunkEntries, findChunk } from '../format/b-tree-v1.ts'
import { findRecord, openBTreeV2, records } from '../format/b-tree-v2.ts'
import { chunkRecord, compareChunk } from '../format/b-tree-v2-records.ts'
import { openExtensibleArray } from '../format/extensible-array.ts'
import type { FileImage } from '../format/file-image.ts'
import type { EntryArray } from '../format/fixed-array.ts'
import { openFixedArray } from '../format/fixed-array.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { addressAt } from '../io/address.ts'
import { checkRange } from '../io/byte-source.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'

export type { ChunkEntry }

/** Finds the chunks of a dataset, whatever structure lists them. */
export interface ChunkIndex {
  /** All chunks that are stored, in the order of the index. */
  entries(): Iterable<ChunkEntry>
  /** The chunk at a place in the grid of chunks; undefined where it was never written. */
  find(scaled: readonly number[]): ChunkEntry | undefined
}

const NOTHING: ChunkIndex = { entries: () => [], find: () => undefined }

/** Bytes of a whole chunk without filters. */
export function chunkBytes(layout: ChunkedLayout): number {
  return layout.dimensions.reduce((product, size) => product * size, layout.elementSize)
}

export function openChunkIndex(image: FileImage, layout: ChunkedLayout, space: Dataspace): ChunkIndex {
  if (layout.dimensions.length !== space.dimensions.length) {
    const ranks = `chunks of rank ${layout.dimensions.length} in a dataset of rank ${space.dimensions.length}`
    throw new FormatError(ranks, { structure: 'Data Layout Message' })
  }
  if (layout.address === UNDEFINED) return NOTHING
  switch (layout.index.type) {
    case 'b-tree-v1':
      return treeV1(image, layout)
    case 'b-tree-v2':
      return treeV2(image, layout)
    case 'single-chunk':
      return single(layout, layout.index.filtered)
    case 'implicit':
      return implicit(image, layout, space)
    case 'fixed-array':
      return array(image, layout, openFixedArray(image, layout.address), gridOf(layout, space, false))
    case 'extensible-array':
      return array(image, layout, openExtensibleArray(image, layout.address), gridOf(layout, space, true))
  }
}

/** The chunks that hold elements: an implicit index also has those of elements that the dataset may grow by. */
export function* chunksInUse(image: FileImage, layout: ChunkedLayout, space: Dataspace): Generator<ChunkEntry> {
  for (const entry of openChunkIndex(image, layout, space).entries()) if (isInUse(entry, layout, space)) yield entry
}

/** Whether a chunk of an index holds elements. */
export function isInUse({ offset }: ChunkEntry, layout: ChunkedLayout, space: Dataspace): boolean {
  return layout.index.type !== 'implicit' || offset.every((start, axis) => start < space.dimensions[axis])
}

function treeV1(image: FileImage, layout: ChunkedLayout): ChunkIndex {
  const { address, dimensions } = layout
  const rank = dimensions.length
  return {
    entries: () => chunkEntries(image, address, rank),
    find(scaled) {
      const offset = scaled.map((n, axis) => n * dimensions[axis])
      return findChunk(image, address, rank, offset)
    },
  }
}

function treeV2(image: FileImage, layout: ChunkedLayout): ChunkIndex {
  const tree = openBTreeV2(image, layout.address)
  const { dimensions } = layout
  const size = chunkBytes(layout)
  const { type, recordSize } = tree.header
  const filtered = type === 11
  const rest = recordSize - image.sizes.offsets - 8 * dimensions.length
  if ((type !== 10 && type !== 11) || (filtered ? rest < 5 || rest > 12 : rest !== 0)) {
    throw new FormatError(`records of type ${type} and ${recordSize} bytes`, {
      structure: 'Version 2 B-tree Header',
      address: layout.address,
    })
  }
  const entry = (record: Uint8Array): ChunkEntry => chunkRecord(record, filtered, dimensions, size, image.sizes)
  return {
    *entries() {
      for (const record of records(tree)) yield entry(record)
    },
    find(scaled) {
      const record = findRecord(tree, (each) => compareChunk(each, scaled))
      return record === undefined ? undefined : entry(record)
    },
  }
}

function single(layout: ChunkedLayout, filtered: { size: number; mask: number } | undefined): ChunkIndex {
  const { size, mask } = filtered ?? { size: chunkBytes(layout), mask: 0 }
  const entry = { offset: layout.dimensions.map(() => 0), size, filterMask: mask, address: layout.address }
  return {
    entries: () => [entry],
    find: (scaled) => (scaled.every((n) => n === 0) ? entry : undefined),
  }
}

/** How the places in the grid of chunks are numbered. */
export interface Grid {
  /** Chunks along each axis; 0 along an unlimited one. */
  chunks: number[]
  /** Axes from the slowest to the fastest. */
  axes: number[]
}

/** In an extensible array the unlimited axis is the slowest one, so that numbers stay when it grows. */
export function gridOf(layout: ChunkedLayout, space: Dataspace, growing: boolean): Grid {
  const limits = space.maximum ?? space.dimensions
  const chunks = limits.map((limit, axis) => (limit === UNDEFINED ? 0 : Math.ceil(limit / layout.dimensions[axis])))
  const axes = chunks.map((_, axis) => axis)
  const unlimited = limits.indexOf(UNDEFINED)
  if (growing && unlimited > 0) {
    axes.splice(unlimited, 1)
    axes.unshift(unlimited)
  }
  return { chunks, axes }
}

/** The number of a place in the grid. */
export function numberOf(grid: Grid, scaled: readonly number[]): number {
  return grid.axes.reduce((number, axis) => number * grid.chunks[axis] + scaled[axis], 0)
}

/** The place in the grid that has a number. */
export function placeOf(grid: Grid, number: number): number[] {
  const scaled: number[] = new Array(grid.axes.length).fill(0)
  let rest = number
  for (let i = grid.axes.length - 1; i > 0; i--) {
    const axis = grid.axes[i]
    scaled[axis] = rest % grid.chunks[axis]
    rest = Math.floor(rest / grid.chunks[axis])
  }
  scaled[grid.axes[0]] = rest
  return scaled
}

function implicit(image: FileImage, layout: ChunkedLayout, space: Dataspace): ChunkIndex {
  const grid = gridOf(layout, space, false)
  const size = chunkBytes(layout)
  const total = grid.chunks.reduce((product, n) => product * n, 1)
  // All chunks are allocated at once, one behind the other.
  checkRange(image.source.size, layout.address, total * size)
  const entry = (number: number, scaled: readonly number[]): ChunkEntry => ({
    offset: scaled.map((n, axis) => n * layout.dimensions[axis]),
    size,
    filterMask: 0,
    address: layout.address + number * size,
  })
  return {
    *entries() {
      for (let number = 0; number < total; number++) yield entry(number, placeOf(grid, number))
    },
    find: (scaled) => entry(numberOf(grid, scaled), scaled),
  }
}

function array(image: FileImage, layout: ChunkedLayout, stored: EntryArray, grid: Grid): ChunkIndex {
  const { offsets } = image.sizes
  const whole = chunkBytes(layout)
  const sizeWidth = stored.entrySize - offsets - 4
  if (stored.filtered ? sizeWidth < 1 || sizeWidth > 8 : stored.entrySize !== offsets) {
    throw new FormatError(`chunk entries of ${stored.entrySize} bytes`, { structure: 'Data Layout Message' })
  }
  const entry = (number: number, scaled: readonly number[]): ChunkEntry | undefined => {
    const bytes = number < stored.count ? stored.entry(number) : undefined
    const address = bytes === undefined ? UNDEFINED : addressAt(bytes, 0, image.sizes)
    if (bytes === undefined || address === UNDEFINED) return undefined
    const size = stored.filtered ? unsigned(bytes, offsets, sizeWidth) : whole
    const filterMask = stored.filtered ? unsigned(bytes, offsets + sizeWidth, 4) : 0
    return { offset: scaled.map((n, axis) => n * layout.dimensions[axis]), size, filterMask, address }
  }
  return {
    *entries() {
      // An array may refer to the same page again and again; no two chunks are at the same place.
      let left = image.source.size
      for (const { first, count } of stored.runs()) {
        for (let number = first; number < first + count; number++) {
          const found = entry(number, placeOf(grid, number))
          if (found === undefined) continue
          if (left-- <= 0) throw new FormatError('more chunks than bytes', { structure: 'Data Layout Message' })
          yield found
        }
      }
    },
    find: (scaled) => entry(numberOf(grid, scaled), scaled),
  }
}
