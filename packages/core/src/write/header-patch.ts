import { FormatError, WriteError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { CONTINUATION, NIL } from '../format/messages/message-types.ts'
import type { MessageBlock } from '../format/object-header.ts'
import { continuationBlock, HeaderMessage, objectHeaderV1, objectHeaderV2 } from '../format/object-header.ts'
import type { ObjectHeader, StoredMessage } from '../format/read-object-header.ts'
import type { Patch } from '../io/patched-source.ts'
import { Span } from '../io/span.ts'
import type { Structure } from '../io/structure.ts'
import { encode } from '../io/writer.ts'

/**
 * The part of an object header that a message is in, with another body in its place; the rest of the place is zeros.
 *
 * @throws WriteError where the new body is longer than the place
 */
export function withBody(image: FileImage, header: ObjectHeader, message: StoredMessage, body: Uint8Array): Patch {
  return changedPart(image, header, message, (_, found) => {
    if (body.length > found.length) {
      throw new WriteError(`a message of ${body.length} bytes in a place for ${found.length}`, {
        address: found.address,
      })
    }
    found.body = padded(body, found.length)
  })
}

/** The part of an object header that a message is in, without the message: its place is free, at the part's end. */
export function withoutMessage(image: FileImage, header: ObjectHeader, message: StoredMessage): Patch {
  return changedPart(image, header, message, (block, found) => {
    block.messages.splice(block.messages.indexOf(found), 1)
    const free = new HeaderMessage()
    free.type = NIL
    // No byte stays behind a message that has room for it.
    free.body = padded(new Uint8Array(0), found.length + block.gap)
    block.gap = 0
    block.messages.push(free)
  })
}

/** Whether an object header has no other message than one that is to go. */
export function hasOnly(header: ObjectHeader, message: StoredMessage): boolean {
  return header.messages.every(
    (each) => each.address === message.address || each.type === NIL || each.type === CONTINUATION,
  )
}

function changedPart(
  image: FileImage,
  header: ObjectHeader,
  { address: wanted }: StoredMessage,
  change: (block: MessageBlock, found: HeaderMessage) => void,
): Patch {
  const index = header.chunks.findIndex(({ address, length }) => wanted > address && wanted <= address + length)
  if (index < 0) throw new FormatError('a message outside of its object header', { address: header.address })
  const { address, length } = header.chunks[index]
  const patch = <T extends MessageBlock, P>(structure: Structure<T, P>, params: P): Patch => {
    const block = image.read(structure, address, length, params)
    const found = block.messages.find((each) => each.address === wanted)
    if (found === undefined) throw new FormatError('no message there', { address: wanted })
    change(block, found)
    return { address, data: encode(structure, block, image.sizes, params) }
  }
  if (index > 0) return patch(continuationBlock, { version: header.version, flags: header.flags, length })
  return header.version === 1 ? patch(objectHeaderV1, undefined) : patch(objectHeaderV2, undefined)
}

function padded(body: Uint8Array, length: number): Span {
  const bytes = new Uint8Array(length)
  bytes.set(body)
  return new Span(bytes)
}
