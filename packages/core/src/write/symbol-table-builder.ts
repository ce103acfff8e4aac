import { bTreeV1Node } from '../format/b-tree-v1.ts'
import type { SymbolTable } from '../format/messages/symbol-table.ts'
import type { SymbolTableEntries } from '../format/symbol-table-node.ts'
import { SOFT_LINK_CACHED, symbolTableEntrySize, symbolTableNode } from '../format/symbol-table-node.ts'
import { putUnsigned, unsigned } from '../io/integer.ts'
import { Span } from '../io/span.ts'
import type { Sizes } from '../io/structure.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Emitter } from './emitter.ts'
import { buildLocalHeap, HeapText, roomFor } from './local-heap-builder.ts'
import { shares } from './shares.ts'

/** A link of an old-style group: hard or soft. */
export interface SymbolTableLink {
  name: string
  target: { kind: 'hard'; address: number } | { kind: 'soft'; path: string }
}

/** Half the entries of the nodes, as the superblock tells them. */
export interface SymbolTableConstants {
  groupLeafK: number
  groupInternalK: number
}

const GROUP = 0

/**
 * Writes the B-tree and local heap of an old-style group.
 *
 * @param localHeapSize bytes that the names have room for at least, or had room for where the table is there already
 * @param place where the root of the tree and the header of the heap are already
 */
export function buildSymbolTable(
  emitter: Emitter,
  constants: SymbolTableConstants,
  entries: TableEntries,
  localHeapSize = 0,
  place?: SymbolTable,
): SymbolTable {
  const names = entries.names.bytes
  const room = place === undefined ? localHeapSize : roomFor(localHeapSize, names.length)
  const localHeap = buildLocalHeap(emitter, names, room, place?.localHeap)
  return { bTree: buildTree(emitter, constants, entries, place?.bTree), localHeap }
}

/**
 * Symbol table entries, one behind the other, as `symbolTableEntry` describes them: groups have many. They are added in
 * the order of their names' bytes.
 */
export class TableEntries {
  readonly size: number
  readonly bytes: Uint8Array
  readonly names = new HeapText()
  readonly #sizes: Sizes
  #count = 0

  constructor(sizes: Sizes, count: number) {
    this.#sizes = sizes
    this.size = symbolTableEntrySize(sizes)
    this.bytes = new Uint8Array(count * this.size)
  }

  get count(): number {
    return this.#count
  }

  add({ name, target }: SymbolTableLink): void {
    const at = this.#begin(this.names.add(name))
    if (target.kind === 'hard') this.#hard(at, target.address)
    else this.#soft(at, this.names.add(target.path))
  }

  /** Adds what another table has, with strings out of its local heap's segment. */
  addStored(stored: SymbolTableEntries, i: number, segment: Uint8Array): void {
    const at = this.#begin(this.names.addFrom(segment, stored.nameOffset(i)))
    if (stored.isSoftLink(i)) this.#soft(at, this.names.addFrom(segment, stored.targetOffset(i)))
    else this.#hard(at, stored.headerAddress(i))
  }

  /** The heap offset of an entry's name. */
  nameOffset(i: number): number {
    return unsigned(this.bytes, i * this.size, this.#sizes.lengths)
  }

  #begin(nameOffset: number): number {
    const at = this.#count++ * this.size
    putUnsigned(this.bytes, at, this.#sizes.lengths, nameOffset)
    return at
  }

  #hard(at: number, address: number): void {
    const { lengths, offsets } = this.#sizes
    putUnsigned(this.bytes, at + lengths, offsets, address)
  }

  #soft(at: number, targetOffset: number): void {
    const { lengths, offsets } = this.#sizes
    putUnsigned(this.bytes, at + lengths, offsets, UNDEFINED)
    putUnsigned(this.bytes, at + lengths + offsets, 4, SOFT_LINK_CACHED)
    putUnsigned(this.bytes, at + lengths + offsets + 8, 4, targetOffset)
  }
}

/** A node or symbol table node below another, with the heap offset of its last name. */
interface Child {
  address: number
  lastName: number
}

function buildTree(
  emitter: Emitter,
  { groupLeafK, groupInternalK }: SymbolTableConstants,
  entries: TableEntries,
  root: number | undefined,
): number {
  let level: Child[] = shares(entries.count, 2 * groupLeafK).map(({ first, count }) => ({
    address: symbolNode(emitter, entries, first, count, 2 * groupLeafK),
    lastName: entries.nameOffset(first + count - 1),
  }))
  for (let number = 0; ; number++) {
    const groups = shares(level.length, 2 * groupInternalK)
    if (groups.length <= 1) return treeNodes(emitter, groupInternalK, number, [level], root)[0].address
    level = treeNodes(
      emitter,
      groupInternalK,
      number,
      groups.map(({ first, count }) => level.slice(first, first + count)),
    )
  }
}

function symbolNode(
  emitter: Emitter,
  { bytes, size }: TableEntries,
  first: number,
  count: number,
  capacity: number,
): number {
  const entries = new Span(bytes.subarray(first * size, (first + count) * size))
  return emitter.place(symbolTableNode, { entries }, undefined, 8 + capacity * size)
}

/** Writes the nodes of one level, each of which knows its neighbours. */
function treeNodes(
  emitter: Emitter,
  internalK: number,
  level: number,
  groups: readonly Child[][],
  place?: number,
): Child[] {
  const { offsets, lengths } = emitter.sizes
  const extent = 8 + 2 * offsets + 2 * internalK * (offsets + lengths) + lengths
  const addresses = groups.map(() => place ?? emitter.space.allocate(extent))
  // The first key is below every name: the empty one.
  let firstKey = 0
  return groups.map((children, i) => {
    const node = {
      type: GROUP,
      level,
      left: addresses[i - 1] ?? UNDEFINED,
      right: addresses[i + 1] ?? UNDEFINED,
      entries: new Span(keysAndChildren(emitter, firstKey, children)),
      count: children.length,
    }
    emitter.put(addresses[i], bTreeV1Node, node, { type: GROUP, keySize: lengths }, extent)
    firstKey = children[children.length - 1]?.lastName ?? 0
    return { address: addresses[i], lastName: firstKey }
  })
}

function keysAndChildren(emitter: Emitter, firstKey: number, children: readonly Child[]): Uint8Array {
  const { offsets, lengths } = emitter.sizes
  const bytes = new Uint8Array(children.length * (offsets + lengths) + lengths)
  putUnsigned(bytes, 0, lengths, firstKey)
  children.forEach(({ address, lastName }, i) => {
    const at = lengths + i * (offsets + lengths)
    putUnsigned(bytes, at, offsets, address)
    putUnsigned(bytes, at + offsets, lengths, lastName)
  })
  return bytes
}
