import { FormatError } from '../errors.ts'
import { NO_BYTES } from '../io/span.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { Extent } from './extent.ts'
import type { FileImage } from './file-image.ts'

/** What a fixed array starts with (VII.C). */
export interface FixedArrayHeader {
  /** 0 chunks without filters, 1 chunks with filters. */
  clientId: number
  entrySize: number
  pageBits: number
  entries: number
  dataBlockAddress: number
}

export const fixedArrayHeader = structure<FixedArrayHeader>({
  name: 'Fixed Array Header',
  spec: 'VII.C',
  blank: () => ({ clientId: 0, entrySize: 8, pageBits: 10, entries: 0, dataBlockAddress: UNDEFINED }),
  body(io, m) {
    io.signature('FAHD')
    io.version('Version', 0, [0])
    m.clientId = io.u8('Client ID', m.clientId)
    m.entrySize = io.u8('Entry Size', m.entrySize)
    m.pageBits = io.u8('Page Bits', m.pageBits)
    m.entries = io.length('Max Num Entries', m.entries)
    m.dataBlockAddress = io.address('Data Block Address', m.dataBlockAddress)
    io.checksum()
    if (m.clientId > 1) io.fail(`unknown client ${m.clientId}`, 'Client ID')
    if (m.entrySize === 0) io.fail('an array of nothing', 'Entry Size')
    if (m.pageBits === 0 || m.pageBits > 32) io.fail(`${m.pageBits} bits`, 'Page Bits')
    if (m.entries <= 0) io.fail('an array of nothing', 'Max Num Entries')
  },
})

/** The entries of a small array, or which pages of a large one are in use. */
export interface FixedArrayDataBlock {
  /** A bit for each page, the highest bit of each byte first. */
  pages: Uint8Array
  elements: Uint8Array
}

interface DataBlockParams {
  clientId: number
  headerAddress: number
  bitmapLength: number
  elementsLength: number
}

export const fixedArrayDataBlock = structure<FixedArrayDataBlock, DataBlockParams>({
  name: 'Fixed Array Data Block',
  spec: 'VII.C',
  blank: () => ({ pages: NO_BYTES, elements: NO_BYTES }),
  body(io, m, p) {
    io.signature('FADB')
    io.version('Version', 0, [0])
    if (io.u8('Client ID', p.clientId) !== p.clientId) io.fail('a block of another client', 'Client ID')
    if (io.address('Header Address', p.headerAddress) !== p.headerAddress)
      io.fail('a block of another array', 'Header Address')
    m.pages = io.bytes('Page Bitmap', p.bitmapLength, m.pages)
    m.elements = io.bytes('Elements', p.elementsLength, m.elements)
    io.checksum()
  },
})

/** Some entries of a large array. */
export const arrayPage = structure<{ elements: Uint8Array }, { length: number }>({
  name: 'Data Block Page',
  spec: 'VII.C',
  blank: () => ({ elements: NO_BYTES }),
  body(io, m, { length }) {
    m.elements = io.bytes('Elements', length, m.elements)
    io.checksum()
  },
})

/** An array of entries that is open for reading. */
export interface EntryArray {
  readonly filtered: boolean
  readonly entrySize: number
  /** Entries that there are at most. */
  readonly count: number
  /** The bytes of an entry; undefined where nothing was stored near it. */
  entry(index: number): Uint8Array | undefined
  /** Runs of entries that something may be stored in, in order. */
  runs(): Iterable<{ first: number; count: number }>
  /** What the array takes in the file. */
  extents(): Iterable<Extent>
}

export function openFixedArray(image: FileImage, address: number): EntryArray {
  const { offsets, lengths } = image.sizes
  const headerLength = 12 + lengths + offsets
  const header = image.cached(fixedArrayHeader, address, headerLength, undefined)
  const { clientId, entrySize, entries, dataBlockAddress } = header
  const shared = { filtered: clientId === 1, entrySize, count: entries }
  const headerExtent: Extent = { structure: fixedArrayHeader.name, address, length: headerLength }
  if (dataBlockAddress === UNDEFINED) {
    return { ...shared, entry: () => undefined, runs: () => [], extents: () => [headerExtent] }
  }
  const perPage = 2 ** header.pageBits
  const paged = entries > perPage
  const pageCount = paged ? Math.ceil(entries / perPage) : 0
  const bitmapLength = Math.ceil(pageCount / 8)
  const elementsLength = paged ? 0 : entries * entrySize
  const head = 10 + offsets + bitmapLength
  const params = { clientId, headerAddress: address, bitmapLength, elementsLength }
  // The array is sized for the whole dataset: a damaged count must not make it read past the file.
  const length = head + entries * entrySize + 4 * pageCount
  if (dataBlockAddress + length > image.source.size) {
    throw new FormatError(`${entries} entries reach past the end of the file`, {
      structure: fixedArrayHeader.name,
      address,
    })
  }
  const blockExtent: Extent = { structure: fixedArrayDataBlock.name, address: dataBlockAddress, length }
  const extents = (): Extent[] => [headerExtent, blockExtent]
  const block = image.cached(fixedArrayDataBlock, dataBlockAddress, head + elementsLength, params)
  if (!paged) {
    const runs = () => [{ first: 0, count: entries }]
    return { ...shared, entry: (i) => slot(block.elements, i, entrySize), runs, extents }
  }
  const inUse = (page: number): boolean => (block.pages[page >> 3] & (0x80 >> (page & 7))) !== 0
  return {
    ...shared,
    extents,
    *runs() {
      for (let page = 0; page < pageCount; page++) {
        const first = page * perPage
        if (inUse(page)) yield { first, count: Math.min(perPage, entries - first) }
      }
    },
    entry(i) {
      const page = Math.floor(i / perPage)
      if (!inUse(page)) return undefined
      const length = Math.min(perPage, entries - page * perPage) * entrySize
      const at = dataBlockAddress + head + page * (perPage * entrySize + 4)
      return slot(image.cached(arrayPage, at, length + 4, { length }).elements, i - page * perPage, entrySize)
    },
  }
}

function slot(elements: Uint8Array, i: number, size: number): Uint8Array {
  return elements.subarray(i * size, (i + 1) * size)
}
