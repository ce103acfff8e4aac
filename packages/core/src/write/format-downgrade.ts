import { FormatError, UnsupportedError } from '../errors.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import { DONT_FILTER_PARTIAL_CHUNKS } from '../format/messages/chunk-index.ts'
import type { ChunkedLayout, DataLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { DATA_LAYOUT } from '../format/messages/message-types.ts'
import { UNDEFINED } from '../io/structure.ts'
import { datasetFacts } from '../objects/dataset.ts'
import { chunkIndexExtents, RAW_DATA } from '../objects/storage-extents.ts'
import { chunkBytes, isInUse, openChunkIndex } from '../storage/chunk-index.ts'
import { buildChunkIndex } from './chunk-index-builder.ts'
import type { EditedFile } from './edited-file.ts'

/** The newest version of a layout that release 1.8 knows. */
const VERSION_1_8 = 3

const LARGEST_SIZE = 2 ** 32 - 1

/**
 * Describes where a dataset's elements are in a way that release 1.8 understands: chunks by a version 1 B-tree. The
 * elements stay where they are, but for partial chunks that are not filtered, which that release does not know of.
 *
 * @param address of the dataset's header
 * @returns whether something had to be changed
 * @throws UnsupportedError where a chunk would be too large for that
 */
export function downgradeLayout(file: EditedFile, address: number): boolean {
  const object = file.object(address)
  const { layout, space, filters } = datasetFacts(file.image, object.header)
  const changed = olderLayout(file, layout, space, filters)
  if (changed === undefined) return false
  if (layout.kind === 'chunked') file.release(chunkIndexExtents(file.image, object.header, file.settings))
  object.setMessage(file.emitter, DATA_LAYOUT, dataLayoutMessage, changed)
  return true
}

function olderLayout(
  file: EditedFile,
  layout: DataLayout,
  space: Dataspace,
  filters: readonly FilterStep[],
): DataLayout | undefined {
  if (layout.kind === 'virtual') return undefined
  if (layout.kind !== 'chunked') return layout.version > VERSION_1_8 ? { ...layout, version: VERSION_1_8 } : undefined
  if (layout.index.type === 'b-tree-v1') return undefined
  if (layout.dimensions.some((size) => size > LARGEST_SIZE)) {
    throw new UnsupportedError('chunks too large for a version 1 B-tree')
  }
  const older: ChunkedLayout = { ...layout, version: VERSION_1_8, flags: 0, index: { type: 'b-tree-v1' } }
  const chunks = layout.address === UNDEFINED ? [] : allFiltered(file, layout, space, filters)
  return buildChunkIndex(file.emitter, older, space, filters.length > 0, chunks, file.settings.chunkK)
}

/** All chunks; those that were left without the filters get them. */
function allFiltered(
  file: EditedFile,
  layout: ChunkedLayout,
  space: Dataspace,
  filters: readonly FilterStep[],
): ChunkEntry[] {
  const { image, emitter } = file
  const plainAtEdge = filters.length > 0 && (layout.flags & DONT_FILTER_PARTIAL_CHUNKS) !== 0
  const chunks: ChunkEntry[] = []
  for (const entry of openChunkIndex(image, layout, space).entries()) {
    if (entry.address === UNDEFINED) continue
    if (!isInUse(entry, layout, space)) {
      file.release([{ structure: RAW_DATA, address: entry.address, length: entry.size }])
      continue
    }
    if (!plainAtEdge || !isPartial(entry.offset, layout.dimensions, space)) {
      chunks.push(entry)
      continue
    }
    const length = chunkBytes(layout)
    const { bytes, mask } = image.pipeline.encode(filters, image.source.view(entry.address, length))
    if (bytes.length > LARGEST_SIZE) throw new FormatError(`a chunk of ${bytes.length} bytes`)
    file.release([{ structure: RAW_DATA, address: entry.address, length }])
    chunks.push({ ...entry, address: emitter.placeRaw(bytes), size: bytes.length, filterMask: mask })
  }
  return chunks
}

function isPartial(offset: readonly number[], chunk: readonly number[], space: Dataspace): boolean {
  return offset.some((start, axis) => start + chunk[axis] > space.dimensions[axis])
}
