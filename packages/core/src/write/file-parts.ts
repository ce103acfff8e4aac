import type { FileSpaceInfoV1 } from '../format/messages/file-space-info.ts'
import type { DriverInfoBlock } from '../format/superblock.ts'
import type { Sizes } from '../io/structure.ts'
import { encodeText } from '../io/text.ts'
import type { Space } from './space.ts'

/**
 * How a file is divided among several on disk: members of one size, or one for descriptions and one for elements.
 * Names of the two have `%s` for that of the whole. The multi driver looks for all but the superblock in other files
 * until it knows better, which only an old superblock tells it early enough.
 */
export type FileParts =
  | { kind: 'family'; memberSize: number }
  | { kind: 'split' | 'multi'; metadata: string; raw: string }

/**
 * Where addresses of elements begin in a file whose elements are in a file of their own. The library begins in the
 * middle of 64 bits; a file says where, and numbers hold this one.
 */
export const RAW_START = 2 ** 48

/**
 * By the kinds of space (H5FD_mem_t) from the superblock to object headers: the first one's file, and that of elements,
 * which has global heaps too.
 */
const MAP = [1, 1, 3, 3, 1, 1, 0, 0]

interface Divided {
  sizes: Sizes
  userBlock: Uint8Array
  fileSpace: FileSpaceInfoV1 | undefined
  superblockVersion: number
  parts: FileParts
}

/** Why a file that is planned like this cannot be divided; undefined where it can. */
export function contradictsParts({
  sizes,
  userBlock,
  fileSpace,
  superblockVersion,
  parts,
}: Divided): string | undefined {
  if (parts.kind === 'family') {
    if (parts.memberSize <= 0 || !Number.isSafeInteger(parts.memberSize)) return `members of ${parts.memberSize} bytes`
    return undefined
  }
  if (sizes.offsets < 8) return `addresses of ${sizes.offsets} bytes, which are too short for a file in two parts`
  if (userBlock.length > 0) return 'a user block, which a file in two parts has no place for'
  if (fileSpace?.strategy === 1) return 'pages, which a file in two parts does not have'
  if (fileSpace?.persisting === true) return 'free space to keep track of, which is not done for a file in two parts'
  if (parts.kind === 'multi' && superblockVersion > 1)
    return 'what needs a superblock that the multi driver cannot find'
  return undefined
}

/** What the driver that opens the file needs to know; of the same length wherever the file ends. */
export function partsInformation(parts: FileParts, space: Space): DriverInfoBlock {
  if (parts.kind === 'family') return { driver: 'NCSAfami', information: words(parts.memberSize) }
  const { end, rawEnd } = space
  const information = [
    Uint8Array.from(MAP),
    words(0, end, RAW_START, Math.max(0, rawEnd - RAW_START)),
    padded(parts.metadata),
    padded(parts.raw),
  ]
  const bytes = new Uint8Array(information.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of information) {
    bytes.set(piece, at)
    at += piece.length
  }
  return { driver: 'NCSAmult', information: bytes }
}

function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of values.entries()) view.setBigUint64(8 * i, BigInt(value), true)
  return bytes
}

/** A name with a zero behind it, and more of them up to eight bytes. */
function padded(name: string): Uint8Array {
  const text = encodeText(name)
  const bytes = new Uint8Array(Math.ceil((text.length + 1) / 8) * 8)
  bytes.set(text)
  return bytes
}
