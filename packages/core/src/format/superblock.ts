import { FormatError, UnsupportedError } from '../errors.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { measure } from '../io/measure.ts'
import { Reader } from '../io/reader.ts'
import { NO_BYTES } from '../io/span.ts'
import type { Io, Sizes } from '../io/structure.ts'
import { decodeWith, structure, UNDEFINED } from '../io/structure.ts'
import type { SymbolTableEntry } from './symbol-table-node.ts'
import { symbolTableEntry } from './symbol-table-node.ts'

/** What a file starts with: sizes, and where everything else is (II.A). */
export interface Superblock {
  version: number
  sizes: Sizes
  /** Versions 0 and 1: half the entries of a symbol table node, and of a group's B-tree node. */
  groupLeafK: number
  groupInternalK: number
  /** Version 1: half the entries of a chunk B-tree node. */
  chunkK: number
  consistencyFlags: number
  baseAddress: number
  /** Versions 0 and 1; never used. */
  freeSpaceAddress: number
  /** Versions 2 and 3: of the superblock extension's object header. */
  extensionAddress: number
  endOfFile: number
  /** Versions 0 and 1. */
  driverInfoAddress: number
  /** Of the root group's object header. */
  rootAddress: number
  /** Versions 0 and 1: the whole entry. */
  rootEntry: SymbolTableEntry | undefined
}

const SIGNATURE = '\x89HDF\r\n\x1a\n'

const VERSIONS = [0, 1, 2, 3]

/** Bytes of the largest superblock. */
const LONGEST = 128

const DEFAULT_CHUNK_K = 32

/** Consistency flags of version 3: the file is open for writing, and readers may look on. */
export const WRITE_ACCESS = 1
export const SWMR_WRITE_ACCESS = 4

export const superblockStructure = structure<Superblock, Sizes>({
  name: 'Superblock',
  spec: 'II.A',
  blank: (sizes) => ({
    version: 0,
    sizes,
    groupLeafK: 4,
    groupInternalK: 16,
    chunkK: DEFAULT_CHUNK_K,
    consistencyFlags: 0,
    baseAddress: 0,
    freeSpaceAddress: UNDEFINED,
    extensionAddress: UNDEFINED,
    endOfFile: UNDEFINED,
    driverInfoAddress: UNDEFINED,
    rootAddress: UNDEFINED,
    rootEntry: undefined,
  }),
  body(io, m) {
    io.signature(SIGNATURE)
    m.version = io.version('Version Number of the Superblock', m.version, VERSIONS)
    if (m.version < 2) oldFields(io, m)
    else newFields(io, m)
  },
})

function oldFields(io: Io, m: Superblock): void {
  io.version('Version Number of the File’s Free Space Storage', 0, [0])
  io.version('Version Number of the Root Group Symbol Table Entry', 0, [0])
  io.reserved(1)
  io.version('Version Number of the Shared Header Message Format', 0, [0])
  io.u8('Size of Offsets', m.sizes.offsets)
  io.u8('Size of Lengths', m.sizes.lengths)
  io.reserved(1)
  m.groupLeafK = io.u16('Group Leaf Node K', m.groupLeafK)
  m.groupInternalK = io.u16('Group Internal Node K', m.groupInternalK)
  if (m.groupLeafK === 0) io.fail('a node without entries', 'Group Leaf Node K')
  if (m.groupInternalK === 0) io.fail('a node without entries', 'Group Internal Node K')
  m.consistencyFlags = io.u32('File Consistency Flags', m.consistencyFlags)
  if (m.version === 1) {
    m.chunkK = io.u16('Indexed Storage Internal Node K', m.chunkK)
    if (m.chunkK === 0) io.fail('a node without entries', 'Indexed Storage Internal Node K')
    io.reserved(2)
  }
  m.baseAddress = io.address('Base Address', m.baseAddress)
  m.freeSpaceAddress = io.address('Address of File Free space Info', m.freeSpaceAddress)
  m.endOfFile = io.address('End of File Address', m.endOfFile)
  m.driverInfoAddress = io.address('Driver Information Block Address', m.driverInfoAddress)
  m.rootEntry = io.part(
    'Root Group Symbol Table Entry',
    symbolTableEntry,
    m.rootEntry ?? symbolTableEntry.blank(),
    undefined,
  )
  m.rootAddress = m.rootEntry.headerAddress
}

function newFields(io: Io, m: Superblock): void {
  io.u8('Size of Offsets', m.sizes.offsets)
  io.u8('Size of Lengths', m.sizes.lengths)
  m.consistencyFlags = io.u8('File Consistency Flags', m.consistencyFlags)
  m.baseAddress = io.address('Base Address', m.baseAddress)
  m.extensionAddress = io.address('Superblock Extension Address', m.extensionAddress)
  m.endOfFile = io.address('End of File Address', m.endOfFile)
  m.rootAddress = io.address('Root Group Object Header Address', m.rootAddress)
  io.checksum('Superblock Checksum')
}

/** Bytes that a superblock takes. */
export function superblockLength(superblock: Superblock): number {
  return measure(superblockStructure, superblock, superblock.sizes, superblock.sizes)
}

/** Where the superblock is: at 0, or behind a user block at 512, 1024, 2048, ... */
export function locateSuperblock(source: ByteSource): number {
  const address = findSignature(source)
  if (address === undefined) throw new FormatError('not an HDF5 file: no signature found')
  return address
}

/** Whether there is a superblock in a file, in front of which there may be a user block. */
export function isHdf5(source: ByteSource): boolean {
  return findSignature(source) !== undefined
}

function findSignature(source: ByteSource): number | undefined {
  for (let address = 0; address + SIGNATURE.length <= source.size; address = address === 0 ? 512 : address * 2) {
    const bytes = source.view(address, SIGNATURE.length)
    if (String.fromCharCode(...bytes) === SIGNATURE) return address
  }
  return undefined
}

/**
 * Reads the superblock.
 *
 * @returns its address, which is the base address too, whatever the superblock says: the file may have been moved
 *   behind another user block
 */
export function readSuperblock(source: ByteSource): { location: number; superblock: Superblock; bytes: Uint8Array } {
  const location = locateSuperblock(source)
  const bytes = source.view(location, Math.min(LONGEST, (source.endAt?.(location) ?? source.size) - location)).slice()
  const version = bytes[8] ?? 0
  if (!VERSIONS.includes(version)) {
    throw new FormatError(`unknown version ${version}`, { structure: 'Superblock', address: location })
  }
  const at = version < 2 ? 13 : 9
  const fold = source.fold?.bind(source)
  const widths = { offsets: width(bytes[at], location), lengths: width(bytes[at + 1], location) }
  const sizes: Sizes = fold === undefined ? widths : { ...widths, fold }
  const superblock = decodeWith(new Reader('Superblock', bytes, location, sizes), superblockStructure, sizes)
  if (superblock.endOfFile === UNDEFINED) {
    throw new FormatError('no end of file address', { structure: 'Superblock', address: location })
  }
  return { location, superblock, bytes }
}

function width(size: number | undefined, address: number): number {
  if (size === 2 || size === 4 || size === 8) return size
  const place = { structure: 'Superblock', address }
  if (size === 16 || size === 32) throw new UnsupportedError(`addresses or lengths of ${size} bytes`, place)
  throw new FormatError(`addresses or lengths of ${size} bytes`, place)
}

/** What a file driver keeps in files of version 0 and 1 (II.B). */
export interface DriverInfoBlock {
  driver: string
  information: Uint8Array
}

export const driverInfoBlock = structure<DriverInfoBlock>({
  name: 'Driver Information Block',
  spec: 'II.B',
  blank: () => ({ driver: '', information: NO_BYTES }),
  body(io, m) {
    io.version('Version', 0, [0])
    io.reserved(3)
    const size = io.u32('Driver Information Size', m.information.length)
    m.driver = io.text('Driver Identification', 8, m.driver)
    m.information = io.bytes('Driver Information', size, m.information)
  },
})
