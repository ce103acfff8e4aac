import { FormatError } from '../errors.ts'
import { NO_BYTES } from '../io/span.ts'
import type { Io, Sizes } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { Extent } from './extent.ts'
import type { FileImage } from './file-image.ts'
import type { EntryArray } from './fixed-array.ts'
import { arrayPage } from './fixed-array.ts'

/** What an extensible array starts with (VII.D). */
export interface ExtensibleArrayHeader {
  clientId: number
  entrySize: number
  /** Bits of the largest number of entries. */
  maxBits: number
  indexElements: number
  minElements: number
  minPointers: number
  pageBits: number
  secondaryBlocks: number
  secondaryBlockSize: number
  dataBlocks: number
  dataBlockSize: number
  /** One more than the largest index that was set. */
  maxIndex: number
  realized: number
  indexBlockAddress: number
}

export const extensibleArrayHeader = structure<ExtensibleArrayHeader>({
  name: 'Extensible Array Header',
  spec: 'VII.D',
  blank: () => ({
    clientId: 0,
    entrySize: 8,
    maxBits: 32,
    indexElements: 4,
    minElements: 16,
    minPointers: 4,
    pageBits: 10,
    secondaryBlocks: 0,
    secondaryBlockSize: 0,
    dataBlocks: 0,
    dataBlockSize: 0,
    maxIndex: 0,
    realized: 0,
    indexBlockAddress: UNDEFINED,
  }),
  body(io, m) {
    io.signature('EAHD')
    io.version('Version', 0, [0])
    m.clientId = io.u8('Client ID', m.clientId)
    m.entrySize = io.u8('Element Size', m.entrySize)
    m.maxBits = io.u8('Max Nelmts Bits', m.maxBits)
    m.indexElements = io.u8('Index Blk Elmts', m.indexElements)
    m.minElements = io.u8('Data Blk Min Elmts', m.minElements)
    m.minPointers = io.u8('Secondary Blk Min Data Ptrs', m.minPointers)
    m.pageBits = io.u8('Max Data Blk Page Nelmts Bits', m.pageBits)
    m.secondaryBlocks = io.length('Num Secondary Blks', m.secondaryBlocks)
    m.secondaryBlockSize = io.length('Secondary Blk Size', m.secondaryBlockSize)
    m.dataBlocks = io.length('Num Data Blks', m.dataBlocks)
    m.dataBlockSize = io.length('Data Blk Size', m.dataBlockSize)
    m.maxIndex = io.length('Max Index Set', m.maxIndex)
    m.realized = io.length('Num Elements', m.realized)
    m.indexBlockAddress = io.address('Index Block Address', m.indexBlockAddress)
    io.checksum()
    if (m.clientId > 1) io.fail(`unknown client ${m.clientId}`, 'Client ID')
    powerOfTwo(io, 'Data Blk Min Elmts', m.minElements)
    powerOfTwo(io, 'Secondary Blk Min Data Ptrs', m.minPointers)
    if (m.entrySize === 0) io.fail('an array of nothing', 'Element Size')
    if (m.pageBits === 0 || m.pageBits > 32) io.fail(`${m.pageBits} bits`, 'Max Data Blk Page Nelmts Bits')
    if (m.maxBits > 64 || 2 ** m.maxBits < m.minElements) io.fail(`${m.maxBits} bits`, 'Max Nelmts Bits')
  },
})

function powerOfTwo(io: Io, field: string, n: number): void {
  if (n === 0 || (n & (n - 1)) !== 0) io.fail(`${n} is not a power of two`, field)
}

/** What the blocks of an array take from its header. */
interface BlockParams {
  clientId: number
  headerAddress: number
  entrySize: number
  /** Bytes of an index into the array. */
  offsetWidth: number
}

export interface ExtensibleArrayIndexBlock {
  elements: Uint8Array
  dataBlocks: number[]
  secondaryBlocks: number[]
}

export const extensibleArrayIndexBlock = structure<
  ExtensibleArrayIndexBlock,
  BlockParams & { elements: number; dataBlocks: number; secondaryBlocks: number }
>({
  name: 'Extensible Array Index Block',
  spec: 'VII.D',
  blank: () => ({ elements: NO_BYTES, dataBlocks: [], secondaryBlocks: [] }),
  body(io, m, p) {
    io.signature('EAIB')
    io.version('Version', 0, [0])
    if (io.u8('Client ID', p.clientId) !== p.clientId) io.fail('a block of another client', 'Client ID')
    if (io.address('Header Address', p.headerAddress) !== p.headerAddress)
      io.fail('a block of another array', 'Header Address')
    m.elements = io.bytes('Elements', p.elements * p.entrySize, m.elements)
    m.dataBlocks = count(p.dataBlocks).map((i) => io.address('Data Block Address', m.dataBlocks[i] ?? UNDEFINED))
    m.secondaryBlocks = count(p.secondaryBlocks).map((i) =>
      io.address('Secondary Block Address', m.secondaryBlocks[i] ?? UNDEFINED),
    )
    io.checksum()
  },
})

export interface ExtensibleArraySecondaryBlock {
  blockOffset: number
  /** A bit for each page of each data block; each data block starts a new byte. */
  pages: Uint8Array
  dataBlocks: number[]
}

export const extensibleArraySecondaryBlock = structure<
  ExtensibleArraySecondaryBlock,
  BlockParams & { bitmapLength: number; dataBlocks: number }
>({
  name: 'Extensible Array Secondary Block',
  spec: 'VII.D',
  blank: () => ({ blockOffset: 0, pages: NO_BYTES, dataBlocks: [] }),
  body(io, m, p) {
    io.signature('EASB')
    io.version('Version', 0, [0])
    if (io.u8('Client ID', p.clientId) !== p.clientId) io.fail('a block of another client', 'Client ID')
    if (io.address('Header Address', p.headerAddress) !== p.headerAddress)
      io.fail('a block of another array', 'Header Address')
    m.blockOffset = io.uint('Block Offset', p.offsetWidth, m.blockOffset)
    m.pages = io.bytes('Page Bitmap', p.bitmapLength, m.pages)
    m.dataBlocks = count(p.dataBlocks).map((i) => io.address('Data Block Address', m.dataBlocks[i] ?? UNDEFINED))
    io.checksum()
  },
})

export interface ExtensibleArrayDataBlock {
  blockOffset: number
  elements: Uint8Array
}

export const extensibleArrayDataBlock = structure<ExtensibleArrayDataBlock, BlockParams & { elements: number }>({
  name: 'Extensible Array Data Block',
  spec: 'VII.D',
  blank: () => ({ blockOffset: 0, elements: NO_BYTES }),
  body(io, m, p) {
    io.signature('EADB')
    io.version('Version', 0, [0])
    if (io.u8('Client ID', p.clientId) !== p.clientId) io.fail('a block of another client', 'Client ID')
    if (io.address('Header Address', p.headerAddress) !== p.headerAddress)
      io.fail('a block of another array', 'Header Address')
    m.blockOffset = io.uint('Block Offset', p.offsetWidth, m.blockOffset)
    m.elements = io.bytes('Elements', p.elements * p.entrySize, m.elements)
    io.checksum()
  },
})

function count(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}

/** Blocks of one size: a "super block" of the specification, whether it has a block of its own or not. */
export interface Generation {
  firstIndex: number
  firstDataBlock: number
  dataBlocks: number
  /** Entries of each. */
  elements: number
}

export function generations(header: Pick<ExtensibleArrayHeader, 'maxBits' | 'minElements'>): Generation[] {
  const found: Generation[] = []
  let firstIndex = 0
  let firstDataBlock = 0
  const total = 1 + header.maxBits - Math.log2(header.minElements)
  for (let i = 0; i < total; i++) {
    const dataBlocks = 2 ** Math.floor(i / 2)
    const elements = 2 ** Math.floor((i + 1) / 2) * header.minElements
    found.push({ firstIndex, firstDataBlock, dataBlocks, elements })
    firstIndex += dataBlocks * elements
    firstDataBlock += dataBlocks
  }
  return found
}

/** The generations, of so many, whose data blocks are listed in the index block itself. */
export function listedGenerations(minPointers: number, total: number): number {
  return Math.min(2 * Math.log2(minPointers), total)
}

function headerLength({ offsets, lengths }: Sizes): number {
  return 16 + 6 * lengths + offsets
}

export function readExtensibleArrayHeader(image: FileImage, address: number): ExtensibleArrayHeader {
  return image.cached(extensibleArrayHeader, address, headerLength(image.sizes), undefined)
}

export function openExtensibleArray(image: FileImage, address: number): EntryArray {
  const { offsets } = image.sizes
  const header = readExtensibleArrayHeader(image, address)
  const { clientId, entrySize, indexBlockAddress, indexElements, minPointers, pageBits, maxBits } = header
  const shared = { filtered: clientId === 1, entrySize, count: header.maxIndex }
  const headerExtent: Extent = { structure: extensibleArrayHeader.name, address, length: headerLength(image.sizes) }
  if (indexBlockAddress === UNDEFINED) {
    return { ...shared, entry: () => undefined, runs: () => [], extents: () => [headerExtent] }
  }
  const sizes = generations(header)
  const params = { clientId, headerAddress: address, entrySize, offsetWidth: Math.ceil(maxBits / 8) }
  const listed = listedGenerations(minPointers, sizes.length)
  const pointers = {
    elements: indexElements,
    dataBlocks: 2 * (minPointers - 1),
    secondaryBlocks: sizes.length - listed,
  }
  const indexLength =
    10 + offsets + indexElements * entrySize + (pointers.dataBlocks + pointers.secondaryBlocks) * offsets
  const index = image.cached(extensibleArrayIndexBlock, indexBlockAddress, indexLength, { ...params, ...pointers })
  const perPage = 2 ** pageBits
  const blockHead = 10 + offsets + params.offsetWidth

  function inDataBlock(at: number, generation: Generation, within: number, inUse: (page: number) => boolean) {
    if (at === UNDEFINED) return undefined
    if (generation.elements <= perPage) {
      const length = blockHead + generation.elements * entrySize
      const block = image.cached(extensibleArrayDataBlock, at, length, { ...params, elements: generation.elements })
      return block.elements.subarray(within * entrySize, (within + 1) * entrySize)
    }
    const page = Math.floor(within / perPage)
    if (!inUse(page)) return undefined
    const length = perPage * entrySize
    const pageAddress = at + blockHead + page * (length + 4)
    const slot = within - page * perPage
    return image
      .cached(arrayPage, pageAddress, length + 4, { length })
      .elements.subarray(slot * entrySize, (slot + 1) * entrySize)
  }

  function readSecondaryBlock(at: number, { dataBlocks, elements }: Generation) {
    const bitmapEach = elements > perPage ? Math.ceil(elements / perPage / 8) : 0
    const bitmapLength = bitmapEach * dataBlocks
    const length = blockHead + bitmapLength + dataBlocks * offsets
    const block = image.cached(extensibleArraySecondaryBlock, at, length, { ...params, bitmapLength, dataBlocks })
    return { block, bitmapEach, length }
  }

  function inSecondaryBlock(at: number, generation: Generation, within: number) {
    if (at === UNDEFINED) return undefined
    const { elements } = generation
    const { block, bitmapEach } = readSecondaryBlock(at, generation)
    const number = Math.floor(within / elements)
    const inUse = (page: number): boolean =>
      (block.pages[number * bitmapEach + (page >> 3)] & (0x80 >> (page & 7))) !== 0
    return inDataBlock(block.dataBlocks[number], generation, within % elements, inUse)
  }

  /** A secondary block may stand for far more entries than the file has room for, few of which are there. */
  function* secondaryRuns(at: number, generation: Generation, first: number, most: number) {
    const { dataBlocks, elements } = generation
    const { block, bitmapEach } = readSecondaryBlock(at, generation)
    const step = Math.min(elements, perPage)
    for (let i = 0; i < dataBlocks && i * elements < most; i++) {
      if (block.dataBlocks[i] === UNDEFINED) continue
      for (let page = 0; page * step < elements && i * elements + page * step < most; page++) {
        const used = bitmapEach === 0 || (block.pages[i * bitmapEach + (page >> 3)] & (0x80 >> (page & 7))) !== 0
        const from = i * elements + page * step
        if (used) yield { first: first + from, count: Math.min(step, most - from) }
      }
    }
  }

  function* runs() {
    yield { first: 0, count: Math.min(indexElements, header.maxIndex) }
    for (const [number, generation] of sizes.entries()) {
      const { firstIndex, firstDataBlock, dataBlocks, elements } = generation
      const first = indexElements + firstIndex
      const most = header.maxIndex - first
      if (most <= 0) return
      if (number >= listed) {
        const at = index.secondaryBlocks[number - listed]
        if (at !== UNDEFINED) yield* secondaryRuns(at, generation, first, most)
        continue
      }
      for (let i = 0; i < dataBlocks && i * elements < most; i++) {
        const used = index.dataBlocks[firstDataBlock + i] !== UNDEFINED
        if (used) yield { first: first + i * elements, count: Math.min(elements, most - i * elements) }
      }
    }
  }

  function dataBlockExtent(at: number, { elements }: Generation): Extent {
    const checksums = elements > perPage ? 4 * Math.ceil(elements / perPage) : 0
    const length = blockHead + elements * entrySize + checksums
    return { structure: extensibleArrayDataBlock.name, address: at, length }
  }

  function* extents(): Generator<Extent> {
    yield headerExtent
    yield { structure: extensibleArrayIndexBlock.name, address: indexBlockAddress, length: indexLength }
    for (const [number, generation] of sizes.entries()) {
      if (number < listed) {
        const { firstDataBlock, dataBlocks } = generation
        for (const at of index.dataBlocks.slice(firstDataBlock, firstDataBlock + dataBlocks)) {
          if (at !== UNDEFINED) yield dataBlockExtent(at, generation)
        }
        continue
      }
      const at = index.secondaryBlocks[number - listed]
      if (at === UNDEFINED) continue
      const { block, length } = readSecondaryBlock(at, generation)
      yield { structure: extensibleArraySecondaryBlock.name, address: at, length }
      for (const each of block.dataBlocks) if (each !== UNDEFINED) yield dataBlockExtent(each, generation)
    }
  }

  return {
    ...shared,
    runs,
    extents,
    entry(i) {
      if (i < indexElements) return index.elements.subarray(i * entrySize, (i + 1) * entrySize)
      const rest = i - indexElements
      const number = Math.floor(Math.log2(rest / header.minElements + 1))
      const generation = sizes[number]
      if (generation === undefined)
        throw new FormatError(`no entry ${i}`, { structure: extensibleArrayHeader.name, address })
      const within = rest - generation.firstIndex
      if (number >= listed) return inSecondaryBlock(index.secondaryBlocks[number - listed], generation, within)
      const block = generation.firstDataBlock + Math.floor(within / generation.elements)
      return inDataBlock(index.dataBlocks[block], generation, within % generation.elements, () => true)
    },
  }
}
