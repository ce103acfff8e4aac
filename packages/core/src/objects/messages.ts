import { FormatError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import type { SharedMessage } from '../format/messages/shared.ts'
import { sharedMessage } from '../format/messages/shared.ts'
import { SHARED } from '../format/object-header.ts'
import type { ObjectHeader, StoredMessage } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import { sharedMessageBytes } from '../format/shared-message-table.ts'
import type { Structure } from '../io/structure.ts'

/** The value of an object header's first message of a type; undefined where it has none. */
export function messageValue<T>(
  image: FileImage,
  header: ObjectHeader,
  type: number,
  structure: Structure<T>,
): T | undefined {
  // As `header.find`, without an object that tells where the message is: this is asked for several messages of each object.
  for (const { address, shape } of header.chunks) {
    const message = shape.find(type)
    if (message === undefined) continue
    const { flags, length } = message
    const place = address + shape.offset(message)
    if ((flags & SHARED) === 0) return image.readAgain(structure, place, length)
    return decodeShared(image, place, length, type, structure)
  }
  return undefined
}

/** Interprets a message, wherever it is stored. */
export function decodeMessage<T>(image: FileImage, message: StoredMessage, structure: Structure<T>): T {
  const { type, flags, address, length } = message
  if ((flags & SHARED) === 0) return image.readAgain(structure, address, length)
  return decodeShared(image, address, length, type, structure)
}

function decodeShared<T>(image: FileImage, address: number, length: number, type: number, structure: Structure<T>): T {
  return resolveShared(image, image.read(sharedMessage, address, length, undefined), type, structure)
}

/** Brings a shared message from where it is. */
export function resolveShared<T>(image: FileImage, shared: SharedMessage, type: number, structure: Structure<T>): T {
  if ('heapId' in shared) return sharedInHeap(image, shared.heapId, type, structure)
  const header = readObjectHeader(image, shared.address)
  const message = header.find(type)
  if (message === undefined || (message.flags & SHARED) !== 0) {
    throw new FormatError(`no message of type ${type} to share`, {
      structure: 'Object Header',
      address: shared.address,
    })
  }
  return image.read(structure, message.address, message.length, undefined)
}

/** A message out of the file's shared message heap. */
export function sharedInHeap<T>(image: FileImage, heapId: Uint8Array, type: number, structure: Structure<T>): T {
  const table = image.sharedMessages
  if (table === undefined) throw new FormatError('a shared message in a file without a table of them')
  return image.decode(structure, sharedMessageBytes(image, table, type, heapId), table.address, undefined)
}

/** The address of the object that shares a message; undefined where the message is not in another object. */
export function committedAddress(shared: SharedMessage): number | undefined {
  return 'address' in shared ? shared.address : undefined
}
