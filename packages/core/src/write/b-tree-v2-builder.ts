import type { BTreeV2Level } from '../format/b-tree-v2.ts'
import { bTreeV2Header, bTreeV2Node, leafLevel, nextLevel, nodeParams } from '../format/b-tree-v2.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Emitter } from './emitter.ts'

/** What the library gives the trees of groups, attributes and chunks, save the size of chunk trees' nodes. */
const SPLIT_PERCENT = 100
const MERGE_PERCENT = 40

/** What a tree consists of. */
export interface BTreeV2Contents {
  /** What the records are; see format/b-tree-v2-records.ts. */
  type: number
  /** In bytes. */
  recordSize: number
  /** In the order of the tree, one behind the other. */
  records: Uint8Array
  /** In bytes. */
  nodeSize?: number
}

/** Writes a version 2 B-tree; returns the address of its header. */
export function buildBTreeV2(emitter: Emitter, contents: BTreeV2Contents): number {
  return new Builder(emitter, contents).build()
}

/** A node that was written: how its parent points to it. */
interface Child {
  address: number
  records: number
  totalRecords: number
}

class Builder {
  readonly #emitter: Emitter
  readonly #type: number
  readonly #recordSize: number
  readonly #nodeSize: number
  readonly #records: Uint8Array
  readonly #levels: BTreeV2Level[]

  constructor(emitter: Emitter, { type, recordSize, records, nodeSize = 512 }: BTreeV2Contents) {
    this.#emitter = emitter
    this.#type = type
    this.#recordSize = recordSize
    this.#nodeSize = nodeSize
    this.#records = records
    this.#levels = [leafLevel({ nodeSize, recordSize })]
  }

  build(): number {
    const total = this.#records.length / this.#recordSize
    const sizes = { nodeSize: this.#nodeSize, recordSize: this.#recordSize }
    while (this.#levels[this.#levels.length - 1].capacity < total) {
      this.#levels.push(nextLevel(sizes, this.#levels, this.#emitter.sizes))
    }
    const depth = this.#levels.length - 1
    const root = total === 0 ? { address: UNDEFINED, records: 0 } : this.#node(depth, 0, total)
    const header = {
      ...sizes,
      type: this.#type,
      depth,
      splitPercent: SPLIT_PERCENT,
      mergePercent: MERGE_PERCENT,
      rootAddress: root.address,
      rootRecords: root.records,
      totalRecords: total,
    }
    return this.#emitter.place(bTreeV2Header, header, undefined)
  }

  /** Writes the nodes for records `[first, first + total)`: as few children as can hold them, evenly filled. */
  #node(level: number, first: number, total: number): Child {
    if (level === 0) return this.#emit(0, this.#slice(first, total), [], total)
    const below = this.#levels[level - 1].capacity
    const children = Math.max(2, Math.ceil((total + 1) / (below + 1)))
    const separators = new Uint8Array((children - 1) * this.#recordSize)
    const written: Child[] = []
    let at = first
    let left = total - (children - 1)
    for (let i = 0; i < children; i++) {
      const share = Math.ceil(left / (children - i))
      written.push(this.#node(level - 1, at, share))
      at += share
      left -= share
      if (i < children - 1) separators.set(this.#slice(at++, 1), i * this.#recordSize)
    }
    return this.#emit(level, separators, written, total)
  }

  #slice(first: number, count: number): Uint8Array {
    return this.#records.subarray(first * this.#recordSize, (first + count) * this.#recordSize)
  }

  #emit(level: number, records: Uint8Array, children: Child[], totalRecords: number): Child {
    const count = records.length / this.#recordSize
    const header = { type: this.#type, recordSize: this.#recordSize }
    const params = nodeParams(header, this.#levels, level, count)
    const address = this.#emitter.place(bTreeV2Node, { records, children }, params, this.#nodeSize)
    return { address, records: count, totalRecords }
  }
}
