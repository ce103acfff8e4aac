import { continuationMessage } from '../format/messages/continuation.ts'
import { CONTINUATION, isKnownMessage, REFERENCE_COUNT } from '../format/messages/message-types.ts'
import { referenceCountMessage } from '../format/messages/reference-count.ts'
import type { HeaderMessage, MessageBlock, ObjectHeaderV1, ObjectHeaderV2 } from '../format/object-header.ts'
import {
  ATTRIBUTE_ORDER_INDEXED,
  ATTRIBUTE_ORDER_TRACKED,
  continuationBlock,
  FAIL_IF_UNKNOWN_ALWAYS,
  objectHeaderV1,
  objectHeaderV2,
} from '../format/object-header.ts'
import { lookup3 } from '../io/checksum.ts'
import { unsigned } from '../io/integer.ts'
import type { Checker } from './checker.ts'
import type { Named, Place } from './finding.ts'

const USE = 'object-headers'
const ANY_HEADER: Named = { name: 'Object Header', spec: 'IV.A.1' }

/** An object header with the messages of all its chunks. */
export interface CheckedHeader {
  place: Place & { address: number }
  version: number
  /** Version 2's flags; 0 in version 1. */
  flags: number
  referenceCount: number
  messages: HeaderMessage[]
}

/** Reads an object header and its continuation blocks (IV.A.1), as far as it can be. */
export function checkHeader(check: Checker, address: number, from: Place): CheckedHeader | undefined {
  if (!check.inside(address, 16, from)) return undefined
  const head = check.peek(address, Math.min(32, check.image.available(address, 32)))
  const version = versionOf(head) ?? damagedVersion(check, head, address)
  if (version === undefined) {
    check.error(from, `no object header at address ${address}`)
    return undefined
  }
  const length = version === 1 ? lengthV1(head) : lengthV2(head)
  if (length > check.limits.metadataBytes) {
    check.report('error', { structure: ANY_HEADER, address }, `a chunk of ${length} bytes`, 'limit.metadata')
    return undefined
  }
  const structure: Named = version === 1 ? objectHeaderV1 : objectHeaderV2
  const size = version === 1 ? 'Object Header Size' : 'Size of Chunk #0'
  const place = { structure, address }
  if (!check.inside(address, length, place, size)) return undefined
  const first = version === 1 ? readV1(check, address, length, from) : readV2(check, address, length, from)
  if (first === undefined) return undefined
  const header: CheckedHeader = {
    place,
    version,
    flags: 'flags' in first ? first.flags : 0,
    referenceCount: 'referenceCount' in first ? first.referenceCount : 1,
    messages: [],
  }
  addMessages(check, header, first)
  if ('flags' in first) checkPrefixV2(check, first, place)
  else if (first.messageCount !== header.messages.length) {
    const what = `${first.messageCount} messages, and ${header.messages.length} are there`
    check.error(place, what, 'Total Number of Header Messages')
  }
  return header
}

/** A header whose signature is damaged in one byte is one still. */
function versionOf(head: Uint8Array): number | undefined {
  if (head[0] === 1 && head[1] === 0) return 1
  let same = 0
  for (let i = 0; i < 4; i++) if (head[i] === 'OHDR'.charCodeAt(i)) same++
  if (same === 4 || (same === 3 && head[4] === 2)) return 2
  return head[0] === 1 ? 1 : undefined
}

/** As above, of one in which nothing but the signature or the version is damaged. */
function damagedVersion(check: Checker, head: Uint8Array, address: number): number | undefined {
  if (head[4] === 2) {
    const length = lengthV2(head)
    if (length > check.limits.metadataBytes || check.image.available(address, length) < length) return undefined
    const bytes = check.peek(address, length)
    return unsigned(bytes, length - 4, 4) === lookup3(bytes, 0, length - 4) ? 2 : undefined
  }
  const padding = head[12] | head[13] | head[14] | head[15]
  const length = lengthV1(head)
  const fits = length > 16 && length % 8 === 0 && check.image.available(address, length) === length
  const first = head[16] | (head[17] << 8)
  return head[1] === 0 && padding === 0 && fits && isKnownMessage(first) ? 1 : undefined
}

function lengthV1(head: Uint8Array): number {
  return 16 + head[8] + head[9] * 0x100 + head[10] * 0x1_0000 + head[11] * 0x100_0000
}

function lengthV2(head: Uint8Array): number {
  const flags = head[5]
  const at = 6 + ((flags & 0x20) !== 0 ? 16 : 0) + ((flags & 0x10) !== 0 ? 4 : 0)
  const width = 1 << (flags & 3)
  let size = 0
  for (let i = width - 1; i >= 0; i--) size = size * 256 + (head[at + i] ?? 0)
  return at + width + size + 4
}

const READING = { use: USE, partly: true } as const

function readV1(check: Checker, address: number, length: number, from: Place): ObjectHeaderV1 | undefined {
  return check.decode(objectHeaderV1, address, length, undefined, from, READING)
}

function readV2(check: Checker, address: number, length: number, from: Place): ObjectHeaderV2 | undefined {
  return check.decode(objectHeaderV2, address, length, undefined, from, READING)
}

function checkPrefixV2(check: Checker, { flags }: ObjectHeaderV2, place: Place): void {
  if ((flags & ATTRIBUTE_ORDER_INDEXED) !== 0 && (flags & ATTRIBUTE_ORDER_TRACKED) === 0) {
    check.error(place, 'the order of attributes is indexed and not tracked', 'Flags')
  }
}

/** Takes the messages of the first chunk over, and those of the chunks that they lead to. */
function addMessages(check: Checker, header: CheckedHeader, first: MessageBlock): void {
  const { version, flags, place } = header
  const blocks = [first]
  let seen: Set<number> | undefined
  header.messages = first.messages
  for (const block of blocks) {
    for (const message of block.messages) {
      if (block !== first) header.messages.push(message)
      if (message.type === REFERENCE_COUNT) readCount(check, header, message)
      if (!isKnownMessage(message.type)) unknown(check, message)
      if (message.type !== CONTINUATION) continue
      const at = { structure: continuationMessage, address: message.address }
      const next = check.decodeBytes(continuationMessage, message.body, message.address, undefined)
      if (next === undefined) continue
      const { offset, length } = next
      if (offset === place.address || seen?.has(offset) === true) {
        check.error(at, 'the object header continues in itself', 'Offset')
        continue
      }
      seen ??= new Set()
      seen.add(offset)
      if (length > check.limits.metadataBytes) {
        check.report('error', at, `a chunk of ${length} bytes`, 'limit.metadata')
        continue
      }
      const params = { version, flags, length }
      const from = { ...at, field: 'Offset' }
      const more = check.decode(continuationBlock, offset, length, params, from, READING)
      if (more === undefined) continue
      // What is gone through must not grow meanwhile.
      if (header.messages === first.messages) header.messages = [...first.messages]
      blocks.push(more)
    }
  }
}

function readCount(check: Checker, header: CheckedHeader, message: HeaderMessage): void {
  const place = { structure: referenceCountMessage, address: message.address }
  if (header.version === 1) check.error(place, 'a reference count message in a header of version 1', 'Version')
  const count = check.decodeBytes(referenceCountMessage, message.body, message.address, undefined)
  if (count !== undefined) header.referenceCount = count.referenceCount
}

function unknown(check: Checker, { type, flags, address }: HeaderMessage): void {
  const must = (flags & FAIL_IF_UNKNOWN_ALWAYS) !== 0
  const place = { structure: ANY_HEADER, address }
  const what = `a message of unknown type ${type}${must ? ' that must be understood' : ''}`
  check.report(must ? 'error' : 'note', place, what, 'object-header.unknown-message')
}
