import { FormatError } from '../errors.ts'
import { ahead } from '../io/pending.ts'
import { NO_BYTES } from '../io/span.ts'
import type { Sizes } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { Extent } from './extent.ts'
import { OnceOnly } from './extent.ts'
import type { FileImage } from './file-image.ts'

/** What a version 2 B-tree starts with (III.A.2). */
export interface BTreeV2Header {
  /** What the records are; see b-tree-v2-records.ts. */
  type: number
  nodeSize: number
  recordSize: number
  depth: number
  splitPercent: number
  mergePercent: number
  rootAddress: number
  rootRecords: number
  totalRecords: number
}

export const bTreeV2Header = structure<BTreeV2Header>({
  name: 'Version 2 B-tree Header',
  spec: 'III.A.2',
  blank: () => ({
    type: 0,
    nodeSize: 512,
    recordSize: 0,
    depth: 0,
    splitPercent: 100,
    mergePercent: 40,
    rootAddress: UNDEFINED,
    rootRecords: 0,
    totalRecords: 0,
  }),
  body(io, m) {
    io.signature('BTHD')
    io.version('Version', 0, [0])
    m.type = io.u8('Type', m.type)
    m.nodeSize = io.u32('Node Size', m.nodeSize)
    m.recordSize = io.u16('Record Size', m.recordSize)
    m.depth = io.u16('Depth', m.depth)
    m.splitPercent = io.u8('Split Percent', m.splitPercent)
    m.mergePercent = io.u8('Merge Percent', m.mergePercent)
    m.rootAddress = io.address('Root Node Address', m.rootAddress)
    m.rootRecords = io.u16('Number of Records in Root Node', m.rootRecords)
    m.totalRecords = io.length('Total Number of Records in B-tree', m.totalRecords)
    io.checksum()
  },
})

/** A node: its records as they are stored, and in an internal node the children between them. */
export interface BTreeV2Node {
  records: Uint8Array
  /** One more than there are records; none in a leaf. */
  children: { address: number; records: number; totalRecords: number }[]
}

export interface BTreeV2NodeParams {
  type: number
  level: number
  count: number
  recordSize: number
  /** Bytes that a child's number of records takes. */
  countWidth: number
  /** Bytes that the number of records below a child takes; 0 where the children are leaves. */
  totalWidth: number
}

/** Signature, version, type and checksum. */
const NODE_OVERHEAD = 10

export const bTreeV2Node = structure<BTreeV2Node, BTreeV2NodeParams>({
  name: 'Version 2 B-tree Node',
  spec: 'III.A.2',
  blank: () => ({ records: NO_BYTES, children: [] }),
  body(io, m, p) {
    io.signature(p.level === 0 ? 'BTLF' : 'BTIN')
    io.version('Version', 0, [0])
    if (io.u8('Type', p.type) !== p.type) io.fail('a node of another type', 'Type')
    m.records = io.bytes('Records', p.count * p.recordSize, m.records)
    const children: BTreeV2Node['children'] = []
    for (let i = 0; p.level > 0 && i <= p.count; i++) {
      const child = m.children[i] ?? { address: UNDEFINED, records: 0, totalRecords: 0 }
      const address = io.address('Child Node Pointer', child.address)
      const records = io.uint('Number of Records for Child Node', p.countWidth, child.records)
      const totalRecords =
        p.totalWidth === 0
          ? records
          : io.uint('Total Number of Records for Child Node', p.totalWidth, child.totalRecords)
      children.push({ address, records, totalRecords })
    }
    m.children = children
    io.checksum()
  },
})

/** Widths and limits of the nodes on one level, which the node size gives. */
export interface BTreeV2Level {
  /** In one node. */
  maxRecords: number
  /** In one node and all below it. */
  capacity: number
  /** Bytes that hold this capacity. */
  totalWidth: number
}

/** A version 2 B-tree that is open for reading. */
export interface BTreeV2 {
  image: FileImage
  address: number
  header: BTreeV2Header
  levels: BTreeV2Level[]
}

/** Deeper trees cannot come about: each level multiplies the records. */
const DEEPEST = 48

/** Bytes that hold any number up to `limit`. */
function bytesFor(limit: number): number {
  let width = 1
  for (let rest = Math.floor(limit / 256); rest > 0; rest = Math.floor(rest / 256)) width++
  return Math.min(width, 8)
}

function headerLength({ offsets, lengths }: Sizes): number {
  return 22 + offsets + lengths
}

export function openBTreeV2(image: FileImage, address: number): BTreeV2 {
  const header = image.cached(bTreeV2Header, address, headerLength(image.sizes), undefined)
  const fail = (what: string): never => {
    throw new FormatError(what, { structure: bTreeV2Header.name, address })
  }
  if (header.recordSize === 0 || header.nodeSize <= NODE_OVERHEAD) fail('nodes without room for records')
  if (header.depth > DEEPEST) fail(`depth ${header.depth}`)
  const levels = [leafLevel(header)]
  while (levels.length <= header.depth) levels.push(nextLevel(header, levels, image.sizes))
  if (levels.some(({ maxRecords }) => maxRecords < 1)) fail('nodes without room for records')
  return { image, address, header, levels }
}

type NodeSizes = Pick<BTreeV2Header, 'nodeSize' | 'recordSize'>

/** What fits the leaves. */
export function leafLevel({ nodeSize, recordSize }: NodeSizes): BTreeV2Level {
  const maxRecords = Math.floor((nodeSize - NODE_OVERHEAD) / recordSize)
  return { maxRecords, capacity: maxRecords, totalWidth: 0 }
}

/** What fits the internal nodes above the levels so far. */
export function nextLevel(header: NodeSizes, levels: readonly BTreeV2Level[], sizes: Sizes): BTreeV2Level {
  const below = levels[levels.length - 1]
  const pointer = sizes.offsets + bytesFor(levels[0].maxRecords) + below.totalWidth
  const maxRecords = Math.floor((header.nodeSize - NODE_OVERHEAD - pointer) / (header.recordSize + pointer))
  const capacity = (maxRecords + 1) * below.capacity + maxRecords
  return { maxRecords, capacity, totalWidth: bytesFor(capacity) }
}

/** How a node on a level is laid out. */
export function nodeParams(
  header: Pick<BTreeV2Header, 'type' | 'recordSize'>,
  levels: readonly BTreeV2Level[],
  level: number,
  count: number,
): BTreeV2NodeParams {
  const { type, recordSize } = header
  const countWidth = bytesFor(levels[0].maxRecords)
  return { type, level, count, recordSize, countWidth, totalWidth: level > 1 ? levels[level - 1].totalWidth : 0 }
}

function readNode(tree: BTreeV2, address: number, level: number, count: number): BTreeV2Node {
  const { header, levels, image } = tree
  if (count > levels[level].maxRecords) {
    throw new FormatError(`${count} records in a node for ${levels[level].maxRecords}`, {
      structure: bTreeV2Node.name,
      address,
    })
  }
  const params = nodeParams(header, levels, level, count)
  const pointer = level === 0 ? 0 : image.sizes.offsets + params.countWidth + params.totalWidth
  const length = NODE_OVERHEAD + count * header.recordSize + (level === 0 ? 0 : (count + 1) * pointer)
  return image.cached(bTreeV2Node, address, length, params)
}

/** Number of records, at most as many as the file has room for. */
export function recordCount({ image, address, header }: BTreeV2): number {
  const { totalRecords, recordSize } = header
  if (totalRecords < 0 || totalRecords * recordSize > image.source.size) {
    throw new FormatError(`${totalRecords} records are more than the file has room for`, {
      structure: bTreeV2Header.name,
      address,
    })
  }
  return totalRecords
}

/** What a tree takes in the file. Its leaves are not looked at. */
export function* bTreeV2Extents(tree: BTreeV2): Generator<Extent> {
  const { image, address, header } = tree
  yield { structure: bTreeV2Header.name, address, length: headerLength(image.sizes) }
  if (header.rootAddress === UNDEFINED) return
  const once = new OnceOnly()
  let row = [{ address: header.rootAddress, records: header.rootRecords }]
  for (let level = header.depth; level >= 0; level--) {
    const below: typeof row = []
    for (const { address } of row) {
      once.enter(bTreeV2Node.name, address)
      yield { structure: bTreeV2Node.name, address, length: header.nodeSize }
    }
    if (level === 0) return
    for (const node of ahead(row, ({ address, records }) => readNode(tree, address, level, records))) {
      for (const child of node.children) below.push(child)
    }
    row = below
  }
}

/** All records in their order, each a view of `recordSize` bytes. */
export function* records(tree: BTreeV2): Generator<Uint8Array> {
  const size = tree.header.recordSize
  for (const run of recordRuns(tree)) {
    for (let at = 0; at < run.length; at += size) yield run.subarray(at, at + size)
  }
}

/** All records in their order, as many at once as are one behind the other in the file. */
export function* recordRuns(tree: BTreeV2): Generator<Uint8Array> {
  const { header } = tree
  if (header.rootAddress === UNDEFINED || header.rootRecords === 0) return
  // A damaged tree may lead into the same nodes again and again: the total is an upper bound.
  let left = recordCount(tree)
  const root = readNode(tree, header.rootAddress, header.depth, header.rootRecords)
  for (const run of below(tree, root, header.depth)) {
    left -= run.length / header.recordSize
    if (left < 0)
      throw new FormatError('more records than the header says', {
        structure: bTreeV2Header.name,
        address: tree.address,
      })
    yield run
  }
}

function* below(tree: BTreeV2, node: BTreeV2Node, level: number): Generator<Uint8Array> {
  if (level === 0) {
    yield node.records
    return
  }
  const size = tree.header.recordSize
  const children = ahead(node.children, ({ address, records }) => readNode(tree, address, level - 1, records))
  for (let at = 0; at <= node.records.length; at += size) {
    const child = children.next()
    if (child.done !== true) yield* below(tree, child.value, level - 1)
    if (at < node.records.length) yield node.records.subarray(at, at + size)
  }
}

/**
 * Looks a record up.
 *
 * @param compare the sign of the wanted record minus the given one
 */
export function findRecord(tree: BTreeV2, compare: (record: Uint8Array) => number): Uint8Array | undefined {
  const { header } = tree
  if (header.rootAddress === UNDEFINED || header.rootRecords === 0) return undefined
  const size = header.recordSize
  let address = header.rootAddress
  let count = header.rootRecords
  for (let level = header.depth; level >= 0; level--) {
    const node = readNode(tree, address, level, count)
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >> 1
      const record = node.records.subarray(middle * size, (middle + 1) * size)
      const sign = compare(record)
      if (sign === 0) return record
      if (sign > 0) low = middle + 1
      else high = middle
    }
    const child = node.children[low]
    if (child === undefined) return undefined
    address = child.address
    count = child.records
  }
  return undefined
}
