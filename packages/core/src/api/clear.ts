import { WriteError } from '../errors.ts'
import { FilterPipeline } from '../filters/pipeline.ts'
import { fileSpaceInfoMessage } from '../format/messages/file-space-info.ts'
import { FILE_SPACE_INFO, METADATA_CACHE_IMAGE } from '../format/messages/message-types.ts'
import { metadataCacheImageMessage } from '../format/messages/metadata-cache-image.ts'
import { metadataCacheImageBlock } from '../format/metadata-cache-image.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import { superblockStructure } from '../format/superblock.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import { encode } from '../io/writer.ts'
import { fileSettings } from '../objects/file-settings.ts'
import { messageValue } from '../objects/messages.ts'
import { hasOnly, withBody, withoutMessage } from '../write/header-patch.ts'
import type { Transaction } from '../write/transaction.ts'
import type { OpenedImage } from './open-image.ts'
import { openImage } from './open-image.ts'

/** What is cleared of a file that its writer did not close, or closed with an image of its cache. */
export interface ClearOptions {
  /** The marks of a writer that is at work. */
  status?: boolean
  /** The image of the metadata cache: what is in it goes to where it belongs. */
  cacheImage?: boolean
  /**
   * The end of file address becomes so many bytes larger than the file, or than it is; and the file is made as long.
   * Managers of free space that outlive the closing of the file are given up.
   */
  increment?: number
}

/** What was found. */
export interface ClearReport {
  hadCacheImage: boolean
}

const NO_FILTERS = new FilterPipeline(() => undefined)

/**
 * Clears what keeps a file from being opened.
 *
 * @returns how long the file is to be, in bytes, and what was found
 * @throws FormatError where the file cannot be opened in spite of what is cleared
 */
export function clear(file: Transaction, options: ClearOptions): { size: number; report: ClearReport } {
  const { status = false, cacheImage = false, increment } = options
  const allowTruncated = increment !== undefined
  const opened = openImage(file, NO_FILTERS, { allowUnclosed: status, allowTruncated, allowRootless: true })
  const { image, superblock, userBlockSize: base } = opened
  const changed = { ...superblock }
  const put = ({ address, data }: { address: number; data: Uint8Array }): void => file.write(base + address, data)
  const end = endOfFile(opened)
  let size = file.size
  if (status) changed.consistencyFlags = 0
  const found = cacheImage ? cacheImageOf(opened) : undefined
  if (found !== undefined && opened.extension !== undefined) {
    const { entries } = image.read(metadataCacheImageBlock, found.address, found.length, undefined)
    for (const entry of entries) put(entry)
    // The extension may have been in the image itself.
    const extension = readObjectHeader(image, opened.extension.address)
    const message = extension.find(METADATA_CACHE_IMAGE)
    if (message !== undefined && hasOnly(extension, message)) changed.extensionAddress = UNDEFINED
    else if (message !== undefined) put(withoutMessage(image, extension, message))
    if (size === end && base + found.address + found.length === end && isOfNoManager(opened)) {
      size = base + found.address
      changed.endOfFile = superblock.baseAddress + found.address
    }
  }
  if (increment !== undefined) {
    forgetManagers(opened, put)
    size = Math.max(end, file.size) + increment
    if (!Number.isSafeInteger(size)) throw new WriteError(`a file of ${size} bytes`)
    changed.endOfFile = size - base + superblock.baseAddress
  }
  put({ address: 0, data: encode(superblockStructure, changed, superblock.sizes, superblock.sizes) })
  return { size, report: { hadCacheImage: found !== undefined } }
}

/** Where a file ends and where it says so, counted from its first byte. */
export function fileEnds(source: ByteSource): { said: number; size: number } {
  return {
    said: endOfFile(openImage(source, NO_FILTERS, { allowTruncated: true, allowRootless: true })),
    size: source.size,
  }
}

function endOfFile({ superblock, userBlockSize }: OpenedImage): number {
  return superblock.endOfFile - superblock.baseAddress + userBlockSize
}

function cacheImageOf({ image, extension }: OpenedImage): { address: number; length: number } | undefined {
  const found = extension && messageValue(image, extension, METADATA_CACHE_IMAGE, metadataCacheImageMessage)
  return found === undefined || found.address === UNDEFINED ? undefined : found
}

/** Whether nothing notes how the end of the file is used: no pages, no managers that outlive the closing. */
function isOfNoManager({ image, superblock, extension }: OpenedImage): boolean {
  const { strategy, persisting } = fileSettings(image, superblock, extension).fileSpace
  return strategy !== PAGES && !persisting
}

const PAGES = 1

function forgetManagers(
  { image, superblock, extension }: OpenedImage,
  put: (patch: { address: number; data: Uint8Array }) => void,
): void {
  if (extension === undefined) return
  const message = extension.find(FILE_SPACE_INFO)
  if (message === undefined) return
  const info = messageValue(image, extension, FILE_SPACE_INFO, fileSpaceInfoMessage)
  if (info === undefined || info.managers.length === 0) return
  const without = { ...info, managers: info.managers.map(() => UNDEFINED) }
  put(withBody(image, extension, message, encode(fileSpaceInfoMessage, without, superblock.sizes, undefined)))
}
