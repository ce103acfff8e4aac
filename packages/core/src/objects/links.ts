import { FormatError } from '../errors.ts'
import { findGroupLeaf, groupLeaves } from '../format/b-tree-v1.ts'
import { bTreeV2Header, findRecord, openBTreeV2, recordCount, recordRuns, records } from '../format/b-tree-v2.ts'
import {
  copyLinkHeapIds,
  LINK_HEAP_ID,
  LINK_NAME_RECORD,
  linkNameHash,
  linkNameHeapId,
  linkOrderHeapId,
} from '../format/b-tree-v2-records.ts'
import type { FileImage } from '../format/file-image.ts'
import type { FractalHeap } from '../format/fractal-heap.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import type { LocalHeap } from '../format/local-heap.ts'
import { openLocalHeap } from '../format/local-heap.ts'
import type { LinkMessage } from '../format/messages/link.ts'
import { linkMessage } from '../format/messages/link.ts'
import type { LinkInfo } from '../format/messages/link-info.ts'
import { linkInfoMessage } from '../format/messages/link-info.ts'
import { LINK, LINK_INFO, SYMBOL_TABLE } from '../format/messages/message-types.ts'
import type { SymbolTable } from '../format/messages/symbol-table.ts'
import { symbolTableMessage } from '../format/messages/symbol-table.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import type { SymbolTableEntries } from '../format/symbol-table-node.ts'
import { readSymbolTableNode } from '../format/symbol-table-node.ts'
import { lookup3 } from '../io/checksum.ts'
import { ahead, eachAhead } from '../io/pending.ts'
import { Span } from '../io/span.ts'
import { UNDEFINED } from '../io/structure.ts'
import { compareText, encodeText } from '../io/text.ts'
import type { OnLost } from './attempt.ts'
import { attempt, readable } from './attempt.ts'
import { decodeMessage, messageValue } from './messages.ts'

interface LinkBase {
  name: string
  /** Undefined where the group does not track it. */
  creationOrder: number | undefined
  /** Of the name: 0 ASCII, 1 UTF-8. Old-style groups do not tell. */
  characterSet: number
}

export interface HardLink extends LinkBase {
  kind: 'hard'
  /** Of the object header. */
  address: number
}

export interface SoftLink extends LinkBase {
  kind: 'soft'
  /** A path, absolute or from the link's group. */
  target: string
}

export interface ExternalLink extends LinkBase {
  kind: 'external'
  file: string
  /** A path in that file. */
  target: string
}

export interface UserDefinedLink extends LinkBase {
  kind: 'user-defined'
  type: number
  data: Uint8Array
}

/** A named way from a group to an object. */
export type Link = HardLink | SoftLink | ExternalLink | UserDefinedLink

/** The order in which links or attributes are listed; 'native' is the one in which they are stored. */
export type IndexOrder = 'name' | 'creation' | 'native'

/** Where a group keeps its links. */
type LinkStorage =
  | { kind: 'symbol-table'; bTree: number; heap: LocalHeap }
  | { kind: 'compact'; info: LinkInfo }
  | { kind: 'dense'; info: LinkInfo; heap: FractalHeap }

/** Whether an object is a group: it has a place for links. */
export function isGroup(header: ObjectHeader): boolean {
  return header.has(SYMBOL_TABLE) || header.has(LINK_INFO)
}

function openLinks(image: FileImage, header: ObjectHeader): LinkStorage {
  const info = messageValue(image, header, LINK_INFO, linkInfoMessage)
  if (info !== undefined) {
    if (info.fractalHeap === UNDEFINED) return { kind: 'compact', info }
    return { kind: 'dense', info, heap: openFractalHeap(image, info.fractalHeap) }
  }
  const table: SymbolTable | undefined = messageValue(image, header, SYMBOL_TABLE, symbolTableMessage)
  if (table === undefined) throw new FormatError('not a group', { structure: 'Object Header', address: header.address })
  return { kind: 'symbol-table', bTree: table.bTree, heap: openLocalHeap(image, table.localHeap) }
}

/** All links of a group. Names are in the order of their bytes; where creation is not tracked, that order is used. */
export function groupLinks(image: FileImage, header: ObjectHeader, order: IndexOrder = 'name'): Iterable<Link> {
  const storage = openLinks(image, header)
  if (storage.kind === 'symbol-table') return symbolTableLinks(image, storage.bTree, storage.heap)
  if (storage.kind === 'compact') return sorted(compactLinks(image, header), order)
  const { info, heap } = storage
  if (order === 'native') return nameIndexLinks(image, info, heap)
  if (order === 'creation' && info.creationOrderIndex !== UNDEFINED) return creationIndexLinks(image, info, heap)
  return sorted(storedLinks(image, info, heap), order)
}

/** A link of a damaged group. */
export interface ReadableLink {
  link: Link
  /** Where the old-style group that it leads to has its links, if it says so. */
  table?: SymbolTable | undefined
}

/**
 * The links of a group that can be read, in the order in which they are stored, whatever is wrong with the others. One
 * to an object whose own name is lost is named after the object's address.
 *
 * @param header undefined where it cannot be read
 * @param table what something else than the header says of where the links are
 * @param lost told of each part that cannot be read
 */
export function* readableLinks(
  image: FileImage,
  header: ObjectHeader | undefined,
  table: SymbolTable | undefined,
  lost: OnLost,
): Generator<ReadableLink> {
  if (header === undefined || !isGroup(header)) {
    if (table !== undefined) yield* readableEntries(image, table, lost)
    return
  }
  const old = header.has(LINK_INFO) ? undefined : messageValue(image, header, SYMBOL_TABLE, symbolTableMessage)
  if (old !== undefined) yield* readableEntries(image, old, lost)
  else for (const link of readableMessages(image, header, lost)) yield { link }
}

function* readableEntries(image: FileImage, table: SymbolTable, lost: OnLost): Generator<ReadableLink> {
  const heap = attempt(() => openLocalHeap(image, table.localHeap), lost)
  for (const address of readable(groupLeaves(image, table.bTree), lost)) {
    const entries = attempt(() => readSymbolTableNode(image, address), lost)
    for (let i = 0; entries !== undefined && i < entries.count; i++) {
      const link =
        (heap && attempt(() => symbolTableLink(heap, entries, i), lost)) ??
        attempt(() => namelessLink(entries, i), lost)
      if (link !== undefined) yield { link, table: entries.cachedTable(i) }
    }
  }
}

function namelessLink(entries: SymbolTableEntries, i: number): Link | undefined {
  if (entries.isSoftLink(i)) return undefined
  const address = entries.headerAddress(i)
  return { kind: 'hard', name: `lost-${address}`, creationOrder: undefined, characterSet: 0, address }
}

function* readableMessages(image: FileImage, header: ObjectHeader, lost: OnLost): Generator<Link> {
  const storage = openLinks(image, header)
  if (storage.kind !== 'dense') {
    for (const message of header.all(LINK)) {
      const link = attempt(() => fromMessage(decodeMessage(image, message, linkMessage)), lost)
      if (link !== undefined) yield link
    }
    return
  }
  const { heap, info } = storage
  for (const record of readable(records(openBTreeV2(image, info.nameIndex)), lost)) {
    const link = attempt(() => denseLink(image, heap, info.fractalHeap, linkNameHeapId(record)), lost)
    if (link !== undefined) yield link
  }
}

function sorted(links: Link[], order: IndexOrder): Link[] {
  if (order === 'native') return links
  if (order === 'creation' && links.every((link) => link.creationOrder !== undefined)) {
    return links.sort((a, b) => (a.creationOrder ?? 0) - (b.creationOrder ?? 0))
  }
  return links.sort((a, b) => compareText(a.name, b.name))
}

/** Number of links of a group. */
export function linkCount(image: FileImage, header: ObjectHeader): number {
  const storage = openLinks(image, header)
  if (storage.kind === 'dense') return recordCount(openBTreeV2(image, storage.info.nameIndex))
  if (storage.kind === 'compact') return header.count(LINK)
  let count = 0
  for (const entries of symbolTableNodes(image, groupLeaves(image, storage.bTree))) count += entries.count
  return count
}

/** The link of a name. */
export function findLink(image: FileImage, header: ObjectHeader, name: string): Link | undefined {
  const storage = openLinks(image, header)
  if (storage.kind === 'symbol-table') return findInSymbolTable(image, storage.bTree, storage.heap, name)
  if (storage.kind === 'compact') return compactLinks(image, header).find((link) => link.name === name)
  return findInDense(image, storage.info, storage.heap, name)
}

function symbolTableLinks(image: FileImage, bTree: number, heap: LocalHeap): Iterable<Link> {
  const leaves = groupLeaves(image, bTree)
  if (!Array.isArray(leaves)) return nodesLinks(symbolTableNodes(image, leaves), heap)
  const [leaf] = leaves
  return leaf === undefined ? [] : nodeLinks(readSymbolTableNode(image, leaf), heap)
}

function* nodesLinks(nodes: Iterable<SymbolTableEntries>, heap: LocalHeap): Generator<Link> {
  for (const entries of nodes) yield* nodeLinks(entries, heap)
}

/** The links of a node; one behind the other where one of them cannot be read, as those in front of it can. */
function nodeLinks(entries: SymbolTableEntries, heap: LocalHeap): Iterable<Link> {
  const links: Link[] = []
  try {
    for (let i = 0; i < entries.count; i++) links.push(symbolTableLink(heap, entries, i))
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return eachLink(entries, heap)
  }
  return links
}

function* eachLink(entries: SymbolTableEntries, heap: LocalHeap): Generator<Link> {
  for (let i = 0; i < entries.count; i++) yield symbolTableLink(heap, entries, i)
}

function symbolTableNodes(image: FileImage, leaves: Iterable<number>): Generator<SymbolTableEntries> {
  return ahead(leaves, (address) => readSymbolTableNode(image, address))
}

function symbolTableLink(heap: LocalHeap, entries: SymbolTableEntries, i: number): Link {
  const name = heap.text(entries.nameOffset(i))
  if (entries.isSoftLink(i)) {
    return { kind: 'soft', name, creationOrder: undefined, characterSet: 0, target: heap.text(entries.targetOffset(i)) }
  }
  return { kind: 'hard', name, creationOrder: undefined, characterSet: 0, address: entries.headerAddress(i) }
}

function findInSymbolTable(image: FileImage, bTree: number, heap: LocalHeap, name: string): Link | undefined {
  const address = findGroupLeaf(image, bTree, (offset) => compareText(name, heap.text(offset)))
  if (address === undefined) return undefined
  const entries = readSymbolTableNode(image, address)
  for (let i = 0; i < entries.count; i++) {
    if (heap.text(entries.nameOffset(i)) === name) return symbolTableLink(heap, entries, i)
  }
  return undefined
}

function compactLinks(image: FileImage, header: ObjectHeader): Link[] {
  return header.all(LINK).map((message) => fromMessage(decodeMessage(image, message, linkMessage)))
}

function fromMessage({ name, creationOrder, characterSet, target, type }: LinkMessage): Link {
  switch (target.kind) {
    case 'hard':
      return { kind: 'hard', name, creationOrder, characterSet, address: target.address }
    case 'soft':
      return { kind: 'soft', name, creationOrder, characterSet, target: target.path }
    case 'external':
      return { kind: 'external', name, creationOrder, characterSet, file: target.file, target: target.path }
    case 'user-defined':
      return { kind: 'user-defined', name, creationOrder, characterSet, type, data: target.data }
  }
}

function denseLink(image: FileImage, heap: FractalHeap, address: number, id: Uint8Array): Link {
  return fromMessage(image.decode(linkMessage, heap.object(id), address, undefined))
}

function* creationIndexLinks(image: FileImage, info: LinkInfo, heap: FractalHeap): Generator<Link> {
  const read = (record: Uint8Array): Link => denseLink(image, heap, info.fractalHeap, linkOrderHeapId(record))
  yield* ahead(records(openBTreeV2(image, info.creationOrderIndex)), read)
}

/** All links of a name index, read in the order in which the heap has them: that of the index is all over it. */
function storedLinks(image: FileImage, info: LinkInfo, heap: FractalHeap): Link[] {
  const index = openBTreeV2(image, info.nameIndex)
  const ids = new Uint8Array(recordCount(index) * LINK_HEAP_ID)
  let at = 0
  const { recordSize } = index.header
  if (recordSize < LINK_NAME_RECORD) {
    const place = { structure: bTreeV2Header.name, address: index.address }
    throw new FormatError(`records of ${recordSize} bytes for links`, place)
  }
  for (const run of recordRuns(index)) at = copyLinkHeapIds(run, recordSize, ids, at)
  const order = heap.storageOrder(ids.subarray(0, at), LINK_HEAP_ID)
  return eachAhead(order, (i) => {
    const object = heap.objectOf(new Span(ids, i * LINK_HEAP_ID, LINK_HEAP_ID))
    return fromMessage(image.decode(linkMessage, object, info.fractalHeap, undefined))
  })
}

/** In the order of the hashes of the names. */
function* nameIndexLinks(image: FileImage, info: LinkInfo, heap: FractalHeap): Generator<Link> {
  const read = (record: Uint8Array): Link => denseLink(image, heap, info.fractalHeap, linkNameHeapId(record))
  yield* ahead(records(openBTreeV2(image, info.nameIndex)), read)
}

function findInDense(image: FileImage, info: LinkInfo, heap: FractalHeap, name: string): Link | undefined {
  const bytes = encodeText(name)
  const hash = lookup3(bytes, 0, bytes.length)
  let found: Link | undefined
  findRecord(openBTreeV2(image, info.nameIndex), (record) => {
    if (hash !== linkNameHash(record)) return hash - linkNameHash(record)
    // Names with the same hash stand in the order of their bytes.
    const link = denseLink(image, heap, info.fractalHeap, linkNameHeapId(record))
    const sign = compareText(name, link.name)
    if (sign === 0) found = link
    return sign
  })
  return found
}
