import { WriteError } from '../errors.ts'
import type { AttributeMessage } from '../format/messages/attribute.ts'
import { attributeHead, attributeMessage } from '../format/messages/attribute.ts'
import type { HeaderMessage } from '../format/object-header.ts'
import type { Span } from '../io/span.ts'
import type { AttributeDraft } from './attribute-storage.ts'
import { buildAttributes, LARGEST_OLD_ATTRIBUTE } from './attribute-storage.ts'
import { sharedType, storedSpace } from './dataset-messages.ts'
import type { AttributeContent, ObjectDraft } from './drafts.ts'
import { orderFlags } from './link-storage.ts'
import type { ObjectContext } from './object-context.ts'
import { isAscii, storedType, UTF8 } from './object-context.ts'

/** The usual numbers of attributes with which they leave the header, and come back. */
export const USUAL_PHASE = { maxCompact: 8, minDense: 6 }

/** The attributes of an object, encoded. */
export function attributeDrafts(context: ObjectContext, { attributes }: ObjectDraft): AttributeDraft[] {
  return attributes.map((attribute, i) => ({
    name: attribute.name,
    creationOrder: i,
    body: encodedAttribute(context, attribute),
  }))
}

function encodedAttribute(context: ObjectContext, attribute: AttributeContent): Span {
  const { head, committed, data } = attribute
  const { emitter, repeated } = context
  if (head === undefined || committed !== undefined || typeof data === 'function') {
    return emitter.span(attributeMessage, attributeContent(context, attribute), undefined)
  }
  let bytes = repeated.get(head)
  if (bytes === undefined) {
    bytes = emitter.span(attributeHead, attributeContent(context, attribute), undefined)
    repeated.set(head, bytes)
  }
  return emitter.joined(bytes, data)
}

/** Whether attributes fit a version 1 object header, which has no place for them but itself. */
export function fitOldHeader(attributes: readonly AttributeDraft[]): boolean {
  for (const { body } of attributes) if (body.length > LARGEST_OLD_ATTRIBUTE) return false
  return true
}

/** Writes the attributes that are not in the header; returns the messages that the header has for them. */
export function attributeMessages(
  context: ObjectContext,
  object: ObjectDraft,
  version: 1 | 2,
  drafts: readonly AttributeDraft[],
): HeaderMessage[] {
  if (version === 1 && drafts.length === 0) return []
  const { maxCompact, minDense } = object.attributePhase ?? USUAL_PHASE
  return buildAttributes(
    context.emitter,
    {
      version,
      orderFlags: orderFlags(object.attributeOrder),
      nextCreationOrder: drafts.length,
      maxCompact,
      minDense,
      dense: false,
    },
    drafts,
  )
}

export function attributeContent(context: ObjectContext, attribute: AttributeContent): AttributeMessage {
  const { name, type, committed, space, data } = attribute
  const { characterSet = isAscii(name) ? 0 : UTF8 } = attribute
  const needed = characterSet !== 0 ? 3 : committed !== undefined ? 2 : 1
  if (name === '') throw new WriteError('an attribute without a name')
  return {
    ...attributeMessage.blank(),
    version: Math.max(needed, context.versions.attribute),
    name,
    characterSet,
    datatype:
      committed === undefined ? { value: storedType(context, type) } : { shared: sharedType(context, committed) },
    dataspace: { value: storedSpace(context, space) },
    data: typeof data === 'function' ? data(context) : data,
  }
}
