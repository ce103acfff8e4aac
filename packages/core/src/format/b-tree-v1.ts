import { FormatError } from '../errors.ts'
import { wideAddress } from '../io/address.ts'
import { ahead } from '../io/pending.ts'
import { NO_BYTES, Span } from '../io/span.ts'
import type { Sizes } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { Extent } from './extent.ts'
import { OnceOnly } from './extent.ts'
import type { FileImage } from './file-image.ts'
import { symbolTableNode, symbolTableNodeExtent } from './symbol-table-node.ts'

/** A node of a version 1 B-tree (III.A.1). */
export interface BTreeV1Node {
  /** 0 for the links of a group, 1 for the chunks of a dataset. */
  type: number
  /** 0 for a leaf. */
  level: number
  left: number
  right: number
  /** Children and the keys around them, as they are stored: key, child, key, child, ..., key. */
  entries: Span
  count: number
}

const GROUP = 0
const CHUNK = 1

/** Parameters: bytes of a key. */
export const bTreeV1Node = structure<BTreeV1Node, { type: number; keySize: number }>({
  name: 'Version 1 B-tree Node',
  spec: 'III.A.1',
  blank: ({ type }) => ({ type, level: 0, left: UNDEFINED, right: UNDEFINED, entries: new Span(NO_BYTES), count: 0 }),
  body(io, m, { type, keySize }) {
    io.signature('TREE')
    m.type = io.u8('Node Type', m.type)
    if (m.type !== type) io.fail(`a node of type ${m.type} where type ${type} belongs`, 'Node Type')
    m.level = io.u8('Node Level', m.level)
    m.count = io.u16('Entries Used', m.count)
    m.left = io.address('Address of Left Sibling', m.left)
    m.right = io.address('Address of Right Sibling', m.right)
    const length = m.count * (keySize + io.sizes.offsets) + keySize
    m.entries = io.span('Keys and Child Pointers', length, m.entries)
  },
})

/** A decoded node with what is needed to look at its entries. */
class Node {
  readonly address: number
  readonly level: number
  readonly count: number
  readonly #data: Uint8Array
  readonly #start: number
  readonly #stride: number
  readonly #keySize: number
  readonly #sizes: Sizes

  constructor(address: number, node: BTreeV1Node, keySize: number, sizes: Sizes) {
    this.address = address
    this.level = node.level
    this.count = node.count
    this.#data = node.entries.data
    this.#start = node.entries.start
    this.#keySize = keySize
    this.#sizes = sizes
    this.#stride = keySize + sizes.offsets
  }

  /** The unsigned number of `width` bytes that starts at a byte of key `i`. */
  inKey(i: number, at: number, width: number): number {
    return word(this.#data, this.#start + i * this.#stride + at, width)
  }

  children(): number[] {
    const children: number[] = []
    for (let i = 0; i < this.count; i++) children.push(this.child(i))
    return children
  }

  child(i: number): number {
    const at = this.#start + i * this.#stride + this.#keySize
    const { offsets, fold } = this.#sizes
    return fold !== undefined && offsets === 8 ? fold(wideAddress(this.#data, at)) : word(this.#data, at, offsets)
  }
}

function word(bytes: Uint8Array, at: number, width: number): number {
  const half = bytes[at] | (bytes[at + 1] << 8)
  if (width === 2) return half
  const low = (half | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
  return width === 4 ? low : low + word(bytes, at + 4, 4) * 0x1_0000_0000
}

const NODE_KEYS = [{}, {}]

function readNode(image: FileImage, address: number, type: number, keySize: number, level?: number): Node {
  const headLength = 8 + 2 * image.sizes.offsets
  const node = image.memo(NODE_KEYS[type], address, 1024, () => {
    const { data, start } = image.peek(address, headLength)
    const count = data[start + 6] | (data[start + 7] << 8)
    const length = headLength + count * (keySize + image.sizes.offsets) + keySize
    const bytes = image.kept(address, length)
    return new Node(address, image.decode(bTreeV1Node, bytes, address, { type, keySize }), keySize, image.sizes)
  })
  // Levels that fall by one at each step are what keeps a walk finite.
  if (level !== undefined && node.level !== level) {
    throw new FormatError(`level ${node.level} below level ${level + 1}`, { structure: bTreeV1Node.name, address })
  }
  return node
}

/** What the nodes of a tree have room for: twice as many entries, which they take in the file whether used or not. */
export interface TreeSizes {
  groupInternalK: number
  groupLeafK: number
  chunkK: number
}

/** What a group's B-tree takes in the file, with the symbol table nodes below it. */
export function groupTreeExtents(image: FileImage, root: number, sizes: TreeSizes): Generator<Extent> {
  const { groupInternalK, groupLeafK } = sizes
  const leaf = (address: number): Extent => symbolTableNodeExtent(image.sizes, address, groupLeafK)
  return nodeExtents(image, root, GROUP, image.sizes.lengths, groupInternalK, leaf)
}

/** What the B-tree of a dataset's chunks takes in the file, without the chunks. */
export function chunkTreeExtents(image: FileImage, root: number, rank: number, sizes: TreeSizes): Generator<Extent> {
  return nodeExtents(image, root, CHUNK, chunkKeySize(rank), sizes.chunkK, undefined)
}

function* nodeExtents(
  image: FileImage,
  root: number,
  type: number,
  keySize: number,
  k: number,
  leaf: ((address: number) => Extent) | undefined,
): Generator<Extent> {
  const { offsets } = image.sizes
  const length = 8 + 2 * offsets + 2 * k * offsets + (2 * k + 1) * keySize
  const once = new OnceOnly()
  let row = [root]
  for (let { level } = readNode(image, root, type, keySize); level >= 0; level--) {
    const below: number[] = []
    for (const address of row) once.enter(bTreeV1Node.name, address)
    for (const node of ahead(row, (address) => readNode(image, address, type, keySize, level))) {
      yield { structure: bTreeV1Node.name, address: node.address, length }
      if (level > 0) for (const child of node.children()) below.push(child)
      else if (leaf !== undefined) for (const child of node.children()) yield leaf(child)
    }
    row = below
  }
}

/** Addresses of a group's symbol table nodes, in the order of names. None comes twice. */
export function groupLeaves(image: FileImage, address: number): number[] | Generator<number> {
  const root = readNode(image, address, GROUP, image.sizes.lengths)
  // The tree of most groups is one node that leads to one leaf.
  return root.level === 0 && root.count < 2 ? root.children() : distinctLeaves(image, root)
}

function* distinctLeaves(image: FileImage, root: Node): Generator<number> {
  const once = new OnceOnly()
  for (const address of leavesBelow(image, root, new OnceOnly())) {
    once.enter(symbolTableNode.name, address)
    yield address
  }
}

function* leavesBelow(image: FileImage, node: Node, once: OnceOnly): Generator<number> {
  once.enter(bTreeV1Node.name, node.address)
  if (node.level === 0) yield* node.children()
  else for (const child of nodesBelow(image, node, GROUP, image.sizes.lengths)) yield* leavesBelow(image, child, once)
}

function nodesBelow(image: FileImage, node: Node, type: number, keySize: number): Generator<Node> {
  return ahead(node.children(), (address) => readNode(image, address, type, keySize, node.level - 1))
}

/**
 * The symbol table node that holds a name if any does.
 *
 * @param compare the sign of the wanted name minus the one at an offset in the local heap
 */
export function findGroupLeaf(image: FileImage, root: number, compare: (offset: number) => number): number | undefined {
  let address = root
  let level: number | undefined
  for (;;) {
    const node = readNode(image, address, GROUP, image.sizes.lengths, level)
    // Child i holds the names above key i, up to key i + 1 itself.
    let low = 0
    let high = node.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(node.inKey(middle + 1, 0, image.sizes.lengths)) > 0) low = middle + 1
      else high = middle
    }
    if (low === node.count) return undefined
    address = node.child(low)
    if (node.level === 0) return address
    level = node.level - 1
  }
}

/** Where a chunk is stored. */
export interface ChunkEntry {
  /** Of the chunk's first element along each axis, in elements. */
  offset: number[]
  /** Stored bytes. */
  size: number
  /** Bit i set: filter i was skipped. */
  filterMask: number
  address: number
}

/** Bytes of a key in a tree of chunks. */
export function chunkKeySize(rank: number): number {
  return 8 + 8 * (rank + 1)
}

/** All chunks of a dataset, in the order of their offsets. */
export function chunkEntries(image: FileImage, address: number, rank: number): Generator<ChunkEntry> {
  return entriesBelow(image, readNode(image, address, CHUNK, chunkKeySize(rank)), rank, new OnceOnly())
}

function* entriesBelow(image: FileImage, node: Node, rank: number, once: OnceOnly): Generator<ChunkEntry> {
  once.enter(bTreeV1Node.name, node.address)
  if (node.level === 0) {
    for (let i = 0; i < node.count; i++) yield chunkAt(node, i, rank)
    return
  }
  for (const child of nodesBelow(image, node, CHUNK, chunkKeySize(rank))) yield* entriesBelow(image, child, rank, once)
}

function chunkAt(node: Node, i: number, rank: number): ChunkEntry {
  const offset: number[] = []
  for (let axis = 0; axis < rank; axis++) offset.push(node.inKey(i, 8 + 8 * axis, 8))
  if (!offset.every(Number.isSafeInteger)) {
    throw new FormatError('chunk offset above 2^53-1', { structure: bTreeV1Node.name, address: node.address })
  }
  return { offset, size: node.inKey(i, 0, 4), filterMask: node.inKey(i, 4, 4), address: node.child(i) }
}

/** The chunk that starts at an offset (in elements along each axis). */
export function findChunk(
  image: FileImage,
  root: number,
  rank: number,
  offset: readonly number[],
): ChunkEntry | undefined {
  let address = root
  let level: number | undefined
  for (;;) {
    const node = readNode(image, address, CHUNK, chunkKeySize(rank), level)
    let low = -1
    let high = node.count
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (compareKey(node, middle, offset) >= 0) low = middle
      else high = middle
    }
    if (low < 0) return undefined
    if (node.level === 0) return compareKey(node, low, offset) === 0 ? chunkAt(node, low, rank) : undefined
    address = node.child(low)
    level = node.level - 1
  }
}

/** The sign of the wanted offset minus key `i`. */
function compareKey(node: Node, i: number, offset: readonly number[]): number {
  for (let axis = 0; axis < offset.length; axis++) {
    const difference = offset[axis] - node.inKey(i, 8 + 8 * axis, 8)
    if (difference !== 0) return difference
  }
  return 0
}
