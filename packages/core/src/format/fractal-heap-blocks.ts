import { lookup3 } from '../io/checksum.ts'
import { NO_BYTES } from '../io/span.ts'
import type { Io } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { FilterPipelineMessage } from './messages/filter-pipeline.ts'
import { filterPipelineMessage } from './messages/filter-pipeline.ts'

/** What a fractal heap starts with (III.G). */
export interface FractalHeapHeader {
  idLength: number
  flags: number
  maxManagedSize: number
  nextHugeId: number
  hugeTreeAddress: number
  freeManagedSpace: number
  freeSpaceAddress: number
  managedSpace: number
  allocatedSpace: number
  iteratorOffset: number
  managedObjects: number
  hugeSize: number
  hugeObjects: number
  tinySize: number
  tinyObjects: number
  /** Blocks in a row of the doubling table. */
  tableWidth: number
  startingBlockSize: number
  maxDirectBlockSize: number
  /** Bits of a heap offset. */
  maxHeapBits: number
  startingRows: number
  rootAddress: number
  /** 0 where the root is a direct block. */
  rootRows: number
  /** Of a filtered heap. */
  filtered: { rootSize: number; rootMask: number; pipeline: FilterPipelineMessage } | undefined
}

const CHECKSUMMED_BLOCKS = 2

export const fractalHeapHeader = structure<FractalHeapHeader>({
  name: 'Fractal Heap Header',
  spec: 'III.G',
  blank: () => ({
    idLength: 7,
    flags: 0,
    maxManagedSize: 0,
    nextHugeId: 0,
    hugeTreeAddress: UNDEFINED,
    freeManagedSpace: 0,
    freeSpaceAddress: UNDEFINED,
    managedSpace: 0,
    allocatedSpace: 0,
    iteratorOffset: 0,
    managedObjects: 0,
    hugeSize: 0,
    hugeObjects: 0,
    tinySize: 0,
    tinyObjects: 0,
    tableWidth: 4,
    startingBlockSize: 512,
    maxDirectBlockSize: 65536,
    maxHeapBits: 32,
    startingRows: 1,
    rootAddress: UNDEFINED,
    rootRows: 0,
    filtered: undefined,
  }),
  body(io, m) {
    io.signature('FRHP')
    io.version('Version', 0, [0])
    m.idLength = io.u16('Heap ID Length', m.idLength)
    const pipeline = m.filtered?.pipeline ?? filterPipelineMessage.blank()
    const filterLength = io.u16(
      'I/O Filters’ Encoded Length',
      m.filtered === undefined ? 0 : io.sizeOf(filterPipelineMessage, pipeline, undefined),
    )
    m.flags = io.u8('Flags', m.flags)
    m.maxManagedSize = io.u32('Maximum Size of Managed Objects', m.maxManagedSize)
    m.nextHugeId = io.length('Next Huge Object ID', m.nextHugeId)
    m.hugeTreeAddress = io.address('v2 B-tree Address of Huge Objects', m.hugeTreeAddress)
    m.freeManagedSpace = io.length('Amount of Free Space in Managed Blocks', m.freeManagedSpace)
    m.freeSpaceAddress = io.address('Address of Managed Block Free Space Manager', m.freeSpaceAddress)
    m.managedSpace = io.length('Amount of Managed Space in Heap', m.managedSpace)
    m.allocatedSpace = io.length('Amount of Allocated Managed Space in Heap', m.allocatedSpace)
    m.iteratorOffset = io.length('Offset of Direct Block Allocation Iterator', m.iteratorOffset)
    m.managedObjects = io.length('Number of Managed Objects in Heap', m.managedObjects)
    m.hugeSize = io.length('Size of Huge Objects in Heap', m.hugeSize)
    m.hugeObjects = io.length('Number of Huge Objects in Heap', m.hugeObjects)
    m.tinySize = io.length('Size of Tiny Objects in Heap', m.tinySize)
    m.tinyObjects = io.length('Number of Tiny Objects in Heap', m.tinyObjects)
    m.tableWidth = io.u16('Table Width', m.tableWidth)
    m.startingBlockSize = io.length('Starting Block Size', m.startingBlockSize)
    m.maxDirectBlockSize = io.length('Maximum Direct Block Size', m.maxDirectBlockSize)
    m.maxHeapBits = io.u16('Maximum Heap Size', m.maxHeapBits)
    m.startingRows = io.u16('Starting # of Rows in Root Indirect Block', m.startingRows)
    m.rootAddress = io.address('Address of Root Block', m.rootAddress)
    m.rootRows = io.u16('Current # of Rows in Root Indirect Block', m.rootRows)
    if (filterLength > 0) {
      const rootSize = io.length('Size of Filtered Root Direct Block', m.filtered?.rootSize ?? 0)
      const rootMask = io.u32('I/O Filter Mask', m.filtered?.rootMask ?? 0)
      const filters = io.part('I/O Filter Information', filterPipelineMessage, pipeline, undefined, filterLength)
      m.filtered = { rootSize, rootMask, pipeline: filters }
    }
    io.checksum()
    powerOfTwo(io, 'Table Width', m.tableWidth)
    powerOfTwo(io, 'Starting Block Size', m.startingBlockSize)
    powerOfTwo(io, 'Maximum Direct Block Size', m.maxDirectBlockSize)
    if (m.maxHeapBits === 0 || m.maxHeapBits > 64) io.fail(`${m.maxHeapBits} bits`, 'Maximum Heap Size')
    if (m.maxDirectBlockSize < m.startingBlockSize) io.fail('below the starting size', 'Maximum Direct Block Size')
    if (m.maxDirectBlockSize > 2 ** 32) io.fail('above 4 GiB', 'Maximum Direct Block Size')
    if (m.idLength < 3 || m.idLength > 4096) io.fail(`${m.idLength} bytes`, 'Heap ID Length')
  },
})

function powerOfTwo(io: Io, field: string, size: number): void {
  if (size <= 0 || 2 ** Math.round(Math.log2(size)) !== size) io.fail(`${size} is not a power of two`, field)
}

/** What the blocks of a heap take from its header. */
export interface BlockParams {
  heapAddress: number
  /** Bytes of a heap offset. */
  offsetWidth: number
  checksummed: boolean
}

export function blockParams(header: FractalHeapHeader, heapAddress: number): BlockParams {
  const checksummed = (header.flags & CHECKSUMMED_BLOCKS) !== 0
  return { heapAddress, offsetWidth: Math.ceil(header.maxHeapBits / 8), checksummed }
}

/** A block with objects; offsets in the heap count its head too. */
export interface FractalHeapDirectBlock {
  blockOffset: number
  checksum: number
  data: Uint8Array
}

export const fractalHeapDirectBlock = structure<FractalHeapDirectBlock, BlockParams>({
  name: 'Fractal Heap Direct Block',
  spec: 'III.G',
  blank: () => ({ blockOffset: 0, checksum: 0, data: NO_BYTES }),
  body(io, m, p) {
    io.signature('FHDB')
    io.version('Version', 0, [0])
    if (io.address('Heap Header Address', p.heapAddress) !== p.heapAddress)
      io.fail('a block of another heap', 'Heap Header Address')
    m.blockOffset = io.uint('Block Offset', p.offsetWidth, m.blockOffset)
    if (p.checksummed) m.checksum = io.u32('Checksum', m.checksum)
    m.data = io.rest('Object Data', m.data)
  },
})

/** A direct block's checksum stands in front and counts itself as zero. */
export function directBlockChecksum(block: Uint8Array, at: number): number {
  const copy = block.slice()
  copy.fill(0, at, at + 4)
  return lookup3(copy, 0, copy.length)
}

/** The blocks below an indirect block, row by row. */
export interface FractalHeapIndirectBlock {
  blockOffset: number
  children: { address: number /** Of a filtered direct block. */; filteredSize: number; filterMask: number }[]
}

export const fractalHeapIndirectBlock = structure<
  FractalHeapIndirectBlock,
  BlockParams & { direct: number; indirect: number; filtered: boolean }
>({
  name: 'Fractal Heap Indirect Block',
  spec: 'III.G',
  blank: () => ({ blockOffset: 0, children: [] }),
  body(io, m, p) {
    io.signature('FHIB')
    io.version('Version', 0, [0])
    if (io.address('Heap Header Address', p.heapAddress) !== p.heapAddress)
      io.fail('a block of another heap', 'Heap Header Address')
    m.blockOffset = io.uint('Block Offset', p.offsetWidth, m.blockOffset)
    const children: FractalHeapIndirectBlock['children'] = []
    for (let i = 0; i < p.direct + p.indirect; i++) {
      const child = m.children[i] ?? { address: UNDEFINED, filteredSize: 0, filterMask: 0 }
      const address = io.address('Child Block Address', child.address)
      const withSize = p.filtered && i < p.direct
      const filteredSize = withSize ? io.length('Size of Filtered Direct Block', child.filteredSize) : 0
      const filterMask = withSize ? io.u32('Filter Mask for Direct Block', child.filterMask) : 0
      children.push({ address, filteredSize, filterMask })
    }
    m.children = children
    io.checksum()
  },
})
