import { FormatError, UnsupportedError } from '../errors.ts'
import type { FilterPipeline } from '../filters/pipeline.ts'
import { FileImage } from '../format/file-image.ts'
import { METADATA_CACHE_IMAGE, SHARED_MESSAGE_TABLE } from '../format/messages/message-types.ts'
import { metadataCacheImageMessage } from '../format/messages/metadata-cache-image.ts'
import { sharedMessageTablePointerMessage } from '../format/messages/shared-message-table-pointer.ts'
import { metadataCacheImageBlock } from '../format/metadata-cache-image.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { Superblock } from '../format/superblock.ts'
import {
  driverInfoBlock,
  readSuperblock,
  SWMR_WRITE_ACCESS,
  superblockStructure,
  WRITE_ACCESS,
} from '../format/superblock.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { sourceWindow } from '../io/byte-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import { messageValue } from '../objects/messages.ts'
import { driverInformation } from './driver-information.ts'

/** A file whose superblock was read. */
export interface OpenedImage {
  image: FileImage
  superblock: Superblock
  /** Bytes in front of the superblock. */
  userBlockSize: number
  /** The superblock extension; undefined where the file has none. */
  extension: ObjectHeader | undefined
}

/** What a file is opened in spite of. */
export interface ImageOptions {
  /** Opens a file that is shorter than it says too, to read what is left of it. */
  allowTruncated?: boolean
  /** Opens a file too that is marked as open for writing: its writer is at work, or did not close it. */
  allowUnclosed?: boolean
  /** Opens a file too whose root group cannot be read. */
  allowRootless?: boolean
}

/**
 * Reads what has to be known before anything else of a file can be.
 *
 * @param edited where changes of the file go, if it is opened for that; it may grow then
 */
export function openImage(
  source: ByteSource,
  pipeline: FilterPipeline,
  options: ImageOptions,
  edited?: ByteSink,
): OpenedImage {
  const { location, superblock } = readSuperblock(source)
  const place = { structure: superblockStructure.name, address: location }
  // The end of file is an absolute address, counted from where the superblock says that the file begins.
  const end = superblock.endOfFile - superblock.baseAddress + location
  // Of a set of files, it is the end of one of them.
  const last = edited !== undefined ? Number.POSITIVE_INFINITY : source.fold === undefined ? end : source.size
  if (end > source.size && options.allowTruncated !== true) {
    throw new FormatError(`truncated: the file has ${source.size} bytes and should have ${end}`, place)
  }
  const marked = superblock.version >= 3 && (superblock.consistencyFlags & (WRITE_ACCESS | SWMR_WRITE_ACCESS)) !== 0
  if (marked && options.allowUnclosed !== true) {
    throw new FormatError(
      'marked as open for writing: its writer is at work or did not close it (h5clear -s unmarks it)',
      place,
    )
  }
  // Nothing is looked for behind the end of file address, even where the file has more bytes.
  const image = new FileImage(sourceWindow(source, location, last), superblock.sizes, pipeline)
  checkDriver(image, superblock, source.driver)
  const { extensionAddress, rootAddress } = superblock
  const extension = extensionAddress === UNDEFINED ? undefined : readObjectHeader(image, extensionAddress)
  if (extension !== undefined) applyExtension(image, extension, edited && behind(location, edited))
  // A file whose root group cannot be read is of no use to anyone.
  if (options.allowRootless !== true) readObjectHeader(image, rootAddress)
  return { image, superblock, userBlockSize: location, extension }
}

function behind(location: number, sink: ByteSink): ByteSink {
  return { write: (address, bytes) => sink.write(location + address, bytes) }
}

function applyExtension(image: FileImage, extension: ObjectHeader, edited: ByteSink | undefined): void {
  const table = messageValue(image, extension, SHARED_MESSAGE_TABLE, sharedMessageTablePointerMessage)
  if (table !== undefined) image.sharedMessages = { address: table.address, count: table.indexCount }
  const cache = messageValue(image, extension, METADATA_CACHE_IMAGE, metadataCacheImageMessage)
  if (cache === undefined || cache.address === UNDEFINED) return
  const { entries } = image.read(metadataCacheImageBlock, cache.address, cache.length, undefined)
  if (edited === undefined) {
    image.patch(entries)
    return
  }
  // What is going to be changed has to be in its place.
  for (const { address, data } of entries) edited.write(address, data)
  image.forget()
}

/** Files of the family and multi drivers are in several parts, of which this may be one. */
function checkDriver(image: FileImage, superblock: Superblock, driver: ByteSource['driver']): void {
  const written = driverInformation(image, superblock)?.driver
  const readBy = written === 'NCSAmult' ? 'multi' : written === 'NCSAfami' ? 'family' : undefined
  if (readBy !== undefined && readBy !== driver) {
    const place = { structure: driverInfoBlock.name, address: superblock.driverInfoAddress }
    throw new UnsupportedError(`part of a set of files (driver ${written})`, place)
  }
}
