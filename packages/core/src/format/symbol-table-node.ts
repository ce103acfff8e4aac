import { structure, UNDEFINED } from '../io/structure.ts'
import type { FileImage } from './file-image.ts'

/** One link of an old-style group (III.C). */
export interface SymbolTableEntry {
  /** Of the name in the group's local heap. */
  nameOffset: number
  headerAddress: number
  /** 0 nothing cached, 1 a group's B-tree and heap addresses, 2 a soft link's target. */
  cacheType: number
  scratch: Uint8Array
}

export const SOFT_LINK_CACHED = 2

const NOTHING_CACHED = new Uint8Array(16)

export const symbolTableEntry = structure<SymbolTableEntry>({
  name: 'Symbol Table Entry',
  spec: 'III.C',
  blank: () => ({ nameOffset: 0, headerAddress: UNDEFINED, cacheType: 0, scratch: NOTHING_CACHED }),
  body(io, m) {
    m.nameOffset = io.uint('Link Name Offset', io.sizes.offsets, m.nameOffset)
    m.headerAddress = io.address('Object Header Address', m.headerAddress)
    m.cacheType = io.u32('Cache Type', m.cacheType)
    if (m.cacheType > SOFT_LINK_CACHED) io.fail(`unknown cache type ${m.cacheType}`, 'Cache Type')
    io.reserved(4)
    m.scratch = io.bytes('Scratch-pad Space', 16, m.scratch)
  },
})

/** Links of an old-style group, in the order of their names (III.B). */
export interface SymbolTableNode {
  entries: SymbolTableEntry[]
}

export const symbolTableNode = structure<SymbolTableNode>({
  name: 'Symbol Table Node',
  spec: 'III.B',
  blank: () => ({ entries: [] }),
  body(io, m) {
    io.signature('SNOD')
    io.version('Version Number', 1, [1])
    io.reserved(1)
    const count = io.u16('Number of Symbols', m.entries.length)
    const entries: SymbolTableEntry[] = []
    for (let i = 0; i < count; i++) {
      entries.push(io.part('Group Entry', symbolTableEntry, m.entries[i] ?? symbolTableEntry.blank(), undefined))
    }
    m.entries = entries
  },
})

/** The links in the node at an address. */
export function readSymbolTableNode(image: FileImage, address: number): SymbolTableNode {
  const head = image.source.view(address, 8)
  const length = 8 + (head[6] | (head[7] << 8)) * (2 * image.sizes.offsets + 24)
  return image.cached(symbolTableNode, address, length, undefined)
}

/** Of a soft link: the offset of its target in the local heap. */
export function softLinkOffset(entry: SymbolTableEntry): number {
  const [a, b, c, d] = entry.scratch
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
}
