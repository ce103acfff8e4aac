import type { Span } from '../io/span.ts'
import { NO_BYTES } from '../io/span.ts'
import { CONTINUATION, isKnownMessage, NIL, REFERENCE_COUNT } from './messages/message-types.ts'
import type { BlockParams, HeaderMessage } from './object-header.ts'
import { FAIL_IF_UNKNOWN_ALWAYS, messageHeadLength } from './object-header.ts'

/**
 * What chunks of object headers have in common whose messages are of the same types at the same places. The objects of
 * a file come in few shapes, however many they are.
 */
export class ChunkShape {
  /** As the first chunk has them that was read; their bodies are of no use for others. */
  readonly messages: readonly HeaderMessage[]
  /** The messages that tell something of the header itself. */
  readonly ofHeader: readonly HeaderMessage[]
  /** Those of unknown types. */
  readonly unknown: readonly HeaderMessage[]
  /** How many messages there are that are not null messages, and what their bodies take. */
  readonly used: { readonly count: number; readonly bytes: number }
  /** Of the chunk that was read. */
  readonly #address: number
  /** Bit n (modulo 32) set: there may be a message of type n. Most looks at a header are for what it does not have. */
  readonly #types: number
  /** What `all` found: most shapes are not asked. */
  #ofTypes: Map<number, readonly HeaderMessage[]> | undefined

  constructor(messages: readonly HeaderMessage[], address: number) {
    let types = 0
    let count = 0
    let bytes = 0
    for (const message of messages) {
      types |= 1 << message.type
      if (message.type !== NIL) {
        count++
        bytes += message.length
      }
      message.data = NO_BYTES
    }
    this.messages = messages
    this.ofHeader = messages.filter(isOfHeader)
    this.unknown = messages.filter(({ type }) => !isKnownMessage(type))
    this.used = { count, bytes }
    this.#address = address
    this.#types = types
  }

  /** Of a message's body, from the chunk's start. */
  offset(message: HeaderMessage): number {
    return message.address - this.#address
  }

  /** The first message of a type. */
  find(type: number): HeaderMessage | undefined {
    if ((this.#types & (1 << type)) === 0) return undefined
    for (const message of this.messages) if (message.type === type) return message
    return undefined
  }

  /** All messages of a type. */
  all(type: number): readonly HeaderMessage[] {
    if ((this.#types & (1 << type)) === 0) return NONE
    this.#ofTypes ??= new Map()
    let found = this.#ofTypes.get(type)
    if (found === undefined) {
      found = this.messages.filter((message) => message.type === type)
      this.#ofTypes.set(type, found)
    }
    return found
  }
}

const NONE: readonly HeaderMessage[] = []

/** That of a chunk which was not read yet. */
export const NO_SHAPE = new ChunkShape([], 0)

function isOfHeader({ type, flags }: HeaderMessage): boolean {
  if (type === CONTINUATION || type === REFERENCE_COUNT) return true
  return !isKnownMessage(type) && (flags & FAIL_IF_UNKNOWN_ALWAYS) !== 0
}

/** Which chunks a shape is for, and what it is known by: the heads of the messages. */
interface KnownShape {
  readonly shape: ChunkShape
  readonly kind: number
  readonly length: number
  /** Of the heads, from the chunk's start. */
  readonly starts: readonly number[]
  /** One behind the other. */
  readonly heads: Uint8Array
}

/** Shapes that are kept. */
const MOST_SHAPES = 8

/** Longer chunks have a shape that is hardly met again. */
const LONGEST = 4096

/** Bytes of a head that tell anything; version 1 has three more. */
const TELLING = 5

/** The shapes that were met lately in a file. */
export class ChunkShapes {
  readonly #known: KnownShape[] = []
  #oldest = 0

  /**
   * The shape of a chunk, where it is known.
   *
   * @param first whether it is its header's first chunk
   */
  find(chunk: Span, params: BlockParams, first: boolean): ChunkShape | undefined {
    const kind = kindOf(params, first)
    const width = headWidth(params)
    for (const known of this.#known) {
      if (known.length === chunk.length && known.kind === kind && sameHeads(chunk, known, width)) return known.shape
    }
    return undefined
  }

  /** Keeps the shape of a chunk that was read in full. */
  keep(shape: ChunkShape, chunk: Span, params: BlockParams, first: boolean): void {
    if (chunk.length > LONGEST) return
    const width = headWidth(params)
    const starts = shape.messages.map((message) => shape.offset(message) - messageHeadLength(params))
    const heads = new Uint8Array(starts.length * width)
    starts.forEach((start, i) => {
      const from = chunk.start + start
      heads.set(chunk.data.subarray(from, from + width), i * width)
    })
    const known = { shape, kind: kindOf(params, first), length: chunk.length, starts, heads }
    if (this.#known.length < MOST_SHAPES) this.#known.push(known)
    else this.#known[this.#oldest++ % MOST_SHAPES] = known
  }
}

/** What else than the messages makes chunks be of different shapes. */
function kindOf({ version, flags }: BlockParams, first: boolean): number {
  return version * 0x200 + flags * 2 + (first ? 1 : 0)
}

function headWidth(params: BlockParams): number {
  return params.version === 1 ? TELLING : messageHeadLength(params)
}

function sameHeads({ data, start }: Span, { starts, heads }: KnownShape, width: number): boolean {
  let i = 0
  for (const at of starts) {
    for (let head = start + at; head < start + at + width; ) if (data[head++] !== heads[i++]) return false
  }
  return true
}
