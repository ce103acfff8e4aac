import type { FileImage } from '../format/file-image.ts'
import { attributeMessage } from '../format/messages/attribute.ts'
import { attributeInfoMessage } from '../format/messages/attribute-info.ts'
import { continuationMessage } from '../format/messages/continuation.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import {
  ATTRIBUTE,
  ATTRIBUTE_INFO,
  CONTINUATION,
  DATA_LAYOUT,
  MODIFICATION_TIME,
} from '../format/messages/message-types.ts'
import { modificationTimeMessage } from '../format/messages/modification-time.ts'
import { objectHeaderV2, SHARED } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import type { Structure } from '../io/structure.ts'
import { UNDEFINED } from '../io/structure.ts'
import { trace } from '../io/trace.ts'

/** Where in an object header there is something that even objects which are alike have of their own. */
export interface OwnField {
  /** Number of the header's chunk. */
  chunk: number
  /** Of the first byte, from the chunk's start. */
  at: number
  /** In bytes. */
  length: number
}

/** The fields by what they are; undefined where what is the object's own is not to be told from the rest. */
export type OwnFields = Map<string, OwnField>

/** The address of elements that are in one block. */
export const ADDRESS = 'address of elements'

export const MODIFICATION = 'Modification Time'

/** Fields of a version 2 header. A message of version 1 stands for all of them. */
export const TIMES: readonly string[] = ['Access Time', MODIFICATION, 'Change Time', 'Birth Time']

/** What the names of fields start with that have the elements of attributes. */
export const ATTRIBUTES = 'attribute'

/** The message of a chunk that tells where the header goes on. */
export function continuationField(chunk: number): string {
  return `continuation of ${chunk}`
}

/** The own fields of an object whose elements and attributes are in one place each, and shared with no other. */
export function ownFields(image: FileImage, header: ObjectHeader): OwnFields | undefined {
  const fields: OwnFields = header.version === 1 ? new Map() : timesOf(image, header)
  for (const [chunk, { address, shape }] of header.chunks.entries()) {
    for (const message of shape.messages) {
      const { type, flags, length } = message
      if ((flags & SHARED) !== 0) return undefined
      const start = shape.offset(message)
      const bytes = image.source.view(address + start, length)
      const found = fieldOf(image, type, bytes, chunk)
      if (found === 'elsewhere') return undefined
      if (found === undefined) continue
      if (fields.has(found.name)) return undefined
      fields.set(found.name, { chunk, at: start + found.at, length: found.length })
    }
  }
  return fields
}

function timesOf(image: FileImage, { chunks: [{ address, length }] }: ObjectHeader): OwnFields {
  const rows = trace(objectHeaderV2, image.source.view(address, length), 0, image.sizes, undefined)
  const times = rows.filter(({ structure, field }) => structure === objectHeaderV2.name && TIMES.includes(field))
  return new Map(times.map(({ field, address: at, length }) => [field, { chunk: 0, at, length }]))
}

type Found = { name: string; at: number; length: number }

/** What is an object's own in the body of a message; 'elsewhere' where there is something more outside of the header. */
function fieldOf(image: FileImage, type: number, bytes: Uint8Array, chunk: number): Found | 'elsewhere' | undefined {
  switch (type) {
    case DATA_LAYOUT:
      return (
        named(ADDRESS, place(image, dataLayoutMessage, bytes, ['Address', 'Data Address'])) ??
        named('elements', place(image, dataLayoutMessage, bytes, ['Raw Data', 'Compact Data']))
      )
    case MODIFICATION_TIME:
      return named(MODIFICATION, place(image, modificationTimeMessage, bytes, ['Seconds After UNIX Epoch']))
    case CONTINUATION:
      return named(continuationField(chunk), place(image, continuationMessage, bytes, ['Offset']))
    case ATTRIBUTE:
      return attributeField(image, bytes)
    case ATTRIBUTE_INFO: {
      const { fractalHeap } = image.decode(attributeInfoMessage, bytes, 0, undefined)
      return fractalHeap === UNDEFINED ? undefined : 'elsewhere'
    }
    default:
      return undefined
  }
}

/** The elements of an attribute. */
function attributeField(image: FileImage, bytes: Uint8Array): Found | 'elsewhere' | undefined {
  const { name, datatype, dataspace } = image.decode(attributeMessage, bytes, 0, undefined)
  if ('shared' in datatype || 'shared' in dataspace) return 'elsewhere'
  const length = elementCount(dataspace.value) * datatype.value.size
  // Behind the rest where there are no elements.
  const { at } = place(image, attributeMessage, bytes, ['Data']) ?? { at: bytes.length }
  return { name: `${ATTRIBUTES} ${name}`, at, length }
}

function named(name: string, found: Omit<Found, 'name'> | undefined): Found | undefined {
  return found === undefined ? undefined : { name, ...found }
}

/** Where a message has the first of some fields. */
function place<T>(
  { sizes }: FileImage,
  structure: Structure<T>,
  bytes: Uint8Array,
  names: readonly string[],
): Omit<Found, 'name'> | undefined {
  const rows = trace(structure, bytes, 0, sizes, undefined)
  const row = rows.find(({ structure: of, field }) => of === structure.name && names.includes(field))
  return row === undefined ? undefined : { at: row.address, length: row.length }
}
