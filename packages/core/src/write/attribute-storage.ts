import { WriteError } from '../errors.ts'
import type { AttributeInfo } from '../format/messages/attribute-info.ts'
import { attributeInfoMessage, CREATION_ORDER_INDEXED } from '../format/messages/attribute-info.ts'
import { ATTRIBUTE, ATTRIBUTE_INFO } from '../format/messages/message-types.ts'
import { IN_SHARED_HEAP, sharedMessage } from '../format/messages/shared.ts'
import { HeaderMessage, SHARED } from '../format/object-header.ts'
import { lookup3 } from '../io/checksum.ts'
import { putUnsigned } from '../io/integer.ts'
import type { Span } from '../io/span.ts'
import { compareBytes, encodeText } from '../io/text.ts'
import { buildBTreeV2 } from './b-tree-v2-builder.ts'
import type { Emitter } from './emitter.ts'
import { buildFractalHeap, MESSAGE_HEAP } from './fractal-heap-builder.ts'
import { orderBy, orderByHash, recordTable } from './record-table.ts'

/** An attribute to be written. */
export interface AttributeDraft {
  name: string
  creationOrder: number
  /** Of the message; 0 where nothing is said. */
  flags?: number | undefined
  /** The attribute message. */
  body: Span
  /** Where it is in the heap of messages that objects share, and stays; undefined where it is the object's own. */
  shared?: Uint8Array | undefined
}

/** How an object keeps its attributes. */
export interface AttributeStyle {
  /** Version of the object header: version 1 has no place for attributes but itself. */
  version: 1 | 2
  /** CREATION_ORDER_TRACKED, CREATION_ORDER_INDEXED. */
  orderFlags: number
  /** One more than the largest creation order that any attribute of the object ever had. */
  nextCreationOrder: number
  maxCompact: number
  minDense: number
  /** Whether the attributes are outside the header already: they come back only when they are few. */
  dense: boolean
}

const LARGEST_MESSAGE = 0xffff

/** Bytes of an attribute message in a version 1 object header at most: what is stored is a multiple of eight. */
export const LARGEST_OLD_ATTRIBUTE = LARGEST_MESSAGE - 7

/** Writes the attributes of an object; returns the messages that its header has for them. */
export function buildAttributes(
  emitter: Emitter,
  style: AttributeStyle,
  attributes: readonly AttributeDraft[],
): HeaderMessage[] {
  const compact = attributes.map((attribute) => compactMessage(emitter, attribute))
  if (style.version === 1) {
    for (const { name, body, shared } of attributes) {
      if (shared === undefined && body.length > LARGEST_OLD_ATTRIBUTE) {
        throw new WriteError(`the attribute "${name}" of ${body.length} bytes does not fit an old object header`)
      }
    }
    return compact
  }
  if (attributes.length === 0 && style.nextCreationOrder === 0) return []
  const info: AttributeInfo = {
    ...attributeInfoMessage.blank(),
    flags: style.orderFlags,
    maximumCreationIndex: style.nextCreationOrder,
  }
  const few = style.dense ? attributes.length < style.minDense : attributes.length <= style.maxCompact
  const dense = !few || compact.some(({ length }) => length > LARGEST_MESSAGE)
  const stored = dense ? { ...info, ...buildDense(emitter, style, attributes) } : info
  const message = emitter.message(ATTRIBUTE_INFO, 4, attributeInfoMessage, stored)
  return dense ? [message] : [message, ...compact]
}

function compactMessage(emitter: Emitter, { body, creationOrder, flags = 0, shared }: AttributeDraft): HeaderMessage {
  if (shared === undefined) return new HeaderMessage(ATTRIBUTE, flags, body, creationOrder)
  const place = { version: 3, type: IN_SHARED_HEAP, heapId: shared }
  return new HeaderMessage(ATTRIBUTE, flags | SHARED, emitter.span(sharedMessage, place, undefined), creationOrder)
}

function buildDense(emitter: Emitter, { orderFlags }: AttributeStyle, attributes: readonly AttributeDraft[]) {
  const { idLength } = MESSAGE_HEAP
  const own = attributes.filter(({ shared }) => shared === undefined)
  const { address: fractalHeap, ids: ownIds } = buildFractalHeap(
    emitter,
    MESSAGE_HEAP,
    own.map(({ body }) => body.bytes),
  )
  let next = 0
  const ids = attributes.map(({ shared }) => shared ?? ownIds.subarray(next++ * idLength, next * idLength))
  const names = attributes.map(({ name }) => encodeText(name))
  const hashes = Uint32Array.from(names, (name) => lookup3(name, 0, name.length))
  const common = (records: Uint8Array, at: number, i: number): void => {
    const { flags = 0, shared } = attributes[i]
    records.set(ids[i], at)
    records[at + idLength] = shared === undefined ? flags : flags | SHARED
    putUnsigned(records, at + idLength + 1, 4, attributes[i].creationOrder)
  }
  const byHash = orderByHash(hashes, (a, b) => compareBytes(names[a], names[b]))
  const nameRecords = recordTable(byHash, NAME_RECORD, (records, at, i) => {
    common(records, at, i)
    putUnsigned(records, at + idLength + 5, 4, hashes[i])
  })
  const nameIndex = buildBTreeV2(emitter, { type: 8, recordSize: NAME_RECORD, records: nameRecords })
  if ((orderFlags & CREATION_ORDER_INDEXED) === 0) return { fractalHeap, nameIndex }
  const byOrder = orderBy(attributes.map(({ creationOrder }) => creationOrder))
  const orderRecords = recordTable(byOrder, ORDER_RECORD, common)
  const order = { type: 9, recordSize: ORDER_RECORD, records: orderRecords }
  return { fractalHeap, nameIndex, creationOrderIndex: buildBTreeV2(emitter, order) }
}

/** Heap ID, message flags, creation order; and the hash of the name. */
const ORDER_RECORD = 13
const NAME_RECORD = 17
