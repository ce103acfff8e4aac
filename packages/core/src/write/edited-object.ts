import { UnsupportedError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import {
  CONTINUATION,
  isKnownMessage,
  LINK_INFO,
  MODIFICATION_TIME,
  NIL,
  OLD_MODIFICATION_TIME,
  REFERENCE_COUNT,
  SYMBOL_TABLE,
} from '../format/messages/message-types.ts'
import { modificationTimeMessage, oldModificationTimeMessage } from '../format/messages/modification-time.ts'
import {
  ATTRIBUTE_PHASE_CHANGE,
  FAIL_IF_UNKNOWN_FOR_WRITE,
  HeaderMessage,
  MARK_IF_UNKNOWN,
  objectHeaderV2,
  SHAREABLE,
  SHARED,
  TIMES_STORED,
  WAS_UNKNOWN,
} from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import { Span } from '../io/span.ts'
import type { Structure } from '../io/structure.ts'
import { messageValue } from '../objects/messages.ts'
import type { EditedAttributes } from './edited-attributes.ts'
import type { EditedData } from './edited-data.ts'
import type { EditedLinks } from './edited-links.ts'
import type { Emitter } from './emitter.ts'
import type { HeaderDraft, ObjectTimes } from './header-packer.ts'
import { packHeader } from './header-packer.ts'

/** An object of a file that is being changed: what its header will be, and what of it is in memory. */
export class EditedObject {
  /** As the file has it. */
  readonly header: ObjectHeader
  version: 1 | 2
  /** Hard links to the object. */
  referenceCount: number
  /** All messages but those that hang on how the header is laid out. */
  messages: HeaderMessage[]
  /** Whether the header has to be written again. */
  changed = false
  links: EditedLinks | undefined
  attributes: EditedAttributes | undefined
  data: EditedData | undefined
  /** Whether another number of links leads to it than it says, of which its times do not tell. */
  recounted = false
  /** Whether elements were changed: the object may tell when that was. */
  touched = false
  /** Messages that the object shared with others, and does no more. */
  readonly unshared: HeaderMessage[] = []
  #flags: number
  #times: ObjectTimes | undefined

  constructor(image: FileImage, address: number) {
    const header = readObjectHeader(image, address)
    this.header = header
    this.version = header.version === 1 ? 1 : 2
    this.#flags = header.flags
    this.referenceCount = header.referenceCount
    this.messages = header.messages
      .filter(({ type }) => type !== NIL && type !== CONTINUATION && type !== REFERENCE_COUNT)
      .map(({ type, flags, creationOrder, address, length }) => {
        const body = new Span(image.source.view(address, length).slice())
        return new HeaderMessage(type, flags, body, creationOrder)
      })
    refuseUnknown(this.messages, address)
    this.#times = (header.flags & TIMES_STORED) !== 0 ? storedTimes(image, header) : undefined
  }

  get address(): number {
    return this.header.address
  }

  get isGroup(): boolean {
    return this.messages.some(({ type }) => type === SYMBOL_TABLE || type === LINK_INFO)
  }

  /** The messages of a type. */
  ofType(type: number): HeaderMessage[] {
    return this.messages.filter((message) => message.type === type)
  }

  /** Puts a message in the place of the one of its type, or behind all others. */
  setMessage<T>(emitter: Emitter, type: number, structure: Structure<T>, value: T, flags = 0): void {
    const message = emitter.message(type, flags, structure, value)
    const at = this.messages.findIndex((each) => each.type === type)
    if (at < 0) this.messages.push(message)
    else {
      const before = this.messages[at]
      if ((before.flags & (SHARED | SHAREABLE)) !== 0) this.unshared.push(before)
      message.flags = before.flags & ~(SHARED | SHAREABLE)
      message.creationOrder = before.creationOrder
      this.messages[at] = message
    }
    this.changed = true
  }

  /** Puts messages where the first of some types was, instead of all of these. */
  replace(types: readonly number[], messages: readonly HeaderMessage[]): void {
    const first = this.messages.findIndex(({ type }) => types.includes(type))
    const rest = this.messages.filter(({ type }) => !types.includes(type))
    rest.splice(first < 0 ? rest.length : first, 0, ...messages)
    this.messages = rest
    this.changed = true
  }

  /** Takes note of when the object was changed, where it tells that. */
  touch(emitter: Emitter, now: number): void {
    if (this.#times !== undefined) this.#times = { ...this.#times, access: now, modification: now, change: now }
    if (this.ofType(MODIFICATION_TIME).length > 0) {
      this.setMessage(emitter, MODIFICATION_TIME, modificationTimeMessage, { version: 1, seconds: now })
    }
  }

  /** Makes the header one of version 2, which can do more; it stays where it is. */
  upgrade(image: FileImage): void {
    if (this.version === 2) return
    const seconds =
      messageValue(image, this.header, MODIFICATION_TIME, modificationTimeMessage)?.seconds ??
      messageValue(image, this.header, OLD_MODIFICATION_TIME, oldModificationTimeMessage)?.seconds
    this.version = 2
    this.#flags = 0
    if (seconds !== undefined) {
      this.#flags = TIMES_STORED
      this.#times = { access: seconds, modification: seconds, change: seconds, birth: seconds }
      this.replace([MODIFICATION_TIME, OLD_MODIFICATION_TIME], [])
    }
    this.changed = true
  }

  /** The largest block that the header continues in, which may be used again. */
  get #continuation(): { address: number; length: number } | undefined {
    const [, ...blocks] = this.header.chunks
    return blocks.sort((a, b) => b.length - a.length)[0]
  }

  /** Extents that the header has besides its first chunk and the largest of its other blocks. */
  get continuations(): { address: number; length: number }[] {
    const kept = this.#continuation
    return this.header.chunks.slice(1).filter((block) => block !== kept)
  }

  /** Writes the header at its address. */
  emit(emitter: Emitter): void {
    const { version, referenceCount, header } = this
    const messages = this.messages.map(marked)
    const attributePhase =
      (this.#flags & ATTRIBUTE_PHASE_CHANGE) === 0
        ? undefined
        : { maxCompact: header.maxCompactAttributes, minDense: header.minDenseAttributes }
    const draft: HeaderDraft = {
      version,
      flags: this.#flags,
      referenceCount,
      times: this.#times,
      attributePhase,
      messages,
    }
    packHeader(emitter, draft, { ...header.chunks[0], continuation: this.#continuation })
  }
}

function storedTimes(image: FileImage, { chunks: [{ address, length }] }: ObjectHeader): ObjectTimes {
  const prefix = image.read(objectHeaderV2, address, length, undefined)
  const { accessTime, modificationTime, changeTime, birthTime } = prefix
  return { access: accessTime, modification: modificationTime, change: changeTime, birth: birthTime }
}

function refuseUnknown(messages: readonly HeaderMessage[], address: number): void {
  for (const { type, flags } of messages) {
    if (!isKnownMessage(type) && (flags & FAIL_IF_UNKNOWN_FOR_WRITE) !== 0) {
      const what = `message of unknown type ${type}, without knowing which the object must not be changed`
      throw new UnsupportedError(what, { structure: 'Object Header', address })
    }
  }
}

/** Some unknown messages want to know that the object was changed without them. */
function marked(message: HeaderMessage): HeaderMessage {
  const unknown = !isKnownMessage(message.type) && (message.flags & MARK_IF_UNKNOWN) !== 0
  const { type, flags, creationOrder } = message
  return unknown ? new HeaderMessage(type, flags | WAS_UNKNOWN, message, creationOrder) : message
}
