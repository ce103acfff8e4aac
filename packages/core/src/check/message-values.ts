import { messageStructure } from '../format/messages/message-table.ts'
import { CONTINUATION, messageTypeName, REFERENCE_COUNT } from '../format/messages/message-types.ts'
import { COMMITTED, sharedMessage } from '../format/messages/shared.ts'
import type { HeaderMessage } from '../format/object-header.ts'
import { SHAREABLE, SHARED } from '../format/object-header.ts'
import { lookup3 } from '../io/checksum.ts'
import type { Structure } from '../io/structure.ts'
import { resolveShared } from '../objects/messages.ts'
import type { CheckedHeader } from './check-header.ts'
import type { FileState } from './file-state.ts'
import type { Place } from './finding.ts'

/** A message of an object header with what it says. */
export interface ReadMessage<T = unknown> {
  message: HeaderMessage
  structure: unknown
  value: T
  place: Place
  shared: boolean
  /** Whether it is shared with what was looked at before, and right if that was. */
  repeated: boolean
}

const NONE: readonly never[] = []

/** A message's value is what its structure gave. */
function isOf<T>(read: ReadMessage, structure: Structure<T>): read is ReadMessage<T> {
  const given: unknown = read.structure
  return given === structure
}

/** The messages of one object header, interpreted. */
export class MessageValues {
  readonly #reads: ReadMessage[] = []
  #broken: Set<number> | undefined

  constructor(state: FileState, header: CheckedHeader) {
    for (const message of header.messages) {
      const structure = messageStructure(message.type)
      // These were read with the header.
      if (structure === undefined || message.type === CONTINUATION || message.type === REFERENCE_COUNT) continue
      const read = readMessage(state, header.place.address, message, structure)
      if (read === undefined) {
        this.#broken ??= new Set()
        this.#broken.add(message.type)
        continue
      }
      this.#reads.push(read)
    }
  }

  /** Whether a message of a type is there and could not be read. */
  isBroken(type: number): boolean {
    return this.#broken?.has(type) === true
  }

  all<T>(structure: Structure<T>): readonly ReadMessage<T>[] {
    const first = this.first(structure)
    if (first === undefined) return NONE
    return this.#reads.filter((read): read is ReadMessage<T> => isOf(read, structure))
  }

  first<T>(structure: Structure<T>): ReadMessage<T> | undefined {
    for (const read of this.#reads) if (isOf(read, structure)) return read
    return undefined
  }
}

function readMessage(
  state: FileState,
  header: number,
  message: HeaderMessage,
  structure: Structure<unknown>,
): ReadMessage | undefined {
  const { check } = state
  const { address, type, body } = message
  if ((message.flags & SHARED) === 0) {
    if ((message.flags & SHAREABLE) !== 0) noteShareable(state, header, message)
    const value = check.decodeAgain(structure, body, address)
    return value === undefined
      ? undefined
      : { message, structure, value, place: { structure, address }, shared: false, repeated: false }
  }
  const place = { structure: sharedMessage, address }
  if (!SHARED_TYPES.has(type)) {
    const what = `a ${messageTypeName(type) ?? type} message cannot be shared`
    check.error({ structure: { name: 'Object Header', spec: 'IV.A.1' }, address }, what, 'Header Message Flags')
    return undefined
  }
  const shared = check.decodeBytes(sharedMessage, body, address, undefined)
  if (shared === undefined) return undefined
  if ('address' in shared && !check.inside(shared.address, 16, place, 'Address')) return undefined
  if ('address' in shared && shared.type !== COMMITTED && (shared.version === 3 || shared.type !== 0)) {
    check.error(place, `unknown type ${shared.type}`, 'Type')
  }
  const repeated = state.share(shared, type, place)
  const from = { ...place, field: 'heapId' in shared ? 'Location' : 'Address' }
  const value = check.follow(from, () => resolveShared(check.image, shared, type, structure))
  return value === undefined ? undefined : { message, structure, value, place, shared: true, repeated }
}

/** Messages of version 1 headers have up to so many bytes of padding, which their hash is not over. */
const MOST_PADDING = 7

function noteShareable(state: FileState, header: number, { type, body, creationOrder }: HeaderMessage): void {
  state.shareableAt.add(`${type}: ${header} ${creationOrder ?? 0}`)
  const { data, start, length } = body
  for (let padding = 0; padding <= MOST_PADDING && padding < length; padding++) {
    const key = `${type}: ${lookup3(data, start, start + length - padding, type)}`
    state.shareable.set(key, (state.shareable.get(key) ?? 0) + 1)
  }
}

/** Dataspace, datatype, both fill values, filter pipeline and attribute (IV.A.2). */
const SHARED_TYPES: ReadonlySet<number> = new Set([0x01, 0x03, 0x04, 0x05, 0x0b, 0x0c])
