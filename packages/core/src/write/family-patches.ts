import { FilterPipeline } from '../filters/pipeline.ts'
import { FileImage } from '../format/file-image.ts'
import { driverInfoMessage } from '../format/messages/driver-info.ts'
import { DRIVER_INFO } from '../format/messages/message-types.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import { driverInfoBlock, isHdf5, readSuperblock, superblockStructure } from '../format/superblock.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { WindowSource } from '../io/byte-source.ts'
import type { Patch } from '../io/patched-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import { encode } from '../io/writer.ts'
import { withBody, withoutMessage } from './header-patch.ts'

const FAMILY = 'NCSAfami'

/** Bytes of a driver information block: its head, and the size of the members. */
const BLOCK_LENGTH = 24

/**
 * What has to change of a file that was kept in members of one size when it is to be kept in members of another: what
 * it says of their size. Nothing of a file that says nothing of them.
 *
 * @param source all members one behind the other
 * @param memberSize in bytes; undefined where the file is no longer to be one of several members
 */
export function familyPatches(source: ByteSource, memberSize: number | undefined): Patch[] {
  if (!isHdf5(source)) return []
  const { location, superblock } = readSuperblock(source)
  const image = new FileImage(
    new WindowSource(source, location, source.size),
    superblock.sizes,
    new FilterPipeline(() => undefined),
  )
  const patch = superblock.version < 2 ? blockPatch : messagePatch
  const found = patch(image, superblock, memberSize)
  return found === undefined ? [] : [{ address: found.address + location, data: found.data }]
}

type Superblock = ReturnType<typeof readSuperblock>['superblock']

function blockPatch(image: FileImage, superblock: Superblock, memberSize: number | undefined): Patch | undefined {
  const { driverInfoAddress: address, sizes } = superblock
  if (address === UNDEFINED) return undefined
  const block = image.read(driverInfoBlock, address, image.available(address, BLOCK_LENGTH), undefined)
  if (block.driver !== FAMILY) return undefined
  if (memberSize === undefined) {
    const without = { ...superblock, driverInfoAddress: UNDEFINED }
    return { address: 0, data: encode(superblockStructure, without, sizes, sizes) }
  }
  const information = sized(block.information, memberSize)
  return { address, data: encode(driverInfoBlock, { ...block, information }, sizes, undefined) }
}

function messagePatch(image: FileImage, superblock: Superblock, memberSize: number | undefined): Patch | undefined {
  const { extensionAddress, sizes } = superblock
  if (extensionAddress === UNDEFINED) return undefined
  const header = readObjectHeader(image, extensionAddress)
  const message = header.find(DRIVER_INFO)
  if (message === undefined) return undefined
  const value = image.read(driverInfoMessage, message.address, message.length, undefined)
  if (value.identification !== FAMILY) return undefined
  if (memberSize === undefined) return withoutMessage(image, header, message)
  const information = sized(value.information, memberSize)
  return withBody(image, header, message, encode(driverInfoMessage, { ...value, information }, sizes, undefined))
}

/** The family driver's information with another size of members. */
function sized(information: Uint8Array, memberSize: number): Uint8Array {
  const changed = information.slice()
  new DataView(changed.buffer).setBigUint64(0, BigInt(memberSize), true)
  return changed
}
