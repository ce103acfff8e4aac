import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import { UNDEFINED } from '../io/structure.ts'
import { chunkLayout } from './chunk-layout.ts'
import type { Versions } from './version-bounds.ts'

/** What decides how a layout is stored. */
export interface LayoutNeeds {
  space: Dataspace
  /** Of an element, in bytes. */
  elementSize: number
  filtered: boolean
  /** When storage is allocated. */
  allocationTime: number
  /** Of lengths in the new file, in bytes. */
  lengths: number
}

/**
 * A layout as a new file has it, with nothing stored yet.
 *
 * @param sameSize whether elements are as large as they were
 */
export function emptyLayout(layout: DataLayout, versions: Versions, needs: LayoutNeeds, sameSize: boolean): DataLayout {
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
        size: (sameSize ? layout.size : undefined) ?? elementCount(needs.space) * needs.elementSize,
      }
    case 'virtual':
      return { ...layout, version: Math.max(4, version), address: UNDEFINED, index: 0 }
    case 'chunked': {
      const { dimensions: chunkShape, flags } = layout
      return chunkLayout(versions, { ...needs, chunkShape, plainEdges: (flags & DONT_FILTER_PARTIAL_CHUNKS) !== 0 })
    }
  }
}
