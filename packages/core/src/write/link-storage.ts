import { WriteError } from '../errors.ts'
import type { GroupInfo } from '../format/messages/group-info.ts'
import { groupInfoMessage } from '../format/messages/group-info.ts'
import type { LinkMessage } from '../format/messages/link.ts'
import { linkMessage } from '../format/messages/link.ts'
import { CREATION_ORDER_INDEXED, CREATION_ORDER_TRACKED, linkInfoMessage } from '../format/messages/link-info.ts'
import { GROUP_INFO, LINK, LINK_INFO, SYMBOL_TABLE } from '../format/messages/message-types.ts'
import type { SymbolTable } from '../format/messages/symbol-table.ts'
import { symbolTableMessage } from '../format/messages/symbol-table.ts'
import { HeaderMessage } from '../format/object-header.ts'
import { lookup3 } from '../io/checksum.ts'
import { putUnsigned } from '../io/integer.ts'
import { Span } from '../io/span.ts'
import { compareText, encodeText } from '../io/text.ts'
import { buildBTreeV2 } from './b-tree-v2-builder.ts'
import type { OrderTracking } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import { buildFractalHeap, LINK_HEAP } from './fractal-heap-builder.ts'
import { orderBy, orderByHash, recordTable } from './record-table.ts'
import type { SymbolTableConstants, SymbolTableLink } from './symbol-table-builder.ts'
import { buildSymbolTable, TableEntries } from './symbol-table-builder.ts'

/** How a group keeps its links. */
export type GroupStyle =
  | {
      kind: 'symbol-table'
      constants: SymbolTableConstants
      /** Bytes that the names have room for at least, or had room for in a table that is there already. */
      localHeapSize?: number | undefined
      /** Where the table is already: others may have noted it. */
      place?: SymbolTable | undefined
    }
  | {
      kind: 'link-messages'
      /** CREATION_ORDER_TRACKED, CREATION_ORDER_INDEXED. */
      orderFlags: number
      /** One more than the largest creation order that any link of the group ever had. */
      nextCreationOrder: number
      info: GroupInfo
      /** Whether the links are outside the header already: they come back only when they are few. */
      dense: boolean
    }

/** A link that is to be stored: where it is known as another place has it, that is what is stored. */
export type LinkToStore = LinkMessage & { body?: Uint8Array | undefined }

/** The flags of a link info or attribute info message. */
export function orderFlags(order: OrderTracking): number {
  if (order === 'none') return 0
  return order === 'tracked' ? CREATION_ORDER_TRACKED : CREATION_ORDER_TRACKED | CREATION_ORDER_INDEXED
}

/** Writes the links of a group; returns the messages that its header has for them. */
export function buildLinks(emitter: Emitter, style: GroupStyle, links: readonly LinkToStore[]): HeaderMessage[] {
  if (style.kind === 'symbol-table') return [symbolTable(emitter, style, links)]
  const encoded = links.map((link) => link.body ?? emitter.encoded(linkMessage, link, undefined))
  const { maximumCompact, minimumDense } = style.info
  const few = style.dense ? links.length < minimumDense : links.length <= maximumCompact
  const compact = few && encoded.every((body) => body.length <= LARGEST_MESSAGE)
  const info = { ...linkInfoMessage.blank(), flags: style.orderFlags, maximumCreationIndex: style.nextCreationOrder }
  const group = emitter.message(GROUP_INFO, 1, groupInfoMessage, style.info)
  if (compact) {
    const messages = encoded.map((body) => new HeaderMessage(LINK, 0, new Span(body)))
    return [emitter.message(LINK_INFO, 0, linkInfoMessage, info), group, ...messages]
  }
  return buildDenseLinks(emitter, style, {
    bodies: encoded,
    hashes: Uint32Array.from(links, ({ name }) => nameHash(name)),
    name: (i) => links[i].name,
    creationOrder: (i) => links[i].creationOrder ?? 0,
  })
}

/** Links that are to be in a heap, with indexes of them. */
export interface DenseLinks {
  /** The messages. */
  bodies: readonly Uint8Array[]
  /** Of the names. */
  hashes: Uint32Array
  name(i: number): string
  creationOrder(i: number): number
}

/** As `buildLinks`, of links that leave the header whatever their number. */
export function buildDenseLinks(
  emitter: Emitter,
  style: Extract<GroupStyle, { kind: 'link-messages' }>,
  links: DenseLinks,
): HeaderMessage[] {
  const { orderFlags, nextCreationOrder } = style
  const places = buildDense(emitter, orderFlags, links)
  const info = { ...linkInfoMessage.blank(), flags: orderFlags, maximumCreationIndex: nextCreationOrder, ...places }
  return [
    emitter.message(LINK_INFO, 0, linkInfoMessage, info),
    emitter.message(GROUP_INFO, 1, groupInfoMessage, style.info),
  ]
}

const LARGEST_MESSAGE = 0xffff

function symbolTable(
  emitter: Emitter,
  style: Extract<GroupStyle, { kind: 'symbol-table' }>,
  links: readonly LinkMessage[],
): HeaderMessage {
  const entries = new TableEntries(emitter.sizes, links.length)
  for (const link of sortedLinks(links)) entries.add(link)
  return buildTable(emitter, style, entries)
}

/** The links of an old-style group in the order of their names. */
export function sortedLinks(links: readonly LinkMessage[]): SymbolTableLink[] {
  return links.map(symbolTableLink).sort((a, b) => compareText(a.name, b.name))
}

/** Writes a symbol table; returns the message that tells where it is. */
export function buildTable(
  emitter: Emitter,
  { constants, localHeapSize, place }: Extract<GroupStyle, { kind: 'symbol-table' }>,
  entries: TableEntries,
): HeaderMessage {
  const table = buildSymbolTable(emitter, constants, entries, localHeapSize, place)
  return emitter.message(SYMBOL_TABLE, 0, symbolTableMessage, table)
}

function symbolTableLink({ name, target }: LinkMessage): SymbolTableLink {
  if (target.kind !== 'hard' && target.kind !== 'soft') {
    throw new WriteError(`an old-style group holds hard and soft links alone, and "${name}" is neither`)
  }
  return { name, target }
}

const HASH = 4
const ORDER = 8

export function nameHash(name: string): number {
  const bytes = encodeText(name)
  return lookup3(bytes, 0, bytes.length) >>> 0
}

/** Writes a heap with the links and the indexes of it. */
function buildDense(emitter: Emitter, orderFlags: number, { bodies, hashes, name, creationOrder }: DenseLinks) {
  const { idLength } = LINK_HEAP
  const { address: fractalHeap, ids } = buildFractalHeap(emitter, LINK_HEAP, bodies)
  const putId = (records: Uint8Array, at: number, i: number): void => {
    for (let k = 0; k < idLength; k++) records[at + k] = ids[i * idLength + k]
  }
  const byHash = orderByHash(hashes, (a, b) => compareText(name(a), name(b)))
  const nameRecords = recordTable(byHash, HASH + idLength, (records, at, i) => {
    putUnsigned(records, at, HASH, hashes[i])
    putId(records, at + HASH, i)
  })
  const nameIndex = buildBTreeV2(emitter, { type: 5, recordSize: HASH + idLength, records: nameRecords })
  if ((orderFlags & CREATION_ORDER_INDEXED) === 0) return { fractalHeap, nameIndex }
  if ((orderFlags & CREATION_ORDER_TRACKED) === 0) throw new WriteError('an index of a creation order not tracked')
  const orders = bodies.map((_, i) => creationOrder(i))
  const orderRecords = recordTable(orderBy(orders), ORDER + idLength, (records, at, i) => {
    putUnsigned(records, at, ORDER, orders[i])
    putId(records, at + ORDER, i)
  })
  const order = { type: 6, recordSize: ORDER + idLength, records: orderRecords }
  return { fractalHeap, nameIndex, creationOrderIndex: buildBTreeV2(emitter, order) }
}
