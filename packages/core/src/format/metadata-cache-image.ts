import { NO_BYTES } from '../io/span.ts'
import { structure, UNDEFINED } from '../io/structure.ts'

/** A piece of metadata as the library's cache had it when the file was closed. */
export interface MetadataCacheEntry {
  /** Number of the library's own for what it is. */
  type: number
  flags: number
  ring: number
  age: number
  /** Entries that have to be written before this one, and how many of them are dirty. */
  children: number
  dirtyChildren: number
  /** Place in the list of what was used least recently; -1 as 32 bits where it is not in it. */
  rank: number
  address: number
  /** Addresses of the entries that have to be written after this one. */
  parents: number[]
  data: Uint8Array
}

/**
 * The library's metadata cache, written as one block in place of the pieces where they belong, which may be missing
 * or old there. The specification does not describe it.
 */
export interface MetadataCacheImageBlock {
  flags: number
  entries: MetadataCacheEntry[]
}

const blankEntry = (): MetadataCacheEntry => ({
  type: 0,
  flags: 0,
  ring: 0,
  age: 0,
  children: 0,
  dirtyChildren: 0,
  rank: 0,
  address: UNDEFINED,
  parents: [],
  data: NO_BYTES,
})

const cacheEntry = structure<MetadataCacheEntry>({
  name: 'Metadata Cache Image Entry',
  spec: 'none',
  blank: blankEntry,
  body(io, m) {
    m.type = io.u8('Type', m.type)
    m.flags = io.u8('Flags', m.flags)
    m.ring = io.u8('Ring', m.ring)
    m.age = io.u8('Age', m.age)
    m.children = io.u16('Dependency Child Count', m.children)
    m.dirtyChildren = io.u16('Dirty Dependency Child Count', m.dirtyChildren)
    const parents = io.u16('Dependency Parent Count', m.parents.length)
    m.rank = io.u32('Index in LRU', m.rank)
    m.address = io.address('Entry Offset', m.address)
    if (m.address === UNDEFINED) io.fail('no address', 'Entry Offset')
    const size = io.length('Entry Length', m.data.length)
    for (let i = 0; i < parents; i++) m.parents[i] = io.address('Dependency Parent', m.parents[i])
    m.data = io.bytes('Entry Image', size, m.data)
  },
})

export const metadataCacheImageBlock = structure<MetadataCacheImageBlock>({
  name: 'Metadata Cache Image Block',
  spec: 'none',
  blank: () => ({ flags: 0, entries: [] }),
  body(io, m) {
    io.signature('MDCI')
    io.version('Version', 0, [0])
    m.flags = io.u8('Flags', m.flags)
    const lengths = m.entries.map((entry) => io.sizeOf(cacheEntry, entry, undefined))
    const whole = io.at + io.sizes.lengths + 8 + lengths.reduce((sum, length) => sum + length, 0)
    io.length('Image Data Length', whole)
    const count = io.u32('Number of Entries', m.entries.length)
    for (let i = 0; i < count; i++) {
      m.entries[i] = io.part('Entry', cacheEntry, m.entries[i] ?? blankEntry(), undefined)
    }
    io.checksum()
  },
})
