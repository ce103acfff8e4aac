import { FormatError } from '../errors.ts'
import type { FilterPipeline } from '../filters/pipeline.ts'
import { FileImage } from '../format/file-image.ts'
import type { Superblock } from '../format/superblock.ts'
import {
  driverInfoBlock,
  locateSuperblock,
  SWMR_WRITE_ACCESS,
  superblockStructure,
  WRITE_ACCESS,
} from '../format/superblock.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { WindowSource } from '../io/byte-source.ts'
import { measure } from '../io/measure.ts'
import type { Sizes } from '../io/structure.ts'
import { UNDEFINED } from '../io/structure.ts'
import { Checker } from './checker.ts'
import type { FileLimits } from './policy.ts'

/** Bytes of the largest superblock. */
const LONGEST = 128
const LATEST = 3

/** A file whose superblock was read. */
export interface CheckedSuperblock {
  check: Checker
  /** Undefined where it cannot be read, and nothing else of the file then. */
  superblock: Superblock | undefined
  /** Bytes in front of it. */
  location: number
}

/** Finds and reads the superblock (II.A), even where something is wrong with it. */
export function checkSuperblock(source: ByteSource, pipeline: FilterPipeline, limits: FileLimits): CheckedSuperblock {
  const place = { structure: superblockStructure, address: 0 }
  const found = locate(source)
  if (found === undefined) {
    const check = new Checker(new FileImage(source, { offsets: 8, lengths: 8 }, pipeline), limits)
    check.error(place, 'no signature of an HDF5 file', 'Signature')
    return { check, superblock: undefined, location: 0 }
  }
  const location = found
  const length = Math.min(LONGEST, (source.endAt?.(location) ?? source.size) - location)
  const bytes = source.view(location, length).slice()
  const version = bytes[8] ?? 0
  const at = version < 2 ? 13 : 9
  const fold = source.fold?.bind(source)
  const widths = { offsets: bytes[at] ?? 0, lengths: bytes[at + 1] ?? 0 }
  const sizes: Sizes = fold === undefined ? widths : { ...widths, fold }
  const whole = new Checker(new FileImage(new WindowSource(source, location, source.size), sizes, pipeline), limits)
  const known = [2, 4, 8]
  const nothing = { check: whole, superblock: undefined, location }
  if (version > LATEST) {
    whole.error(place, `unknown version ${version}`, 'Version Number of the Superblock')
    return nothing
  }
  for (const [field, size] of [
    ['Size of Offsets', widths.offsets],
    ['Size of Lengths', widths.lengths],
  ] as const) {
    if (known.includes(size)) continue
    whole.error(place, `${size} bytes`, field)
    return nothing
  }
  const superblock = whole.decodeBytes(superblockStructure, bytes, 0, sizes)
  if (superblock === undefined) return nothing
  const end = superblock.endOfFile - superblock.baseAddress + location
  const last = fold !== undefined || end <= location ? source.size : end
  const image = new FileImage(new WindowSource(source, location, last), sizes, pipeline)
  const check = new Checker(image, limits)
  if (fold === undefined) check.fileEnd = source.size - location
  check.findings.push(...whole.findings)
  checkEnd(check, source, superblock, end)
  checkFields(check, superblock, location)
  check.claim(0, measure(superblockStructure, superblock, sizes, sizes), 'superblock', superblockStructure)
  return { check, superblock, location }
}

function locate(source: ByteSource): number | undefined {
  try {
    return locateSuperblock(source)
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

function checkEnd(check: Checker, source: ByteSource, { endOfFile }: Superblock, end: number): void {
  const place = { structure: superblockStructure, address: 0, field: 'End of File Address' }
  if (source.fold !== undefined || source.driver === 'multi' || source.driver === 'family') return
  if (endOfFile === UNDEFINED) check.error(place, 'no end of file address')
  else if (end <= 0 || endOfFile <= 0) check.error(place, `the file ends at ${endOfFile}`)
  else if (end > source.size) check.error(place, `truncated: the file has ${source.size} bytes and should have ${end}`)
  else if (end < source.size) {
    const what = `${source.size - end} bytes behind the end of file address`
    check.report('note', place, what, 'superblock.bytes-behind-the-end')
  }
}

function checkFields(check: Checker, superblock: Superblock, location: number): void {
  const place = { structure: superblockStructure, address: 0 }
  const { version, consistencyFlags, baseAddress, freeSpaceAddress } = superblock
  // In earlier versions the flags are unused and to be ignored.
  if (version >= 3 && (consistencyFlags & ~(WRITE_ACCESS | SWMR_WRITE_ACCESS)) !== 0) {
    check.error(place, `unknown flags 0x${consistencyFlags.toString(16)}`, 'File Consistency Flags')
  } else if (version >= 3 && consistencyFlags !== 0) {
    check.warn(place, 'marked as open for writing: its writer is at work or did not close it', 'File Consistency Flags')
  }
  if (baseAddress !== location) {
    const what = `${baseAddress}, and the superblock is at ${location}: the file was moved behind another user block`
    check.report('note', place, what, 'superblock.base-address')
  }
  if (version < 2 && freeSpaceAddress !== UNDEFINED) {
    check.warn(place, 'an address, which is never used', 'Address of File Free space Info')
  }
}

/** Looks at the driver information block (II.B); gives the driver that it names. */
export function checkDriverInformation(check: Checker, address: number): string | undefined {
  if (address === UNDEFINED) return undefined
  const from = { structure: superblockStructure, address: 0, field: 'Driver Information Block Address' }
  if (!check.inside(address, 16, from)) return undefined
  const head = check.peek(address, 16)
  const size = head[4] + head[5] * 0x100 + head[6] * 0x1_0000 + head[7] * 0x100_0000
  const inside = { structure: driverInfoBlock, address, field: 'Driver Information Size' }
  if (!check.inside(address, 16 + size, inside)) return undefined
  return check.decode(driverInfoBlock, address, 16 + size, undefined, from, { use: 'superblock' })?.driver
}
