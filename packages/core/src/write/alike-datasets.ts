import { FileImage } from '../format/file-image.ts'
import { continuationMessage } from '../format/messages/continuation.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import { CONTINUATION, DATA_LAYOUT } from '../format/messages/message-types.ts'
import type { HeaderChunk } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import { BufferSource } from '../io/buffer-source.ts'
import { lookup3 } from '../io/checksum.ts'
import { putUnsigned, unsigned } from '../io/integer.ts'
import { copyBytes, Span } from '../io/span.ts'
import { UNDEFINED } from '../io/structure.ts'
import { attempt } from '../objects/attempt.ts'
import type { DatasetDraft, ExistingObject } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { FileWriter } from './file-writer.ts'
import { copySmallBlock, SMALL } from './object-copy-data.ts'
import type { OwnFields } from './own-fields.ts'
import { ADDRESS, ATTRIBUTES, continuationField, MODIFICATION, ownFields, TIMES } from './own-fields.ts'

/** Bytes at the end of each chunk of a version 2 header. */
const CHECKSUM = 4

/** Bytes of longer headers are not kept. */
const LONGEST = 1 << 16

const MOST_CHUNKS = 16

/** Bytes of an address in nearly all files. */
const USUAL_OFFSETS = 8

/** Forms that are looked for at once. */
const MOST_FORMS = 8

/** Forms that are made although none was of use yet. */
const TRIALS = 64

/** Whatever is wrong with a dataset is told of where datasets are read one by one. */
const NOT_TOLD = (): void => {}

/** A dataset that was written as others were before. */
export interface RepeatedDataset {
  object: ExistingObject
  /** Of its elements. */
  bytes: number
}

/**
 * Datasets of which there are many in a file, that differ in nothing but their elements, the values of their attributes
 * and times: they are written as the first one was, without taking each header apart and putting it together again.
 */
export class AlikeDatasets {
  readonly #image: FileImage
  readonly #writer: FileWriter
  readonly #forms: Form[] = []
  #made = 0
  #used = 0

  constructor(image: FileImage, writer: FileWriter) {
    this.#image = image
    this.#writer = writer
  }

  /**
   * Takes note of how a dataset was written.
   *
   * @param address of its header in the source
   * @param draft with all that the source has, and nothing else, to which one link leads
   */
  add(address: number, draft: DatasetDraft): void {
    if (this.#made >= TRIALS && this.#used < this.#made) return
    // Messages that nobody needs may be damaged.
    const form = attempt(() => formOf(this.#image, address, draft, this.#writer), NOT_TOLD)
    if (form === undefined) return
    this.#forms[this.#made++ % MOST_FORMS] = form
  }

  /** Writes the dataset at an address with its elements; undefined, and nothing is written, where there was none like it. */
  write(address: number): RepeatedDataset | undefined {
    if (this.#image.observer !== undefined) return undefined
    for (const form of this.#forms) {
      const object = form.write(this.#image, address, this.#writer.emitter)
      if (object === undefined) continue
      this.#used++
      return { object, bytes: form.elementBytes }
    }
    return undefined
  }
}

function formOf(image: FileImage, address: number, draft: DatasetDraft, writer: FileWriter): Form | undefined {
  const { layout, space, type, external } = draft
  const bytes = elementCount(space) * type.size
  const isInOnePlace = layout.kind === 'contiguous' || layout.kind === 'compact'
  if (!isInOnePlace || external !== undefined || bytes > SMALL) return undefined
  // There are addresses that others have no room for.
  if (image.sizes.fold !== undefined || writer.emitter.sizes.offsets < USUAL_OFFSETS) return undefined
  const header = readObjectHeader(image, address)
  if (header.chunks.some(({ length }) => length > LONGEST) || header.chunks.length > MOST_CHUNKS) return undefined
  const from = ownFields(image, header)
  const bytesOfHeader = from && writer.headerAlone(draft, 1)
  if (from === undefined || bytesOfHeader === undefined) return undefined
  const written = new FileImage(new BufferSource(bytesOfHeader), writer.emitter.sizes, image.pipeline)
  const newHeader = readObjectHeader(written, 0)
  const to = ownFields(written, newHeader)
  if (to === undefined) return undefined
  const isStored = layout.kind === 'contiguous' && layout.address !== UNDEFINED
  // Otherwise headers are alike where none has an address.
  if (!isStored) from.delete(ADDRESS)
  const place = isStored ? to.get(ADDRESS) : undefined
  to.delete(ADDRESS)
  const chunks = header.chunks.map((chunk, number) => new ChunkForm(image, header.version, chunk, number, from))
  for (const name of from.keys()) if (name.startsWith(ATTRIBUTES) && !to.has(name)) return undefined
  for (const [name, field] of to) {
    const source = from.get(name) ?? (TIMES.includes(name) ? from.get(MODIFICATION) : undefined)
    if (source === undefined || source.length !== field.length) return undefined
    chunks[source.chunk].copied.push({ from: source.at, length: source.length, to: field.at })
  }
  return new Form(chunks, bytesOfHeader, newHeader.version, place?.at, bytes)
}

/** How datasets that are alike are stored, and how they are written. */
class Form {
  /** Bytes of the elements of each. */
  readonly elementBytes: number
  readonly #chunks: readonly ChunkForm[]
  /** As it is written; what is a dataset's own is that of the last one. */
  readonly #header: Uint8Array
  /** Where in it the address of elements is that are stored elsewhere. */
  readonly #place: number | undefined
  readonly #version: number

  constructor(
    chunks: readonly ChunkForm[],
    header: Uint8Array,
    version: number,
    place: number | undefined,
    elementBytes: number,
  ) {
    this.#chunks = chunks
    this.#header = header
    this.#version = version
    this.#place = place
    this.elementBytes = elementBytes
  }

  write(image: FileImage, address: number, emitter: Emitter): ExistingObject | undefined {
    const elements = attempt(() => this.#fill(image, address), NOT_TOLD)
    if (elements === undefined) return undefined
    const header = this.#header
    if (this.#place !== undefined) {
      const { offsets } = emitter.sizes
      if (elements === UNDEFINED || image.available(elements, this.elementBytes) < this.elementBytes) return undefined
      putUnsigned(header, this.#place, offsets, copySmallBlock(image, elements, this.elementBytes, emitter))
    }
    if (this.#version > 1) {
      const end = header.length - CHECKSUM
      putUnsigned(header, end, CHECKSUM, lookup3(header, 0, end))
    }
    return { kind: 'existing', address: emitter.placeBytes(header) }
  }

  /** Takes what a dataset has of its own; returns where its elements are, undefined where it is not of this form. */
  #fill(image: FileImage, address: number): number | undefined {
    let elements = UNDEFINED
    let at = address
    for (const chunk of this.#chunks) {
      const bytes = chunk.find(image, at)
      if (bytes === undefined) return undefined
      for (const { from, length, to } of chunk.copied) {
        const start = bytes.start + from
        copyBytes(bytes.data, start, start + length, this.#header, to)
      }
      elements = chunk.elements(image, bytes) ?? elements
      at = chunk.next(image, bytes) ?? at
    }
    return elements
  }
}

/** What a chunk of a header has in common with that of others. */
class ChunkForm {
  /** What goes into the new header. */
  readonly copied: { from: number; length: number; to: number }[] = []
  readonly #bytes: Uint8Array
  /** Where the bytes are the same: starts and ends, in turn. */
  readonly #same: number[] = []
  readonly #isChecked: boolean
  /** The messages that tell where the elements are, and the next chunk. */
  readonly #layout: Message | undefined
  readonly #continuation: Message | undefined

  constructor(image: FileImage, version: number, chunk: HeaderChunk, number: number, fields: OwnFields) {
    const { address, length, shape } = chunk
    this.#bytes = new Uint8Array(image.source.view(address, length))
    this.#isChecked = version > 1
    const own = [...fields.values()].filter((field) => field.chunk === number).sort((a, b) => a.at - b.at)
    let at = 0
    for (const field of own) {
      this.#same.push(at, field.at)
      at = field.at + field.length
    }
    this.#same.push(at, this.#isChecked ? length - CHECKSUM : length)
    const find = (name: string, type: number): Message | undefined => {
      const message = fields.get(name)?.chunk === number ? shape.find(type) : undefined
      return message && { at: shape.offset(message), length: message.length }
    }
    this.#layout = find(ADDRESS, DATA_LAYOUT)
    this.#continuation = find(continuationField(number), CONTINUATION)
  }

  /** The bytes at an address, for a look only, if they are of this form. */
  find(image: FileImage, address: number): Span | undefined {
    const { length } = this.#bytes
    if (image.available(address, length) < length) return undefined
    const found = image.peek(address, length)
    if (!this.#isLike(found)) return undefined
    if (!this.#isChecked) return found
    const end = found.start + length - CHECKSUM
    return unsigned(found.data, end, CHECKSUM) === lookup3(found.data, found.start, end) ? found : undefined
  }

  #isLike({ data, start }: Span): boolean {
    const bytes = this.#bytes
    const same = this.#same
    for (let i = 0; i < same.length; i += 2) {
      for (let at = same[i]; at < same[i + 1]; at++) if (bytes[at] !== data[start + at]) return false
    }
    return true
  }

  /** Where the elements are, if this is the chunk that tells it. */
  elements(image: FileImage, bytes: Span): number | undefined {
    const message = this.#layout
    if (message === undefined) return undefined
    const layout = image.decodePeeked(dataLayoutMessage, part(bytes, message), 0, undefined)
    return layout.kind === 'contiguous' ? layout.address : undefined
  }

  /** Where the header goes on. */
  next(image: FileImage, bytes: Span): number | undefined {
    const message = this.#continuation
    return message && image.decodePeeked(continuationMessage, part(bytes, message), 0, undefined).offset
  }
}

/** Where a chunk has a message. */
interface Message {
  at: number
  length: number
}

function part({ data, start }: Span, { at, length }: Message): Span {
  return new Span(data, start + at, length)
}
