import { NotFoundError, WriteError } from '../errors.ts'
import { openBTreeV2, records } from '../format/b-tree-v2.ts'
import { attributeRecord } from '../format/b-tree-v2-records.ts'
import type { FileImage } from '../format/file-image.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import type { AttributeMessage } from '../format/messages/attribute.ts'
import { attributeMessage } from '../format/messages/attribute.ts'
import { attributeInfoMessage, CREATION_ORDER_TRACKED } from '../format/messages/attribute-info.ts'
import { ATTRIBUTE, ATTRIBUTE_INFO } from '../format/messages/message-types.ts'
import { sharedMessage } from '../format/messages/shared.ts'
import { ATTRIBUTE_ORDER_INDEXED, ATTRIBUTE_ORDER_TRACKED, SHARED } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { sharedMessageBytes } from '../format/shared-message-table.ts'
import { UNDEFINED } from '../io/structure.ts'
import { messageValue } from '../objects/messages.ts'
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
  /** Heap IDs of those that the object shares with others: it does no more once they are written anew. */
  readonly shared: Uint8Array[] = []
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
    for (const { type, flags, address, length, creationOrder } of header.messages) {
      if (type !== ATTRIBUTE) continue
      const bytes = this.#image.source.view(address, length).slice()
      const body = (flags & SHARED) === 0 ? bytes : this.#fromShared(bytes, address)
      this.#load(body, flags, creationOrder ?? number, address)
      number++
    }
  }

  #loadDense(heapAddress: number, nameIndex: number): void {
    const heap = openFractalHeap(this.#image, heapAddress)
    for (const record of records(openBTreeV2(this.#image, nameIndex))) {
      const { heapId, flags, creationOrder } = attributeRecord(record)
      const shared = (flags & SHARED) !== 0
      const body = shared ? this.#fromHeap(heapId.slice()) : heap.object(heapId).slice()
      this.#load(body, flags, creationOrder, heapAddress)
    }
  }

  #load(body: Uint8Array, flags: number, creationOrder: number, address: number): void {
    const { name } = this.#image.decode(attributeMessage, body, address, undefined)
    this.attributes.set(name, { name, creationOrder, flags: flags & ~SHARED, body })
  }

  #fromShared(bytes: Uint8Array, address: number): Uint8Array {
    const shared = this.#image.decode(sharedMessage, bytes, address, undefined)
    if (!('heapId' in shared)) throw new WriteError('an attribute that is in another object')
    return this.#fromHeap(shared.heapId.slice())
  }

  #fromHeap(heapId: Uint8Array): Uint8Array {
    const table = this.#image.sharedMessages
    if (table === undefined) throw new WriteError('a shared message in a file without a table of them')
    this.shared.push(heapId)
    return sharedMessageBytes(this.#image, table, ATTRIBUTE, heapId).slice()
  }

  /** The message of an attribute; undefined where there is none of this name. */
  message(name: string): AttributeMessage | undefined {
    const found = this.attributes.get(name)
    return found && this.#image.decode(attributeMessage, found.body, this.#object.address, undefined)
  }

  /** Adds an attribute, or puts it in the place of the one that has its name. */
  set(name: string, body: Uint8Array): void {
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
    const body = emitter.encoded(attributeMessage, { ...message, name: to, characterSet, version }, undefined)
    const all = [...this.attributes.values()]
    this.attributes.clear()
    for (const each of all) {
      if (each.name === from) this.attributes.set(to, { ...each, name: to, body })
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
    for (const heapId of this.shared) object.unshared.push({ type: ATTRIBUTE, heapId })
    const drafts = [...this.attributes.values()]
    // Only the newer headers can put large attributes elsewhere.
    if (drafts.some(({ body }) => body.length > LARGEST_OLD_ATTRIBUTE)) object.upgrade(this.#image)
    const { header, version } = object
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
}

function orderFlagsOf({ flags }: ObjectHeader): number {
  return ((flags & ATTRIBUTE_ORDER_TRACKED) !== 0 ? 1 : 0) | ((flags & ATTRIBUTE_ORDER_INDEXED) !== 0 ? 2 : 0)
}
