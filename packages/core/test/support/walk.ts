import type { Attribute } from '../../src/api/attribute.ts'
import type { Dataset } from '../../src/api/dataset.ts'
import type { File } from '../../src/api/file.ts'
import type { Group } from '../../src/api/group.ts'
import { Hdf5Error } from '../../src/errors.ts'
import type { FileImage } from '../../src/format/file-image.ts'
import { openFractalHeap } from '../../src/format/fractal-heap.ts'
import { readFreeSpaceManager } from '../../src/format/free-space-manager.ts'
import { attributeInfoMessage } from '../../src/format/messages/attribute-info.ts'
import type { Datatype } from '../../src/format/messages/datatype.ts'
import { fileSpaceInfoMessage } from '../../src/format/messages/file-space-info.ts'
import { linkInfoMessage } from '../../src/format/messages/link-info.ts'
import { messageStructure } from '../../src/format/messages/message-table.ts'
import {
  ATTRIBUTE_INFO,
  FILE_SPACE_INFO,
  LINK_INFO,
  METADATA_CACHE_IMAGE,
} from '../../src/format/messages/message-types.ts'
import { metadataCacheImageMessage } from '../../src/format/messages/metadata-cache-image.ts'
import { metadataCacheImageBlock } from '../../src/format/metadata-cache-image.ts'
import type { ObjectHeader } from '../../src/format/read-object-header.ts'
import { readObjectHeader } from '../../src/format/read-object-header.ts'
import { sharedMessageRecords } from '../../src/format/shared-message-list.ts'
import { readSharedMessageTable } from '../../src/format/shared-message-table.ts'
import { driverInfoBlock } from '../../src/format/superblock.ts'
import { unsigned } from '../../src/io/integer.ts'
import { UNDEFINED } from '../../src/io/structure.ts'
import type { IndexOrder } from '../../src/objects/links.ts'
import { decodeMessage, messageValue } from '../../src/objects/messages.ts'
import { openChunkIndex } from '../../src/storage/chunk-index.ts'

const ORDERS: readonly IndexOrder[] = ['native', 'creation', 'name']

/** Elements of larger datasets are not read. */
const MOST_BYTES = 1 << 18

/** Links and chunks that are looked up one by one in each index. */
const MOST_LOOKUPS = 40

export interface Walked {
  objects: number
  links: number
  attributes: number
  chunks: number
  /** What went wrong because of the file. */
  errors: Hdf5Error[]
}

/**
 * Looks at everything that a file has, by every way that there is: objects, links and attributes in every order and by
 * name, messages, chunks by index and one by one, values with what they refer to. What the file does not let through is
 * noted; only errors that are no Hdf5Error come out.
 */
export function walk(file: File): Walked {
  const walked: Walked = { objects: 0, links: 0, attributes: 0, chunks: 0, errors: [] }
  const attempt = (operation: () => void): void => {
    try {
      operation()
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      walked.errors.push(error)
    }
  }
  attempt(() => driverInformation(file))
  const { extension } = file
  if (extension !== undefined) extensionParts(file, extension, attempt)
  const waiting = [file.rootAddress]
  const seen = new Set(waiting)
  for (const address of waiting) {
    walked.objects++
    attempt(() => {
      const header = readObjectHeader(file.image, address)
      messages(file, header, attempt)
      heapFreeSpace(file.image, header, attempt)
    })
    attempt(() => {
      const object = file.object(address, `@${address}`)
      for (const order of ORDERS) attempt(() => attributes(object.attributes(order), file, walked, attempt))
      for (const name of object.attributeNames().slice(0, MOST_LOOKUPS)) attempt(() => object.attribute(name))
      if (object.kind === 'group') attempt(() => links(object, waiting, seen, walked, attempt))
      if (object.kind === 'dataset') attempt(() => dataset(object, walked, attempt))
    })
  }
  return walked
}

type Attempt = (operation: () => void) => void

/** What the superblock extension leads to. */
function extensionParts(file: File, extension: ObjectHeader, attempt: Attempt): void {
  const { image } = file
  messages(file, extension, attempt)
  attempt(() => {
    const space = messageValue(image, extension, FILE_SPACE_INFO, fileSpaceInfoMessage)
    for (const address of space?.managers ?? []) freeSpace(image, address, attempt)
  })
  attempt(() => {
    const cache = messageValue(image, extension, METADATA_CACHE_IMAGE, metadataCacheImageMessage)
    if (cache !== undefined && cache.address !== UNDEFINED) {
      image.read(metadataCacheImageBlock, cache.address, cache.length, undefined)
    }
  })
  attempt(() => {
    if (image.sharedMessages === undefined) return
    for (const index of readSharedMessageTable(image, image.sharedMessages).indexes) {
      attempt(() => sharedMessageRecords(image, index))
      if (index.heapAddress !== UNDEFINED) {
        attempt(() => freeSpace(image, openFractalHeap(image, index.heapAddress).header.freeSpaceAddress, attempt))
      }
    }
  })
}

function freeSpace(image: FileImage, address: number, attempt: Attempt): void {
  if (address !== UNDEFINED) attempt(() => readFreeSpaceManager(image, address))
}

/** The free space of the heaps that an object's links and attributes are in. */
function heapFreeSpace(image: FileImage, header: ObjectHeader, attempt: Attempt): void {
  const links = messageValue(image, header, LINK_INFO, linkInfoMessage)
  const attributes = messageValue(image, header, ATTRIBUTE_INFO, attributeInfoMessage)
  for (const heap of [links?.fractalHeap, attributes?.fractalHeap]) {
    if (heap === undefined || heap === UNDEFINED) continue
    attempt(() => freeSpace(image, openFractalHeap(image, heap).header.freeSpaceAddress, attempt))
  }
}

function driverInformation(file: File): void {
  const { driverInfoAddress } = file.superblock
  if (driverInfoAddress === UNDEFINED) return
  const { image } = file
  const size = unsigned(image.source.view(driverInfoAddress + 4, 4), 0, 4)
  image.read(driverInfoBlock, driverInfoAddress, 16 + size, undefined)
}

function messages(file: File, header: ObjectHeader, attempt: Attempt): void {
  for (const message of header.messages) {
    const structure = messageStructure(message.type)
    if (structure !== undefined) attempt(() => decodeMessage(file.image, message, structure))
  }
}

function links(group: Group, waiting: number[], seen: Set<number>, walked: Walked, attempt: Attempt): void {
  const names: string[] = []
  for (const order of ORDERS) {
    attempt(() => {
      for (const link of group.links(order)) {
        walked.links++
        if (names.length < MOST_LOOKUPS) names.push(link.name)
        if (link.kind !== 'hard' || seen.has(link.address)) continue
        seen.add(link.address)
        waiting.push(link.address)
      }
    })
  }
  for (const name of names) attempt(() => group.link(name))
  attempt(() => group.linkCount)
}

function attributes(found: Attribute[], file: File, walked: Walked, attempt: Attempt): void {
  for (const attribute of found) {
    walked.attributes++
    attempt(() => attribute.value)
    attempt(() => references(file, attribute.type, attribute.raw(), attribute.type.size))
  }
}

function dataset(object: Dataset, walked: Walked, attempt: Attempt): void {
  const { image } = object.file
  attempt(() => object.fillValue)
  attempt(() => object.storageSize)
  attempt(() => object.mappings)
  attempt(() => object.externalFiles)
  attempt(() => {
    const { layout, space } = object
    if (layout.kind !== 'chunked') return
    const index = openChunkIndex(image, layout, space)
    let lookups = 0
    for (const { offset } of index.entries()) {
      walked.chunks++
      if (lookups++ < MOST_LOOKUPS) index.find(offset.map((start, axis) => start / layout.dimensions[axis]))
    }
  })
  attempt(() => {
    const elements = object.shape.reduce((product, size) => product * size, 1)
    if (elements * object.type.size > MOST_BYTES) return
    object.read()
    references(object.file, object.type, object.raw(), object.type.size)
  })
}

/** Decodes every reference in elements of a type. */
function references(file: File, type: Datatype, bytes: Uint8Array, stride: number): void {
  for (const { at, reference } of referenceMembers(type, 0)) {
    for (let start = at; start + reference.size <= bytes.length; start += stride) {
      file.reference(reference, bytes, start)
    }
  }
}

function* referenceMembers(
  type: Datatype,
  at: number,
): Generator<{ at: number; reference: Datatype & { class: 'reference' } }> {
  if (type.class === 'reference') yield { at, reference: type }
  else if (type.class === 'compound') {
    for (const member of type.members) yield* referenceMembers(member.type, at + member.offset)
  } else if (type.class === 'array') yield* referenceMembers(type.base, at)
}
