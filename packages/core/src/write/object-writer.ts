import { WriteError } from '../errors.ts'
import type { AttributeMessage } from '../format/messages/attribute.ts'
import { attributeMessage } from '../format/messages/attribute.ts'
import { commentMessage } from '../format/messages/comment.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import { dataspaceMessage } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { fillValueMessage } from '../format/messages/fill-value.ts'
import { filterPipelineMessage } from '../format/messages/filter-pipeline.ts'
import type { GroupInfo } from '../format/messages/group-info.ts'
import { groupInfoMessage } from '../format/messages/group-info.ts'
import type { LinkMessage } from '../format/messages/link.ts'
import { linkMessage } from '../format/messages/link.ts'
import { CREATION_ORDER_INDEXED, CREATION_ORDER_TRACKED } from '../format/messages/link-info.ts'
import {
  DATA_LAYOUT,
  DATASPACE,
  DATATYPE,
  FILL_VALUE,
  FILTER_PIPELINE,
  MODIFICATION_TIME,
  OBJECT_COMMENT,
} from '../format/messages/message-types.ts'
import { modificationTimeMessage } from '../format/messages/modification-time.ts'
import { COMMITTED, sharedMessage } from '../format/messages/shared.ts'
import { ATTRIBUTE_ORDER_INDEXED, ATTRIBUTE_ORDER_TRACKED, SHARED } from '../format/object-header.ts'
import type { Structure } from '../io/structure.ts'
import { buildAttributes } from './attribute-storage.ts'
import { buildChunkIndex } from './chunk-index-builder.ts'
import type { AttributeContent, DatasetDraft, GroupDraft, ObjectDraft, TypeDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { HeaderDraft, MessageDraft } from './header-packer.ts'
import type { GroupStyle } from './link-storage.ts'
import { buildLinks } from './link-storage.ts'
import type { SymbolTableConstants } from './symbol-table-builder.ts'
import type { Versions } from './version-bounds.ts'

/** What all objects of a file are written with. */
export interface ObjectContext {
  emitter: Emitter
  versions: Versions
  constants: SymbolTableConstants & { chunkK: number }
  /** The address of an object that is linked or referred to. */
  addressOf(object: ObjectDraft): number
  /** Hard links that lead to an object. */
  referenceCount(object: ObjectDraft): number
}

const DO_NOT_CHANGE = 1
const TIMES_STORED = 0x20
const UTF8 = 1

/** Writes what belongs to an object but is not in its header; returns the header. */
export function objectHeader(context: ObjectContext, object: ObjectDraft): HeaderDraft {
  const version = headerVersion(context, object)
  const messages = [...ownMessages(context, object), ...attributeMessages(context, object, version)]
  if (object.comment !== undefined) {
    messages.push(message(context, OBJECT_COMMENT, commentMessage, { comment: object.comment }))
  }
  const referenceCount = context.referenceCount(object)
  const time = object.modificationTime
  if (version === 1) {
    if (time !== undefined) {
      messages.push(message(context, MODIFICATION_TIME, modificationTimeMessage, { version: 1, seconds: time }))
    }
    return { version, flags: 0, referenceCount, messages }
  }
  const order = object.trackAttributeOrder ? ATTRIBUTE_ORDER_TRACKED | ATTRIBUTE_ORDER_INDEXED : 0
  if (time === undefined) return { version, flags: order, referenceCount, messages }
  const times = { access: time, modification: time, change: time, birth: time }
  return { version, flags: order | TIMES_STORED, referenceCount, times, messages }
}

/** Only the newer object headers know an order of attributes. */
function headerVersion({ versions }: ObjectContext, object: ObjectDraft): 1 | 2 {
  return object.trackAttributeOrder ? 2 : versions.objectHeader
}

function ownMessages(context: ObjectContext, object: ObjectDraft): MessageDraft[] {
  switch (object.kind) {
    case 'group':
      return groupMessages(context, object)
    case 'dataset':
      return datasetMessages(context, object)
    case 'datatype':
      return [
        message(context, DATATYPE, datatypeMessage, atLeast(object.type, context.versions.datatype), DO_NOT_CHANGE),
      ]
  }
}

function message<T>(context: ObjectContext, type: number, structure: Structure<T>, value: T, flags = 0): MessageDraft {
  return { type, flags, body: context.emitter.encoded(structure, value, undefined) }
}

/** A datatype with the version of its description raised to a bound's, inside as well. */
function atLeast(type: Datatype, version: number): Datatype {
  const raised = { ...type, version: Math.max(type.version, version) }
  switch (raised.class) {
    case 'compound': {
      const members = raised.members.map((member) => ({ ...member, type: atLeast(member.type, version) }))
      return { ...raised, members }
    }
    case 'enum':
    case 'array':
    case 'variable-length':
    case 'complex':
      return { ...raised, base: atLeast(raised.base, version) }
    default:
      return raised
  }
}

function groupMessages(context: ObjectContext, group: GroupDraft): MessageDraft[] {
  const links: LinkMessage[] = []
  for (const [name, target] of group.links) {
    const characterSet = isAscii(name) ? 0 : UTF8
    const creationOrder = group.trackOrder ? links.length : undefined
    const common = { ...linkMessage.blank(), name, characterSet, creationOrder }
    if (target.kind === 'hard') {
      links.push({ ...common, target: { kind: 'hard', address: context.addressOf(target.object) } })
    } else if (target.kind === 'soft') {
      links.push({ ...common, type: SOFT_LINK, target: { kind: 'soft', path: target.path } })
    } else {
      const { file, path } = target
      links.push({ ...common, type: EXTERNAL_LINK, target: { kind: 'external', version: 0, flags: 0, file, path } })
    }
  }
  return buildLinks(context.emitter, groupStyle(context, group, links.length), links)
}

const SOFT_LINK = 1
const EXTERNAL_LINK = 64

/** An old-style group has no creation order, and no links to other files. */
function groupStyle({ versions, constants }: ObjectContext, group: GroupDraft, count: number): GroupStyle {
  const newer = group.trackOrder || [...group.links.values()].some(({ kind }) => kind === 'external')
  if (versions.groups === 'symbol-table' && !newer) return { kind: 'symbol-table', constants }
  const info: GroupInfo = groupInfoMessage.blank()
  const orderFlags = group.trackOrder ? CREATION_ORDER_TRACKED | CREATION_ORDER_INDEXED : 0
  return { kind: 'link-messages', orderFlags, nextCreationOrder: group.trackOrder ? count : 0, info, dense: false }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

function datasetMessages(context: ObjectContext, dataset: DatasetDraft): MessageDraft[] {
  const { versions, emitter, constants } = context
  const { space, filters, fill, layout, chunks } = dataset
  const written =
    layout.kind === 'chunked'
      ? buildChunkIndex(emitter, layout, space, filters.length > 0, chunks, constants.chunkK)
      : layout
  const messages = [
    message(context, DATASPACE, dataspaceMessage, { ...space, version: spaceVersion(context, dataset) }),
    datatypeOf(context, dataset),
    message(context, FILL_VALUE, fillValueMessage, { ...fill, version: versions.fillValue }, DO_NOT_CHANGE),
    message(context, DATA_LAYOUT, dataLayoutMessage, written),
  ]
  if (filters.length > 0) {
    const pipeline = { version: versions.filterPipeline, filters: [...filters] }
    messages.push(message(context, FILTER_PIPELINE, filterPipelineMessage, pipeline, DO_NOT_CHANGE))
  }
  return messages
}

function spaceVersion({ versions }: ObjectContext, { space }: Pick<DatasetDraft, 'space'>): number {
  return space.kind === 'null' ? 2 : versions.dataspace
}

/** The datatype itself, or where the committed one is that it uses. */
function datatypeOf(context: ObjectContext, { type, committed }: DatasetDraft): MessageDraft {
  if (committed === undefined) {
    return message(context, DATATYPE, datatypeMessage, atLeast(type, context.versions.datatype), DO_NOT_CHANGE)
  }
  return message(context, DATATYPE, sharedMessage, sharedType(context, committed), DO_NOT_CHANGE | SHARED)
}

function sharedType(context: ObjectContext, committed: TypeDraft) {
  return {
    version: context.versions.objectHeader === 1 ? 2 : 3,
    type: COMMITTED,
    address: context.addressOf(committed),
  }
}

function attributeMessages(context: ObjectContext, object: ObjectDraft, version: 1 | 2): MessageDraft[] {
  const orderFlags = object.trackAttributeOrder ? CREATION_ORDER_TRACKED | CREATION_ORDER_INDEXED : 0
  const drafts = object.attributes.map((attribute, creationOrder) => ({
    name: attribute.name,
    creationOrder,
    body: context.emitter.encoded(attributeMessage, attributeContent(context, attribute), undefined),
  }))
  const nextCreationOrder = drafts.length
  const style = { version, orderFlags, nextCreationOrder, maxCompact: 8, minDense: 6, dense: false }
  return buildAttributes(context.emitter, style, drafts)
}

function attributeContent(context: ObjectContext, attribute: AttributeContent): AttributeMessage {
  const { versions } = context
  const { name, type, committed, space, data } = attribute
  const utf8 = !isAscii(name)
  const needed = utf8 ? 3 : committed !== undefined ? 2 : 1
  if (name === '') throw new WriteError('an attribute without a name')
  return {
    ...attributeMessage.blank(),
    version: Math.max(needed, versions.attribute),
    name,
    characterSet: utf8 ? UTF8 : 0,
    datatype:
      committed === undefined
        ? { value: atLeast(type, versions.datatype) }
        : { shared: sharedType(context, committed) },
    dataspace: { value: { ...space, version: spaceVersion(context, { space }) } },
    data,
  }
}
