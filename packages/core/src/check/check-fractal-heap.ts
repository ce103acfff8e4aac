import { hugeObjectRecord } from '../format/b-tree-v2-records.ts'
import type { FractalHeap } from '../format/fractal-heap.ts'
import { byteWidth, HUGE, heapIdType, MANAGED, openFractalHeap, TINY } from '../format/fractal-heap.ts'
import type { BlockParams, FractalHeapHeader } from '../format/fractal-heap-blocks.ts'
import {
  blockParams,
  directBlockChecksum,
  fractalHeapDirectBlock,
  fractalHeapHeader,
  fractalHeapIndirectBlock,
} from '../format/fractal-heap-blocks.ts'
import { filterPipelineMessage } from '../format/messages/filter-pipeline.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import { DoublingTable } from '../write/doubling-table.ts'
import { checkTreeV2 } from './check-b-tree-v2.ts'
import { checkFilters } from './check-filters.ts'
import { checkHeapHeader } from './check-heap-header.ts'
import type { HeapBlock, HeapRange } from './check-heap-space.ts'
import { blockAt, checkHeapSpace } from './check-heap-space.ts'
import type { Checker } from './checker.ts'
import type { ExtentKind } from './extents.ts'
import type { Place } from './finding.ts'

/** Whether the numbers of huge objects began anew, and whether direct blocks have checksums. */
const KNOWN_FLAGS = 0x03

/** An object of a fractal heap, and where it is in the file, or else its heap. */
export interface HeapObject {
  bytes: Uint8Array
  address: number
}

/** A fractal heap whose structure was looked at, and whose objects are. */
export class CheckedHeap {
  readonly header: FractalHeapHeader
  readonly place: Place & { address: number }
  readonly #check: Checker
  readonly #use: ExtentKind
  readonly #params: BlockParams
  readonly #table: DoublingTable
  readonly #overhead: number
  readonly #lengthWidth: number
  /** Heap offsets and sizes of the direct blocks, in their order. */
  readonly #blocks: HeapBlock[] = []
  /** Heap offsets and lengths of managed objects. */
  readonly #objects: HeapRange[] = []
  readonly #count = [0, 0, 0]
  readonly #bytes = [0, 0, 0]
  readonly #seen = new Set<number>()
  #reader: FractalHeap | undefined
  /** Whether a block or the index of huge objects could not be read. */
  #incomplete = false
  #hugeRecords = 0

  constructor(check: Checker, header: FractalHeapHeader, place: Place & { address: number }, use: ExtentKind) {
    this.#check = check
    this.header = header
    this.place = place
    this.#use = use
    this.#params = blockParams(header, place.address)
    this.#overhead = 5 + check.image.sizes.offsets + this.#params.offsetWidth + (this.#params.checksummed ? 4 : 0)
    this.#table = new DoublingTable(header, this.#overhead)
    const { maxDirectBlockSize, maxManagedSize } = header
    this.#lengthWidth = Math.min(Math.ceil(Math.log2(maxDirectBlockSize) / 8), byteWidth(maxManagedSize))
  }

  /** The object that an ID names; undefined where there is none, which is a finding then. */
  object(id: Uint8Array, from: Place): HeapObject | undefined {
    const type = heapIdType(id)
    const field = from.field ?? 'Heap ID'
    const bytes = this.#check.follow({ ...from, field }, () => {
      this.#reader ??= openFractalHeap(this.#check.image, this.place.address)
      return this.#reader.object(id)
    })
    if (bytes === undefined || type > TINY) return undefined
    if (type !== TINY && (id[0] & 0x0f) !== 0) this.#check.error(from, 'reserved bits of a heap ID are set', field)
    this.#count[type]++
    this.#bytes[type] += bytes.length
    if (type !== MANAGED) {
      if (type === HUGE) this.#claimHuge(id)
      return { bytes, address: this.place.address }
    }
    const { offsetWidth } = this.#params
    const offset = unsigned(id, 1, offsetWidth)
    this.#objects.push({ offset, length: unsigned(id, 1 + offsetWidth, this.#lengthWidth) })
    return { bytes, address: this.#addressOf(offset) }
  }

  /** Where a managed object is in the file; that of the heap where its block is filtered. */
  #addressOf(offset: number): number {
    const block = blockAt(this.#blocks, offset)
    if (block === undefined || this.header.filtered !== undefined) return this.place.address
    return block.address + offset - block.offset
  }

  /** Huge objects that are named by where they are have no record that says so. */
  #claimHuge(id: Uint8Array): void {
    const { sizes } = this.#check.image
    const filtered = this.header.filtered !== undefined
    const direct = sizes.offsets + sizes.lengths + (filtered ? 4 + sizes.lengths : 0)
    if (direct > this.header.idLength - 1) return
    const { address, length } = hugeObjectRecord(id.subarray(1), filtered ? 4 : 3, sizes)
    this.#check.claim(address, length, this.#use, fractalHeapHeader)
  }

  /** @param idLength bytes of the IDs that its user keeps */
  shape(idLength: number): void {
    const { header, place } = this
    const check = this.#check
    if (header.idLength !== idLength)
      check.error(place, `${header.idLength} bytes where ${idLength} belong`, 'Heap ID Length')
    if ((header.flags & ~KNOWN_FLAGS) !== 0) check.error(place, `unknown flags 0x${header.flags.toString(16)}`, 'Flags')
    if (header.maxManagedSize > header.maxDirectBlockSize - this.#overhead) {
      const what = `objects of ${header.maxManagedSize} bytes in blocks of ${header.maxDirectBlockSize}`
      check.error(place, what, 'Maximum Size of Managed Objects')
    }
    if (header.filtered !== undefined) {
      checkFilters(check, header.filtered.pipeline.filters, {
        structure: filterPipelineMessage,
        address: place.address,
      })
    }
    if (header.startingRows > this.#mostRows) {
      const what = `${header.startingRows} rows, at most ${this.#mostRows} fit`
      check.error(place, what, 'Starting # of Rows in Root Indirect Block')
    }
  }

  blocks(): void {
    const { header, place } = this
    const { rootAddress, rootRows, filtered } = header
    if (rootAddress === UNDEFINED) {
      if (header.managedObjects > 0) this.#check.error(place, 'no root block', 'Address of Root Block')
      return
    }
    const from = { ...place, field: 'Address of Root Block' }
    const mostRows = this.#mostRows
    if (rootRows > mostRows) {
      const what = `${rootRows} rows in an indirect block, at most ${mostRows} fit`
      this.#check.error(place, what, 'Current # of Rows in Root Indirect Block')
      this.#incomplete = true
      return
    }
    if (rootRows > 0) this.#indirect(rootAddress, rootRows, 0, from)
    else {
      const size = header.startingBlockSize
      this.#direct(rootAddress, size, 0, filtered?.rootSize ?? size, filtered?.rootMask ?? 0, from)
    }
    this.#space()
  }

  /** The sums that the header keeps of its blocks. */
  #space(): void {
    const { header, place } = this
    const check = this.#check
    const { startingBlockSize, rootRows } = header
    const managed = rootRows === 0 ? startingBlockSize : this.#table.rowOffset(rootRows)
    if (header.managedSpace !== managed) {
      check.error(place, `${header.managedSpace} bytes, the blocks have ${managed}`, 'Amount of Managed Space in Heap')
    }
    if (this.#incomplete) return
    const allocated = this.#blocks.reduce((sum, { size }) => sum + size, 0)
    if (header.allocatedSpace !== allocated) {
      const what = `${header.allocatedSpace} bytes, the blocks have ${allocated}`
      check.error(place, what, 'Amount of Allocated Managed Space in Heap')
    }
    const last = this.#blocks[this.#blocks.length - 1]
    const end = last === undefined ? 0 : last.offset + last.size
    // A root that is a direct block is not counted by all writers.
    const passed = rootRows === 0 && header.iteratorOffset === 0
    const between = !this.#startsBlock(header.iteratorOffset)
    if (!passed && (header.iteratorOffset < end || header.iteratorOffset > managed || between)) {
      const what = `${header.iteratorOffset}, the blocks end at ${end}`
      check.error(place, what, 'Offset of Direct Block Allocation Iterator')
    }
  }

  /** Whether a direct block begins at a heap offset. */
  #startsBlock(offset: number): boolean {
    const table = this.#table
    for (let left = offset; ; ) {
      let row = 0
      while (row < this.#mostRows && table.rowOffset(row + 1) <= left) row++
      const inside = (left - table.rowOffset(row)) % table.blockSize(row)
      // A block that is no direct one is divided as the whole heap is.
      if (inside === 0 || row === 0 || table.blockSize(row) <= this.header.maxDirectBlockSize) return inside === 0
      left = inside
    }
  }

  #direct(address: number, size: number, offset: number, stored: number, mask: number, from: Place): void {
    const check = this.#check
    const place = { structure: fractalHeapDirectBlock, address }
    if (!this.#fresh(address, from) || !check.inside(address, stored, from)) {
      this.#incomplete = true
      return
    }
    check.claim(address, stored, this.#use, fractalHeapDirectBlock)
    const bytes = check.attempt(place, () => this.#plain(address, size, stored, mask))
    const block = bytes && check.decodeBytes(fractalHeapDirectBlock, bytes, address, this.#params)
    if (bytes === undefined || block === undefined) {
      this.#incomplete = true
      return
    }
    if (block.blockOffset !== offset) {
      check.error(place, `heap offset ${block.blockOffset} where ${offset} belongs`, 'Block Offset')
    }
    const at = this.#overhead - 4
    if (this.#params.checksummed && unsigned(bytes, at, 4) !== directBlockChecksum(bytes, at)) {
      check.error(place, 'checksum does not match', 'Checksum')
    }
    this.#blocks.push({ offset, size, address })
  }

  #plain(address: number, size: number, stored: number, mask: number): Uint8Array {
    const { image } = this.#check
    const bytes = image.source.view(address, stored)
    const { filtered } = this.header
    return filtered === undefined ? bytes : image.pipeline.decode(filtered.pipeline.filters, bytes, mask, size)
  }

  #fresh(address: number, from: Place): boolean {
    if (this.#seen.has(address)) {
      this.#check.error(from, `block ${address} comes twice in a heap`)
      return false
    }
    this.#seen.add(address)
    return true
  }

  /** Rows that the doubling table has where the heap is as large as its offsets allow. */
  get #mostRows(): number {
    const { maxHeapBits, startingBlockSize, tableWidth } = this.header
    return maxHeapBits - Math.log2(startingBlockSize * tableWidth) + 1
  }

  #indirect(address: number, rows: number, offset: number, from: Place): void {
    const check = this.#check
    const { sizes } = check.image
    const { tableWidth, filtered } = this.header
    const place = { structure: fractalHeapIndirectBlock, address }
    if (rows < 1) {
      check.error(from, 'an indirect block without rows')
      this.#incomplete = true
      return
    }
    const directRows = Math.min(rows, this.#table.directRows)
    const direct = directRows * tableWidth
    const indirect = (rows - directRows) * tableWidth
    const each = sizes.offsets + (filtered === undefined ? 0 : sizes.lengths + 4)
    const length = 9 + sizes.offsets + this.#params.offsetWidth + direct * each + indirect * sizes.offsets
    const params = { ...this.#params, direct, indirect, filtered: filtered !== undefined }
    const block = this.#fresh(address, from)
      ? check.decode(fractalHeapIndirectBlock, address, length, params, from, { use: this.#use })
      : undefined
    if (block === undefined) {
      this.#incomplete = true
      return
    }
    if (block.blockOffset !== offset) {
      check.error(place, `heap offset ${block.blockOffset} where ${offset} belongs`, 'Block Offset')
    }
    const below = { ...place, field: 'Child Block Address' }
    for (const [i, child] of block.children.entries()) {
      if (child.address === UNDEFINED) continue
      const row = Math.floor(i / tableWidth)
      const size = this.#table.blockSize(row)
      const start = offset + this.#table.rowOffset(row) + (i % tableWidth) * size
      if (i < direct) {
        const stored = filtered === undefined ? size : child.filteredSize
        this.#direct(child.address, size, start, stored, child.filterMask, below)
      } else this.#indirect(child.address, this.#table.rowsBelow(row), start, below)
    }
  }

  /** The index of objects that are too large for blocks. */
  huge(): void {
    const { header, place } = this
    const { hugeTreeAddress, filtered } = header
    const check = this.#check
    if (hugeTreeAddress === UNDEFINED) return
    const { sizes } = check.image
    const size = sizes.offsets + sizes.lengths + (filtered === undefined ? 0 : 4 + sizes.lengths)
    const direct = size <= header.idLength - 1
    const type = (direct ? 3 : 1) + (filtered === undefined ? 0 : 1)
    const record = size + (direct ? 0 : sizes.lengths)
    checkTreeV2(
      check,
      hugeTreeAddress,
      {
        types: [type],
        recordSizes: () => ({ least: record, most: record }),
        use: this.#use,
        compare: (a, b) => {
          const one = hugeObjectRecord(a, type, sizes)
          const other = hugeObjectRecord(b, type, sizes)
          return direct ? one.address - other.address : one.id - other.id
        },
        record: (bytes, node) => {
          const { address, length, id } = hugeObjectRecord(bytes, type, sizes)
          this.#hugeRecords++
          if (!check.inside(address, length, node, 'Records')) return
          if (!direct) {
            check.claim(address, length, this.#use, fractalHeapHeader)
            if (id > header.nextHugeId) check.error(place, `${header.nextHugeId} below ${id}`, 'Next Huge Object ID')
          }
        },
      },
      { ...place, field: 'v2 B-tree Address of Huge Objects' },
    )
    if (this.#hugeRecords !== header.hugeObjects) {
      const what = `${header.hugeObjects} objects, the index has ${this.#hugeRecords}`
      check.error(place, what, 'Number of Huge Objects in Heap')
    }
  }

  /** Compares what was asked for with what the header counts, once all objects were. */
  finish(): void {
    const { header, place } = this
    const check = this.#check
    const same = (field: string, stored: number, found: number): void => {
      if (stored !== found) check.error(place, `${stored}, and ${found} were found`, field)
    }
    same('Number of Managed Objects in Heap', header.managedObjects, this.#count[MANAGED])
    same('Number of Huge Objects in Heap', header.hugeObjects, this.#count[HUGE])
    same('Number of Tiny Objects in Heap', header.tinyObjects, this.#count[TINY])
    same('Size of Huge Objects in Heap', header.hugeSize, this.#bytes[HUGE])
    same('Size of Tiny Objects in Heap', header.tinySize, this.#bytes[TINY])
    this.#overlaps()
    if (header.rootAddress !== UNDEFINED && header.rootRows <= this.#mostRows) {
      const { rootRows, startingBlockSize } = header
      const room = rootRows === 0 ? startingBlockSize - this.#overhead : this.#table.room(rootRows)
      const used = this.#objects.reduce((sum, { length }) => sum + length, 0)
      same('Amount of Free Space in Managed Blocks', header.freeManagedSpace, room - used)
    }
    checkHeapSpace(check, this, this.#use, this.#blocks, this.#objects)
  }

  #overlaps(): void {
    const { maxManagedSize } = this.header
    const large = this.#objects.find(({ length }) => length > maxManagedSize)
    if (large !== undefined) {
      const what = `${maxManagedSize}, and there is an object of ${large.length} bytes in a block`
      this.#check.error(this.place, what, 'Maximum Size of Managed Objects')
    }
    const objects = this.#objects.sort((a, b) => a.offset - b.offset)
    for (let i = 1; i < objects.length; i++) {
      const { offset, length } = objects[i - 1]
      if (offset + length <= objects[i].offset) continue
      const what = `the objects at heap offsets ${offset} and ${objects[i].offset} overlap`
      this.#check.report('error', this.place, what, 'fractal-heap-header.objects')
      return
    }
  }
}

/**
 * Looks at a fractal heap's header, blocks and index of huge objects (III.G); its objects are for whoever uses it, and keeps
 * IDs of `idLength` bytes.
 */
export function checkFractalHeap(
  check: Checker,
  address: number,
  use: ExtentKind,
  idLength: number,
  from: Place,
): CheckedHeap | undefined {
  const header = checkHeapHeader(check, address, use, from)
  if (header === undefined) return undefined
  const heap = new CheckedHeap(check, header, { structure: fractalHeapHeader, address }, use)
  heap.shape(idLength)
  heap.blocks()
  heap.huge()
  return heap
}
