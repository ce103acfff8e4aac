import { Hdf5Error } from '../errors.ts'
import type { Io, Sizes } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { Extent } from './extent.ts'
import type { FileImage } from './file-image.ts'

/** What uses a free-space manager. */
export const FRACTAL_HEAP_CLIENT = 0
export const FILE_CLIENT = 1

/** What is known of the unused space of a file or of a fractal heap (III.H). */
export interface FreeSpaceManagerHeader {
  /** FRACTAL_HEAP_CLIENT or FILE_CLIENT. */
  clientId: number
  /** Bytes in all sections. */
  totalSpace: number
  sections: number
  serializedSections: number
  unserializedSections: number
  sectionClasses: number
  shrinkPercent: number
  expandPercent: number
  /** Bits of an address or heap offset. */
  addressBits: number
  /** In bytes; for a file near 2^63. */
  maxSectionSize: bigint
  /** Address of the list of sections; UNDEFINED where it is not stored. */
  listAddress: number
  /** Bytes of the list. */
  listSize: number
  allocatedListSize: number
}

export const freeSpaceManagerHeader = structure<FreeSpaceManagerHeader>({
  name: 'Free-space Manager Header',
  spec: 'III.H',
  blank: () => ({
    clientId: FILE_CLIENT,
    totalSpace: 0,
    sections: 0,
    serializedSections: 0,
    unserializedSections: 0,
    sectionClasses: 3,
    shrinkPercent: 80,
    expandPercent: 120,
    addressBits: 64,
    maxSectionSize: 0n,
    listAddress: UNDEFINED,
    listSize: 0,
    allocatedListSize: 0,
  }),
  body(io, m) {
    io.signature('FSHD')
    io.version('Version', 0, [0])
    m.clientId = io.u8('Client ID', m.clientId)
    if (m.clientId > FILE_CLIENT) io.fail(`unknown client ${m.clientId}`, 'Client ID')
    m.totalSpace = io.length('Total Space Tracked', m.totalSpace)
    m.sections = io.length('Total Number of Sections', m.sections)
    m.serializedSections = io.length('Number of Serialized Sections', m.serializedSections)
    m.unserializedSections = io.length('Number of Un-Serialized Sections', m.unserializedSections)
    m.sectionClasses = io.u16('Number of Section Classes', m.sectionClasses)
    m.shrinkPercent = io.u16('Shrink Percent', m.shrinkPercent)
    m.expandPercent = io.u16('Expand Percent', m.expandPercent)
    m.addressBits = io.u16('Size of Address Space', m.addressBits)
    if (m.addressBits === 0 || m.addressBits > 64) io.fail(`${m.addressBits} bits`, 'Size of Address Space')
    m.maxSectionSize = exactLength(io, 'Maximum Section Size', m.maxSectionSize)
    m.listAddress = io.address('Address of Serialized Section List', m.listAddress)
    m.listSize = io.length('Size of Serialized Section List Used', m.listSize)
    m.allocatedListSize = io.length('Allocated Size of Serialized Section List', m.allocatedListSize)
    io.checksum()
  },
})

function exactLength(io: Io, field: string, value: bigint): bigint {
  const { lengths } = io.sizes
  return lengths === 8 ? io.big(field, value) : BigInt(io.uint(field, lengths, Number(value)))
}

/** Unused bytes. */
export interface FreeSpaceSection {
  /** In bytes. */
  size: number
  /** Address in the file, or offset in the heap. */
  offset: number
  type: number
  /** Of whole unused blocks of a fractal heap: the indirect block that would hold them, and which blocks. */
  blocks: { offset: number; row: number; column: number; count: number } | undefined
}

/** Types of a fractal heap's sections that say more of themselves. */
const FIRST_ROW = 1
const INDIRECT = 3

export interface ListParams {
  headerAddress: number
  clientId: number
  /** Sections in the list. */
  count: number
  /** Bytes of the number of sections of one size. */
  countWidth: number
  /** Bytes of the size of a section. */
  sizeWidth: number
  /** Bytes of the offset of a section. */
  offsetWidth: number
  /** Bytes of the whole list. */
  length: number
}

/** Sections, those of one size together. */
export const freeSpaceSectionList = structure<{ sections: FreeSpaceSection[] }, ListParams>({
  name: 'Free-space Section List',
  spec: 'III.H',
  blank: () => ({ sections: [] }),
  body(io, m, p) {
    io.signature('FSSE')
    io.version('Version', 0, [0])
    if (io.address('Free-space Manager Header Address', p.headerAddress) !== p.headerAddress) {
      io.fail('a list of another manager', 'Free-space Manager Header Address')
    }
    for (let done = 0; done < p.count; ) {
      const size = m.sections[done]?.size ?? 0
      const alike = io.reading ? 0 : sameSize(m.sections, done)
      const count = io.uint('Number of Section Records', p.countWidth, alike)
      if (count < 1 || count > p.count - done) io.fail(`${count} sections`, 'Number of Section Records')
      const stored = io.uint('Size of Free-space Section', p.sizeWidth, size)
      for (let i = 0; i < count; i++) {
        const section = sectionFields(io, p, stored, m.sections[done + i])
        if (io.reading) m.sections.push(section)
      }
      done += count
    }
    const rest = p.length - 4 - io.at
    if (rest < 0 && io.reading) io.fail('sections reach past the list')
    if (rest > 0) io.reserved(rest, 'Unused')
    io.checksum()
  },
})

function sectionFields(io: Io, p: ListParams, size: number, given: FreeSpaceSection | undefined): FreeSpaceSection {
  const offset = io.uint('Section Record Offset', p.offsetWidth, given?.offset ?? 0)
  const type = io.u8('Section Record Type', given?.type ?? 0)
  if (type > INDIRECT) io.fail(`unknown type ${type}`, 'Section Record Type')
  const more = p.clientId === FRACTAL_HEAP_CLIENT && (type === FIRST_ROW || type === INDIRECT)
  if (!more) return { size, offset, type, blocks: undefined }
  const blocks = given?.blocks ?? { offset: 0, row: 0, column: 0, count: 0 }
  return {
    size,
    offset,
    type,
    blocks: {
      offset: io.uint('Fractal Heap Indirect Block Offset', p.offsetWidth, blocks.offset),
      row: io.u16('Block Start Row', blocks.row),
      column: io.u16('Block Start Column', blocks.column),
      count: io.u16('Number of Blocks', blocks.count),
    },
  }
}

/** Sections from a place on that have the size of the first. */
function sameSize(sections: readonly FreeSpaceSection[], first: number): number {
  let end = first
  while (end < sections.length && sections[end].size === sections[first].size) end++
  return end - first
}

/** Bytes that hold any number up to a limit. */
function widthFor(limit: bigint): number {
  return Math.max(1, Math.ceil(limit.toString(2).length / 8))
}

/**
 * What a list of sections depends on, for a manager whose header is at an address.
 *
 * @param older as older libraries wrote it: sizes in one byte less where the largest one is a power of 256
 */
export function listParams(address: number, header: FreeSpaceManagerHeader, older = false): ListParams {
  return {
    headerAddress: address,
    clientId: header.clientId,
    count: header.serializedSections,
    countWidth: widthFor(BigInt(header.serializedSections)),
    sizeWidth: widthFor(older ? header.maxSectionSize - 1n : header.maxSectionSize),
    offsetWidth: Math.ceil(header.addressBits / 8),
    length: header.listSize,
  }
}

/** The sections that a free-space manager keeps track of. */
export interface FreeSpace {
  header: FreeSpaceManagerHeader
  sections: FreeSpaceSection[]
}

function headerLength({ offsets, lengths }: Sizes): number {
  return 18 + 7 * lengths + offsets
}

export function readFreeSpaceHeader(image: FileImage, address: number): FreeSpaceManagerHeader {
  return image.read(freeSpaceManagerHeader, address, headerLength(image.sizes), undefined)
}

/** What a free-space manager takes in the file itself. */
export function* freeSpaceManagerExtents(image: FileImage, address: number): Generator<Extent> {
  yield { structure: freeSpaceManagerHeader.name, address, length: headerLength(image.sizes) }
  const { listAddress, allocatedListSize } = readFreeSpaceHeader(image, address)
  if (listAddress === UNDEFINED) return
  yield { structure: freeSpaceSectionList.name, address: listAddress, length: allocatedListSize }
}

/** Reads the free-space manager whose header is at an address. */
export function readFreeSpaceManager(image: FileImage, address: number): FreeSpace {
  const header = readFreeSpaceHeader(image, address)
  if (header.serializedSections === 0 || header.listAddress === UNDEFINED) return { header, sections: [] }
  return { header, sections: readSections(image, header, sectionListOf(image, header, address)) }
}

/** How the list of a manager is laid out: in the present way or, where that does not fit, in the older one. */
export function sectionListOf(image: FileImage, header: FreeSpaceManagerHeader, address: number): ListParams {
  const present = listParams(address, header)
  const older = listParams(address, header, true)
  if (older.sizeWidth === present.sizeWidth) return present
  return [present, older].find((params) => fits(image, header, params)) ?? present
}

function fits(image: FileImage, header: FreeSpaceManagerHeader, params: ListParams): boolean {
  try {
    const total = readSections(image, header, params).reduce((sum, { size }) => sum + size, 0)
    return total === header.totalSpace
  } catch (error) {
    if (error instanceof Hdf5Error) return false
    throw error
  }
}

function readSections(image: FileImage, header: FreeSpaceManagerHeader, params: ListParams): FreeSpaceSection[] {
  return image.read(freeSpaceSectionList, header.listAddress, header.listSize, params).sections
}
