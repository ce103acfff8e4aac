import type { ExtensibleArrayHeader, Generation } from '../format/extensible-array.ts'
import {
  extensibleArrayDataBlock,
  extensibleArrayHeader,
  extensibleArrayIndexBlock,
  extensibleArraySecondaryBlock,
  generations,
  listedGenerations,
} from '../format/extensible-array.ts'
import { arrayPage, fixedArrayDataBlock, fixedArrayHeader } from '../format/fixed-array.ts'
import type { ExtensibleArrayIndex } from '../format/messages/chunk-index.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Checker } from './checker.ts'
import type { Place } from './finding.ts'

const USE = 'chunk-indexes'

/** What the array of a dataset's chunks has to be like. */
export interface ArrayShape {
  filtered: boolean
  /** Bytes of an entry. */
  entrySize: { least: number; most: number }
  /**
   * Looks at entries, one behind the other, the first of them numbered so.
   *
   * @returns one more than the number of the last one that leads to a chunk; 0 where none does
   */
  entries: (first: number, elements: Uint8Array, entrySize: number, place: Place) => number
}

function checkEntries(
  check: Checker,
  header: { clientId: number; entrySize: number },
  { filtered, entrySize: { least, most } }: ArrayShape,
  place: Place,
  sizeField: string,
): boolean {
  const { clientId, entrySize } = header
  if ((clientId === 1) !== filtered) {
    const what = `chunks ${filtered ? 'with' : 'without'} filters in an array of client ${clientId}`
    check.error(place, what, 'Client ID')
    return false
  }
  if (entrySize >= least && entrySize <= most) return true
  check.error(place, `entries of ${entrySize} bytes`, sizeField)
  return false
}

/**
 * Goes through a fixed array (VII.C).
 *
 * @param total chunks that there may be
 * @param pageBits what the layout message says
 */
export function checkFixedArray(
  check: Checker,
  address: number,
  shape: ArrayShape,
  total: number,
  pageBits: number,
  from: Place,
): void {
  const { offsets, lengths } = check.image.sizes
  const header = check.decode(fixedArrayHeader, address, 12 + lengths + offsets, undefined, from, { use: USE })
  if (header === undefined) return
  const place = { structure: fixedArrayHeader, address }
  if (!checkEntries(check, header, shape, place, 'Entry Size')) return
  const { clientId, entrySize, entries, dataBlockAddress } = header
  if (header.pageBits !== pageBits) {
    check.error(place, `${header.pageBits}, and the layout message says ${pageBits}`, 'Page Bits')
    return
  }
  if (entries !== total) {
    check.error(place, `${entries} entries for ${total} chunks`, 'Max Num Entries')
    return
  }
  if (dataBlockAddress === UNDEFINED) return
  const perPage = 2 ** pageBits
  const pageCount = entries > perPage ? Math.ceil(entries / perPage) : 0
  const bitmapLength = Math.ceil(pageCount / 8)
  const elementsLength = pageCount > 0 ? 0 : entries * entrySize
  const head = 10 + offsets + bitmapLength + elementsLength
  const allocated = pageCount > 0 ? head + entries * entrySize + 4 * pageCount : head
  const params = { clientId, headerAddress: address, bitmapLength, elementsLength }
  const below = { ...place, field: 'Data Block Address' }
  const block = check.decode(fixedArrayDataBlock, dataBlockAddress, head, params, below, { use: USE, allocated })
  if (block === undefined) return
  const blockPlace = { structure: fixedArrayDataBlock, address: dataBlockAddress }
  if (pageCount === 0) {
    shape.entries(0, block.elements, entrySize, blockPlace)
    return
  }
  const behind = 8 * bitmapLength - pageCount
  if ((block.pages[bitmapLength - 1] & ((1 << behind) - 1)) !== 0) {
    check.error(blockPlace, `a page in use behind the ${pageCount} that there are`, 'Page Bitmap')
  }
  for (let page = 0; page < pageCount; page++) {
    if ((block.pages[page >> 3] & (0x80 >> (page & 7))) === 0) continue
    const first = page * perPage
    const at = dataBlockAddress + head + page * (perPage * entrySize + 4)
    const length = Math.min(perPage, entries - first) * entrySize
    checkPage(check, at, length, first, entrySize, shape, blockPlace)
  }
}

function checkPage(
  check: Checker,
  at: number,
  length: number,
  first: number,
  entrySize: number,
  shape: ArrayShape,
  from: Place,
): number {
  const page = check.decode(arrayPage, at, length + 4, { length }, from)
  if (page === undefined) return 0
  return shape.entries(first, page.elements, entrySize, { structure: arrayPage, address: at })
}

/** Goes through an extensible array (VII.D). */
export function checkExtensibleArray(
  check: Checker,
  address: number,
  shape: ArrayShape,
  index: ExtensibleArrayIndex,
  from: Place,
): void {
  const { offsets, lengths } = check.image.sizes
  const length = 16 + 6 * lengths + offsets
  const header = check.decode(extensibleArrayHeader, address, length, undefined, from, { use: USE })
  if (header === undefined) return
  const place = { structure: extensibleArrayHeader, address }
  if (!checkEntries(check, header, shape, place, 'Element Size')) return
  let same = true
  for (const [field, stored, told] of [
    ['Max Nelmts Bits', header.maxBits, index.maxBits],
    ['Index Blk Elmts', header.indexElements, index.indexElements],
    ['Data Blk Min Elmts', header.minElements, index.minElements],
    ['Secondary Blk Min Data Ptrs', header.minPointers, index.minPointers],
    ['Max Data Blk Page Nelmts Bits', header.pageBits, index.pageBits],
  ] as const) {
    if (stored === told) continue
    check.error(place, `${stored}, and the layout message says ${told}`, field)
    same = false
  }
  if (header.indexBlockAddress === UNDEFINED && header.maxIndex > 0) {
    check.error(place, `no index block, and entries up to ${header.maxIndex - 1}`, 'Index Block Address')
  }
  if (same && header.indexBlockAddress !== UNDEFINED) new ExtensibleArrayWalk(check, header, place, shape).run()
}

class ExtensibleArrayWalk {
  readonly #check: Checker
  readonly #header: ExtensibleArrayHeader
  readonly #place: Place & { address: number }
  readonly #shape: ArrayShape
  readonly #params: { clientId: number; headerAddress: number; entrySize: number; offsetWidth: number }
  readonly #perPage: number
  readonly #blockHead: number
  readonly #found = { dataBlocks: 0, dataBlockSize: 0, secondaryBlocks: 0, secondaryBlockSize: 0, elements: 0 }
  #incomplete = false
  /** One more than the number of the last entry that leads to a chunk. */
  #end = 0
  /** One more than the number of the last entry that there is a block for. */
  #room: number

  constructor(check: Checker, header: ExtensibleArrayHeader, place: Place & { address: number }, shape: ArrayShape) {
    this.#check = check
    this.#header = header
    this.#place = place
    this.#shape = shape
    const { clientId, entrySize, maxBits, pageBits } = header
    this.#params = { clientId, headerAddress: place.address, entrySize, offsetWidth: Math.ceil(maxBits / 8) }
    this.#perPage = 2 ** pageBits
    this.#room = header.indexElements
    this.#blockHead = 10 + check.image.sizes.offsets + this.#params.offsetWidth
  }

  run(): void {
    const header = this.#header
    const { offsets } = this.#check.image.sizes
    const sizes = generations(header)
    const listed = listedGenerations(header.minPointers, sizes.length)
    const { indexElements, minPointers, entrySize, indexBlockAddress } = header
    const pointers = {
      elements: indexElements,
      dataBlocks: 2 * (minPointers - 1),
      secondaryBlocks: sizes.length - listed,
    }
    const length = 10 + offsets + indexElements * entrySize + (pointers.dataBlocks + pointers.secondaryBlocks) * offsets
    const from = { ...this.#place, field: 'Index Block Address' }
    const params = { ...this.#params, ...pointers }
    const check = this.#check
    const block = check.decode(extensibleArrayIndexBlock, indexBlockAddress, length, params, from, { use: USE })
    if (block === undefined) return
    const place = { structure: extensibleArrayIndexBlock, address: indexBlockAddress }
    this.#entries(this.#shape.entries(0, block.elements, entrySize, place))
    for (const [number, generation] of sizes.entries()) {
      if (number >= listed) {
        this.#secondaryBlock(block.secondaryBlocks[number - listed], generation, place)
        continue
      }
      for (let i = 0; i < generation.dataBlocks; i++) {
        const at = block.dataBlocks[generation.firstDataBlock + i]
        if (at !== undefined) this.#dataBlock(at, generation, i, place, () => true)
      }
    }
    this.#sums()
  }

  #entries(end: number): void {
    this.#end = Math.max(this.#end, end)
  }

  #secondaryBlock(at: number, generation: Generation, from: Place): void {
    if (at === UNDEFINED) return
    const { dataBlocks, elements } = generation
    const each = elements > this.#perPage ? Math.ceil(elements / this.#perPage / 8) : 0
    const bitmapLength = each * dataBlocks
    const length = this.#blockHead + bitmapLength + dataBlocks * this.#check.image.sizes.offsets
    const params = { ...this.#params, bitmapLength, dataBlocks }
    const field = 'Secondary Block Address'
    const check = this.#check
    const block = check.decode(extensibleArraySecondaryBlock, at, length, params, { ...from, field }, { use: USE })
    this.#found.secondaryBlocks++
    this.#found.secondaryBlockSize += length
    if (block === undefined) {
      this.#incomplete = true
      return
    }
    const place = { structure: extensibleArraySecondaryBlock, address: at }
    this.#checkOffset([generation.firstIndex], block.blockOffset, place)
    for (let i = 0; i < dataBlocks; i++) {
      const inUse = (page: number): boolean => (block.pages[i * each + (page >> 3)] & (0x80 >> (page & 7))) !== 0
      this.#dataBlock(block.dataBlocks[i], generation, i, place, inUse)
    }
  }

  #checkOffset(offsets: readonly number[], stored: number, place: Place): void {
    if (!offsets.includes(stored)) this.#check.error(place, `${stored} where ${offsets[0]} belongs`, 'Block Offset')
  }

  #dataBlock(at: number, generation: Generation, i: number, from: Place, inUse: (page: number) => boolean): void {
    if (at === UNDEFINED) return
    const { elements, firstIndex } = generation
    const { entrySize, indexElements } = this.#header
    const paged = elements > this.#perPage
    const pages = paged ? elements / this.#perPage : 0
    const length = this.#blockHead + (paged ? 0 : elements * entrySize)
    const allocated = paged ? length + elements * entrySize + 4 * pages : length
    const offset = firstIndex + i * elements
    const params = { ...this.#params, elements: paged ? 0 : elements }
    const check = this.#check
    const reading = { use: USE, allocated } as const
    const below = { ...from, field: 'Data Block Address' }
    const block = check.decode(extensibleArrayDataBlock, at, length, params, below, reading)
    this.#found.dataBlocks++
    this.#found.dataBlockSize += allocated
    this.#found.elements += elements
    if (block === undefined) {
      this.#incomplete = true
      return
    }
    const place = { structure: extensibleArrayDataBlock, address: at }
    // The library counts the blocks that the index block lists from the first of all on, not of this size.
    const counted = firstIndex + (generation.firstDataBlock + i) * elements
    this.#checkOffset(
      from.structure === extensibleArrayIndexBlock ? [offset, counted] : [offset],
      block.blockOffset,
      place,
    )
    const first = indexElements + offset
    this.#room = Math.max(this.#room, first + elements)
    if (!paged) this.#entries(this.#shape.entries(first, block.elements, entrySize, place))
    for (let page = 0; page < pages; page++) {
      if (!inUse(page)) continue
      const bytes = this.#perPage * entrySize
      this.#entries(
        checkPage(
          check,
          at + length + page * (bytes + 4),
          bytes,
          first + page * this.#perPage,
          entrySize,
          this.#shape,
          place,
        ),
      )
    }
  }

  /** The sums that the header keeps of its blocks. */
  #sums(): void {
    const header = this.#header
    const found = this.#found
    if (header.maxIndex < this.#end || header.maxIndex > this.#room) {
      this.#check.error(this.#place, `${header.maxIndex}, and entry ${this.#end - 1} is in use`, 'Max Index Set')
    }
    if (this.#incomplete) return
    for (const [field, stored, counted] of [
      ['Num Secondary Blks', header.secondaryBlocks, found.secondaryBlocks],
      ['Secondary Blk Size', header.secondaryBlockSize, found.secondaryBlockSize],
      ['Num Data Blks', header.dataBlocks, found.dataBlocks],
      ['Data Blk Size', header.dataBlockSize, found.dataBlockSize],
      ['Num Elements', header.realized, header.indexElements + found.elements],
    ] as const) {
      if (stored !== counted) this.#check.error(this.#place, `${stored}, and ${counted} were found`, field)
    }
  }
}
