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
import type { Emitter } from './emitter.ts'

/** The entries of an array by their numbers; those that are missing have none. */
export interface ArrayEntries {
  /** Whether the chunks have filters. */
  filtered: boolean
  /** In bytes. */
  entrySize: number
  byNumber: ReadonlyMap<number, Uint8Array>
  /** What stands for no entry: an undefined address. */
  missing: Uint8Array
}

/** Entries `[first, first + count)`, one behind the other. */
function run({ byNumber, entrySize, missing }: ArrayEntries, first: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count * entrySize)
  for (let i = 0; i < count; i++) bytes.set(byNumber.get(first + i) ?? missing, i * entrySize)
  return bytes
}

function anyIn({ byNumber }: ArrayEntries, first: number, count: number): boolean {
  if (byNumber.size < count) {
    for (const number of byNumber.keys()) if (number >= first && number < first + count) return true
    return false
  }
  for (let i = first; i < first + count; i++) if (byNumber.has(i)) return true
  return false
}

/** Pages of entries, each with its checksum; those without an entry stay zeros, and out of the bitmap. */
function pages(
  emitter: Emitter,
  entries: ArrayEntries,
  first: number,
  count: number,
  perPage: number,
): { bitmap: Uint8Array; bytes: Uint8Array } {
  const total = Math.ceil(count / perPage)
  const bitmap = new Uint8Array(Math.ceil(total / 8))
  const bytes = new Uint8Array(count * entries.entrySize + 4 * total)
  for (let page = 0; page < total; page++) {
    const start = page * perPage
    const length = Math.min(perPage, count - start)
    if (!anyIn(entries, first + start, length)) continue
    bitmap[page >> 3] |= 0x80 >> (page & 7)
    const elements = run(entries, first + start, length)
    const encoded = emitter.encoded(arrayPage, { elements }, { length: elements.length })
    bytes.set(encoded, page * (perPage * entries.entrySize + 4))
  }
  return { bitmap, bytes }
}

/**
 * Writes a fixed array.
 *
 * @param total entries that there may be
 * @returns the header's address
 */
export function buildFixedArray(emitter: Emitter, entries: ArrayEntries, total: number, pageBits: number): number {
  const clientId = entries.filtered ? 1 : 0
  const header = { clientId, entrySize: entries.entrySize, pageBits, entries: total, dataBlockAddress: UNDEFINED }
  const headerAddress = emitter.place(fixedArrayHeader, header, undefined)
  const perPage = 2 ** pageBits
  const paged = total > perPage
  const parts = paged ? pages(emitter, entries, 0, total, perPage) : undefined
  const elements = paged ? new Uint8Array(0) : run(entries, 0, total)
  const bitmap = parts?.bitmap ?? new Uint8Array(0)
  const params = { clientId, headerAddress, bitmapLength: bitmap.length, elementsLength: elements.length }
  const block = emitter.encoded(fixedArrayDataBlock, { pages: bitmap, elements }, params)
  header.dataBlockAddress = emitter.placeBytes(joined(block, parts?.bytes))
  emitter.put(headerAddress, fixedArrayHeader, header, undefined)
  return headerAddress
}

function joined(head: Uint8Array, tail: Uint8Array | undefined): Uint8Array {
  if (tail === undefined) return head
  const bytes = new Uint8Array(head.length + tail.length)
  bytes.set(head)
  bytes.set(tail, head.length)
  return bytes
}

/**
 * Writes an extensible array.
 *
 * @returns the header's address
 */
export function buildExtensibleArray(emitter: Emitter, entries: ArrayEntries, index: ExtensibleArrayIndex): number {
  return new ExtensibleArrayBuilder(emitter, entries, index).build()
}

class ExtensibleArrayBuilder {
  readonly #emitter: Emitter
  readonly #entries: ArrayEntries
  readonly #header: ExtensibleArrayHeader
  readonly #address: number
  readonly #params: { clientId: number; headerAddress: number; entrySize: number; offsetWidth: number }
  readonly #perPage: number

  constructor(emitter: Emitter, entries: ArrayEntries, index: ExtensibleArrayIndex) {
    const { maxBits, indexElements, minElements, minPointers, pageBits } = index
    const clientId = entries.filtered ? 1 : 0
    this.#emitter = emitter
    this.#entries = entries
    this.#header = {
      ...extensibleArrayHeader.blank(),
      clientId,
      entrySize: entries.entrySize,
      maxBits,
      indexElements,
      minElements,
      minPointers,
      pageBits,
    }
    this.#perPage = 2 ** pageBits
    this.#address = emitter.place(extensibleArrayHeader, this.#header, undefined)
    const { entrySize } = entries
    this.#params = { clientId, headerAddress: this.#address, entrySize, offsetWidth: Math.ceil(maxBits / 8) }
  }

  build(): number {
    const header = this.#header
    const { indexElements, minPointers } = header
    for (const number of this.#entries.byNumber.keys()) header.maxIndex = Math.max(header.maxIndex, number + 1)
    const sizes = generations(header)
    const listed = listedGenerations(minPointers, sizes.length)
    const dataBlocks: number[] = []
    const secondaryBlocks: number[] = []
    header.realized = indexElements
    sizes.forEach((generation, number) => {
      if (number < listed) dataBlocks.push(...this.#dataBlocks(generation).addresses)
      else secondaryBlocks.push(this.#secondaryBlock(generation))
    })
    const elements = run(this.#entries, 0, indexElements)
    const pointers = {
      elements: indexElements,
      dataBlocks: 2 * (minPointers - 1),
      secondaryBlocks: sizes.length - listed,
    }
    const block = { elements, dataBlocks, secondaryBlocks }
    const params = { ...this.#params, ...pointers }
    header.indexBlockAddress = this.#emitter.place(extensibleArrayIndexBlock, block, params)
    this.#emitter.put(this.#address, extensibleArrayHeader, header, undefined)
    return this.#address
  }

  /** Number of the first entry of a generation. */
  #first({ firstIndex }: Generation): number {
    return this.#header.indexElements + firstIndex
  }

  #dataBlocks(generation: Generation): { addresses: number[]; bitmap: Uint8Array } {
    const { dataBlocks, elements } = generation
    const bitmapEach = elements > this.#perPage ? Math.ceil(elements / this.#perPage / 8) : 0
    const bitmap = new Uint8Array(bitmapEach * dataBlocks)
    const addresses = Array.from({ length: dataBlocks }, (_, i) => {
      const first = this.#first(generation) + i * elements
      // What lies behind the last entry is not worth a look.
      if (first >= this.#header.maxIndex || !anyIn(this.#entries, first, elements)) return UNDEFINED
      const { bytes, pagesInUse } = this.#dataBlock(first, elements)
      bitmap.set(pagesInUse, i * bitmapEach)
      this.#header.dataBlocks++
      this.#header.dataBlockSize += bytes.length
      this.#header.realized += elements
      return this.#emitter.placeBytes(bytes)
    })
    return { addresses, bitmap }
  }

  #dataBlock(first: number, elements: number): { bytes: Uint8Array; pagesInUse: Uint8Array } {
    const blockOffset = first - this.#header.indexElements
    if (elements <= this.#perPage) {
      const block = { blockOffset, elements: run(this.#entries, first, elements) }
      const bytes = this.#emitter.encoded(extensibleArrayDataBlock, block, { ...this.#params, elements })
      return { bytes, pagesInUse: new Uint8Array(0) }
    }
    const { bitmap, bytes } = pages(this.#emitter, this.#entries, first, elements, this.#perPage)
    const block = { blockOffset, elements: new Uint8Array(0) }
    const head = this.#emitter.encoded(extensibleArrayDataBlock, block, { ...this.#params, elements: 0 })
    return { bytes: joined(head, bytes), pagesInUse: bitmap }
  }

  #secondaryBlock(generation: Generation): number {
    const { firstIndex, dataBlocks, elements } = generation
    const first = this.#first(generation)
    if (first >= this.#header.maxIndex || !anyIn(this.#entries, first, dataBlocks * elements)) return UNDEFINED
    const { addresses, bitmap } = this.#dataBlocks(generation)
    const block = { blockOffset: firstIndex, pages: bitmap, dataBlocks: addresses }
    const params = { ...this.#params, bitmapLength: bitmap.length, dataBlocks }
    const bytes = this.#emitter.encoded(extensibleArraySecondaryBlock, block, params)
    this.#header.secondaryBlocks++
    this.#header.secondaryBlockSize += bytes.length
    return this.#emitter.placeBytes(bytes)
  }
}
