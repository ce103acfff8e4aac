import { findRecord, openBTreeV2, recordCount, records } from '../format/b-tree-v2.ts'
import { attributeNameHash, attributeRecord } from '../format/b-tree-v2-records.ts'
import type { FileImage } from '../format/file-image.ts'
import type { FractalHeap } from '../format/fractal-heap.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import type { AttributeHead, AttributeMessage } from '../format/messages/attribute.ts'
import { attributeHead, attributeMessage } from '../format/messages/attribute.ts'
import type { AttributeInfo } from '../format/messages/attribute-info.ts'
import { attributeInfoMessage } from '../format/messages/attribute-info.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { dataspaceMessage } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { ATTRIBUTE, ATTRIBUTE_INFO, DATASPACE, DATATYPE } from '../format/messages/message-types.ts'
import { ATTRIBUTE_ORDER_TRACKED, SHARED } from '../format/object-header.ts'
import type { ObjectHeader, StoredMessage } from '../format/read-object-header.ts'
import { lookup3 } from '../io/checksum.ts'
import { ahead } from '../io/pending.ts'
import { UNDEFINED } from '../io/structure.ts'
import { compareText, encodeText } from '../io/text.ts'
import type { OnLost } from './attempt.ts'
import { attempt, readable } from './attempt.ts'
import type { IndexOrder } from './links.ts'
import { committedAddress, decodeMessage, messageValue, resolveShared, sharedInHeap } from './messages.ts'
import { refuseSpareBits } from './spare-bits.ts'

/** An attribute with all that it shares brought together. */
export interface ResolvedAttribute {
  name: string
  /** Of the name: 0 ASCII, 1 UTF-8. */
  characterSet: number
  type: Datatype
  /** Address of the committed datatype that it uses. */
  committed: number | undefined
  space: Dataspace
  /** The elements in the attribute's type, and perhaps padding behind them. */
  data: Uint8Array
  /** The same for attributes that are alike but for their elements, as those of many objects are. */
  head: object
}

interface StoredAttribute {
  head: AttributeHead
  data: Uint8Array
  creationOrder: number
}

/** The attributes of an object, sorted by name or, where it is tracked, in the order of their creation. */
export function objectAttributes(
  image: FileImage,
  header: ObjectHeader,
  order: IndexOrder = 'name',
): ResolvedAttribute[] {
  const stored = storedAttributes(image, header)
  const byCreation = order === 'creation' && (header.flags & ATTRIBUTE_ORDER_TRACKED) !== 0
  const sorted = inOrder(stored, byCreation ? compareCreation : compareNames)
  return sorted.map(({ head, data }) => resolve(image, head, data))
}

const compareNames = (a: StoredAttribute, b: StoredAttribute): number => compareText(a.head.name, b.head.name)
const compareCreation = (a: StoredAttribute, b: StoredAttribute): number => a.creationOrder - b.creationOrder

/** Sorts in place. Most objects have few attributes, if any: to call the platform's sort takes more than to read them. */
function inOrder(
  stored: StoredAttribute[],
  compare: (a: StoredAttribute, b: StoredAttribute) => number,
): StoredAttribute[] {
  if (stored.length > FEW) return stored.sort(compare)
  for (let i = 1; i < stored.length; i++) {
    const each = stored[i]
    let at = i
    for (; at > 0 && compare(stored[at - 1], each) > 0; at--) stored[at] = stored[at - 1]
    stored[at] = each
  }
  return stored
}

const FEW = 8

/** The attribute of a name; undefined where there is none. */
export function findAttribute(image: FileImage, header: ObjectHeader, name: string): ResolvedAttribute | undefined {
  const info = denseInfo(image, header)
  if (info === undefined) {
    const stored = compactAttributes(image, header).find(({ head }) => head.name === name)
    return stored === undefined ? undefined : resolve(image, stored.head, stored.data)
  }
  const message = findInDense(image, info, name)
  return message === undefined ? undefined : resolveAttribute(image, message)
}

/**
 * The attributes of an object that can be read, whatever is wrong with the others.
 *
 * @param lost told of each part that cannot be read
 */
export function* readableAttributes(
  image: FileImage,
  header: ObjectHeader,
  lost: OnLost,
): Generator<ResolvedAttribute> {
  const info = denseInfo(image, header)
  if (info === undefined) {
    for (const message of header.all(ATTRIBUTE)) {
      const found = attempt(() => resolveAttribute(image, decodeMessage(image, message, attributeMessage)), lost)
      if (found !== undefined) yield found
    }
    return
  }
  const heap = openFractalHeap(image, info.fractalHeap)
  for (const record of readable(records(openBTreeV2(image, info.nameIndex)), lost)) {
    const found = attempt(() => resolveAttribute(image, denseMessage(image, info, heap, record)), lost)
    if (found !== undefined) yield found
  }
}

/** Where an object's attributes are when they are not in its header. */
function denseInfo(image: FileImage, header: ObjectHeader): AttributeInfo | undefined {
  const info = messageValue(image, header, ATTRIBUTE_INFO, attributeInfoMessage)
  return info === undefined || info.fractalHeap === UNDEFINED ? undefined : info
}

function storedAttributes(image: FileImage, header: ObjectHeader): StoredAttribute[] {
  const info = denseInfo(image, header)
  return info === undefined ? compactAttributes(image, header) : denseAttributes(image, info)
}

function compactAttributes(image: FileImage, header: ObjectHeader): StoredAttribute[] {
  return header.all(ATTRIBUTE).map((message, i) => compactAttribute(image, header, message, i))
}

function compactAttribute(
  image: FileImage,
  header: ObjectHeader,
  message: StoredMessage,
  number: number,
): StoredAttribute {
  const { flags, address, length, creationOrder = number } = message
  // Who observes is shown the whole message.
  if ((flags & SHARED) !== 0 || image.observer !== undefined) {
    const attribute = decodeMessage(image, message, attributeMessage)
    if ((flags & SHARED) === 0) refuseSpare(attribute, header)
    return { head: attribute, data: attribute.data, creationOrder }
  }
  const bytes = image.peek(address, length)
  const { value: head, bytes: known } = image.startAgain(attributeHead, bytes, address)
  const data = bytes.data.slice(bytes.start + known.length, bytes.start + bytes.length)
  refuseSpare(head, header)
  return { head, data, creationOrder }
}

function refuseSpare({ datatype }: AttributeHead, header: ObjectHeader): void {
  if ('value' in datatype) refuseSpareBits(datatype.value, header)
}

function denseAttributes(image: FileImage, info: AttributeInfo): StoredAttribute[] {
  const heap = openFractalHeap(image, info.fractalHeap)
  const read = (record: Uint8Array): StoredAttribute => {
    const message = denseMessage(image, info, heap, record)
    return { head: message, data: message.data, creationOrder: attributeRecord(record).creationOrder }
  }
  return [...ahead(records(openBTreeV2(image, info.nameIndex)), read)]
}

function denseMessage(image: FileImage, info: AttributeInfo, heap: FractalHeap, record: Uint8Array): AttributeMessage {
  const { heapId, flags } = attributeRecord(record)
  if ((flags & SHARED) !== 0) return sharedInHeap(image, heapId, ATTRIBUTE, attributeMessage)
  return image.decode(attributeMessage, heap.object(heapId), info.fractalHeap, undefined)
}

function findInDense(image: FileImage, info: AttributeInfo, name: string): AttributeMessage | undefined {
  const heap = openFractalHeap(image, info.fractalHeap)
  const bytes = encodeText(name)
  const hash = lookup3(bytes, 0, bytes.length)
  let found: AttributeMessage | undefined
  findRecord(openBTreeV2(image, info.nameIndex), (record) => {
    if (hash !== attributeNameHash(record)) return hash - attributeNameHash(record)
    // Names with the same hash stand in the order of their bytes.
    const message = denseMessage(image, info, heap, record)
    const sign = compareText(name, message.name)
    if (sign === 0) found = message
    return sign
  })
  return found
}

/** Brings together what an attribute message shares. */
export function resolveAttribute(image: FileImage, message: AttributeMessage): ResolvedAttribute {
  return resolve(image, message, message.data)
}

function resolve(image: FileImage, head: AttributeHead, data: Uint8Array): ResolvedAttribute {
  const { name, characterSet, datatype, dataspace } = head
  const shared = 'shared' in datatype ? datatype.shared : undefined
  return {
    name,
    characterSet,
    type: 'value' in datatype ? datatype.value : resolveShared(image, datatype.shared, DATATYPE, datatypeMessage),
    committed: shared === undefined ? undefined : committedAddress(shared),
    space: 'value' in dataspace ? dataspace.value : resolveShared(image, dataspace.shared, DATASPACE, dataspaceMessage),
    data,
    head,
  }
}

/** Number of attributes of an object. */
export function attributeCount(image: FileImage, header: ObjectHeader): number {
  const info = denseInfo(image, header)
  if (info === undefined) return header.count(ATTRIBUTE)
  return recordCount(openBTreeV2(image, info.nameIndex))
}
