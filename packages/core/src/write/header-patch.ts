import { FormatError, WriteError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { NIL } from '../format/messages/message-types.ts'
import type { MessageBlock } from '../format/object-header.ts'
import { continuationBlock, objectHeaderV1, objectHeaderV2 } from '../format/object-header.ts'
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
  return patched(image, header, message, message.type, body)
}

/** The part of an object header that a message is in, without the message: what was its place is free. */
export function withoutMessage(image: FileImage, header: ObjectHeader, message: StoredMessage): Patch {
  return patched(image, header, message, NIL, new Uint8Array(0))
}

function patched(
  image: FileImage,
  header: ObjectHeader,
  message: StoredMessage,
  type: number,
  body: Uint8Array,
): Patch {
  const index = header.chunks.findIndex(
    ({ address, length }) => message.address > address && message.address <= address + length,
  )
  if (index < 0) throw new FormatError('a message outside of its object header', { address: header.address })
  const { address, length } = header.chunks[index]
  const change = <T extends MessageBlock, P>(structure: Structure<T, P>, params: P): Patch => {
    const block = image.read(structure, address, length, params)
    const found = block.messages.find((each) => each.address === message.address)
    if (found === undefined) throw new FormatError('no message there', { address: message.address })
    if (body.length > found.length) {
      throw new WriteError(`a message of ${body.length} bytes in a place for ${found.length}`, { address })
    }
    const padded = new Uint8Array(found.length)
    padded.set(body)
    found.body = new Span(padded)
    found.type = type
    if (type === NIL) found.flags = 0
    return { address, data: encode(structure, block, image.sizes, params) }
  }
  if (index > 0) return change(continuationBlock, { version: header.version, flags: header.flags, length })
  return header.version === 1 ? change(objectHeaderV1, undefined) : change(objectHeaderV2, undefined)
}
