import { chunkTreeExtents, groupTreeExtents } from '../format/b-tree-v1.ts'
import { bTreeV2Extents, openBTreeV2 } from '../format/b-tree-v2.ts'
import { openExtensibleArray } from '../format/extensible-array.ts'
import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { openFixedArray } from '../format/fixed-array.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import { freeSpaceManagerExtents } from '../format/free-space-manager.ts'
import { openLocalHeap } from '../format/local-heap.ts'
import { attributeInfoMessage } from '../format/messages/attribute-info.ts'
import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { dataspaceMessage } from '../format/messages/dataspace.ts'
import { externalFilesMessage } from '../format/messages/external-files.ts'
import { linkInfoMessage } from '../format/messages/link-info.ts'
import {
  ATTRIBUTE_INFO,
  DATA_LAYOUT,
  DATASPACE,
  EXTERNAL_DATA_FILES,
  LINK_INFO,
  METADATA_CACHE_IMAGE,
  SYMBOL_TABLE,
} from '../format/messages/message-types.ts'
import { metadataCacheImageMessage } from '../format/messages/metadata-cache-image.ts'
import { symbolTableMessage } from '../format/messages/symbol-table.ts'
import { metadataCacheImageBlock } from '../format/metadata-cache-image.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { LIST, sharedMessageList, sharedMessageListLength } from '../format/shared-message-list.ts'
import { readSharedMessageTable, sharedMessageTable, sharedMessageTableLength } from '../format/shared-message-table.ts'
import type { Superblock } from '../format/superblock.ts'
import { driverInfoBlock, superblockLength, superblockStructure } from '../format/superblock.ts'
import { UNDEFINED } from '../io/structure.ts'
import { openChunkIndex } from '../storage/chunk-index.ts'
import { typeFacts } from './dataset.ts'
import type { FileSettings } from './file-settings.ts'
import { messageValue } from './messages.ts'

/** What a part of a file is for. */
export type ExtentUse =
  | 'superblock'
  | 'driver-information'
  | 'metadata-cache-image'
  | 'free-space-manager'
  | 'shared-message-table'
  | 'shared-message-index'
  | 'shared-message-heap'
  | 'object-header'
  | 'link-index'
  | 'link-heap'
  | 'attribute-index'
  | 'attribute-heap'
  | 'chunk-index'
  | 'external-file-names'
  | 'raw-data'

/**
 * A part of a file that belongs to an object, or to the file as a whole. Together with the global heap collections,
 * to which elements and mappings refer, and the sections of free space, these parts are all that a file consists of.
 */
export interface StorageExtent extends Extent {
  use: ExtentUse
}

/** What elements of datasets are called, which are no structure. */
export const RAW_DATA = 'Raw Data'

function* as(use: ExtentUse, extents: Iterable<Extent>): Generator<StorageExtent> {
  for (const { structure, address, length } of extents) yield { use, structure, address, length }
}

/**
 * What an object takes in the file: its header, the index and heap of its links and of its attributes where they are
 * not in the header, the index of its chunks, and its raw data. Not what it shares with others: messages, collections
 * of the global heap.
 */
export function* objectExtents(
  image: FileImage,
  header: ObjectHeader,
  settings: FileSettings,
): Generator<StorageExtent> {
  yield* headerExtents(header)
  yield* as('link-index', linkIndexExtents(image, header, settings))
  yield* as('link-heap', linkHeapExtents(image, header))
  yield* as('attribute-index', attributeIndexExtents(image, header))
  yield* as('attribute-heap', attributeHeapExtents(image, header))
  yield* as('chunk-index', chunkIndexExtents(image, header, settings))
  yield* as('external-file-names', externalNamesExtents(image, header))
  yield* as('raw-data', rawDataExtents(image, header))
}

/** The chunks of an object header. */
export function* headerExtents(header: ObjectHeader): Generator<StorageExtent> {
  const first = header.version === 1 ? 'Version 1 Object Header' : 'Version 2 Object Header'
  for (const [i, { address, length }] of header.chunks.entries()) {
    const structure = i === 0 ? first : 'Object Header Continuation Block'
    yield { use: 'object-header', structure, address, length }
  }
}

/** The B-trees that find a group's links; nothing where the links are in its header. */
export function* linkIndexExtents(image: FileImage, header: ObjectHeader, settings: FileSettings): Generator<Extent> {
  const info = messageValue(image, header, LINK_INFO, linkInfoMessage)
  if (info !== undefined) {
    yield* treeExtents(image, info.nameIndex)
    yield* treeExtents(image, info.creationOrderIndex)
    return
  }
  const table = messageValue(image, header, SYMBOL_TABLE, symbolTableMessage)
  if (table !== undefined) yield* groupTreeExtents(image, table.bTree, settings)
}

/** The heap that a group's links or their names are in; nothing where the links are in its header. */
export function* linkHeapExtents(image: FileImage, header: ObjectHeader): Generator<Extent> {
  const info = messageValue(image, header, LINK_INFO, linkInfoMessage)
  if (info !== undefined) {
    yield* heapExtents(image, info.fractalHeap)
    return
  }
  const table = messageValue(image, header, SYMBOL_TABLE, symbolTableMessage)
  if (table !== undefined) yield* openLocalHeap(image, table.localHeap).extents()
}

/** The B-trees that find an object's attributes; nothing where they are in its header. */
export function* attributeIndexExtents(image: FileImage, header: ObjectHeader): Generator<Extent> {
  const info = messageValue(image, header, ATTRIBUTE_INFO, attributeInfoMessage)
  if (info === undefined) return
  yield* treeExtents(image, info.nameIndex)
  yield* treeExtents(image, info.creationOrderIndex)
}

/** The heap that an object's attributes are in; nothing where they are in its header. */
export function* attributeHeapExtents(image: FileImage, header: ObjectHeader): Generator<Extent> {
  const info = messageValue(image, header, ATTRIBUTE_INFO, attributeInfoMessage)
  if (info !== undefined) yield* heapExtents(image, info.fractalHeap)
}

/** A version 2 B-tree; nothing where there is none. */
export function* treeExtents(image: FileImage, address: number): Generator<Extent> {
  if (address !== UNDEFINED) yield* bTreeV2Extents(openBTreeV2(image, address))
}

function* heapExtents(image: FileImage, address: number): Generator<Extent> {
  if (address !== UNDEFINED) yield* openFractalHeap(image, address).extents()
}

/** What lists a dataset's chunks; nothing for chunks that are found without an index. */
export function* chunkIndexExtents(image: FileImage, header: ObjectHeader, settings: FileSettings): Generator<Extent> {
  const layout = messageValue(image, header, DATA_LAYOUT, dataLayoutMessage)
  if (layout?.kind === 'chunked' && layout.address !== UNDEFINED) yield* indexExtents(image, layout, settings)
}

function* indexExtents(image: FileImage, layout: ChunkedLayout, settings: FileSettings): Generator<Extent> {
  const { address, dimensions } = layout
  switch (layout.index.type) {
    case 'b-tree-v1':
      yield* chunkTreeExtents(image, address, dimensions.length, settings)
      return
    case 'b-tree-v2':
      yield* treeExtents(image, address)
      return
    case 'fixed-array':
      yield* openFixedArray(image, address).extents()
      return
    case 'extensible-array':
      yield* openExtensibleArray(image, address).extents()
      return
    case 'single-chunk':
    case 'implicit':
      return
  }
}

/** The heap with the names of the files that a dataset's elements are in. */
export function* externalNamesExtents(image: FileImage, header: ObjectHeader): Generator<Extent> {
  const list = messageValue(image, header, EXTERNAL_DATA_FILES, externalFilesMessage)
  if (list !== undefined) yield* openLocalHeap(image, list.heap).extents()
}

/** A dataset's elements, as far as they are in the file and not in the dataset's header. */
function* rawDataExtents(image: FileImage, header: ObjectHeader): Generator<Extent> {
  const layout = messageValue(image, header, DATA_LAYOUT, dataLayoutMessage)
  if (layout === undefined) return
  const space = messageValue(image, header, DATASPACE, dataspaceMessage)
  const external = messageValue(image, header, EXTERNAL_DATA_FILES, externalFilesMessage)
  if (space === undefined || external !== undefined) return
  if (layout.kind === 'contiguous' && layout.address !== UNDEFINED) {
    const length = layout.size ?? elementBytes(space, typeFacts(image, header).type.size)
    if (length > 0) yield { structure: RAW_DATA, address: layout.address, length }
  } else if (layout.kind === 'chunked') {
    for (const { address, size } of openChunkIndex(image, layout, space).entries()) {
      yield { structure: RAW_DATA, address, length: size }
    }
  }
}

function elementBytes(space: Dataspace, elementSize: number): number {
  return space.kind === 'null' ? 0 : space.dimensions.reduce((product, size) => product * size, elementSize)
}

/** What a file has besides objects. */
export function* fileExtents(
  image: FileImage,
  superblock: Superblock,
  extension: ObjectHeader | undefined,
  settings: FileSettings,
): Generator<StorageExtent> {
  const { sizes } = image
  yield { use: 'superblock', structure: superblockStructure.name, address: 0, length: superblockLength(superblock) }
  const { driverInfoAddress } = superblock
  if (driverInfoAddress !== UNDEFINED) {
    const block = image.peek(driverInfoAddress, 8).bytes
    const size = new DataView(block.buffer, block.byteOffset, 8).getUint32(4, true)
    const place = { address: driverInfoAddress, length: 16 + size }
    yield { use: 'driver-information', structure: driverInfoBlock.name, ...place }
  }
  if (extension !== undefined) {
    yield* headerExtents(extension)
    const cache = messageValue(image, extension, METADATA_CACHE_IMAGE, metadataCacheImageMessage)
    if (cache !== undefined && cache.address !== UNDEFINED) {
      yield { use: 'metadata-cache-image', structure: metadataCacheImageBlock.name, ...cache }
    }
  }
  for (const address of settings.fileSpace.managers) {
    if (address !== UNDEFINED) yield* as('free-space-manager', freeSpaceManagerExtents(image, address))
  }
  const table = image.sharedMessages
  if (table === undefined) return
  const tableLength = sharedMessageTableLength(sizes, table.count)
  yield { use: 'shared-message-table', structure: sharedMessageTable.name, address: table.address, length: tableLength }
  for (const index of readSharedMessageTable(image, table).indexes) {
    if (index.indexAddress !== UNDEFINED && index.type === LIST) {
      const list = { address: index.indexAddress, length: sharedMessageListLength(sizes, index) }
      yield { use: 'shared-message-index', structure: sharedMessageList.name, ...list }
    } else yield* as('shared-message-index', treeExtents(image, index.indexAddress))
    yield* as('shared-message-heap', heapExtents(image, index.heapAddress))
  }
}
