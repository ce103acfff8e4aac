import { attributeNameHash, attributeRecord } from '../format/b-tree-v2-records.ts'
import type { AttributeMessage } from '../format/messages/attribute.ts'
import { attributeMessage } from '../format/messages/attribute.ts'
import type { AttributeInfo } from '../format/messages/attribute-info.ts'
import { CREATION_ORDER_INDEXED, CREATION_ORDER_TRACKED } from '../format/messages/attribute-info.ts'
import { dataspaceMessage, elementCount } from '../format/messages/dataspace.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { ATTRIBUTE, DATASPACE, DATATYPE } from '../format/messages/message-types.ts'
import { SHARED } from '../format/object-header.ts'
import { lookup3 } from '../io/checksum.ts'
import { UNDEFINED } from '../io/structure.ts'
import { compareText, encodeText } from '../io/text.ts'
import { resolveShared, sharedInHeap } from '../objects/messages.ts'
import { checkTreeV2 } from './check-b-tree-v2.ts'
import { checkFractalHeap } from './check-fractal-heap.ts'
import { checkDataspace, checkDatatype } from './check-types.ts'
import { checkValues, leadsElsewhere } from './check-values.ts'
import type { FileState } from './file-state.ts'
import type { Place } from './finding.ts'

const USE = 'attribute-storage'

/** Bytes of the heap IDs of attributes. */
const HEAP_ID = 8

/** An attribute and where it stands. */
export interface PlacedAttribute {
  attribute: AttributeMessage
  place: Place
  /** Undefined where the object does not keep it. */
  creationOrder: number | undefined
  /** Whether bytes behind the elements are padding of the object header. */
  padded: boolean
  /** Whether it is shared with what was looked at before, and right if that was. */
  repeated: boolean
}

/** What any attribute has to be like, whatever keeps it. */
function checkAttribute(state: FileState, { attribute, place, padded }: PlacedAttribute): void {
  const { check } = state
  const { image } = check
  const { name, datatype, dataspace, data, characterSet } = attribute
  if (name === '') check.error(place, 'an attribute without a name', 'Name')
  if (characterSet > 1) check.error(place, `unknown character set ${characterSet}`, 'Name Character Set Encoding')
  if ('shared' in datatype) state.share(datatype.shared, DATATYPE, place)
  if ('shared' in dataspace) state.share(dataspace.shared, DATASPACE, place)
  const type =
    'value' in datatype
      ? datatype.value
      : check.follow({ ...place, field: 'Datatype' }, () =>
          resolveShared(image, datatype.shared, DATATYPE, datatypeMessage),
        )
  const space =
    'value' in dataspace
      ? dataspace.value
      : check.follow({ ...place, field: 'Dataspace' }, () =>
          resolveShared(image, dataspace.shared, DATASPACE, dataspaceMessage),
        )
  if (type === undefined || space === undefined) return
  if ('value' in datatype) checkDatatype(check, type, place)
  if ('value' in dataspace) checkDataspace(check, space, place)
  const count = check.attempt(place, () => elementCount(space))
  if (count === undefined) return
  const length = count * type.size
  if (data.length < length || (!padded && data.length > length)) {
    check.error(place, `${data.length} bytes for ${count} elements of ${type.size} bytes`, 'Data')
    return
  }
  if (leadsElsewhere(type)) checkValues(state, type, data, count, { ...place, field: 'Data' })
}

/** Checks the attributes that are messages of an object header. */
export function checkCompactAttributes(
  state: FileState,
  attributes: readonly PlacedAttribute[],
  info: { value: AttributeInfo } | undefined,
): void {
  if (attributes.length === 0) return
  const { check } = state
  // One attribute needs no memory of others.
  const several = attributes.length > 1
  const names = several ? new Set<string>() : undefined
  const orders = several ? new Set<number>() : undefined
  const most =
    info?.value !== undefined && (info.value.flags & CREATION_ORDER_TRACKED) !== 0
      ? info.value.maximumCreationIndex
      : undefined
  for (const placed of attributes) {
    const { attribute, place, creationOrder } = placed
    if (names?.has(attribute.name) === true) check.error(place, `two attributes named "${attribute.name}"`, 'Name')
    names?.add(attribute.name)
    if (creationOrder !== undefined && orders?.has(creationOrder) === true) {
      check.error(place, `two attributes with the creation order ${creationOrder}`, 'Creation Order')
    }
    if (creationOrder !== undefined && most !== undefined && creationOrder >= most) {
      const what = `creation order ${creationOrder}, the object's maximum is ${most}`
      check.error(place, what, 'Creation Order')
    }
    if (creationOrder !== undefined) orders?.add(creationOrder)
    if (!placed.repeated) checkAttribute(state, placed)
  }
}

/** What an attribute info message says of itself. */
export function checkAttributeInfo(state: FileState, info: AttributeInfo, place: Place): void {
  const { check } = state
  const indexed = (info.flags & CREATION_ORDER_INDEXED) !== 0
  if (indexed && (info.flags & CREATION_ORDER_TRACKED) === 0) {
    check.error(place, 'creation order is indexed and not tracked', 'Flags')
  }
  const dense = info.fractalHeap !== UNDEFINED
  const wrong = (address: number): boolean => (address !== UNDEFINED) !== dense
  const what = dense ? 'a heap of attributes without an index' : 'an index of attributes without a heap'
  if (wrong(info.nameIndex)) check.error(place, what, 'Attribute Name v2 B-tree Address')
  if (indexed && wrong(info.creationOrderIndex)) {
    check.error(place, what, 'Attribute Creation Order v2 B-tree Address')
  }
}

/** Checks the attributes of an object that are in a fractal heap. */
export function checkDenseAttributes(state: FileState, info: AttributeInfo, place: Place): void {
  const { check } = state
  const heap = checkFractalHeap(check, info.fractalHeap, USE, HEAP_ID, { ...place, field: 'Fractal Heap Address' })
  if (info.nameIndex === UNDEFINED) return
  let previous: { hash: number; name: string } | undefined
  const orders = new Set<number>()
  let found = 0
  const tracked = (info.flags & CREATION_ORDER_TRACKED) !== 0
  checkTreeV2(
    check,
    info.nameIndex,
    {
      types: [8],
      recordSizes: () => ({ least: 17, most: 17 }),
      use: USE,
      // Names with the same hash stand in the order of their bytes, which is looked at with the attributes.
      compare: (before, after) => (attributeNameHash(before) <= attributeNameHash(after) ? -1 : 1),
      record: (record, node) => {
        found++
        const { heapId, flags, creationOrder } = attributeRecord(record)
        if (tracked) {
          if (orders.has(creationOrder))
            check.error(node, `two attributes with the creation order ${creationOrder}`, 'Records')
          if (creationOrder >= info.maximumCreationIndex) {
            const what = `creation order ${creationOrder}, the object's maximum is ${info.maximumCreationIndex}`
            check.error(node, what, 'Records')
          }
        }
        orders.add(creationOrder)
        const placed = (flags & SHARED) !== 0 ? sharedAttribute(state, heapId, node) : ownAttribute(heapId, node)
        if (placed === undefined) return
        const { name } = placed.attribute
        const bytes = encodeText(name)
        const hash = attributeNameHash(record)
        if (hash !== lookup3(bytes, 0, bytes.length)) check.error(node, `the hash is not that of "${name}"`, 'Hash')
        else if (previous?.hash === hash && compareText(previous.name, name) >= 0) {
          check.error(node, `two attributes named "${name}" or out of order`, 'Records')
        }
        previous = { hash, name }
        if (!placed.repeated) checkAttribute(state, { ...placed, creationOrder, padded: false })
      },
    },
    { ...place, field: 'Attribute Name v2 B-tree Address' },
  )
  heap?.finish()
  if (info.creationOrderIndex !== UNDEFINED) checkOrderIndex(state, info, place, found, orders)

  function ownAttribute(heapId: Uint8Array, node: Place): FoundAttribute | undefined {
    const object = heap?.object(heapId, node)
    const attribute = object && check.decodeBytes(attributeMessage, object.bytes, object.address, undefined)
    if (object === undefined || attribute === undefined) return undefined
    return { attribute, place: { structure: attributeMessage, address: object.address }, repeated: false }
  }
}

type FoundAttribute = Pick<PlacedAttribute, 'attribute' | 'place' | 'repeated'>

function sharedAttribute(state: FileState, heapId: Uint8Array, node: Place): FoundAttribute | undefined {
  const { check } = state
  const repeated = state.share({ version: 3, type: 1, heapId }, ATTRIBUTE, node)
  const attribute = check.follow({ ...node, field: 'Heap ID' }, () =>
    sharedInHeap(check.image, heapId, ATTRIBUTE, attributeMessage),
  )
  return attribute && { attribute, place: node, repeated }
}

function checkOrderIndex(
  state: FileState,
  info: AttributeInfo,
  place: Place,
  found: number,
  orders: ReadonlySet<number>,
): void {
  const { check } = state
  const field = 'Attribute Creation Order v2 B-tree Address'
  let count = 0
  checkTreeV2(
    check,
    info.creationOrderIndex,
    {
      types: [9],
      recordSizes: () => ({ least: 13, most: 13 }),
      use: USE,
      compare: (before, after) => attributeRecord(before).creationOrder - attributeRecord(after).creationOrder,
      record: (record, node) => {
        count++
        const { creationOrder } = attributeRecord(record)
        if (!orders.has(creationOrder)) {
          check.error(node, `no attribute has the creation order ${creationOrder}`, 'Records')
        }
      },
    },
    { ...place, field },
  )
  if (count !== found) check.error(place, `${found} attributes by name, ${count} by creation order`, field)
}
