import { FormatError } from '../errors.ts'
import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { freeSpaceManagerExtents, readFreeSpaceManager } from '../format/free-space-manager.ts'
import type { FileSpaceInfoV1 } from '../format/messages/file-space-info.ts'
import { fileSpaceInfoMessage } from '../format/messages/file-space-info.ts'
import { FILE_SPACE_INFO, METADATA_CACHE_IMAGE } from '../format/messages/message-types.ts'
import { metadataCacheImageMessage } from '../format/messages/metadata-cache-image.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import { UNDEFINED } from '../io/structure.ts'
import { messageValue } from '../objects/messages.ts'
import type { Emitter } from './emitter.ts'
import { buildFreeSpaceManagers } from './free-space-builder.ts'
import { withBody } from './header-patch.ts'
import type { Space, SpaceUse } from './space.ts'

/** Numbers of the managers that keep sections of elements. */
const RAW_MANAGERS = [2, 8]

/** Gives a space what the managers of a file say that is free. */
export function takeFreeSpace(image: FileImage, { managers }: FileSpaceInfoV1, space: Space): void {
  managers.forEach((address, number) => {
    if (address === UNDEFINED) return
    const use: SpaceUse = RAW_MANAGERS.includes(number) ? 'raw' : 'metadata'
    for (const { offset, size } of readFreeSpaceManager(image, address).sections) space.release(offset, size, use)
  })
}

/** Writes managers of what is free now, when everything else has its place; the file's description of its space leads to them. */
export function keepFreeSpace(image: FileImage, emitter: Emitter, info: FileSpaceInfoV1, extension: number): void {
  const managers = buildFreeSpaceManagers(emitter, info.threshold)
  const header = readObjectHeader(image, extension)
  const message = header.find(FILE_SPACE_INFO)
  if (message === undefined)
    throw new FormatError('missing', { structure: fileSpaceInfoMessage.name, address: extension })
  const value = { ...info, managers, endOfAllocation: emitter.space.end }
  const body = emitter.encoded(fileSpaceInfoMessage, value, undefined)
  const { address, data } = withBody(image, header, message, body)
  emitter.putBytes(address, data)
  image.forget()
}

/**
 * What a file keeps to be opened faster, and of free space: the image of the library's cache, and managers.
 *
 * @throws FormatError where the file has their places for free ones
 */
export function superfluousExtents(
  image: FileImage,
  extension: ObjectHeader,
  { managers }: FileSpaceInfoV1,
  space: Space,
): Extent[] {
  const cache = messageValue(image, extension, METADATA_CACHE_IMAGE, metadataCacheImageMessage)
  const found = managers.filter((address) => address !== UNDEFINED)
  const extents = found.flatMap((address) => [...freeSpaceManagerExtents(image, address)])
  if (cache !== undefined && cache.address !== UNDEFINED) {
    extents.push({ structure: metadataCacheImageMessage.name, ...cache })
  }
  for (const { structure, address, length } of extents) {
    const end = address + length
    if (end > space.end || space.free.some((each) => each.address < end && each.address + each.size > address)) {
      throw new FormatError('overlaps what is free', { structure, address })
    }
  }
  return extents
}
