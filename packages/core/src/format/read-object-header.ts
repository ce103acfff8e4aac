import { FormatError, LimitError, UnsupportedError } from '../errors.ts'
import { NO_BYTES, Span } from '../io/span.ts'
import type { FileImage } from './file-image.ts'
import { continuationMessage } from './messages/continuation.ts'
import { CONTINUATION, isKnownMessage, REFERENCE_COUNT } from './messages/message-types.ts'
import { referenceCountMessage } from './messages/reference-count.ts'
import type { HeaderMessage, MessageBlock } from './object-header.ts'
import {
  continuationBlock,
  FAIL_IF_UNKNOWN_ALWAYS,
  objectHeaderV1,
  objectHeaderV2,
  prefixLength,
} from './object-header.ts'

/** A message of an object header and where its body is. */
export type StoredMessage = Pick<HeaderMessage, 'type' | 'flags' | 'creationOrder' | 'address' | 'length'>

/** An object header with the messages of all its chunks. */
export interface ObjectHeader {
  address: number
  version: number
  /** Version 2's flags; 0 in version 1. */
  flags: number
  /** Hard links to the object. */
  referenceCount: number
  /** Seconds since 1970, 0 where the header does not store times. */
  modificationTime: number
  accessTime: number
  changeTime: number
  birthTime: number
  maxCompactAttributes: number
  minDenseAttributes: number
  messages: StoredMessage[]
  /** Bit n (modulo 32) set: there may be a message of type n. Most looks at a header are for what it does not have. */
  types: number
  /** Extents of the header's chunks, the first one with the prefix. */
  chunks: { address: number; length: number }[]
}

/** No header comes near this; a size field that is larger is damage. */
const LARGEST_CHUNK = 64 << 20

/** Bytes that are looked at first: the prefix at least, and most headers' whole first chunk. */
const USUAL_LENGTH = 512

/** What `readObjectHeader` keeps in the image's cache. */
const CACHE_KEY = {}

/** Reads an object header and its continuation blocks (IV.A.1). */
export function readObjectHeader(image: FileImage, address: number): ObjectHeader {
  return image.memo(CACHE_KEY, address, 2048, () => load(image, address))
}

function load(image: FileImage, address: number): ObjectHeader {
  const head = image.peek(address, image.available(address, USUAL_LENGTH))
  const { version, length } = extent(head, address)
  const bytes = length <= head.length ? new Span(head.data, head.start, length) : image.peek(address, length)
  const header = version === 1 ? loadV1(image, address, bytes) : loadV2(image, address, bytes)
  if (header.chunks.length > 1) followContinuations(image, header)
  return header
}

/** Reads the blocks that the header goes on in. The list grows meanwhile: such a block may lead to another. */
function followContinuations(image: FileImage, header: ObjectHeader): void {
  let seen: Set<number> | undefined
  let total = header.chunks[0].length
  for (let i = 1; i < header.chunks.length; i++) {
    const { address, length } = header.chunks[i]
    if (address === header.address || seen?.has(address))
      throw new FormatError('object header continues in itself', place(address))
    if (length > LARGEST_CHUNK) throw new LimitError(`chunk of ${length} bytes`, place(address))
    total += length
    if (total > image.source.size) throw new FormatError('chunks that take more than the file', place(header.address))
    const bytes = image.peek(address, length)
    const params = { version: header.version, flags: header.flags, length }
    add(image, header, image.decodePeeked(continuationBlock, bytes, address, params))
    if (i + 1 === header.chunks.length) return
    seen ??= new Set()
    seen.add(address)
  }
}

/** Takes the messages of a chunk over, but not their bodies, which are there for a look only. */
function add(image: FileImage, header: ObjectHeader, { messages }: MessageBlock): void {
  for (const message of messages) {
    header.types |= 1 << message.type
    if (message.type === CONTINUATION) {
      const { offset, length } = image.decodePeeked(continuationMessage, message.body, message.address, undefined)
      header.chunks.push({ address: offset, length })
    } else inspect(image, header, message)
    message.data = NO_BYTES
  }
  // A header of one chunk takes the list as it is.
  if (header.messages.length === 0) header.messages = messages
  else for (const message of messages) header.messages.push(message)
}

function place(address: number): { structure: string; address: number } {
  return { structure: 'Object Header', address }
}

/** Version and length in bytes of the prefix with the first chunk, from the bytes that it starts with. */
function extent({ data, start, length: known }: Span, address: number): { version: number; length: number } {
  if (known < 16) throw new FormatError('truncated', place(address))
  if (data[start] === 1) {
    const size = data[start + 8] + data[start + 9] * 0x100 + data[start + 10] * 0x1_0000 + data[start + 11] * 0x100_0000
    return checked({ version: 1, length: 16 + size }, address)
  }
  if (String.fromCharCode(data[start], data[start + 1], data[start + 2], data[start + 3]) !== 'OHDR') {
    throw new FormatError('neither signature "OHDR" nor version 1', place(address))
  }
  const flags = data[start + 5]
  const prefix = prefixLength({ version: 2, flags })
  const width = 1 << (flags & 3)
  const at = prefix - 4 - width
  let size = 0
  for (let i = width - 1; i >= 0; i--) size = size * 256 + (at + i < known ? data[start + at + i] : 0)
  return checked({ version: 2, length: prefix + size }, address)
}

function checked<T extends { length: number }>(found: T, address: number): T {
  if (found.length > LARGEST_CHUNK) throw new LimitError(`chunk of ${found.length} bytes`, place(address))
  return found
}

function loadV1(image: FileImage, address: number, bytes: Span): ObjectHeader {
  const block = image.decodePeeked(objectHeaderV1, bytes, address, undefined)
  const header: ObjectHeader = {
    address,
    version: 1,
    flags: 0,
    referenceCount: block.referenceCount,
    modificationTime: 0,
    accessTime: 0,
    changeTime: 0,
    birthTime: 0,
    maxCompactAttributes: 0,
    minDenseAttributes: 0,
    messages: [],
    types: 0,
    chunks: [{ address, length: bytes.length }],
  }
  add(image, header, block)
  return header
}

function loadV2(image: FileImage, address: number, bytes: Span): ObjectHeader {
  const block = image.decodePeeked(objectHeaderV2, bytes, address, undefined)
  const header: ObjectHeader = {
    address,
    version: 2,
    flags: block.flags,
    referenceCount: 1,
    modificationTime: block.modificationTime,
    accessTime: block.accessTime,
    changeTime: block.changeTime,
    birthTime: block.birthTime,
    maxCompactAttributes: block.maxCompactAttributes,
    minDenseAttributes: block.minDenseAttributes,
    messages: [],
    types: 0,
    chunks: [{ address, length: bytes.length }],
  }
  add(image, header, block)
  return header
}

function inspect(image: FileImage, header: ObjectHeader, message: HeaderMessage): void {
  if (message.type === REFERENCE_COUNT) {
    if (header.version === 1)
      throw new FormatError('reference count message in a version 1 header', place(header.address))
    header.referenceCount = image.decodePeeked(
      referenceCountMessage,
      message.body,
      message.address,
      undefined,
    ).referenceCount
  } else if (!isKnownMessage(message.type) && (message.flags & FAIL_IF_UNKNOWN_ALWAYS) !== 0) {
    throw new UnsupportedError(`message of unknown type ${message.type} that must be understood`, place(header.address))
  }
}
