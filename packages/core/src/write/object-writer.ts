import { commentMessage } from '../format/messages/comment.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { groupInfoMessage } from '../format/messages/group-info.ts'
import type { LinkMessage } from '../format/messages/link.ts'
import { EXTERNAL_LINK, HARD_LINK, SOFT_LINK } from '../format/messages/link.ts'
import { DATATYPE, MODIFICATION_TIME, OBJECT_COMMENT } from '../format/messages/message-types.ts'
import { modificationTimeMessage } from '../format/messages/modification-time.ts'
import type { HeaderMessage } from '../format/object-header.ts'
import {
  ATTRIBUTE_ORDER_INDEXED,
  ATTRIBUTE_ORDER_TRACKED,
  ATTRIBUTE_PHASE_CHANGE,
  TIMES_STORED,
} from '../format/object-header.ts'
import { spareBits } from '../objects/spare-bits.ts'
import { attributeDrafts, attributeMessages, fitOldHeader, USUAL_PHASE } from './attribute-messages.ts'
import type { AttributeDraft } from './attribute-storage.ts'
import { datasetMessages } from './dataset-messages.ts'
import type { GroupDraft, LinkDraft, ObjectDraft, OrderTracking } from './drafts.ts'
import type { HeaderDraft } from './header-packer.ts'
import type { GroupStyle } from './link-storage.ts'
import { buildLinks, orderFlags } from './link-storage.ts'
import type { ObjectContext } from './object-context.ts'
import { DO_NOT_CHANGE, DO_NOT_SHARE, isAscii, storedType, UTF8 } from './object-context.ts'

/** Writes what belongs to an object but is not in its header; returns the header. */
export function objectHeader(file: ObjectContext, object: ObjectDraft): HeaderDraft {
  const context = object.versions === undefined ? file : { ...file, versions: object.versions }
  const attributes = attributeDrafts(context, object)
  const version = headerVersion(context, object, attributes)
  const messages = ownMessages(context, object)
  for (const each of attributeMessages(context, object, version, attributes)) messages.push(each)
  if (object.comment !== undefined) {
    messages.push(context.emitter.message(OBJECT_COMMENT, 0, commentMessage, { comment: object.comment }))
  }
  const { times, attributePhase, otherMessages } = object
  if (otherMessages !== undefined) messages.push(...otherMessages)
  const referenceCount = context.referenceCount(object)
  if (version === 1) {
    if (times !== undefined && object.kind !== 'group') {
      const time = { version: 1, seconds: times.modification }
      messages.push(context.emitter.message(MODIFICATION_TIME, 0, modificationTimeMessage, time))
    }
    return { version, flags: 0, referenceCount, messages: sharedWhere(context, messages) }
  }
  const flags =
    ATTRIBUTE_ORDER_FLAGS[object.attributeOrder] |
    (times === undefined ? 0 : TIMES_STORED) |
    (attributePhase === undefined ? 0 : ATTRIBUTE_PHASE_CHANGE)
  return {
    version,
    flags,
    referenceCount,
    times,
    attributePhase,
    messages: sharedWhere(context, messages),
    room: usualRoom(context, object),
  }
}

function sharedWhere({ share }: ObjectContext, messages: HeaderMessage[]): HeaderMessage[] {
  return share === undefined ? messages : messages.map(share)
}

/** What a new group has room for in its header: as many links as are to be expected, unless they are not kept there. */
function usualRoom({ emitter }: ObjectContext, object: ObjectDraft): number | undefined {
  if (object.kind !== 'group') return undefined
  const { estimatedEntries, estimatedNameLength, maximumCompact } = object.info ?? groupInfoMessage.blank()
  if (estimatedEntries > maximumCompact || object.links.size > maximumCompact) return undefined
  const { offsets } = emitter.sizes
  const infos = 28 + (object.linkOrder === 'none' ? 0 : 8) + (object.linkOrder === 'indexed' ? offsets : 0)
  return Math.min(MOST_ROOM, infos + estimatedEntries * (7 + estimatedNameLength + offsets))
}

/** Estimates may be wild. */
const MOST_ROOM = 1 << 14

const ATTRIBUTE_ORDER_FLAGS: Record<OrderTracking, number> = {
  none: 0,
  tracked: ATTRIBUTE_ORDER_TRACKED,
  indexed: ATTRIBUTE_ORDER_TRACKED | ATTRIBUTE_ORDER_INDEXED,
}

/**
 * Only the newer object headers know an order of attributes, can put large ones elsewhere, and have the checksum without
 * which unusual numbers are taken for damage. But many small attributes they put elsewhere too, where these take
 * thousands of bytes: what came in an old header is not to grow by that.
 */
function headerVersion({ versions }: ObjectContext, object: ObjectDraft, attributes: readonly AttributeDraft[]): 1 | 2 {
  if (object.attributeOrder !== 'none' || !fitOldHeader(attributes) || hasSpareBits(object)) return 2
  return object.oldHeader === true && attributes.length > USUAL_PHASE.maxCompact ? 1 : versions.objectHeader
}

function hasSpareBits(object: ObjectDraft): boolean {
  if (object.kind !== 'group' && spareBits(object.type) !== undefined) return true
  return object.attributes.some(({ type }) => spareBits(type) !== undefined)
}

function ownMessages(context: ObjectContext, object: ObjectDraft): HeaderMessage[] {
  switch (object.kind) {
    case 'group':
      return groupMessages(context, object)
    case 'dataset':
      return datasetMessages(context, object)
    case 'datatype':
      return [
        context.emitter.message(
          DATATYPE,
          DO_NOT_CHANGE | DO_NOT_SHARE,
          datatypeMessage,
          storedType(context, object.type),
        ),
      ]
  }
}

function groupMessages(context: ObjectContext, group: GroupDraft): HeaderMessage[] {
  const tracked = group.linkOrder !== 'none'
  const links: LinkMessage[] = []
  for (const [name, link] of group.links) {
    const { type, target } = linkTarget(context, link)
    const creationOrder = tracked ? links.length : undefined
    links.push({ version: 1, flags: 0, type, creationOrder, characterSet: characterSetOf(name, link), name, target })
  }
  return buildLinks(context.emitter, groupStyle(context, group, links), links)
}

function linkTarget(context: ObjectContext, link: LinkDraft): Pick<LinkMessage, 'type' | 'target'> {
  switch (link.kind) {
    case 'hard':
      return { type: HARD_LINK, target: { kind: 'hard', address: context.addressOf(link.object) } }
    case 'soft':
      return { type: SOFT_LINK, target: { kind: 'soft', path: link.path } }
    case 'external':
      return {
        type: EXTERNAL_LINK,
        target: { kind: 'external', version: 0, flags: 0, file: link.file, path: link.path },
      }
    case 'user-defined':
      return { type: link.type, target: { kind: 'user-defined', data: link.data } }
  }
}

function characterSetOf(name: string, { characterSet }: LinkDraft): number {
  return characterSet ?? (isAscii(name) ? 0 : UTF8)
}

function isOld({ type, characterSet }: LinkMessage): boolean {
  return (type === HARD_LINK || type === SOFT_LINK) && characterSet === 0
}

/** An old-style group has neither a creation order nor character sets, and hard and soft links alone. */
function groupStyle(
  { versions, constants }: ObjectContext,
  group: GroupDraft,
  links: readonly LinkMessage[],
): GroupStyle {
  const { linkOrder, localHeapSize } = group
  if (versions.groups === 'symbol-table' && linkOrder === 'none' && links.every(isOld)) {
    return { kind: 'symbol-table', constants, localHeapSize }
  }
  return {
    kind: 'link-messages',
    orderFlags: orderFlags(linkOrder),
    nextCreationOrder: linkOrder === 'none' ? 0 : links.length,
    info: group.info ?? groupInfoMessage.blank(),
    dense: false,
  }
}
