import { FormatError, UnsupportedError } from '../errors.ts'
import type { FilterPipeline } from '../filters/pipeline.ts'
import { FileImage } from '../format/file-image.ts'
import { SHARED_MESSAGE_TABLE } from '../format/messages/message-types.ts'
import { sharedMessageTablePointerMessage } from '../format/messages/shared-message-table-pointer.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { Superblock } from '../format/superblock.ts'
import { driverInfoBlock, readSuperblock, superblockStructure } from '../format/superblock.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { OffsetSource } from '../io/byte-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import { decodeText } from '../io/text.ts'
import { messageValue } from '../objects/messages.ts'

/** A file whose superblock was read. */
export interface OpenedImage {
  image: FileImage
  superblock: Superblock
  /** Bytes in front of the superblock. */
  userBlockSize: number
  /** The superblock extension; undefined where the file has none. */
  extension: ObjectHeader | undefined
}

/** Reads what has to be known before anything else of a file can be. */
export function openImage(source: ByteSource, pipeline: FilterPipeline, allowTruncated: boolean): OpenedImage {
  const { location, superblock } = readSuperblock(source)
  const based = location === 0 ? source : new OffsetSource(source, location)
  const image = new FileImage(based, superblock.sizes, pipeline)
  // The end of file is an absolute address, counted from where the superblock says that the file begins.
  const end = superblock.endOfFile - superblock.baseAddress + location
  if (end > source.size && !allowTruncated) {
    const what = `truncated: the file has ${source.size} bytes and should have ${end}`
    throw new FormatError(what, { structure: superblockStructure.name, address: location })
  }
  checkDriver(image, superblock)
  const extension = superblock.extensionAddress === UNDEFINED ? undefined : readObjectHeader(image, superblock.extensionAddress)
  if (extension !== undefined) {
    const table = messageValue(image, extension, SHARED_MESSAGE_TABLE, sharedMessageTablePointerMessage)
    if (table !== undefined) image.sharedMessages = { address: table.address, count: table.indexCount }
  }
  // A file whose root group cannot be read is of no use to anyone.
  readObjectHeader(image, superblock.rootAddress)
  return { image, superblock, userBlockSize: location, extension }
}


/** Files of the family and multi drivers are in several parts, of which this is one. */
function checkDriver(image: FileImage, superblock: Superblock): void {
  const address = superblock.driverInfoAddress
  if (address === UNDEFINED) return
  const length = image.available(address, 16)
  const driver = length < 16 ? '' : decodeText(image.source.view(address + 8, 8))
  if (driver === 'NCSAmult' || driver === 'NCSAfami') {
    throw new UnsupportedError(`part of a set of files (driver ${driver})`, { structure: driverInfoBlock.name, address })
  }
}
