import { typeInFile } from '../datatype/type-in-file.ts'
import { UnsupportedError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { openLocalHeap } from '../format/local-heap.ts'
import { attributeInfoMessage } from '../format/messages/attribute-info.ts'
import { commentMessage } from '../format/messages/comment.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { groupInfoMessage } from '../format/messages/group-info.ts'
import { CREATION_ORDER_INDEXED, CREATION_ORDER_TRACKED, linkInfoMessage } from '../format/messages/link-info.ts'
import {
  ATTRIBUTE,
  ATTRIBUTE_INFO,
  CONTINUATION,
  DATA_LAYOUT,
  GROUP_INFO,
  LINK,
  LINK_INFO,
  MODIFICATION_TIME,
  NIL,
  OBJECT_COMMENT,
  OLD_MODIFICATION_TIME,
  REFERENCE_COUNT,
  SYMBOL_TABLE,
} from '../format/messages/message-types.ts'
import { modificationTimeMessage, oldModificationTimeMessage } from '../format/messages/modification-time.ts'
import { symbolTableMessage } from '../format/messages/symbol-table.ts'
import { ATTRIBUTE_PHASE_CHANGE, HeaderMessage, SHARED, TIMES_STORED } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readVirtualMappings } from '../format/virtual-mapping.ts'
import { Span } from '../io/span.ts'
import type { Sizes } from '../io/structure.ts'
import { UNDEFINED } from '../io/structure.ts'
import { datasetFacts, externalFiles, fillSettings, objectKind, typeFacts } from '../objects/dataset.ts'
import { messageValue } from '../objects/messages.ts'
import type { DatasetDraft, GroupDraft, ObjectDraft, OrderTracking } from './drafts.ts'
import { groupDraft, typeDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { ObjectTimes } from './header-packer.ts'
import { lengthWithRoom } from './header-packer.ts'
import { emptyLayout } from './object-copy-layout.ts'
import type { Versions } from './version-bounds.ts'
import { versionsFor } from './version-bounds.ts'

/** The versions of what is written that give an object the forms that it has. */
export function formsOf(image: FileImage, header: ObjectHeader): Versions {
  if (header.version === 1) return versionsFor('earliest')
  const version = messageValue(image, header, DATA_LAYOUT, dataLayoutMessage)?.version ?? 0
  return versionsFor(version < FIRST_OF_110 ? 'v108' : version < FIRST_OF_200 ? 'v110' : 'v200')
}

/** Versions of the layout message. */
const FIRST_OF_110 = 4
const FIRST_OF_200 = 5

/**
 * What an object header says by itself: all but links, attributes, and the committed datatype that is used.
 *
 * @param sizes of addresses in the new file
 */
export function draftOfHeader(
  image: FileImage,
  header: ObjectHeader,
  versions: Versions,
  sizes: Sizes = image.sizes,
): ObjectDraft {
  const draft = draftOfKind(image, header, versions, sizes)
  const attributes = messageValue(image, header, ATTRIBUTE_INFO, attributeInfoMessage)
  draft.attributeOrder = attributes === undefined ? 'none' : tracking(attributes.flags)
  if ((header.flags & ATTRIBUTE_PHASE_CHANGE) !== 0) {
    draft.attributePhase = { maxCompact: header.maxCompactAttributes, minDense: header.minDenseAttributes }
  }
  draft.oldHeader = header.version === 1
  draft.comment = messageValue(image, header, OBJECT_COMMENT, commentMessage)?.comment
  draft.times = objectTimes(image, header)
  draft.otherMessages = otherMessages(image, header)
  return draft
}

function draftOfKind(image: FileImage, header: ObjectHeader, versions: Versions, sizes: Sizes): ObjectDraft {
  switch (objectKind(header)) {
    case 'group':
      return groupOf(image, header)
    case 'datatype':
      return typeDraft(typeInFile(typeFacts(image, header).type, sizes))
    case 'dataset':
      return datasetOf(image, header, versions, sizes)
    case undefined:
      throw new UnsupportedError('an object of unknown kind', { address: header.address })
  }
}

function groupOf(image: FileImage, header: ObjectHeader): GroupDraft {
  const links = messageValue(image, header, LINK_INFO, linkInfoMessage)
  const draft = groupDraft(links === undefined ? 'none' : tracking(links.flags))
  draft.info = messageValue(image, header, GROUP_INFO, groupInfoMessage)
  return draft
}

/** Bytes that the names of an old-style group have room for; more than many names take is of no use to a copy. */
export function roomOfNames(image: FileImage, header: ObjectHeader): number | undefined {
  const table = messageValue(image, header, SYMBOL_TABLE, symbolTableMessage)
  return table && Math.min(MOST_ROOM, openLocalHeap(image, table.localHeap).segment.length)
}

const MOST_ROOM = 1 << 16

function datasetOf(image: FileImage, header: ObjectHeader, versions: Versions, sizes: Sizes): DatasetDraft {
  const { type: stored, space: extent, layout, filters } = datasetFacts(image, header)
  const type = typeInFile(stored, sizes)
  const space = plainlyUnlimited(extent, image.sizes)
  const fill = fillSettings(image, header, layout)
  const segments = externalFiles(image, header)
  const needs = {
    space,
    elementSize: type.size,
    filtered: filters.length > 0,
    allocationTime: fill.allocationTime,
    lengths: sizes.lengths,
  }
  return {
    kind: 'dataset',
    attributes: [],
    attributeOrder: 'none',
    type,
    space,
    layout: emptyLayout(layout, versions, needs, type.size === stored.size),
    chunks: [],
    filters,
    fill,
    external: segments.length === 0 ? undefined : segments,
    mappings: layout.kind === 'virtual' ? readVirtualMappings(image, layout) : undefined,
  }
}

/** Where lengths are short, the greatest of them stands for no limit, which in a file with longer ones it would not. */
function plainlyUnlimited(space: Dataspace, { lengths }: Sizes): Dataspace {
  if (space.maximum === undefined || lengths >= 8) return space
  const none = 256 ** lengths - 1
  return { ...space, maximum: space.maximum.map((size) => (size === none ? UNDEFINED : size)) }
}

/** Messages that a copy does not have: it is in one chunk, and counts its links anew. */
const NOT_COPIED: ReadonlySet<number> = new Set([NIL, CONTINUATION, REFERENCE_COUNT])

/** Bytes of a header in one chunk that has room for what another one has, save links and attributes where these are left out. */
export function roomOfHeader(
  emitter: Emitter,
  header: ObjectHeader,
  kept: { links: boolean; attributes: boolean },
): number {
  const lengths: number[] = []
  for (const { shape } of header.chunks) {
    for (const { type, length } of shape.messages) {
      const isLost = (type === LINK && !kept.links) || (ATTRIBUTE_MESSAGES.has(type) && !kept.attributes)
      if (!isLost && !NOT_COPIED.has(type)) lengths.push(length)
    }
  }
  return lengthWithRoom(emitter, { version: header.version === 1 ? 1 : 2, flags: header.flags }, lengths)
}

const ATTRIBUTE_MESSAGES: ReadonlySet<number> = new Set([ATTRIBUTE, ATTRIBUTE_INFO])

/** Links and attributes are told in the same way whether the order of their creation is kept. */
function tracking(flags: number): OrderTracking {
  if ((flags & CREATION_ORDER_INDEXED) !== 0) return 'indexed'
  return (flags & CREATION_ORDER_TRACKED) !== 0 ? 'tracked' : 'none'
}

function objectTimes(image: FileImage, header: ObjectHeader): ObjectTimes | undefined {
  if (header.version > 1) {
    const { accessTime, modificationTime, changeTime, birthTime } = header
    if ((header.flags & TIMES_STORED) === 0) return undefined
    return { access: accessTime, modification: modificationTime, change: changeTime, birth: birthTime }
  }
  const time =
    messageValue(image, header, MODIFICATION_TIME, modificationTimeMessage)?.seconds ??
    messageValue(image, header, OLD_MODIFICATION_TIME, oldModificationTimeMessage)?.seconds
  // Nothing more is known: the library takes the one time for all where it has to store them.
  return time === undefined ? undefined : { access: time, modification: time, change: time, birth: time }
}

/** Messages of unknown types, byte for byte. */
function otherMessages(image: FileImage, header: ObjectHeader): HeaderMessage[] {
  return header.unknown.map(({ type, flags, creationOrder, address, length }) => {
    if ((flags & SHARED) !== 0) {
      throw new UnsupportedError(`a shared message of unknown type ${type}`, { address: header.address })
    }
    return new HeaderMessage(type, flags, new Span(image.source.view(address, length)), creationOrder)
  })
}
