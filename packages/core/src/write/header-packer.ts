import { WriteError } from '../errors.ts'
import { continuationMessage } from '../format/messages/continuation.ts'
import { CONTINUATION, NIL, REFERENCE_COUNT } from '../format/messages/message-types.ts'
import { referenceCountMessage } from '../format/messages/reference-count.ts'
import {
  ATTRIBUTE_ORDER_TRACKED,
  continuationBlock,
  HeaderMessage,
  objectHeaderV1,
  objectHeaderV2,
  prefixLength,
  storedLength,
} from '../format/object-header.ts'
import { Span } from '../io/span.ts'
import type { Emitter } from './emitter.ts'

/** Seconds since 1970. */
export interface ObjectTimes {
  access: number
  modification: number
  change: number
  birth: number
}

/** An object header to be written. */
export interface HeaderDraft {
  version: 1 | 2
  /** Version 2: whether attributes have a creation order, and which fields the prefix has. */
  flags: number
  /** Hard links to the object. */
  referenceCount: number
  /** Version 2 with times stored. */
  times?: ObjectTimes | undefined
  /** Version 2 where it is stored: when attributes leave the header, and when they come back. */
  attributePhase?: { maxCompact: number; minDense: number } | undefined
  messages: HeaderMessage[]
  /** Bytes of messages that the first chunk has room for at least, where its place can be chosen. */
  room?: number | undefined
}

/** Where an object header stands already: the extent of its first chunk, prefix and checksum included. */
export interface HeaderPlace {
  address: number
  length: number
  /** A block that the header continues in: it is used again where that suits, else released. */
  continuation?: { address: number; length: number } | undefined
}

const LARGEST_MESSAGE = 0xffff

/** The same in a version 1 header, whose messages are multiples of eight bytes. */
const LARGEST_ROOM = LARGEST_MESSAGE - 7

/**
 * Writes an object header: in one chunk where it can choose the place, else in the extent that it has, and what does
 * not fit there in a continuation block.
 *
 * @returns the header's address
 */
export function packHeader(emitter: Emitter, draft: HeaderDraft, place?: HeaderPlace): number {
  return packing(emitter, draft).pack(place)
}

/** Bytes that an object header takes in one chunk. */
export function headerLength(emitter: Emitter, draft: HeaderDraft): number {
  return packing(emitter, draft).length()
}

/** The same of a header with messages whose bodies have such lengths. */
export function lengthWithRoom(
  emitter: Emitter,
  { version, flags }: Pick<HeaderDraft, 'version' | 'flags'>,
  lengths: readonly number[],
): number {
  const draft = { version, flags: flags & ~SIZE_WIDTH, referenceCount: 1, messages: [] }
  return packing(emitter, draft).lengthWith(lengths)
}

function packing(emitter: Emitter, draft: HeaderDraft): Packing {
  return draft.version === 1 ? new Version1(emitter, draft) : new Version2(emitter, draft)
}

/** A null message. */
function unused(length: number): HeaderMessage {
  return new HeaderMessage(NIL, 0, new Span(new Uint8Array(length)))
}

abstract class Packing {
  protected readonly emitter: Emitter
  protected readonly draft: HeaderDraft
  /** Bytes in front of a message's body. */
  protected abstract readonly head: number

  constructor(emitter: Emitter, draft: HeaderDraft) {
    this.emitter = emitter
    this.draft = draft
  }

  /** Bytes of the prefix and what follows the messages, for a first chunk with so many bytes of messages. */
  protected abstract overhead(size: number): number
  /** Fills unused bytes of a chunk: with a NIL message where one fits. */
  protected abstract fill(messages: HeaderMessage[], room: number): number
  protected abstract emit(address: number, messages: HeaderMessage[], gap: number): void
  /** Bytes of a continuation block with so many bytes of messages. */
  protected abstract blockLength(size: number): number
  protected abstract emitBlock(address: number, length: number, messages: HeaderMessage[], gap: number): void

  length(): number {
    return this.lengthWith(this.messages().map(({ length }) => length))
  }

  lengthWith(lengths: readonly number[]): number {
    const room = this.#roomFor(lengths.reduce((size, length) => size + this.head + storedLength(this.draft, length), 0))
    return this.overhead(room) + room
  }

  /** Later there may be more messages: then the chunk has to say where the header goes on. */
  #roomFor(size: number): number {
    return Math.max(size, storedLength(this.draft, this.draft.room ?? 0), this.#pointerSize())
  }

  #pointerSize(): number {
    const { offsets, lengths } = this.emitter.sizes
    return storedLength(this.draft, offsets + lengths) + this.head
  }

  pack(place: HeaderPlace | undefined): number {
    const messages = this.messages()
    const needed = this.size(messages)
    if (place === undefined) {
      const room = this.#roomFor(needed)
      const address = this.emitter.space.allocate(this.overhead(room) + room)
      this.emit(address, messages, this.fill(messages, room - needed))
      return address
    }
    this.extent = place.length
    const room = place.length - this.overhead(0)
    const isEnough = needed <= room
    if (isEnough) this.#release(place)
    const first = isEnough ? messages : this.#overflow(messages, room, place)
    const gap = this.fill(first, room - this.size(first))
    this.emit(place.address, first, gap)
    return place.address
  }

  /** Keeps what fits the first chunk, and moves the rest to a continuation block. */
  #overflow(messages: HeaderMessage[], room: number, place: HeaderPlace): HeaderMessage[] {
    const pointer = this.#pointerSize()
    const kept: HeaderMessage[] = []
    const moved: HeaderMessage[] = []
    let left = room - pointer
    for (const message of messages) {
      const size = this.#sizeOf(message)
      if (size <= left) {
        kept.push(message)
        left -= size
      } else moved.push(message)
    }
    if (left < 0) throw new WriteError(`no room in an object header of ${room} bytes for where it continues`)
    const size = this.size(moved)
    const { address, length } = this.#blockFor(size, place)
    const gap = this.fill(moved, length - this.blockLength(size))
    this.emitBlock(address, length, moved, gap)
    kept.push(this.emitter.message(CONTINUATION, 0, continuationMessage, { offset: address, length }))
    this.moved = moved.length
    return kept
  }

  /**
   * The continuation block that is there where it is large enough. A header that outgrows one grows again and again: the
   * next one has room for half as much more, so that what is given up on the way is not many times what is kept.
   */
  #blockFor(size: number, place: HeaderPlace): { address: number; length: number } {
    const { continuation } = place
    const needed = this.blockLength(size)
    const spare = continuation === undefined ? -1 : continuation.length - needed
    const isFilled = spare === 0 || (spare >= this.head && spare <= LARGEST_MESSAGE)
    if (continuation !== undefined && isFilled) return continuation
    this.#release(place)
    const more = continuation === undefined ? 0 : Math.min(storedLength(this.draft, size >> 1), LARGEST_ROOM)
    const length = needed + (more < this.head ? 0 : more)
    return { address: this.emitter.space.allocate(length), length }
  }

  #release({ continuation }: HeaderPlace): void {
    if (continuation !== undefined) this.emitter.space.release(continuation.address, continuation.length)
  }

  /** Messages in the continuation block. */
  protected moved = 0

  /** Bytes of the first chunk where that is given; its size field is wide enough for all of it. */
  protected extent = 0

  /** In a list that may be changed. */
  protected abstract messages(): HeaderMessage[]

  protected size(messages: readonly HeaderMessage[]): number {
    let size = 0
    for (const message of messages) size += this.#sizeOf(message)
    return size
  }

  #sizeOf({ length }: HeaderMessage): number {
    const stored = storedLength(this.draft, length)
    if (stored > LARGEST_MESSAGE) throw new WriteError(`a message of ${stored} bytes`, { structure: 'Object Header' })
    return this.head + stored
  }
}

class Version1 extends Packing {
  protected readonly head = 8

  protected messages(): HeaderMessage[] {
    return this.draft.messages.slice()
  }

  protected overhead(): number {
    return 16
  }

  protected fill(messages: HeaderMessage[], room: number): number {
    if (room > 0) messages.push(unused(room - this.head))
    return 0
  }

  protected emit(address: number, messages: HeaderMessage[]): void {
    const messageCount = messages.length + this.moved
    const { referenceCount } = this.draft
    this.emitter.put(address, objectHeaderV1, { messages, gap: 0, messageCount, referenceCount }, undefined)
  }

  protected blockLength(size: number): number {
    return size
  }

  protected emitBlock(address: number, length: number, messages: HeaderMessage[], gap: number): void {
    this.emitter.put(address, continuationBlock, { messages, gap }, { version: 1, flags: 0, length })
  }
}

class Version2 extends Packing {
  protected readonly head: number

  constructor(emitter: Emitter, draft: HeaderDraft) {
    super(emitter, draft)
    this.head = (draft.flags & ATTRIBUTE_ORDER_TRACKED) !== 0 ? 6 : 4
  }

  protected messages(): HeaderMessage[] {
    const { messages, referenceCount } = this.draft
    const own = messages.filter(({ type }) => type !== REFERENCE_COUNT)
    if (referenceCount > 1) {
      own.push(this.emitter.message(REFERENCE_COUNT, 0, referenceCountMessage, { version: 0, referenceCount }))
    }
    return own
  }

  protected overhead(size: number): number {
    return prefixLength({ version: 2, flags: this.#flags(size) })
  }

  protected fill(messages: HeaderMessage[], room: number): number {
    if (room < this.head) return room
    messages.push(unused(room - this.head))
    return 0
  }

  protected emit(address: number, messages: HeaderMessage[], gap: number): void {
    this.emitter.put(address, objectHeaderV2, this.#value(messages, gap), undefined)
  }

  /** With a signature and a checksum. */
  protected blockLength(size: number): number {
    return 4 + size + 4
  }

  protected emitBlock(address: number, length: number, messages: HeaderMessage[], gap: number): void {
    const params = { version: 2, flags: this.draft.flags, length }
    this.emitter.put(address, continuationBlock, { messages, gap }, params)
  }

  /** Those of a first chunk with so many bytes of messages. */
  #flags(size: number): number {
    const { flags } = this.draft
    return (flags & ~SIZE_WIDTH) | Math.max(flags & SIZE_WIDTH, widthBits(Math.max(size, this.extent)))
  }

  #value(messages: HeaderMessage[], gap: number) {
    const { times, attributePhase } = this.draft
    return {
      messages,
      gap,
      flags: this.#flags(this.size(messages) + gap),
      accessTime: times?.access ?? 0,
      modificationTime: times?.modification ?? 0,
      changeTime: times?.change ?? 0,
      birthTime: times?.birth ?? 0,
      maxCompactAttributes: attributePhase?.maxCompact ?? 0,
      minDenseAttributes: attributePhase?.minDense ?? 0,
    }
  }
}

/** The bits of version 2's flags that tell the width of the first chunk's size. */
const SIZE_WIDTH = 0x03

function widthBits(size: number): number {
  return size < 0x100 ? 0 : size < 0x1_0000 ? 1 : 2
}
