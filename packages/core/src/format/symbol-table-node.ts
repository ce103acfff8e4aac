import { FormatError } from '../errors.ts'
import { addressAt } from '../io/address.ts'
import { unsigned } from '../io/integer.ts'
import { NO_BYTES, Span } from '../io/span.ts'
import type { Sizes } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { Extent } from './extent.ts'
import type { FileImage } from './file-image.ts'
import type { SymbolTable } from './messages/symbol-table.ts'

/** One link of an old-style group (III.C). */
export interface SymbolTableEntry {
  /** Of the name in the group's local heap. */
  nameOffset: number
  headerAddress: number
  /** 0 nothing cached, 1 a group's B-tree and heap addresses, 2 a soft link's target. */
  cacheType: number
  scratch: Uint8Array
}

const GROUP_CACHED = 1
export const SOFT_LINK_CACHED = 2

const NOTHING_CACHED = new Uint8Array(16)

export const symbolTableEntry = structure<SymbolTableEntry>({
  name: 'Symbol Table Entry',
  spec: 'III.C',
  blank: () => ({ nameOffset: 0, headerAddress: UNDEFINED, cacheType: 0, scratch: NOTHING_CACHED }),
  body(io, m) {
    // The specification gives it the size of offsets; the library writes it in the size of lengths.
    m.nameOffset = io.uint('Link Name Offset', io.sizes.lengths, m.nameOffset)
    m.headerAddress = io.address('Object Header Address', m.headerAddress)
    m.cacheType = io.u32('Cache Type', m.cacheType)
    if (m.cacheType > SOFT_LINK_CACHED) io.fail(`unknown cache type ${m.cacheType}`, 'Cache Type')
    io.reserved(4)
    m.scratch = io.bytes('Scratch-pad Space', 16, m.scratch)
  },
})

/** Where the group that an entry leads to has its links, which its header says too; undefined where nothing is cached. */
export function cachedTable({ cacheType, scratch }: SymbolTableEntry, sizes: Sizes): SymbolTable | undefined {
  if (cacheType !== GROUP_CACHED) return undefined
  return { bTree: addressAt(scratch, 0, sizes), localHeap: addressAt(scratch, sizes.offsets, sizes) }
}

/** Links of an old-style group, in the order of their names (III.B). */
export interface SymbolTableNode {
  /** As they are stored, one behind the other; see `SymbolTableEntries`. */
  entries: Span
}

/** Bytes of a symbol table entry. */
export function symbolTableEntrySize(sizes: Sizes): number {
  return sizes.offsets + sizes.lengths + 24
}

export const symbolTableNode = structure<SymbolTableNode>({
  name: 'Symbol Table Node',
  spec: 'III.B',
  blank: () => ({ entries: new Span(NO_BYTES) }),
  body(io, m) {
    io.signature('SNOD')
    io.version('Version Number', 1, [1])
    io.reserved(1)
    const size = symbolTableEntrySize(io.sizes)
    const count = io.u16('Number of Symbols', m.entries.length / size)
    m.entries = io.span('Group Entries', count * size, m.entries)
  },
})

/** What a node takes in the file: room for 2K entries. */
export function symbolTableNodeExtent(sizes: Sizes, address: number, k: number): Extent {
  return { structure: symbolTableNode.name, address, length: 8 + 2 * k * symbolTableEntrySize(sizes) }
}

/** The fields of a node's entries, taken apart in place. */
export class SymbolTableEntries {
  readonly count: number
  readonly #bytes: Span
  readonly #sizes: Sizes
  readonly #address: number

  constructor(node: SymbolTableNode, sizes: Sizes, address: number) {
    this.#bytes = node.entries
    this.#sizes = sizes
    this.#address = address
    this.count = node.entries.length / symbolTableEntrySize(sizes)
  }

  /** Of entry `i`'s name in the group's local heap. */
  nameOffset(i: number): number {
    return this.#word(i, 0, this.#sizes.lengths)
  }

  headerAddress(i: number): number {
    const { data, start } = this.#bytes
    return addressAt(data, start + i * symbolTableEntrySize(this.#sizes) + this.#sizes.lengths, this.#sizes)
  }

  /** Whether entry `i` is a soft link. */
  isSoftLink(i: number): boolean {
    const { offsets, lengths } = this.#sizes
    const type = this.#word(i, lengths + offsets, 4)
    if (type > SOFT_LINK_CACHED) {
      throw new FormatError(`unknown cache type ${type}`, { structure: 'Symbol Table Entry', address: this.#address })
    }
    return type === SOFT_LINK_CACHED
  }

  /** Where the target of entry `i`, a soft link, is in the group's local heap. */
  targetOffset(i: number): number {
    const { offsets, lengths } = this.#sizes
    return this.#word(i, lengths + offsets + 8, 4)
  }

  /** As `cachedTable`, of entry `i`. */
  cachedTable(i: number): SymbolTable | undefined {
    const { offsets, lengths } = this.#sizes
    const { data, start } = this.#bytes
    const at = start + i * symbolTableEntrySize(this.#sizes) + lengths + offsets
    const entry = { ...symbolTableEntry.blank(), cacheType: unsigned(data, at, 4), scratch: data.subarray(at + 8) }
    return cachedTable(entry, this.#sizes)
  }

  #word(i: number, at: number, width: number): number {
    const { data, start } = this.#bytes
    return unsigned(data, start + i * symbolTableEntrySize(this.#sizes) + at, width)
  }
}

const CACHE_KEY = {}

/** The links in the node at an address. */
export function readSymbolTableNode(image: FileImage, address: number): SymbolTableEntries {
  return image.memo(CACHE_KEY, address, 512, load)
}

function load(image: FileImage, address: number): SymbolTableEntries {
  const { data, start } = image.peek(address, 8)
  const length = 8 + (data[start + 6] | (data[start + 7] << 8)) * symbolTableEntrySize(image.sizes)
  const node = image.decode(symbolTableNode, image.kept(address, length), address, undefined)
  return new SymbolTableEntries(node, image.sizes, address)
}
