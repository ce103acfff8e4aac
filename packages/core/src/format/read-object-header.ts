import { FormatError, Hdf5Error, LimitError, UnsupportedError } from '../errors.ts'
import { Span } from '../io/span.ts'
import type { Structure } from '../io/structure.ts'
import { ChunkShape, NO_SHAPE } from './chunk-shape.ts'
import type { FileImage } from './file-image.ts'
import { continuationMessage } from './messages/continuation.ts'
import { CONTINUATION, REFERENCE_COUNT } from './messages/message-types.ts'
import { referenceCountMessage } from './messages/reference-count.ts'
import type { BlockParams, HeaderMessage, KnownMessages, MessageBlock, ObjectHeaderV2 } from './object-header.ts'
import { continuationBlock, objectHeaderV1, objectHeaderV2, prefixLength, V1 } from './object-header.ts'

/** A message of an object header and where its body is. */
export type StoredMessage = Pick<HeaderMessage, 'type' | 'flags' | 'creationOrder' | 'address' | 'length'>

/** Where a chunk of an object header is, the first one with the prefix, and what messages it has. */
export interface HeaderChunk {
  readonly address: number
  readonly length: number
  shape: ChunkShape
}

/** An object header with the messages of all its chunks. */
export class ObjectHeader {
  readonly address: number
  readonly version: number
  /** Version 2's flags; 0 in version 1. */
  readonly flags: number
  /** Hard links to the object. */
  referenceCount = 1
  chunks: HeaderChunk[]
  readonly #prefix: ObjectHeaderV2 | undefined
  #messages: StoredMessage[] | undefined

  /** @param prefix of version 2 */
  constructor(first: HeaderChunk, prefix: ObjectHeaderV2 | undefined) {
    this.address = first.address
    this.version = prefix === undefined ? 1 : 2
    this.flags = prefix?.flags ?? 0
    this.chunks = [first]
    this.#prefix = prefix
  }

  /** Seconds since 1970, 0 where the header does not store times. */
  get modificationTime(): number {
    return this.#prefix?.modificationTime ?? 0
  }

  get accessTime(): number {
    return this.#prefix?.accessTime ?? 0
  }

  get changeTime(): number {
    return this.#prefix?.changeTime ?? 0
  }

  get birthTime(): number {
    return this.#prefix?.birthTime ?? 0
  }

  get maxCompactAttributes(): number {
    return this.#prefix?.maxCompactAttributes ?? 0
  }

  get minDenseAttributes(): number {
    return this.#prefix?.minDenseAttributes ?? 0
  }

  /** All messages; to look for those of one type costs less. */
  get messages(): readonly StoredMessage[] {
    this.#messages ??= this.chunks.flatMap((chunk) => chunk.shape.messages.map((message) => stored(message, chunk)))
    return this.#messages
  }

  /** The first message of a type. */
  find(type: number): StoredMessage | undefined {
    for (const chunk of this.chunks) {
      const message = chunk.shape.find(type)
      if (message !== undefined) return stored(message, chunk)
    }
    return undefined
  }

  /** Whether there is a message of a type. */
  has(type: number): boolean {
    for (const { shape } of this.chunks) if (shape.find(type) !== undefined) return true
    return false
  }

  /** All messages of unknown types. */
  get unknown(): StoredMessage[] {
    const found: StoredMessage[] = []
    for (const chunk of this.chunks) for (const message of chunk.shape.unknown) found.push(stored(message, chunk))
    return found
  }

  /** All messages of a type. */
  all(type: number): StoredMessage[] {
    const found = new Array<StoredMessage>(this.count(type))
    let n = 0
    for (const chunk of this.chunks) for (const message of chunk.shape.all(type)) found[n++] = stored(message, chunk)
    return found
  }

  /** How many messages of a type there are. */
  count(type: number): number {
    let count = 0
    for (const { shape } of this.chunks) count += shape.all(type).length
    return count
  }
}

function stored(message: HeaderMessage, { address, shape }: HeaderChunk): StoredMessage {
  const { type, flags, creationOrder, length } = message
  return { type, flags, creationOrder, address: address + shape.offset(message), length }
}

/** No header comes near this; a size field that is larger is damage. */
const LARGEST_CHUNK = 64 << 20

/** Bytes that are looked at first: the prefix at least, and most headers' whole first chunk. */
const USUAL_LENGTH = 512

/** No header has fewer bytes. */
const SHORTEST = 16

/** What `readObjectHeader` keeps in the image's cache. */
const CACHE_KEY = {}

/** Reads an object header and its continuation blocks (IV.A.1). */
export function readObjectHeader(image: FileImage, address: number): ObjectHeader {
  return image.memo(CACHE_KEY, address, 2048, load)
}

/**
 * As `readObjectHeader`, of a damaged file: with as many continuation blocks as can be read.
 *
 * @param lost told why there are no more
 */
export function readHeaderInPart(image: FileImage, address: number, lost: (error: Hdf5Error) => void): ObjectHeader {
  const header = loadFirst(image, address)
  try {
    followContinuations(image, header)
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    header.chunks = header.chunks.filter(({ shape }) => shape !== NO_SHAPE)
    lost(error)
  }
  return header
}

function load(image: FileImage, address: number): ObjectHeader {
  const header = loadFirst(image, address)
  if (header.chunks.length > 1) followContinuations(image, header)
  return header
}

function loadFirst(image: FileImage, address: number): ObjectHeader {
  const head = image.peek(address, Math.max(SHORTEST, image.available(address, USUAL_LENGTH)))
  const { version, length } = extent(head, address)
  const bytes = length <= head.length ? new Span(head.data, head.start, length) : image.peek(address, length)
  const chunk = { address, length, shape: NO_SHAPE }
  const header = version === 1 ? loadV1(image, chunk, bytes) : loadV2(image, chunk, bytes)
  inspect(image, header, chunk, bytes)
  return header
}

function loadV1(image: FileImage, chunk: HeaderChunk, bytes: Span): ObjectHeader {
  const block = readChunk(image, objectHeaderV1, chunk, bytes, V1, true)
  const header = new ObjectHeader(chunk, undefined)
  header.referenceCount = block.referenceCount
  return header
}

function loadV2(image: FileImage, chunk: HeaderChunk, bytes: Span): ObjectHeader {
  const params = { version: 2, flags: bytes.data[bytes.start + 5] }
  return new ObjectHeader(chunk, readChunk(image, objectHeaderV2, chunk, bytes, params, true))
}

/** Reads the blocks that the header goes on in. The list grows meanwhile: such a block may lead to another. */
function followContinuations(image: FileImage, header: ObjectHeader): void {
  let seen: Set<number> | undefined
  let total = header.chunks[0].length
  for (let i = 1; i < header.chunks.length; i++) {
    const chunk = header.chunks[i]
    const { address, length } = chunk
    if (address === header.address || seen?.has(address))
      throw new FormatError('object header continues in itself', place(address))
    if (length > LARGEST_CHUNK) throw new LimitError(`chunk of ${length} bytes`, place(address))
    total += length
    if (total > image.source.size) throw new FormatError('chunks that take more than the file', place(header.address))
    const peeked = image.peek(address, length)
    const bytes = new Span(peeked.data, peeked.start, length)
    readChunk(image, continuationBlock, chunk, bytes, header, false)
    inspect(image, header, chunk, bytes)
    if (i + 1 === header.chunks.length) return
    seen ??= new Set()
    seen.add(address)
  }
}

interface ChunkParams extends BlockParams, KnownMessages {
  length: number
}

/**
 * Reads a chunk and finds its shape. Where another chunk had the same messages at the same places, they are not taken
 * apart again.
 */
function readChunk<T extends MessageBlock>(
  image: FileImage,
  structure: Structure<T, ChunkParams>,
  chunk: HeaderChunk,
  bytes: Span,
  { version, flags }: BlockParams,
  first: boolean,
): T {
  const params = { version, flags, length: bytes.length, known: false }
  // Who observes is shown all messages.
  const shape = image.observer === undefined ? image.chunkShapes.find(bytes, params, first) : undefined
  params.known = shape !== undefined
  const block = image.decodePeeked(structure, bytes, chunk.address, params)
  if (shape !== undefined) chunk.shape = shape
  else {
    chunk.shape = new ChunkShape(block.messages, chunk.address)
    image.chunkShapes.keep(chunk.shape, bytes, params, first)
  }
  return block
}

/** Takes what messages of a chunk tell of the header: how it goes on, and how many links lead to it. */
function inspect(image: FileImage, header: ObjectHeader, chunk: HeaderChunk, { data, start }: Span): void {
  for (const message of chunk.shape.ofHeader) {
    const { type, length } = message
    const offset = chunk.shape.offset(message)
    const body = new Span(data, start + offset, length)
    const address = chunk.address + offset
    if (type === CONTINUATION) {
      const next = image.decodePeeked(continuationMessage, body, address, undefined)
      const further = { address: next.offset, length: next.length, shape: NO_SHAPE }
      // An array that grows takes room for many more; most headers have no third chunk.
      if (header.chunks.length === 1) header.chunks = [chunk, further]
      else header.chunks.push(further)
    } else if (type === REFERENCE_COUNT) {
      if (header.version === 1)
        throw new FormatError('reference count message in a version 1 header', place(header.address))
      header.referenceCount = image.decodePeeked(referenceCountMessage, body, address, undefined).referenceCount
    } else {
      throw new UnsupportedError(`message of unknown type ${type} that must be understood`, place(header.address))
    }
  }
}

function place(address: number): { structure: string; address: number } {
  return { structure: 'Object Header', address }
}

/** Version and length in bytes of the prefix with the first chunk, from the bytes that it starts with. */
function extent({ data, start, length: known }: Span, address: number): { version: number; length: number } {
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
