import type { ChunkIndex } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout, DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import { EARLY } from '../format/messages/fill-value.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Versions } from './version-bounds.ts'

/** What decides how a layout is stored. */
export interface LayoutNeeds {
  space: Dataspace
  /** Of an element, in bytes. */
  elementSize: number
  filtered: boolean
  /** When storage is allocated. */
  allocationTime: number
}

/** A layout as a new file has it, with nothing stored yet. */
export function emptyLayout(layout: DataLayout, versions: Versions, needs: LayoutNeeds): DataLayout {
  const version = versions.dataLayout
  switch (layout.kind) {
    case 'compact':
      return { ...layout, version, storedDimensions: [] }
    case 'contiguous':
      return {
        ...layout,
        version,
        storedDimensions: [],
        address: UNDEFINED,
        size: layout.size ?? elementCount(needs.space) * needs.elementSize,
      }
    case 'virtual':
      return { ...layout, version: Math.max(4, version), address: UNDEFINED, index: 0 }
    case 'chunked': {
      // Flags are there from version 4 on.
      const needed = layout.flags === 0 ? version : Math.max(4, version)
      return { ...layout, version: needed, index: indexFor(layout, needed, needs), address: UNDEFINED }
    }
  }
}

/** The index that the library would choose. */
function indexFor({ dimensions }: ChunkedLayout, version: number, needs: LayoutNeeds): ChunkIndex {
  if (version < 4) return { type: 'b-tree-v1' }
  const { space, filtered, allocationTime } = needs
  const maximum = space.maximum ?? space.dimensions
  const unlimited = maximum.filter((size) => size === UNDEFINED).length
  if (unlimited > 1) return { type: 'b-tree-v2', nodeSize: 2048, splitPercent: 100, mergePercent: 40 }
  if (unlimited === 1) {
    return { type: 'extensible-array', maxBits: 32, indexElements: 4, minPointers: 4, minElements: 16, pageBits: 10 }
  }
  const single = dimensions.every((size, axis) => size === space.dimensions[axis] && size === maximum[axis])
  if (single) return { type: 'single-chunk', filtered: filtered ? { size: 0, mask: 0 } : undefined }
  return allocationTime === EARLY && !filtered ? { type: 'implicit' } : { type: 'fixed-array', pageBits: 10 }
}
