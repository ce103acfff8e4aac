import { extensibleArrayIndexBlock, generations, readExtensibleArrayHeader } from '../format/extensible-array.ts'
import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { HUGE_OBJECT, openFractalHeap } from '../format/fractal-heap.ts'
import { fractalHeapDirectBlock } from '../format/fractal-heap-blocks.ts'
import { freeSpaceManagerExtents, readFreeSpaceHeader } from '../format/free-space-manager.ts'
import { globalHeapObject } from '../format/global-heap.ts'
import { attributeInfoMessage } from '../format/messages/attribute-info.ts'
import type { ChunkedLayout, DataLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import { linkInfoMessage } from '../format/messages/link-info.ts'
import { ATTRIBUTE_INFO, DATA_LAYOUT, EXTERNAL_DATA_FILES, LINK_INFO } from '../format/messages/message-types.ts'
import { continuationPrefixLength, messageHeadLength, prefixLength } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { LIST, sharedMessageListLength } from '../format/shared-message-list.ts'
import { readSharedMessageTable, sharedMessageTableLength } from '../format/shared-message-table.ts'
import type { Superblock } from '../format/superblock.ts'
import { superblockLength } from '../format/superblock.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { FileSettings } from './file-settings.ts'
import { isGroup } from './links.ts'
import { decodeMessage } from './messages.ts'
import {
  attributeIndexExtents,
  chunkIndexExtents,
  externalNamesExtents,
  linkHeapExtents,
  linkIndexExtents,
  treeExtents,
} from './storage-extents.ts'

/** Bytes of an object header. */
export interface HeaderSpace {
  /** Of all its chunks. */
  total: number
  /** Of them those in null messages and gaps. */
  free: number
}

/** Bytes that an object takes for what it keeps, as the C library's H5Oget_native_info counts them. */
export interface ObjectSizes {
  header: HeaderSpace
  /** Of what finds the object's links or chunks. */
  index: number
  /** Of what holds its links, their names, those of the files with its elements, or its mappings. */
  heap: number
  attributeIndex: number
  attributeHeap: number
}

/** Bytes that a file takes for itself, as the C library's H5Fget_info counts them. */
export interface FileSizes {
  superblock: number
  /** Of the object header that the superblock is extended by. */
  extension: number
  /** Free space that is known of. */
  freeSpace: number
  /** Of what keeps track of it. */
  freeSpaceManagers: number
  sharedMessageTable: number
  sharedMessageIndex: number
  sharedMessageHeap: number
}

function sum(extents: Iterable<Extent>): number {
  let total = 0
  for (const { length } of extents) total += length
  return total
}

/** What an object header takes, and what of it is unused. */
function headerSpace(header: ObjectHeader): HeaderSpace {
  const head = messageHeadLength(header)
  let total = 0
  let used = prefixLength(header) + continuationPrefixLength(header) * (header.chunks.length - 1)
  for (const { length, shape } of header.chunks) {
    total += length
    used += shape.used.count * head + shape.used.bytes
  }
  return { total, free: total - used }
}

export function objectSizes(image: FileImage, header: ObjectHeader, settings: FileSettings): ObjectSizes {
  const sizes: ObjectSizes = { header: headerSpace(header), index: 0, heap: 0, attributeIndex: 0, attributeHeap: 0 }
  if (isGroup(header)) {
    const links = header.find(LINK_INFO)
    sizes.index += sum(linkIndexExtents(image, header, settings))
    if (links === undefined) sizes.heap += sum(linkHeapExtents(image, header))
    else sizes.heap += heapSize(image, decodeMessage(image, links, linkInfoMessage).fractalHeap)
  }
  const layout = header.find(DATA_LAYOUT)
  if (layout !== undefined)
    addLayoutSizes(image, header, decodeMessage(image, layout, dataLayoutMessage), settings, sizes)
  if (header.has(EXTERNAL_DATA_FILES)) sizes.heap += sum(externalNamesExtents(image, header))
  const attributes = header.version === 1 ? undefined : header.find(ATTRIBUTE_INFO)
  if (attributes !== undefined) {
    sizes.attributeIndex += sum(attributeIndexExtents(image, header))
    sizes.attributeHeap += heapSize(image, decodeMessage(image, attributes, attributeInfoMessage).fractalHeap)
  }
  return sizes
}

/** Bytes of what lists a dataset's chunks, or of the global heap's object with its mappings. */
function addLayoutSizes(
  image: FileImage,
  header: ObjectHeader,
  layout: DataLayout,
  settings: FileSettings,
  sizes: ObjectSizes,
): void {
  if (layout.kind === 'chunked') sizes.index += chunkIndexSize(image, header, layout, settings)
  else if (layout.kind === 'virtual' && layout.address !== UNDEFINED) {
    sizes.heap += globalHeapObject(image, layout.address, layout.index)?.length ?? 0
  }
}

/**
 * Bytes of what lists a dataset's chunks. Of an extensible array's index block the library counts as many addresses
 * too few as there are generations of blocks: it has not worked out their number by then.
 */
function chunkIndexSize(image: FileImage, header: ObjectHeader, layout: ChunkedLayout, settings: FileSettings): number {
  let total = 0
  for (const { structure, length } of chunkIndexExtents(image, header, settings)) {
    total += length
    if (structure !== extensibleArrayIndexBlock.name) continue
    total -= generations(readExtensibleArrayHeader(image, layout.address)).length * image.sizes.offsets
  }
  return total
}

/** Bytes of a fractal heap: its objects as its header counts them, which is before filters make them smaller. */
function heapSize(image: FileImage, address: number): number {
  if (address === UNDEFINED) return 0
  const heap = openFractalHeap(image, address)
  let total = heap.header.allocatedSpace + heap.header.hugeSize
  for (const { structure, length } of heap.extents()) {
    if (structure !== fractalHeapDirectBlock.name && structure !== HUGE_OBJECT) total += length
  }
  return total
}

export function fileSizes(
  image: FileImage,
  superblock: Superblock,
  extension: ObjectHeader | undefined,
  settings: FileSettings,
): FileSizes {
  const managers = settings.fileSpace.managers.filter((address) => address !== UNDEFINED)
  return {
    superblock: superblockLength(superblock),
    extension: extension === undefined ? 0 : headerSpace(extension).total,
    freeSpace: managers.reduce((total, address) => total + readFreeSpaceHeader(image, address).totalSpace, 0),
    freeSpaceManagers: managers.reduce((total, address) => total + sum(freeSpaceManagerExtents(image, address)), 0),
    ...sharedMessageSizes(image),
  }
}

function sharedMessageSizes(
  image: FileImage,
): Pick<FileSizes, 'sharedMessageTable' | 'sharedMessageIndex' | 'sharedMessageHeap'> {
  const table = image.sharedMessages
  let index = 0
  let heap = 0
  const indexes = table === undefined ? [] : readSharedMessageTable(image, table).indexes
  for (const each of indexes) {
    // Room for a list is counted before there is one.
    if (each.type === LIST) index += sharedMessageListLength(image.sizes, each)
    else index += sum(treeExtents(image, each.indexAddress))
    heap += heapSize(image, each.heapAddress)
  }
  const length = table === undefined ? 0 : sharedMessageTableLength(image.sizes, table.count)
  return { sharedMessageTable: length, sharedMessageIndex: index, sharedMessageHeap: heap }
}
