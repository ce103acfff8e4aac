import { WriteError } from '../errors.ts'
import { byteWidth } from '../format/fractal-heap.ts'
import type { BlockParams, FractalHeapHeader } from '../format/fractal-heap-blocks.ts'
import {
  blockParams,
  fractalHeapDirectBlock,
  fractalHeapHeader,
  fractalHeapIndirectBlock,
} from '../format/fractal-heap-blocks.ts'
import { lookup3 } from '../io/checksum.ts'
import { putUnsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import { buildBTreeV2 } from './b-tree-v2-builder.ts'
import { DoublingTable } from './doubling-table.ts'
import type { Emitter } from './emitter.ts'

/** The constants that the library gives a heap, by what it is for. */
export type HeapShape = Pick<
  FractalHeapHeader,
  | 'idLength'
  | 'startingBlockSize'
  | 'maxDirectBlockSize'
  | 'maxHeapBits'
  | 'tableWidth'
  | 'maxManagedSize'
  | 'startingRows'
>

const COMMON = { tableWidth: 4, maxDirectBlockSize: 65_536, maxManagedSize: 4096, startingRows: 1 }

/** For the links of a group. */
export const LINK_HEAP: HeapShape = { ...COMMON, idLength: 7, startingBlockSize: 512, maxHeapBits: 32 }

/** For the attributes of an object, and for shared messages. */
export const MESSAGE_HEAP: HeapShape = { ...COMMON, idLength: 8, startingBlockSize: 1024, maxHeapBits: 40 }

const CHECKSUMMED_BLOCKS = 2
const HUGE = 0x10
const TINY = 0x20

/** A heap that was written. */
export interface BuiltHeap {
  address: number
  /** The heap IDs of the objects, one behind the other. */
  ids: Uint8Array
}

/** Writes a fractal heap with objects in their order. */
export function buildFractalHeap(emitter: Emitter, shape: HeapShape, objects: readonly Uint8Array[]): BuiltHeap {
  const builder = new FractalHeapBuilder(emitter, shape)
  const { idLength } = shape
  const ids = new Uint8Array(objects.length * idLength)
  objects.forEach((object, i) => {
    builder.add(object, ids.subarray(i * idLength, (i + 1) * idLength))
  })
  return { address: builder.finish(), ids }
}

/** A direct block with the objects that were put into it. */
interface FilledBlock {
  row: number
  column: number
  /** Where the block starts in the heap. */
  offset: number
  bytes: Uint8Array
}

/** Blocks by their place in the table: the number of the block, row by row. */
interface Branch {
  children: (FilledBlock | Branch)[]
}

/** Makes a fractal heap of objects as they come. */
export class FractalHeapBuilder {
  readonly #emitter: Emitter
  readonly #header: FractalHeapHeader
  readonly #address: number
  readonly #params: BlockParams
  readonly #table: DoublingTable
  readonly #overhead: number
  readonly #lengthWidth: number
  readonly #blocks: BlockFiller
  readonly #huge: { address: number; length: number }[] = []
  #used = 0

  constructor(emitter: Emitter, shape: HeapShape) {
    this.#emitter = emitter
    this.#header = { ...fractalHeapHeader.blank(), ...shape, flags: CHECKSUMMED_BLOCKS }
    this.#address = emitter.space.allocate(emitter.encoded(fractalHeapHeader, this.#header, undefined).length)
    this.#params = blockParams(this.#header, this.#address)
    this.#overhead = 5 + emitter.sizes.offsets + this.#params.offsetWidth + 4
    this.#table = new DoublingTable(shape, this.#overhead)
    this.#blocks = new BlockFiller(this.#table, this.#overhead)
    this.#lengthWidth = Math.min(Math.ceil(Math.log2(shape.maxDirectBlockSize) / 8), byteWidth(shape.maxManagedSize))
  }

  /** @param id gets the object's heap ID: zeros before */
  add(object: Uint8Array, id: Uint8Array): void {
    const { idLength, maxManagedSize } = this.#header
    if (object.length === 0) throw new WriteError('an empty object', { structure: fractalHeapHeader.name })
    if (object.length < idLength) this.#tiny(id, object)
    else if (object.length > maxManagedSize) this.#placeHuge(id, object)
    else {
      putUnsigned(id, 1, this.#params.offsetWidth, this.#blocks.add(object))
      putUnsigned(id, 1 + this.#params.offsetWidth, this.#lengthWidth, object.length)
      this.#used += object.length
      this.#header.managedObjects++
    }
  }

  /** Writes the heap; returns the address of its header. */
  finish(): number {
    this.#writeBlocks(this.#blocks)
    this.#writeHugeIndex()
    this.#emitter.put(this.#address, fractalHeapHeader, this.#header, undefined)
    return this.#address
  }

  #tiny(id: Uint8Array, object: Uint8Array): void {
    id[0] = TINY | (object.length - 1)
    id.set(object, 1)
    this.#header.tinyObjects++
    this.#header.tinySize += object.length
  }

  #placeHuge(id: Uint8Array, object: Uint8Array): void {
    const { offsets, lengths } = this.#emitter.sizes
    const address = this.#emitter.placeBytes(object)
    const header = this.#header
    id[0] = HUGE
    if (offsets + lengths < header.idLength) {
      putUnsigned(id, 1, offsets, address)
      putUnsigned(id, 1 + offsets, lengths, object.length)
    } else {
      this.#huge.push({ address, length: object.length })
      header.nextHugeId = this.#huge.length
      putUnsigned(id, 1, Math.min(header.idLength - 1, 8), header.nextHugeId)
    }
    header.hugeObjects++
    header.hugeSize += object.length
  }

  #writeHugeIndex(): void {
    if (this.#huge.length === 0) return
    const { offsets, lengths } = this.#emitter.sizes
    const recordSize = offsets + 2 * lengths
    const records = new Uint8Array(this.#huge.length * recordSize)
    this.#huge.forEach(({ address, length }, i) => {
      putUnsigned(records, i * recordSize, offsets, address)
      putUnsigned(records, i * recordSize + offsets, lengths, length)
      putUnsigned(records, i * recordSize + offsets + lengths, lengths, i + 1)
    })
    this.#header.hugeTreeAddress = buildBTreeV2(this.#emitter, { type: 1, recordSize, records })
  }

  #writeBlocks(filler: BlockFiller): void {
    const { blocks } = filler
    const header = this.#header
    if (blocks.length === 0) return
    const last = blocks[blocks.length - 1]
    header.iteratorOffset = last.offset + last.bytes.length
    header.allocatedSpace = blocks.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (blocks.length === 1 && last.offset === 0) {
      header.rootAddress = this.#directBlock(last)
      header.managedSpace = header.startingBlockSize
      header.freeManagedSpace = header.startingBlockSize - this.#overhead - this.#used
      return
    }
    const { root, rows } = filler.tree()
    header.rootRows = rows
    header.rootAddress = this.#indirectBlock(root, rows, 0)
    header.managedSpace = this.#table.rowOffset(rows)
    header.freeManagedSpace = this.#table.room(rows) - this.#used
  }

  #directBlock({ offset, bytes }: FilledBlock): number {
    const { sizes } = this.#emitter
    const data = bytes.subarray(this.#overhead)
    const block = { blockOffset: offset, checksum: 0, data }
    const encoded = this.#emitter.encoded(fractalHeapDirectBlock, block, this.#params)
    putUnsigned(encoded, 5 + sizes.offsets + this.#params.offsetWidth, 4, lookup3(encoded, 0, encoded.length))
    return this.#emitter.placeBytes(encoded)
  }

  #indirectBlock(branch: Branch, rows: number, offset: number): number {
    const { width, directRows } = this.#table
    const direct = Math.min(rows, directRows) * width
    const indirect = Math.max(0, rows - directRows) * width
    const children = Array.from({ length: direct + indirect }, (_, i) => {
      const child = branch.children[i]
      const address = child === undefined ? UNDEFINED : this.#childBlock(child, i, offset)
      return { address, filteredSize: 0, filterMask: 0 }
    })
    const params = { ...this.#params, direct, indirect, filtered: false }
    return this.#emitter.place(fractalHeapIndirectBlock, { blockOffset: offset, children }, params)
  }

  #childBlock(child: FilledBlock | Branch, index: number, offset: number): number {
    if ('bytes' in child) return this.#directBlock(child)
    const row = Math.floor(index / this.#table.width)
    const start = offset + this.#table.rowOffset(row) + (index % this.#table.width) * this.#table.blockSize(row)
    return this.#indirectBlock(child, this.#table.rowsBelow(row), start)
  }
}

/** Puts objects into direct blocks, one block behind the other. */
class BlockFiller {
  readonly blocks: FilledBlock[] = []
  readonly #table: DoublingTable
  readonly #overhead: number
  /** Places of the blocks so far, and of the next one: its numbers in the tables from the root down. */
  readonly #paths: number[][] = []
  #next: number[] = [0]
  #filled = 0

  constructor(table: DoublingTable, overhead: number) {
    this.#table = table
    this.#overhead = overhead
  }

  /** Puts an object into the last block, or a new one; returns its offset in the heap. */
  add(object: Uint8Array): number {
    let block = this.blocks[this.blocks.length - 1]
    if (block === undefined || this.#filled + object.length > block.bytes.length) {
      block = this.#open(object.length)
      this.#filled = this.#overhead
    }
    block.bytes.set(object, this.#filled)
    const offset = block.offset + this.#filled
    this.#filled += object.length
    return offset
  }

  /** The next block that is large enough; smaller ones are passed over, and stay out of the file. */
  #open(length: number): FilledBlock {
    for (;;) {
      const path = this.#next
      const { row, size, offset } = this.#place(path)
      this.#next = this.#following(path)
      if (size - this.#overhead < length) continue
      const block = { row, column: path[path.length - 1] % this.#table.width, offset, bytes: new Uint8Array(size) }
      this.blocks.push(block)
      this.#paths.push(path)
      return block
    }
  }

  #place(path: readonly number[]): { row: number; size: number; offset: number } {
    let offset = 0
    let row = 0
    for (const index of path) {
      row = Math.floor(index / this.#table.width)
      offset += this.#table.rowOffset(row) + (index % this.#table.width) * this.#table.blockSize(row)
    }
    return { row, size: this.#table.blockSize(row), offset }
  }

  /** The place behind a direct block: the next in its table, or the next of the table above, down to a direct block. */
  #following(path: readonly number[]): number[] {
    const next = [...path]
    next[next.length - 1]++
    for (;;) {
      const depth = next.length - 1
      const row = Math.floor(next[depth] / this.#table.width)
      const parentRow = depth === 0 ? undefined : Math.floor(next[depth - 1] / this.#table.width)
      if (parentRow !== undefined && row >= this.#table.rowsBelow(parentRow)) {
        next.pop()
        next[next.length - 1]++
      } else if (row >= this.#table.directRows) next.push(0)
      else return next
    }
  }

  /** The blocks as a tree, and the rows that its root has. */
  tree(): { root: Branch; rows: number } {
    const root: Branch = { children: [] }
    let rows = 1
    this.blocks.forEach((block, i) => {
      const path = this.#paths[i]
      rows = Math.max(rows, Math.floor(path[0] / this.#table.width) + 1)
      let branch = root
      for (const index of path.slice(0, -1)) {
        const child = branch.children[index] ?? { children: [] }
        branch.children[index] = child
        if ('bytes' in child) throw new WriteError('a direct block where an indirect one belongs')
        branch = child
      }
      branch.children[path[path.length - 1]] = block
    })
    return { root, rows }
  }
}
