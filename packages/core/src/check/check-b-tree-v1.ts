import type { BTreeV1Node } from '../format/b-tree-v1.ts'
import { bTreeV1Node } from '../format/b-tree-v1.ts'
import { addressAt } from '../io/address.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Checker } from './checker.ts'
import { wrongLetters } from './checking-reader.ts'
import type { ExtentKind } from './extents.ts'
import type { Place } from './finding.ts'

/** What a version 1 B-tree is like, by who uses it. */
export interface TreeV1Shape {
  /** 0 for the links of a group, 1 for the chunks of a dataset. */
  type: number
  /** In bytes. */
  keySize: number
  /** Children of a node at most. */
  capacity: number
  use: ExtentKind
  /**
   * What is wrong with two keys that come one behind the other; undefined where nothing is. Between two nodes one key
   * stands twice, so that they may be equal where `distinct` is false.
   */
  disorder: (keys: Uint8Array, before: number, after: number, distinct: boolean) => string | undefined
  /** Looks at a child of a leaf; `key` is where the key in front of it starts in `keys`, the next one is `stride` on. */
  leaf: (child: number, keys: Uint8Array, key: number, stride: number, node: Place) => void
}

/** Goes through a version 1 B-tree (III.A.1). */
export function checkTreeV1(check: Checker, address: number, shape: TreeV1Shape, from: Place): void {
  new TreeV1Walk(check, shape).node(address, undefined, from, undefined)
}

interface Neighbour {
  address: number
  right: number
}

/** The keys around a child, as its parent has them. */
interface KeyPair {
  keys: Uint8Array
  at: number
}

class TreeV1Walk {
  readonly #check: Checker
  readonly #shape: TreeV1Shape
  readonly #seen = new Set<number>()
  /** The node that was met last on each level; undefined where one could not be read. */
  readonly #last = new Map<number, Neighbour | undefined>()

  constructor(check: Checker, shape: TreeV1Shape) {
    this.#check = check
    this.#shape = shape
  }

  node(address: number, level: number | undefined, from: Place, around: KeyPair | undefined): void {
    const node = this.#read(address, from)
    if (node === undefined) {
      // Its neighbours cannot be told to be right or wrong.
      for (let below = level ?? 0; below >= 0; below--) this.#last.set(below, undefined)
      return
    }
    const place = { structure: bTreeV1Node, address }
    if (level !== undefined && node.level !== level) {
      this.#check.error(place, `level ${node.level} below level ${level + 1}`, 'Node Level')
      return
    }
    const root = level === undefined
    if (root && (node.left !== UNDEFINED || node.right !== UNDEFINED)) {
      const field = node.left !== UNDEFINED ? 'Address of Left Sibling' : 'Address of Right Sibling'
      this.#check.error(place, 'a root with a sibling', field)
    } else if (!root) this.#neighbours(node, place)
    this.#entries(node, place, around)
    if (root) this.#ends()
  }

  #read(address: number, from: Place): BTreeV1Node | undefined {
    const check = this.#check
    const { type, keySize, capacity, use } = this.#shape
    const { sizes } = check.image
    const place = { structure: bTreeV1Node, address }
    if (this.#seen.has(address)) {
      check.error(from, `node ${address} comes twice in a tree`)
      return undefined
    }
    this.#seen.add(address)
    const headLength = 8 + 2 * sizes.offsets
    const stride = keySize + sizes.offsets
    const allocated = headLength + capacity * stride + keySize
    if (!check.inside(address, headLength, from)) return undefined
    const head = check.peek(address, headLength)
    const count = head[6] | (head[7] << 8)
    if (count > capacity) {
      if (wrongLetters(head, 'TREE') > 1) {
        check.error(from, `no ${bTreeV1Node.name} at address ${address}`)
        return undefined
      }
      check.error(place, `${count} entries in a node for ${capacity}`, 'Entries Used')
      return undefined
    }
    const length = headLength + count * stride + keySize
    return check.decode(bTreeV1Node, address, length, { type, keySize }, from, { use, allocated })
  }

  /** Nodes of one level know those beside them. */
  #neighbours(node: BTreeV1Node, place: Place & { address: number }): void {
    const { address } = place
    if (!this.#last.has(node.level)) {
      if (node.left !== UNDEFINED) {
        this.#check.error(place, `the first node of level ${node.level} has a left sibling`, 'Address of Left Sibling')
      }
    } else {
      const last = this.#last.get(node.level)
      if (last !== undefined && node.left !== last.address) {
        const what = `left sibling ${node.left} where ${last.address} belongs`
        this.#check.error(place, what, 'Address of Left Sibling')
      }
      if (last !== undefined && last.right !== address) this.#wrongRight(last, `${address} belongs`)
    }
    this.#last.set(node.level, { address, right: node.right })
  }

  #wrongRight(last: Neighbour, belongs: string): void {
    const place = { structure: bTreeV1Node, address: last.address }
    this.#check.error(place, `right sibling ${last.right} where ${belongs}`, 'Address of Right Sibling')
  }

  #ends(): void {
    for (const last of this.#last.values()) {
      if (last !== undefined && last.right !== UNDEFINED) this.#wrongRight(last, 'none belongs')
    }
  }

  #entries(node: BTreeV1Node, place: Place, around: KeyPair | undefined): void {
    const { keySize, disorder, leaf } = this.#shape
    const { sizes } = this.#check.image
    const stride = keySize + sizes.offsets
    const keys = node.entries.bytes
    for (let i = 0; i < node.count; i++) {
      const what = disorder(keys, i * stride, (i + 1) * stride, true)
      if (what !== undefined) this.#check.error(place, `keys ${i} and ${i + 1}: ${what}`, 'Keys and Child Pointers')
    }
    if (around === undefined && !this.#levelFits(node)) {
      this.#check.error(place, `level ${node.level}, and what is below is of another one`, 'Node Level')
      return
    }
    if (around !== undefined && node.count > 0) {
      const first = keys.subarray(0, keySize)
      const above = around.keys.subarray(around.at, around.at + keySize)
      if (!this.#sameKey(first, above))
        this.#check.error(place, 'the first key is not the one above', 'Keys and Child Pointers')
    }
    for (let i = 0; i < node.count; i++) {
      const child = addressAt(keys, i * stride + keySize, sizes)
      const from = { ...place, field: 'Child Pointer' }
      if (node.level === 0) leaf(child, keys, i * stride, stride, place)
      else this.node(child, node.level - 1, from, { keys, at: i * stride })
    }
  }

  /** Whether the first child is a node where the level is above 0, and none where it is 0. */
  #levelFits({ level, count, entries }: BTreeV1Node): boolean {
    if (count === 0) return level === 0
    const { keySize } = this.#shape
    const { sizes } = this.#check.image
    const child = addressAt(entries.data, entries.start + keySize, sizes)
    // That it leads nowhere is found where it is followed.
    if (child < 0 || this.#check.image.available(child, 4) < 4) return true
    return this.#check.startsWith(child, 'TREE') === level > 0
  }

  /** Sizes and masks in the keys above are those of when the key was put there; only the rest has to be the same. */
  #sameKey(a: Uint8Array, b: Uint8Array): boolean {
    const start = this.#shape.type === 1 ? 8 : 0
    for (let i = start; i < a.length; i++) if (a[i] !== b[i]) return false
    return true
  }
}
