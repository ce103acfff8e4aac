import { FormatError } from '../errors.ts'
import { unsigned } from '../io/integer.ts'
import { Span } from '../io/span.ts'
import { UNDEFINED } from '../io/structure.ts'
import { bTreeV2Extents, findRecord, openBTreeV2, records } from './b-tree-v2.ts'
import type { HugeObjectRecord } from './b-tree-v2-records.ts'
import { hugeObjectRecord } from './b-tree-v2-records.ts'
import type { Extent } from './extent.ts'
import { OnceOnly } from './extent.ts'
import type { FileImage } from './file-image.ts'
import type { BlockParams, FractalHeapHeader } from './fractal-heap-blocks.ts'
import {
  blockParams,
  directBlockChecksum,
  fractalHeapDirectBlock,
  fractalHeapHeader,
  fractalHeapIndirectBlock,
} from './fractal-heap-blocks.ts'
import { freeSpaceManagerExtents } from './free-space-manager.ts'

export const MANAGED = 0
export const HUGE = 1
export const TINY = 2

const NAME = 'Fractal Heap'

/** Bytes of an object that has a place of its own. */
export const HUGE_OBJECT = 'Huge Object'

const CACHE_KEY = {}
const INDIRECT_KEY = {}
const BLOCK_KEY = {}

/** Opens the fractal heap whose header is at an address (III.G). */
export function openFractalHeap(image: FileImage, address: number): FractalHeap {
  return image.memo(CACHE_KEY, address, 512, () => new FractalHeap(image, address))
}

/** Where a direct block is and how it is stored. */
interface StoredBlock {
  address: number
  /** Bytes when the filters are undone. */
  size: number
  filteredSize: number
  filterMask: number
}

export class FractalHeap {
  readonly header: FractalHeapHeader
  readonly #image: FileImage
  readonly #address: number
  readonly #headerLength: number
  readonly #params: BlockParams
  readonly #lengthWidth: number
  /** Rows of direct blocks at the top of each indirect block. */
  readonly #directRows: number
  /** The block that the last object was in: neighbours are asked for in turn. */
  #last: { start: number; bytes: Uint8Array } | undefined

  constructor(image: FileImage, address: number) {
    this.#image = image
    this.#address = address
    // The header's length hangs on its filters' length, which is in its first bytes.
    const { data, start } = image.peek(address, 9)
    const filterLength = data[start + 7] | (data[start + 8] << 8)
    const { offsets, lengths } = image.sizes
    const length = 26 + 3 * offsets + 12 * lengths + (filterLength > 0 ? lengths + 4 + filterLength : 0)
    this.#headerLength = length
    this.header = image.cached(fractalHeapHeader, address, length, undefined)
    this.#params = blockParams(this.header, address)
    const { maxDirectBlockSize, maxManagedSize, startingBlockSize } = this.header
    this.#lengthWidth = Math.min(Math.ceil(Math.log2(maxDirectBlockSize) / 8), byteWidth(maxManagedSize))
    this.#directRows = Math.log2(maxDirectBlockSize) - Math.log2(startingBlockSize) + 2
  }

  /** The bytes of the object that a heap ID names; a view that must not be changed. */
  object(id: Uint8Array): Uint8Array {
    return this.objectOf(new Span(id)).bytes
  }

  /** As `object`, where the ID is one of many. */
  objectOf(id: Span): Span {
    const { data, start, length } = id
    if (length === 0 || data[start] >> 6 !== 0) this.#fail('heap ID of an unknown version')
    const type = heapIdType(data, start)
    if (type === MANAGED) return this.#managed(id)
    if (type === HUGE) return new Span(this.#huge(id.bytes))
    if (type === TINY) return new Span(this.#tiny(id.bytes))
    return this.#fail('heap ID of an unknown type')
  }

  /**
   * Where IDs of `idLength` bytes, one behind the other, name their objects in the order in which these are stored:
   * the numbers of the IDs. Who reads many objects in this order needs each block of the heap once.
   */
  storageOrder(ids: Uint8Array, idLength: number): Uint32Array {
    const count = ids.length / idLength
    const width = Math.min(this.#params.offsetWidth, idLength - 1)
    const offsets = new Float64Array(count)
    let last = 0
    for (let i = 0; i < count; i++) {
      const at = i * idLength
      if (heapIdType(ids, at) === MANAGED) offsets[i] = unsigned(ids, at + 1, width)
      if (offsets[i] > last) last = offsets[i]
    }
    if ((last + 1) * count > Number.MAX_SAFE_INTEGER) {
      return new Uint32Array(count).map((_, i) => i).sort((a, b) => offsets[a] - offsets[b])
    }
    // Numbers alone are sorted much faster than with a function that compares.
    return Uint32Array.from(offsets.map((offset, i) => offset * count + i).sort(), (key) => key % count)
  }

  /** What the heap takes in the file, with its objects and the managers of its free space. */
  *extents(): Generator<Extent> {
    const { header } = this
    const { rootAddress, rootRows, startingBlockSize, filtered, hugeTreeAddress, freeSpaceAddress } = header
    yield { structure: fractalHeapHeader.name, address: this.#address, length: this.#headerLength }
    if (rootAddress !== UNDEFINED && rootRows === 0) {
      const length = filtered?.rootSize ?? startingBlockSize
      yield { structure: fractalHeapDirectBlock.name, address: rootAddress, length }
    } else if (rootAddress !== UNDEFINED) yield* this.#indirectExtents(rootAddress, rootRows, new OnceOnly())
    if (hugeTreeAddress !== UNDEFINED) yield* this.#hugeExtents(hugeTreeAddress)
    if (freeSpaceAddress !== UNDEFINED) yield* freeSpaceManagerExtents(this.#image, freeSpaceAddress)
  }

  *#indirectExtents(address: number, rows: number, once: OnceOnly): Generator<Extent> {
    const { startingBlockSize, tableWidth } = this.header
    if (rows < 1) this.#fail(`an indirect block of ${rows} rows`)
    const { direct, filtered, length } = this.#indirectShape(rows)
    once.enter(fractalHeapIndirectBlock.name, address)
    yield { structure: fractalHeapIndirectBlock.name, address, length }
    for (const [i, child] of this.#indirectBlock(address, rows).children.entries()) {
      if (child.address === UNDEFINED) continue
      const size = startingBlockSize * 2 ** Math.max(0, Math.floor(i / tableWidth) - 1)
      if (i < direct) {
        const stored = filtered ? child.filteredSize : size
        yield { structure: fractalHeapDirectBlock.name, address: child.address, length: stored }
      } else yield* this.#indirectExtents(child.address, this.#rowsBelow(size), once)
    }
  }

  *#hugeExtents(address: number): Generator<Extent> {
    const tree = openBTreeV2(this.#image, address)
    yield* bTreeV2Extents(tree)
    const { type } = tree.header
    if (type < 1 || type > 4) this.#fail(`index of huge objects of type ${type}`)
    for (const record of records(tree)) {
      const huge = hugeObjectRecord(record, type, this.#image.sizes)
      yield { structure: HUGE_OBJECT, address: huge.address, length: huge.length }
    }
  }

  #fail(what: string): never {
    throw new FormatError(what, { structure: NAME, address: this.#address })
  }

  #tiny(id: Uint8Array): Uint8Array {
    // Where IDs have room for more than 16 bytes of data, the length takes a second byte.
    const extended = this.header.idLength - 1 > 17
    const length = (extended ? ((id[0] & 0x0f) << 8) | id[1] : id[0] & 0x0f) + 1
    const start = extended ? 2 : 1
    if (start + length > id.length) this.#fail(`tiny object of ${length} bytes in an ID of ${id.length}`)
    return id.subarray(start, start + length)
  }

  #managed(id: Span): Span {
    const { offsetWidth } = this.#params
    if (1 + offsetWidth + this.#lengthWidth > id.length) this.#fail('heap ID too short')
    const offset = unsigned(id.data, id.start + 1, offsetWidth)
    const length = unsigned(id.data, id.start + 1 + offsetWidth, this.#lengthWidth)
    let block = this.#last
    if (block === undefined || offset < block.start || offset + length > block.start + block.bytes.length) {
      block = this.#blockWith(offset)
      this.#last = block
    }
    const at = offset - block.start
    if (length === 0 || at + length > block.bytes.length)
      this.#fail(`object of ${length} bytes at heap offset ${offset} reaches past its block`)
    return new Span(block.bytes, at, length)
  }

  #blockWith(offset: number): { start: number; bytes: Uint8Array } {
    const { header } = this
    if (header.rootAddress === UNDEFINED) this.#fail('an object in an empty heap')
    if (header.rootRows === 0) {
      const size = header.startingBlockSize
      const { rootSize, rootMask } = header.filtered ?? { rootSize: size, rootMask: 0 }
      const stored = { address: header.rootAddress, size, filteredSize: rootSize, filterMask: rootMask }
      return { start: 0, bytes: this.#directBlock(stored) }
    }
    let address = header.rootAddress
    let rows = header.rootRows
    let start = 0
    for (;;) {
      const { row, column, rowStart, size } = this.#cell(offset - start)
      if (row >= rows) this.#fail(`heap offset ${offset} is outside the heap`)
      const child = this.#indirectBlock(address, rows).children[row * header.tableWidth + column]
      if (child === undefined || child.address === UNDEFINED) this.#fail(`no block at heap offset ${offset}`)
      start += rowStart + column * size
      if (row < this.#directRows) return { start, bytes: this.#directBlock({ ...child, size }) }
      // Each indirect block below has fewer rows than the one above, so this ends.
      const below = this.#rowsBelow(size)
      if (below >= rows && below > row) this.#fail('indirect blocks that do not get smaller')
      address = child.address
      rows = below
    }
  }

  /** Rows of an indirect block that stands for so many bytes. */
  #rowsBelow(size: number): number {
    const { startingBlockSize, tableWidth } = this.header
    return Math.log2(size) - Math.log2(startingBlockSize * tableWidth) + 1
  }

  /** Where an offset lies in the doubling table of an indirect block. */
  #cell(offset: number): { row: number; column: number; rowStart: number; size: number } {
    const { startingBlockSize, tableWidth } = this.header
    const firstRow = startingBlockSize * tableWidth
    if (offset < firstRow) {
      return { row: 0, column: Math.floor(offset / startingBlockSize), rowStart: 0, size: startingBlockSize }
    }
    const power = Math.floor(Math.log2(offset / firstRow))
    const rowStart = firstRow * 2 ** power
    const size = startingBlockSize * 2 ** power
    return { row: power + 1, column: Math.floor((offset - rowStart) / size), rowStart, size }
  }

  #indirectBlock(address: number, rows: number) {
    const { direct, indirect, filtered, length } = this.#indirectShape(rows)
    return this.#image.memo(INDIRECT_KEY, address, length, () => {
      const params = { ...this.#params, direct, indirect, filtered }
      return this.#image.read(fractalHeapIndirectBlock, address, length, params)
    })
  }

  /** Children and bytes of an indirect block. */
  #indirectShape(rows: number): { direct: number; indirect: number; filtered: boolean; length: number } {
    const { tableWidth } = this.header
    const { offsets, lengths } = this.#image.sizes
    const directRows = Math.min(rows, this.#directRows)
    const direct = directRows * tableWidth
    const indirect = (rows - directRows) * tableWidth
    const filtered = this.header.filtered !== undefined
    const each = offsets + (filtered ? lengths + 4 : 0)
    const length = 9 + offsets + this.#params.offsetWidth + direct * each + indirect * offsets
    return { direct, indirect, filtered, length }
  }

  #directBlock(stored: StoredBlock): Uint8Array {
    const { address, size } = stored
    return this.#image.memo(BLOCK_KEY, address, size, () => {
      const bytes = this.#plainBlock(stored)
      this.#image.decode(fractalHeapDirectBlock, bytes, address, this.#params)
      if (this.#params.checksummed) this.#verify(bytes, address)
      return bytes
    })
  }

  #plainBlock({ address, size, filteredSize, filterMask }: StoredBlock): Uint8Array {
    const { filtered } = this.header
    if (filtered === undefined) return this.#image.source.view(address, size)
    const bytes = this.#image.source.view(address, filteredSize)
    const plain = this.#image.pipeline.decode(filtered.pipeline.filters, bytes, filterMask, size)
    if (plain.length < size) this.#fail(`a filtered block gives ${plain.length} bytes instead of ${size}`)
    return plain === bytes ? plain.slice(0, size) : plain.subarray(0, size)
  }

  #verify(bytes: Uint8Array, address: number): void {
    const at = 5 + this.#image.sizes.offsets + this.#params.offsetWidth
    if (unsigned(bytes, at, 4) !== directBlockChecksum(bytes, at)) {
      throw new FormatError('checksum does not match', { structure: fractalHeapDirectBlock.name, address })
    }
  }

  #huge(id: Uint8Array): Uint8Array {
    const { filtered } = this.header
    const record = this.#hugeRecord(id)
    const { address, length, size, filterMask } = record
    if (address === UNDEFINED) this.#fail('huge object without an address')
    const bytes = this.#image.source.view(address, length)
    if (filtered === undefined) return bytes
    const plain = this.#image.pipeline.decode(filtered.pipeline.filters, bytes, filterMask, size)
    if (plain.length < size) this.#fail(`a filtered object gives ${plain.length} bytes instead of ${size}`)
    return plain.slice(0, size)
  }

  #hugeRecord(id: Uint8Array): HugeObjectRecord {
    const { sizes } = this.#image
    const filtered = this.header.filtered !== undefined
    const direct = sizes.offsets + sizes.lengths + (filtered ? 4 + sizes.lengths : 0)
    const room = this.header.idLength - 1
    if (direct <= room) return hugeObjectRecord(id.subarray(1), filtered ? 4 : 3, sizes)
    const wanted = unsigned(id, 1, Math.min(room, 8))
    if (this.header.hugeTreeAddress === UNDEFINED) this.#fail('huge object without an index')
    const tree = openBTreeV2(this.#image, this.header.hugeTreeAddress)
    const type = tree.header.type
    if (type !== (filtered ? 2 : 1)) this.#fail(`index of huge objects of type ${type}`)
    if (tree.header.recordSize < direct + sizes.lengths) this.#fail('index of huge objects with short records')
    const record = findRecord(tree, (entry) => wanted - hugeObjectRecord(entry, type, sizes).id)
    return record === undefined ? this.#fail(`no huge object ${wanted}`) : hugeObjectRecord(record, type, sizes)
  }
}

/** How a heap has the object that an ID names: in one of its blocks (0), HUGE, TINY; 3 is unknown. */
export function heapIdType(id: Uint8Array, at = 0): number {
  return (id[at] >> 4) & 3
}

/** Bytes that hold any number up to `limit`. */
export function byteWidth(limit: number): number {
  return limit < 0x100 ? 1 : limit < 0x1_0000 ? 2 : limit < 0x100_0000 ? 3 : 4
}
