import { FilterPipeline } from '../filters/pipeline.ts'
import { FileImage } from '../format/file-image.ts'
import { driverInfoMessage } from '../format/messages/driver-info.ts'
import { DRIVER_INFO } from '../format/messages/message-types.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { DriverInfoBlock, Superblock } from '../format/superblock.ts'
import { driverInfoBlock, readSuperblock } from '../format/superblock.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { WindowSource } from '../io/byte-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import { messageValue } from '../objects/messages.ts'

/** Bytes of a driver information block in front of the information. */
const BLOCK_HEAD = 16

/** What the driver that wrote a file keeps in it, in a block of its own or in the superblock extension. */
export function driverInformation(image: FileImage, superblock: Superblock): DriverInfoBlock | undefined {
  const { driverInfoAddress, extensionAddress } = superblock
  if (driverInfoAddress !== UNDEFINED) {
    const head = image.available(driverInfoAddress, BLOCK_HEAD)
    if (head < BLOCK_HEAD) return undefined
    const size = new DataView(image.source.view(driverInfoAddress, BLOCK_HEAD).slice().buffer).getUint32(4, true)
    return image.read(driverInfoBlock, driverInfoAddress, BLOCK_HEAD + size, undefined)
  }
  if (extensionAddress === UNDEFINED) return undefined
  const message = messageValue(image, readObjectHeader(image, extensionAddress), DRIVER_INFO, driverInfoMessage)
  return message === undefined ? undefined : { driver: message.identification, information: message.information }
}

/** The same, of a file that is not open yet. */
export function peekDriverInformation(source: ByteSource): DriverInfoBlock | undefined {
  const { location, superblock } = readSuperblock(source)
  const image = new FileImage(
    new WindowSource(source, location, source.size),
    superblock.sizes,
    new FilterPipeline(() => undefined),
  )
  return driverInformation(image, superblock)
}
