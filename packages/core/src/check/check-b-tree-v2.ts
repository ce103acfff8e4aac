import type { BTreeV2, BTreeV2Header } from '../format/b-tree-v2.ts'
import { bTreeV2Header, bTreeV2Node, leafLevel, nextLevel, nodeParams } from '../format/b-tree-v2.ts'
import { lookup3 } from '../io/checksum.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Checker } from './checker.ts'
import type { ExtentKind } from './extents.ts'
import type { Place } from './finding.ts'

/** What a version 2 B-tree is like, by who uses it. */
export interface TreeV2Shape {
  /** Types of records that may be in it. */
  types: readonly number[]
  /** In bytes, by type. */
  recordSizes: (type: number) => { least: number; most: number }
  use: ExtentKind
  /** The sign of one record minus another; negative where the order is right. */
  compare: (before: Uint8Array, after: Uint8Array, type: number) => number
  record: (record: Uint8Array, node: Place, type: number) => void
  /** Looks at the header before anything else of the tree. */
  header?: (header: BTreeV2Header, place: Place) => void
}

const DEEPEST = 48
const NODE_OVERHEAD = 10

/** Numbers of records with which a checksum is tried. */
const MOST_TRIED = 256

/** Goes through a version 2 B-tree (III.A.2); gives the number of records that its header tells. */
export function checkTreeV2(check: Checker, address: number, shape: TreeV2Shape, from: Place): number | undefined {
  const { offsets, lengths } = check.image.sizes
  const length = 22 + offsets + lengths
  const header = check.decode(bTreeV2Header, address, length, undefined, from, { use: shape.use })
  if (header === undefined) return undefined
  const place = { structure: bTreeV2Header, address }
  if (!soundHeader(check, header, shape, place)) return header.totalRecords
  shape.header?.(header, place)
  const levels = [leafLevel(header)]
  while (levels.length <= header.depth) levels.push(nextLevel(header, levels, check.image.sizes))
  const short = levels.some(({ maxRecords }) => maxRecords < 1)
  if (short) {
    check.error(place, `nodes of ${header.nodeSize} bytes have no room for records`, 'Node Size')
    return header.totalRecords
  }
  const tree = { image: check.image, address, header, levels }
  new TreeV2Walk(check, tree, shape).run(place)
  return header.totalRecords
}

function soundHeader(check: Checker, header: BTreeV2Header, shape: TreeV2Shape, place: Place): boolean {
  const { type, recordSize, nodeSize, depth, splitPercent, mergePercent, rootAddress, rootRecords } = header
  if (!shape.types.includes(type)) {
    check.error(place, `records of type ${type} where type ${shape.types.join(' or ')} belongs`, 'Type')
    return false
  }
  const { least, most } = shape.recordSizes(type)
  if (recordSize < least || recordSize > most) {
    check.error(place, `records of ${recordSize} bytes`, 'Record Size')
    return false
  }
  if (nodeSize <= NODE_OVERHEAD + recordSize) {
    check.error(place, `nodes of ${nodeSize} bytes for records of ${recordSize}`, 'Node Size')
    return false
  }
  if (depth > DEEPEST) {
    check.error(place, `depth ${depth}`, 'Depth')
    return false
  }
  if (splitPercent === 0 || splitPercent > 100) check.error(place, `${splitPercent} %`, 'Split Percent')
  // A node that was just split must not be merged at once.
  if (mergePercent === 0 || mergePercent > splitPercent / 2) check.error(place, `${mergePercent} %`, 'Merge Percent')
  if (rootAddress === UNDEFINED && rootRecords > 0) {
    check.error(place, `no root node with ${rootRecords} records`, 'Root Node Address')
    return false
  }
  return true
}

class TreeV2Walk {
  readonly #check: Checker
  readonly #tree: BTreeV2
  readonly #shape: TreeV2Shape
  readonly #seen = new Set<number>()
  #before: Uint8Array | undefined
  /** Whether a node could not be read, so that the total cannot be told. */
  #incomplete = false

  constructor(check: Checker, tree: BTreeV2, shape: TreeV2Shape) {
    this.#check = check
    this.#tree = tree
    this.#shape = shape
  }

  run(place: Place): void {
    const { rootAddress, rootRecords, depth, totalRecords } = this.#tree.header
    let count = 0
    if (rootAddress !== UNDEFINED) {
      const field = 'Root Node Address'
      count = this.#node(rootAddress, depth, rootRecords, { ...place, field }, 'Number of Records in Root Node')
    }
    if (!this.#incomplete && count !== totalRecords) {
      this.#check.error(
        place,
        `${totalRecords} records, and the nodes have ${count}`,
        'Total Number of Records in B-tree',
      )
    }
  }

  /** Goes through a node and those below; gives the number of records in them. */
  #node(address: number, level: number, count: number, from: Place, countField: string): number {
    const check = this.#check
    const { header, levels } = this.#tree
    if (this.#seen.has(address)) {
      check.error(from, `node ${address} comes twice in a tree`)
      return this.#unreadable()
    }
    this.#seen.add(address)
    if (count > levels[level].maxRecords) {
      check.error(from, `${count} records in a node for ${levels[level].maxRecords}`, countField)
      return this.#unreadable()
    }
    if (count === 0) check.error(from, 'a node without records', countField)
    if (this.#isOfOtherLevel(address, level)) {
      const place = { structure: bTreeV2Header, address: this.#tree.address }
      check.error(place, `depth ${header.depth}, and the nodes are of other levels`, 'Depth')
      return this.#unreadable()
    }
    const stored = this.#storedCount(address, level, count)
    if (stored !== undefined) {
      check.error(from, `${count} records in a node of ${stored}`, countField)
      return this.#unreadable()
    }
    const params = nodeParams(header, levels, level, count)
    const length = this.#length(level, count)
    const reading = { use: this.#shape.use, allocated: header.nodeSize }
    const node = check.decode(bTreeV2Node, address, length, params, from, reading)
    if (node === undefined) return this.#unreadable()
    const place = { structure: bTreeV2Node, address }
    let total = count
    for (let i = 0; i <= count; i++) {
      const child = node.children[i]
      if (child !== undefined) {
        const below = { ...place, field: 'Child Node Pointer' }
        const field = 'Number of Records for Child Node'
        const found = this.#node(child.address, level - 1, child.records, below, field)
        total += found
        if (!this.#incomplete && found !== child.totalRecords) {
          const what = `${child.totalRecords} records below child ${i}, which has ${found}`
          check.error(place, what, 'Total Number of Records for Child Node')
        }
      }
      if (i < count) this.#record(node.records.subarray(i * header.recordSize, (i + 1) * header.recordSize), place)
    }
    return total
  }

  /** In bytes, of a node with so many records. */
  #length(level: number, count: number): number {
    const { header, levels } = this.#tree
    const { countWidth, totalWidth } = nodeParams(header, levels, level, count)
    const pointer = level === 0 ? 0 : this.#check.image.sizes.offsets + countWidth + totalWidth
    return NODE_OVERHEAD + count * header.recordSize + (level === 0 ? 0 : (count + 1) * pointer)
  }

  /** Whether a leaf stands where a node with children belongs, or the other way round. */
  #isOfOtherLevel(address: number, level: number): boolean {
    return this.#check.startsWith(address, level === 0 ? 'BTIN' : 'BTLF')
  }

  /** The number of records with which a node's checksum is right, where that is not the one that leads to it. */
  #storedCount(address: number, level: number, count: number): number | undefined {
    const check = this.#check
    const { nodeSize } = this.#tree.header
    if (!check.startsWith(address, level === 0 ? 'BTLF' : 'BTIN')) return undefined
    if (nodeSize > check.limits.metadataBytes || check.image.available(address, nodeSize) < nodeSize) return undefined
    const bytes = check.peek(address, nodeSize)
    const isRight = (records: number): boolean => {
      const end = this.#length(level, records) - 4
      return end + 4 <= nodeSize && unsigned(bytes, end, 4) === lookup3(bytes, 0, end)
    }
    if (isRight(count)) return undefined
    const most = Math.min(this.#tree.levels[level].maxRecords, MOST_TRIED)
    for (let records = 1; records <= most; records++) if (isRight(records)) return records
    return undefined
  }

  #unreadable(): number {
    this.#incomplete = true
    return 0
  }

  #record(record: Uint8Array, place: Place): void {
    const { type } = this.#tree.header
    if (this.#before !== undefined && this.#shape.compare(this.#before, record, type) >= 0) {
      this.#check.error(place, 'records out of order', 'Records')
    }
    this.#before = record
    this.#shape.record(record, place, type)
  }
}
