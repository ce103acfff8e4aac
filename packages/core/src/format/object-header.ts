import { NO_BYTES, Span } from '../io/span.ts'
import type { Io } from '../io/structure.ts'
import { structure } from '../io/structure.ts'

/** One message of an object header, not yet interpreted, or written already: the span of its body. */
export class HeaderMessage extends Span {
  /** Message type number; see messages/message-types.ts. */
  type: number
  flags: number
  /** Set where the object tracks the creation order of its attributes. */
  creationOrder: number | undefined
  /** Of the body where it was read; 0 in a message that was not. */
  address = 0

  constructor(type = 0, flags = 0, { data, start, length }: Span = NOTHING, creationOrder?: number) {
    super(data, start, length)
    this.type = type
    this.flags = flags
    this.creationOrder = creationOrder
  }

  get body(): Span {
    return this
  }

  set body({ data, start, length }: Span) {
    this.data = data
    this.start = start
    this.length = length
  }
}

const NOTHING = new Span(NO_BYTES)

/** The body is not the message but tells where the message is. */
export const SHARED = 0x02
const DO_NOT_SHARE = 0x04
export const FAIL_IF_UNKNOWN_FOR_WRITE = 0x08
export const MARK_IF_UNKNOWN = 0x10
export const WAS_UNKNOWN = 0x20
/** Others may share the message: an index of shared messages knows of it. */
export const SHAREABLE = 0x40
export const FAIL_IF_UNKNOWN_ALWAYS = 0x80

/** Object header flags, version 2. */
const CHUNK_SIZE_WIDTH = 0x03
export const ATTRIBUTE_ORDER_TRACKED = 0x04
export const ATTRIBUTE_ORDER_INDEXED = 0x08
export const ATTRIBUTE_PHASE_CHANGE = 0x10
export const TIMES_STORED = 0x20
const ALL_FLAGS = 0x3f

/** What the messages of one chunk of an object header are. */
export interface MessageBlock {
  messages: HeaderMessage[]
  /** Unused bytes behind the last message, too few for another one (version 2 only). */
  gap: number
}

/** What tells how the messages of a chunk are stored. */
export interface BlockParams {
  version: number
  flags: number
}

/** For reading: what the messages of a chunk are is known from others that have the same, so they are passed over. */
export interface KnownMessages {
  known: boolean
}

function messageHead(io: Io, message: HeaderMessage, params: BlockParams): void {
  if (params.version === 1) {
    message.type = io.u16('Header Message Type', message.type)
    return
  }
  message.type = io.u8('Header Message Type', message.type)
}

function checkFlags(io: Io, flags: number): void {
  const unmarked = (flags & WAS_UNKNOWN) !== 0 && (flags & MARK_IF_UNKNOWN) === 0
  if (unmarked || has(flags, SHARED | DO_NOT_SHARE) || has(flags, WAS_UNKNOWN | FAIL_IF_UNKNOWN_FOR_WRITE)) {
    io.fail(`contradictory message flags 0x${flags.toString(16)}`, 'Header Message Flags')
  }
}

function has(flags: number, all: number): boolean {
  return (flags & all) === all
}

/** Bytes of the first chunk that are in front of the messages and behind them. */
export function prefixLength({ version, flags }: BlockParams): number {
  if (version === 1) return 16
  const times = (flags & TIMES_STORED) !== 0 ? 16 : 0
  const phaseChange = (flags & ATTRIBUTE_PHASE_CHANGE) !== 0 ? 4 : 0
  return 10 + times + phaseChange + (1 << (flags & CHUNK_SIZE_WIDTH))
}

/** The same of a further chunk. */
export function continuationPrefixLength({ version }: BlockParams): number {
  return version === 1 ? 0 : 8
}

/** Bytes in front of each message's body. */
export function messageHeadLength(params: BlockParams): number {
  if (params.version === 1) return 8
  return (params.flags & ATTRIBUTE_ORDER_TRACKED) !== 0 ? 6 : 4
}

function messages(io: Io, block: MessageBlock, params: BlockParams, end: number, known = false): void {
  if (io.reading && known) {
    io.reserved(end - io.at, 'Header Message Data')
    return
  }
  const head = messageHeadLength(params)
  const tracked = params.version === 2 && (params.flags & ATTRIBUTE_ORDER_TRACKED) !== 0
  for (let i = 0; io.reading ? end - io.at >= head : i < block.messages.length; i++) {
    const message = io.reading ? new HeaderMessage() : block.messages[i]
    messageHead(io, message, params)
    const size = io.u16('Size of Header Message Data', storedLength(params, message.length))
    message.flags = io.u8('Header Message Flags', message.flags)
    if (io.reading) checkFlags(io, message.flags)
    if (params.version === 1) io.reserved(3)
    else if (tracked) message.creationOrder = io.u16('Header Message Creation Order', message.creationOrder ?? 0)
    if (params.version === 1 && size % 8 !== 0)
      io.fail('message size is not a multiple of 8', 'Size of Header Message Data')
    if (io.reading && size > end - io.at)
      io.fail(`message of ${size} bytes reaches past its chunk`, 'Size of Header Message Data')
    if (io.reading) message.address = io.origin + io.at
    const padding = io.reading ? 0 : size - message.length
    io.span('Header Message Data', size - padding, message.body)
    if (padding > 0) io.reserved(padding)
    if (io.reading) block.messages.push(message)
  }
  if (io.reading) block.gap = end - io.at
  if (block.gap > 0 && params.version === 1) io.fail('unused bytes at the end of the chunk', 'Object Header Size')
  if (block.gap > 0) io.reserved(block.gap, 'Gap')
}

/** Bytes that a message's body takes: multiples of eight in version 1. */
export function storedLength({ version }: Pick<BlockParams, 'version'>, length: number): number {
  return version === 1 ? (length + 7) & ~7 : length
}

function contentLength(io: Io, { messages, gap }: MessageBlock, params: BlockParams): number {
  if (io.reading) return 0
  let length = gap + messages.length * messageHeadLength(params)
  for (const message of messages) length += storedLength(params, message.length)
  return length
}

/** Version 1: the prefix and the messages of the first chunk (IV.A.1.a). */
export interface ObjectHeaderV1 extends MessageBlock {
  /** Of all chunks together. */
  messageCount: number
  referenceCount: number
}

export const V1: BlockParams = { version: 1, flags: 0 }

export const objectHeaderV1 = structure<ObjectHeaderV1, KnownMessages | undefined>({
  name: 'Version 1 Object Header',
  spec: 'IV.A.1.a',
  blank: () => ({ messages: [], gap: 0, messageCount: 0, referenceCount: 0 }),
  body(io, m, params) {
    io.version('Version', 1, [1])
    io.reserved(1)
    m.messageCount = io.u16('Total Number of Header Messages', m.messageCount)
    m.referenceCount = io.u32('Object Reference Count', m.referenceCount)
    const size = io.u32('Object Header Size', contentLength(io, m, V1))
    io.reserved(4)
    if (m.messageCount > 0 ? size < 8 : size > 0) io.fail(`impossible size ${size}`, 'Object Header Size')
    if (io.reading && size > io.left) io.fail(`${size} bytes needed, ${io.left} left`, 'Object Header Size')
    messages(io, m, V1, io.at + size, params?.known)
  },
})

/** Version 2: the prefix and the messages of the first chunk (IV.A.1.b). */
export interface ObjectHeaderV2 extends MessageBlock {
  flags: number
  accessTime: number
  modificationTime: number
  changeTime: number
  birthTime: number
  maxCompactAttributes: number
  minDenseAttributes: number
}

export const objectHeaderV2 = structure<ObjectHeaderV2, KnownMessages | undefined>({
  name: 'Version 2 Object Header',
  spec: 'IV.A.1.b',
  blank: () => ({
    messages: [],
    gap: 0,
    flags: 0,
    accessTime: 0,
    modificationTime: 0,
    changeTime: 0,
    birthTime: 0,
    maxCompactAttributes: 8,
    minDenseAttributes: 6,
  }),
  body(io, m, reading) {
    io.signature('OHDR')
    io.version('Version', 2, [2])
    m.flags = io.u8('Flags', m.flags)
    if ((m.flags & ~ALL_FLAGS) !== 0) io.fail(`unknown flags 0x${m.flags.toString(16)}`, 'Flags')
    if ((m.flags & TIMES_STORED) !== 0) {
      m.accessTime = io.u32('Access Time', m.accessTime)
      m.modificationTime = io.u32('Modification Time', m.modificationTime)
      m.changeTime = io.u32('Change Time', m.changeTime)
      m.birthTime = io.u32('Birth Time', m.birthTime)
    }
    if ((m.flags & ATTRIBUTE_PHASE_CHANGE) !== 0) {
      m.maxCompactAttributes = io.u16('Maximum # of compact attributes', m.maxCompactAttributes)
      m.minDenseAttributes = io.u16('Minimum # of dense attributes', m.minDenseAttributes)
      if (m.maxCompactAttributes < m.minDenseAttributes)
        io.fail('contradictory attribute phase change values', 'Minimum # of dense attributes')
    }
    const params = { version: 2, flags: m.flags }
    const size = io.uint('Size of Chunk #0', 1 << (m.flags & CHUNK_SIZE_WIDTH), contentLength(io, m, params))
    if (size > 0 && size < messageHeadLength(params)) io.fail(`impossible size ${size}`, 'Size of Chunk #0')
    if (io.reading && size > io.left - 4) io.fail(`${size} bytes needed, ${io.left - 4} left`, 'Size of Chunk #0')
    messages(io, m, params, io.at + size, reading?.known)
    io.checksum()
  },
})

/** A further chunk of an object header: messages alone (version 1), or with signature and checksum (version 2). */
export const continuationBlock = structure<MessageBlock, BlockParams & Partial<KnownMessages> & { length: number }>({
  name: 'Object Header Continuation Block',
  spec: 'IV.A.1',
  blank: () => ({ messages: [], gap: 0 }),
  body(io, m, params) {
    if (params.version === 1) {
      messages(io, m, params, params.length, params.known)
      return
    }
    io.signature('OCHK')
    messages(io, m, params, params.length - 4, params.known)
    io.checksum()
  },
})
