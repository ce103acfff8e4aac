import { NotFoundError, WriteError } from '../errors.ts'
import { openBTreeV2, records } from '../format/b-tree-v2.ts'
import { attributeRecord } from '../format/b-tree-v2-records.ts'
import type { FileImage } from '../format/file-image.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import type { AttributeMessage } from '../format/messages/attribute.ts'
import { attributeMessage } from '../format/messages/attribute.ts'
import { attributeInfoMessage, CREATION_ORDER_TRACKED } from '../format/messages/attribute-info.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import { ATTRIBUTE, ATTRIBUTE_INFO } from '../format/messages/message-types.ts'
import { sharedMessage } from '../format/messages/shared.ts'
import { ATTRIBUTE_ORDER_INDEXED, ATTRIBUTE_ORDER_TRACKED, SHARED } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { sharedMessageBytes } from '../format/shared-message-table.ts'
import { NO_BYTES, Span } from '../io/span.ts'
import { UNDEFINED } from '../io/structure.ts'
import { resolveAttribute } from '../objects/attributes.ts'
import { messageValue } from '../objects/messages.ts'
import { spareBits } from '../objects/spare-bits.ts'
import type { AttributeDraft } from './attribute-storage.ts'
import { buildAttributes, LARGEST_OLD_ATTRIBUTE } from './attribute-storage.ts'
import type { EditedObject } from './edited-object.ts'
import type { Emitter } from './emitter.ts'
import { isAscii, UTF8 } from './object-context.ts'

/** Stands for no creation order where attributes are outside the header and do not have one. */
const NO_ORDER = 0xffff

/** The attributes of an object that is being changed. */
export class EditedAttributes {
  /** By name, in the order in which they are stored. */
  readonly attributes = new Map<string, AttributeDraft>()
  changed = false
  readonly #object: EditedObject
  readonly #image: FileImage
  readonly #dense: boolean
  readonly #orderFlags: number
  #nextOrder: number

  constructor(image: FileImage, object: EditedObject) {
    const { header } = object
    const info = messageValue(image, header, ATTRIBUTE_INFO, attributeInfoMessage)
    this.#object = object
    this.#image = image
    this.#dense = info !== undefined && info.fractalHeap !== UNDEFINED
    this.#orderFlags = info?.flags ?? orderFlagsOf(header)
    this.#nextOrder = info?.maximumCreationIndex ?? 0
    if (info !== undefined && this.#dense) this.#loadDense(info.fractalHeap, info.nameIndex)
    else this.#loadCompact(header)
  }

  #loadCompact(header: ObjectHeader): void {
    let number = 0
    for (const { flags, address, length, creationOrder } of header.all(ATTRIBUTE)) {
      const bytes = this.#image.source.view(address, length).slice()
      const shared = (flags & SHARED) === 0 ? undefined : this.#sharedIn(bytes, address)
      this.#load(bytes, shared, flags, creationOrder ?? number, address)
      number++
    }
  }

  #loadDense(heapAddress: number, nameIndex: number): void {
    const heap = openFractalHeap(this.#image, heapAddress)
    for (const record of records(openBTreeV2(this.#image, nameIndex))) {
      const { heapId, flags, creationOrder } = attributeRecord(record)
      const shared = (flags & SHARED) === 0 ? undefined : heapId.slice()
      const own = shared === undefined ? heap.object(heapId).slice() : NO_BYTES
      this.#load(own, shared, flags, creationOrder, heapAddress)
    }
  }

  #load(own: Uint8Array, shared: Uint8Array | undefined, flags: number, creationOrder: number, address: number): void {
    const body = new Span(shared === undefined ? own : this.#fromHeap(shared))
    const { name } = this.#image.decode(attributeMessage, body, address, undefined)
    this.attributes.set(name, { name, creationOrder, flags: flags & ~SHARED, body, shared })
  }

  #sharedIn(bytes: Uint8Array, address: number): Uint8Array {
    const shared = this.#image.decode(sharedMessage, bytes, address, undefined)
    if (!('heapId' in shared)) throw new WriteError('an attribute that is in another object')
    return shared.heapId.slice()
  }

  #fromHeap(heapId: Uint8Array): Uint8Array {
    const table = this.#image.sharedMessages
    if (table === undefined) throw new WriteError('a shared message in a file without a table of them')
    return sharedMessageBytes(this.#image, table, ATTRIBUTE, heapId).slice()
  }

  /** The message of an attribute; undefined where there is none of this name. */
  message(name: string): AttributeMessage | undefined {
    const found = this.attributes.get(name)
    return found && this.decoded(found)
  }

  decoded({ body }: AttributeDraft): AttributeMessage {
    return this.#image.decode(attributeMessage, body, this.#object.address, undefined)
  }

  /** Adds an attribute, or puts it in the place of the one that has its name. */
  set(name: string, body: Span): void {
    const before = this.attributes.get(name)
    const creationOrder = before?.creationOrder ?? this.#order()
    this.attributes.set(name, { name, creationOrder, body })
    this.changed = true
  }

  remove(name: string): void {
    if (!this.attributes.delete(name)) throw new NotFoundError(`no attribute "${name}"`)
    this.changed = true
  }

  /** Gives an attribute another name; it keeps its place. */
  rename(emitter: Emitter, from: string, to: string): void {
    const message = this.message(from)
    if (message === undefined) throw new NotFoundError(`no attribute "${from}"`)
    if (from === to) return
    if (this.attributes.has(to)) throw new WriteError(`there is an attribute "${to}" already`)
    const characterSet = isAscii(to) ? message.characterSet : UTF8
    const version = characterSet === 0 ? message.version : 3
    const body = emitter.span(attributeMessage, { ...message, name: to, characterSet, version }, undefined)
    const all = [...this.attributes.values()]
    this.attributes.clear()
    for (const each of all) {
      if (each.name === from) this.attributes.set(to, { ...each, name: to, body, shared: undefined })
      else this.attributes.set(each.name, each)
    }
    this.changed = true
  }

  #order(): number {
    if ((this.#orderFlags & CREATION_ORDER_TRACKED) === 0) return this.#object.version === 1 ? 0 : NO_ORDER
    if (this.#nextOrder >= NO_ORDER) throw new WriteError('no more attributes: their creation order has 16 bits')
    return this.#nextOrder++
  }

  /** Writes the attributes anew; the object's header has to be written after that. */
  emit(emitter: Emitter): void {
    const object = this.#object
    const all = [...this.attributes.values()]
    if (object.version === 1 && all.some((each) => this.#wantsNewHeader(each))) object.upgrade(this.#image)
    const { header, version } = object
    const drafts = header.version === 1 && version === 2 ? all.map((each) => this.#withoutPadding(each)) : all
    const messages = buildAttributes(
      emitter,
      {
        version,
        orderFlags: this.#orderFlags,
        nextCreationOrder: this.#nextOrder,
        maxCompact: header.version === 1 ? 8 : header.maxCompactAttributes,
        minDense: header.version === 1 ? 6 : header.minDenseAttributes,
        dense: this.#dense,
      },
      drafts,
    )
    object.replace([ATTRIBUTE, ATTRIBUTE_INFO], messages)
  }

  /** Only the newer headers can put large attributes elsewhere, and have the checksum that unusual numbers need. */
  #wantsNewHeader(attribute: AttributeDraft): boolean {
    if (attribute.shared !== undefined) return false
    if (attribute.body.length > LARGEST_OLD_ATTRIBUTE) return true
    const { datatype } = this.decoded(attribute)
    return 'value' in datatype && spareBits(datatype.value) !== undefined
  }

  /** Messages of old headers are filled up to a multiple of eight bytes. */
  #withoutPadding(attribute: AttributeDraft): AttributeDraft {
    const { type, space, data } = resolveAttribute(this.#image, this.decoded(attribute))
    const padding = data.length - elementCount(space) * type.size
    if (attribute.shared !== undefined || padding <= 0) return attribute
    const { data: bytes, start, length } = attribute.body
    return { ...attribute, body: new Span(bytes, start, length - padding) }
  }
}

function orderFlagsOf({ flags }: ObjectHeader): number {
  return ((flags & ATTRIBUTE_ORDER_TRACKED) !== 0 ? 1 : 0) | ((flags & ATTRIBUTE_ORDER_INDEXED) !== 0 ? 2 : 0)
}
