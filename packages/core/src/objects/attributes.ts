import { NotFoundError } from '../errors.ts'
import { openBTreeV2, records } from '../format/b-tree-v2.ts'
import { attributeRecord } from '../format/b-tree-v2-records.ts'
import type { FileImage } from '../format/file-image.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import type { AttributeMessage } from '../format/messages/attribute.ts'
import { attributeMessage } from '../format/messages/attribute.ts'
import type { AttributeInfo } from '../format/messages/attribute-info.ts'
import { attributeInfoMessage } from '../format/messages/attribute-info.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { dataspaceMessage } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { ATTRIBUTE, ATTRIBUTE_INFO, DATASPACE, DATATYPE } from '../format/messages/message-types.ts'
import { SHARED } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { UNDEFINED } from '../io/structure.ts'
import { compareText } from '../io/text.ts'
import type { IndexOrder } from './links.ts'
import { committedAddress, decodeMessage, messageValue, resolveShared, sharedInHeap } from './messages.ts'

/** An attribute with all that it shares brought together. */
export interface ResolvedAttribute {
  name: string
  type: Datatype
  /** Address of the committed datatype that it uses. */
  committed: number | undefined
  space: Dataspace
  /** The elements in the attribute's type, and perhaps padding behind them. */
  data: Uint8Array
}

interface StoredAttribute {
  message: AttributeMessage
  creationOrder: number
}

/** The attributes of an object, sorted by name or in the order of their creation. */
export function objectAttributes(
  image: FileImage,
  header: ObjectHeader,
  order: IndexOrder = 'name',
): ResolvedAttribute[] {
  const stored = storedAttributes(image, header)
  stored.sort((a, b) =>
    order === 'creation' ? a.creationOrder - b.creationOrder : compareText(a.message.name, b.message.name),
  )
  return stored.map(({ message }) => resolve(image, message))
}

/** The attribute of a name. */
export function findAttribute(image: FileImage, header: ObjectHeader, name: string): ResolvedAttribute {
  const found = storedAttributes(image, header).find(({ message }) => message.name === name)
  if (found === undefined) throw new NotFoundError(`no attribute "${name}"`, { address: header.address })
  return resolve(image, found.message)
}

function storedAttributes(image: FileImage, header: ObjectHeader): StoredAttribute[] {
  const info = messageValue(image, header, ATTRIBUTE_INFO, attributeInfoMessage)
  if (info !== undefined && info.fractalHeap !== UNDEFINED) return denseAttributes(image, info)
  return header.messages
    .filter((message) => message.type === ATTRIBUTE)
    .map((message, i) => ({
      message: decodeMessage(image, message, attributeMessage),
      creationOrder: message.creationOrder ?? i,
    }))
}

function denseAttributes(image: FileImage, info: AttributeInfo): StoredAttribute[] {
  const heap = openFractalHeap(image, info.fractalHeap)
  const found: StoredAttribute[] = []
  for (const record of records(openBTreeV2(image, info.nameIndex))) {
    const { heapId, flags, creationOrder } = attributeRecord(record)
    const message =
      (flags & SHARED) !== 0
        ? sharedInHeap(image, heapId, ATTRIBUTE, attributeMessage)
        : image.decode(attributeMessage, heap.object(heapId), info.fractalHeap, undefined)
    found.push({ message, creationOrder })
  }
  return found
}

function resolve(image: FileImage, message: AttributeMessage): ResolvedAttribute {
  const { name, datatype, dataspace, data } = message
  const shared = 'shared' in datatype ? datatype.shared : undefined
  return {
    name,
    type: 'value' in datatype ? datatype.value : resolveShared(image, datatype.shared, DATATYPE, datatypeMessage),
    committed: shared === undefined ? undefined : committedAddress(shared),
    space: 'value' in dataspace ? dataspace.value : resolveShared(image, dataspace.shared, DATASPACE, dataspaceMessage),
    data,
  }
}

/** Number of attributes of an object. */
export function attributeCount(image: FileImage, header: ObjectHeader): number {
  const info = messageValue(image, header, ATTRIBUTE_INFO, attributeInfoMessage)
  if (info === undefined || info.fractalHeap === UNDEFINED) {
    return header.messages.filter((message) => message.type === ATTRIBUTE).length
  }
  return openBTreeV2(image, info.nameIndex).header.totalRecords
}
