import { groupLeaves } from '../format/b-tree-v1.ts'
import { openBTreeV2, recordCount, records } from '../format/b-tree-v2.ts'
import { LINK_HEAP_ID, linkNameHash, linkNameHeapId } from '../format/b-tree-v2-records.ts'
import { OnceOnly } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import { openLocalHeap } from '../format/local-heap.ts'
import type { LinkMessage } from '../format/messages/link.ts'
import { linkMessage, storedCreationOrder } from '../format/messages/link.ts'
import type { LinkInfo } from '../format/messages/link-info.ts'
import type { SymbolTable } from '../format/messages/symbol-table.ts'
import { readSymbolTableNode, symbolTableNode } from '../format/symbol-table-node.ts'
import { encodeText } from '../io/text.ts'
import type { DenseLinks } from './link-storage.ts'
import { nameHash, sortedLinks } from './link-storage.ts'
import { TableEntries } from './symbol-table-builder.ts'

// The links of a group that gets more of them, ready to be written anew without an object for each: there may be many.

/** The entries of a symbol table and some more; undefined where the stored ones are not in order. */
export function extendedTable(
  image: FileImage,
  { bTree, localHeap }: SymbolTable,
  added: readonly LinkMessage[],
): TableEntries | undefined {
  const once = new OnceOnly()
  const nodes = Array.from(groupLeaves(image, bTree), (address) => {
    once.enter(symbolTableNode.name, address)
    return readSymbolTableNode(image, address)
  })
  const segment = openLocalHeap(image, localHeap).segment.bytes
  const stored = nodes.reduce((sum, { count }) => sum + count, 0)
  const entries = new TableEntries(image.sizes, stored + added.length)
  const fresh = sortedLinks(added).map((link) => ({ link, name: encodeText(`${link.name}\0`) }))
  let next = 0
  for (const node of nodes) {
    for (let i = 0; i < node.count; i++) {
      const at = node.nameOffset(i)
      while (next < fresh.length && compareNames(fresh[next].name, 0, segment, at) < 0) entries.add(fresh[next++].link)
      entries.addStored(node, i, segment)
    }
  }
  while (next < fresh.length) entries.add(fresh[next++].link)
  return inOrder(entries) ? entries : undefined
}

function inOrder(entries: TableEntries): boolean {
  const { bytes } = entries.names
  for (let i = 1; i < entries.count; i++) {
    if (compareNames(bytes, entries.nameOffset(i - 1), bytes, entries.nameOffset(i)) >= 0) return false
  }
  return true
}

/** The sign of one name minus another, each with a zero byte behind it. */
function compareNames(a: Uint8Array, i: number, b: Uint8Array, k: number): number {
  while (a[i] === b[k] && i < a.length && a[i] !== 0) {
    i++
    k++
  }
  return (a[i] ?? 0) - (b[k] ?? 0)
}

/**
 * The links of a heap, in the order in which it has them, and some more.
 *
 * @param bodies messages of those
 */
export function extendedHeap(
  image: FileImage,
  { nameIndex, fractalHeap }: LinkInfo,
  added: readonly LinkMessage[],
  bodies: readonly Uint8Array[],
): DenseLinks {
  const index = openBTreeV2(image, nameIndex)
  const most = recordCount(index)
  const ids = new Uint8Array(most * LINK_HEAP_ID)
  const stored = new Uint32Array(most)
  let count = 0
  for (const record of records(index)) {
    ids.set(linkNameHeapId(record), count * LINK_HEAP_ID)
    stored[count++] = linkNameHash(record)
  }
  const heap = openFractalHeap(image, fractalHeap)
  const all: Uint8Array[] = []
  const hashes = new Uint32Array(count + added.length)
  for (const i of heap.storageOrder(ids.subarray(0, count * LINK_HEAP_ID), LINK_HEAP_ID)) {
    hashes[all.length] = stored[i]
    // The blocks of the heap stay as they are in memory, so that their parts need not be copied.
    all.push(heap.object(ids.subarray(i * LINK_HEAP_ID, (i + 1) * LINK_HEAP_ID)))
  }
  for (const [i, body] of bodies.entries()) {
    hashes[all.length] = nameHash(added[i].name)
    all.push(body)
  }
  return {
    bodies: all,
    hashes,
    name: (i) => image.decode(linkMessage, all[i], fractalHeap, undefined).name,
    creationOrder: (i) => storedCreationOrder(all[i]),
  }
}
