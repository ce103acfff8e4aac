import { bTreeV1Node } from '../format/b-tree-v1.ts'
import type { SymbolTable } from '../format/messages/symbol-table.ts'
import type { SymbolTableEntry } from '../format/symbol-table-node.ts'
import { SOFT_LINK_CACHED, symbolTableEntry, symbolTableNode } from '../format/symbol-table-node.ts'
import { putUnsigned } from '../io/integer.ts'
import { Span } from '../io/span.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Emitter } from './emitter.ts'
import { buildLocalHeap, HeapText } from './local-heap-builder.ts'
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
 * Writes the B-tree and local heap of an old-style group; the links are in the order of their names' bytes.
 *
 * @param place where the root of the tree and the header of the heap are already
 */
export function buildSymbolTable(
  emitter: Emitter,
  constants: SymbolTableConstants,
  links: readonly SymbolTableLink[],
  localHeapSize?: number,
  place?: SymbolTable,
): SymbolTable {
  const names = new HeapText()
  const entries = links.map((link) => entry(names, link))
  const lastNames = entries.map(({ nameOffset }) => nameOffset)
  const localHeap = buildLocalHeap(emitter, names.bytes, localHeapSize, place?.localHeap)
  return { bTree: buildTree(emitter, constants, entries, lastNames, place?.bTree), localHeap }
}

function entry(names: HeapText, { name, target }: SymbolTableLink): SymbolTableEntry {
  const nameOffset = names.add(name)
  const blank = symbolTableEntry.blank()
  if (target.kind === 'hard') return { ...blank, nameOffset, headerAddress: target.address }
  const scratch = new Uint8Array(16)
  new DataView(scratch.buffer).setUint32(0, names.add(target.path), true)
  return { ...blank, nameOffset, cacheType: SOFT_LINK_CACHED, scratch }
}

/** A node or symbol table node below another, with the heap offset of its last name. */
interface Child {
  address: number
  lastName: number
}

function buildTree(
  emitter: Emitter,
  { groupLeafK, groupInternalK }: SymbolTableConstants,
  entries: readonly SymbolTableEntry[],
  lastNames: readonly number[],
  root: number | undefined,
): number {
  let level: Child[] = shares(entries.length, 2 * groupLeafK).map(({ first, count }) => ({
    address: symbolNode(emitter, entries.slice(first, first + count), 2 * groupLeafK),
    lastName: lastNames[first + count - 1],
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

function symbolNode(emitter: Emitter, entries: readonly SymbolTableEntry[], capacity: number): number {
  const encoded = entries.map((each) => emitter.encoded(symbolTableEntry, each, undefined))
  const size = encoded[0].length
  const bytes = new Uint8Array(entries.length * size)
  encoded.forEach((each, i) => {
    bytes.set(each, i * size)
  })
  return emitter.place(symbolTableNode, { entries: new Span(bytes) }, undefined, 8 + capacity * size)
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
      entries: keysAndChildren(emitter, firstKey, children),
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
