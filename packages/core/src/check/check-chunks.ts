import type { FilterStep } from '../filters/pipeline.ts'
import { chunkRecord } from '../format/b-tree-v2-records.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { addressAt } from '../io/address.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { ChunkEntry, Grid } from '../storage/chunk-index.ts'
import { chunkBytes, gridOf, placeOf } from '../storage/chunk-index.ts'
import { checkTreeV1 } from './check-b-tree-v1.ts'
import { checkTreeV2 } from './check-b-tree-v2.ts'
import type { ArrayShape } from './check-chunk-arrays.ts'
import { checkExtensibleArray, checkFixedArray } from './check-chunk-arrays.ts'
import type { FileState } from './file-state.ts'
import type { Place } from './finding.ts'

const USE = 'chunk-indexes'
const CHUNK = 1
const RAW_CHUNK = { name: 'Chunk', spec: 'IV.A.2.i' }

/** A chunked dataset as its header describes it. */
export interface ChunkedDataset {
  layout: ChunkedLayout
  space: Dataspace
  filters: readonly FilterStep[]
  /** Of the layout message. */
  place: Place
}

/** Goes through the index of a dataset's chunks, and the chunks. */
export function checkChunks(state: FileState, dataset: ChunkedDataset): void {
  if (dataset.layout.address !== UNDEFINED) new ChunkWalk(state, dataset).run()
}

class ChunkWalk {
  readonly #state: FileState
  readonly #dataset: ChunkedDataset
  readonly #whole: number
  readonly #limits: readonly number[]
  /** Chunks so far. */
  #count = 0
  #stopped = false
  /** Filters without which nothing can be decoded here. */
  readonly #missing: FilterStep | undefined

  constructor(state: FileState, dataset: ChunkedDataset) {
    this.#state = state
    this.#dataset = dataset
    this.#whole = chunkBytes(dataset.layout)
    this.#limits = dataset.space.maximum ?? dataset.space.dimensions
    this.#missing = state.check.image.pipeline.missing(dataset.filters)
  }

  run(): void {
    const { layout, space, place } = this.#dataset
    const { check } = this.#state
    const { index, address } = layout
    const from = { ...place, field: 'Address' }
    switch (index.type) {
      case 'b-tree-v1':
        this.#treeV1(from)
        break
      case 'b-tree-v2':
        this.#treeV2(from)
        break
      case 'single-chunk': {
        const { size, mask } = index.filtered ?? { size: this.#whole, mask: 0 }
        const offset = layout.dimensions.map(() => 0)
        this.#chunk({ offset, size, filterMask: mask, address }, from)
        break
      }
      case 'implicit':
        this.#implicit(from)
        break
      case 'fixed-array': {
        const grid = gridOf(layout, space, false)
        const total = grid.chunks.reduce((product, n) => product * n, 1)
        checkFixedArray(check, address, this.#arrayShape(grid), total, index.pageBits, from)
        break
      }
      case 'extensible-array':
        checkExtensibleArray(check, address, this.#arrayShape(gridOf(layout, space, true)), index, from)
        break
    }
  }

  #implicit(from: Place): void {
    const { layout, space } = this.#dataset
    const { check } = this.#state
    const total = gridOf(layout, space, false).chunks.reduce((product, n) => product * n, 1)
    if (check.inside(layout.address, total * this.#whole, from)) {
      check.claim(layout.address, total * this.#whole, 'raw-data', RAW_CHUNK)
    }
  }

  #treeV1(from: Place): void {
    const { layout } = this.#dataset
    const { dimensions, elementSize } = layout
    const rank = dimensions.length
    const { check, settings } = this.#state
    const keySize = 8 + 8 * (rank + 1)
    const units = [...dimensions, elementSize]
    const offsetAt = (keys: Uint8Array, at: number, axis: number): number => unsigned(keys, at + 8 + 8 * axis, 8)
    checkTreeV1(
      check,
      layout.address,
      {
        type: CHUNK,
        keySize,
        capacity: 2 * settings.chunkK,
        use: USE,
        disorder(keys, before, after) {
          for (let axis = 0; axis <= rank; axis++) {
            const difference = offsetAt(keys, before, axis) - offsetAt(keys, after, axis)
            if (difference < 0) return undefined
            if (difference > 0) return 'chunks out of order'
          }
          return 'the same chunk twice'
        },
        leaf: (address, keys, key, _stride, node) => {
          const offset = dimensions.map((_, axis) => offsetAt(keys, key, axis))
          if (units.some((unit, axis) => offsetAt(keys, key, axis) % unit !== 0) || offsetAt(keys, key, rank) !== 0) {
            const what = `chunk at ${offset.join(', ')} in a grid of ${dimensions.join(' x ')}`
            check.error(node, what, 'Keys and Child Pointers')
          }
          const size = unsigned(keys, key, 4)
          this.#chunk(
            { offset, size, filterMask: unsigned(keys, key + 4, 4), address },
            node,
            'Keys and Child Pointers',
          )
        },
      },
      from,
    )
  }

  #treeV2(from: Place): void {
    const { layout, filters } = this.#dataset
    const { dimensions, index } = layout
    const { check } = this.#state
    const { sizes } = check.image
    const plain = sizes.offsets + 8 * dimensions.length
    const filtered = filters.length > 0
    checkTreeV2(
      check,
      layout.address,
      {
        types: [filtered ? 11 : 10],
        recordSizes: () => (filtered ? { least: plain + 5, most: plain + 12 } : { least: plain, most: plain }),
        use: USE,
        header: ({ nodeSize, splitPercent, mergePercent }, place) => {
          if (index.type !== 'b-tree-v2') return
          for (const [field, stored, told] of [
            ['Node Size', nodeSize, index.nodeSize],
            ['Split Percent', splitPercent, index.splitPercent],
            ['Merge Percent', mergePercent, index.mergePercent],
          ] as const) {
            if (stored !== told) check.error(place, `${stored}, and the layout message says ${told}`, field)
          }
        },
        compare: (before, after) => {
          const start = before.length - 8 * dimensions.length
          for (let axis = 0; axis < dimensions.length; axis++) {
            const difference = unsigned(before, start + 8 * axis, 8) - unsigned(after, start + 8 * axis, 8)
            if (difference !== 0) return difference
          }
          return 0
        },
        record: (record, node) =>
          this.#chunk(chunkRecord(record, filtered, dimensions, this.#whole, sizes), node, 'Records'),
      },
      from,
    )
  }

  #arrayShape(grid: Grid): ArrayShape {
    const { sizes } = this.#state.check.image
    const { layout, filters } = this.#dataset
    const { offsets } = sizes
    const filtered = filters.length > 0
    return {
      filtered,
      entrySize: filtered ? { least: offsets + 5, most: offsets + 12 } : { least: offsets, most: offsets },
      entries: (first, elements, entrySize, place) => {
        let end = 0
        for (let at = 0; at + entrySize <= elements.length; at += entrySize) {
          const address = addressAt(elements, at, sizes)
          if (address === UNDEFINED) continue
          const number = first + at / entrySize
          end = number + 1
          const scaled = placeOf(grid, number)
          const width = entrySize - offsets - 4
          const size = filtered ? unsigned(elements, at + offsets, width) : this.#whole
          const filterMask = filtered ? unsigned(elements, at + offsets + width, 4) : 0
          const offset = scaled.map((n, axis) => n * layout.dimensions[axis])
          this.#chunk({ offset, size, filterMask, address }, place, 'Elements')
        }
        return end
      },
    }
  }

  #chunk(entry: ChunkEntry, place: Place, field = place.field): void {
    const { check, data } = this.#state
    const { filters } = this.#dataset
    if (this.#stopped) return
    this.#count++
    if (this.#count > check.limits.chunks) {
      this.#stopped = true
      check.report('error', this.#dataset.place, `more than ${check.limits.chunks} chunks`, 'limit.chunks')
      return
    }
    const { offset, size, filterMask, address } = entry
    const where = `chunk at ${offset.join(', ')}`
    // Chunks behind the present size may be there for when the dataset grows.
    if (offset.some((start, axis) => this.#limits[axis] !== UNDEFINED && start >= this.#limits[axis])) {
      check.error(place, `${where} behind the largest size of ${this.#limits.join(' x ')} elements`, field)
    }
    if (size <= 0) {
      check.error(place, `${where} of ${size} bytes`, field)
      return
    }
    if (filters.length === 0 && size !== this.#whole) {
      check.error(place, `${where} of ${size} bytes, without filters it has ${this.#whole}`, field)
    }
    if (filterMask >= 2 ** filters.length) {
      const what = `${where} skips filters of ${filters.length} that are not there (mask 0x${filterMask.toString(16)})`
      check.error(place, what, field)
    }
    if (!check.inside(address, size, place, field)) return
    check.claim(address, size, 'raw-data', RAW_CHUNK)
    if (data) this.#decode(entry, where)
  }

  #decode({ offset, size, filterMask, address }: ChunkEntry, where: string): void {
    const { check } = this.#state
    const { filters, layout, space } = this.#dataset
    if (this.#missing !== undefined || filters.length === 0) return
    const place = { structure: RAW_CHUNK, address }
    const partial = offset.some((start, axis) => start + layout.dimensions[axis] > space.dimensions[axis])
    if (partial && (layout.flags & DONT_FILTER_PARTIAL_CHUNKS) !== 0) return
    const bytes = check.attempt(place, () =>
      check.image.pipeline.decode(filters, check.image.source.view(address, size), filterMask, this.#whole),
    )
    if (bytes !== undefined && bytes.length !== this.#whole) {
      const what = `${where} gives ${bytes.length} bytes instead of ${this.#whole}`
      check.report('error', place, what, 'raw-data.size')
    }
  }
}
