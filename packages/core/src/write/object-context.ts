import { WriteError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { HeaderMessage } from '../format/object-header.ts'
import type { Span } from '../io/span.ts'
import type { Structure } from '../io/structure.ts'
import type { ObjectDraft, Places } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { SymbolTableConstants } from './symbol-table-builder.ts'
import type { Versions } from './version-bounds.ts'

/** What all objects of a file are written with. */
export interface ObjectContext extends Places {
  emitter: Emitter
  /** The least versions of what is written. */
  versions: Versions
  /** The greatest. */
  limits: Versions
  constants: SymbolTableConstants & { chunkK: number }
  /** Bodies of messages by what they tell of, where several objects share that. */
  repeated: WeakMap<object, Span>
  /** What a header has for a message that objects may share; undefined where they share none. */
  share: ((message: HeaderMessage) => HeaderMessage) | undefined
  /** Hard links that lead to an object. */
  referenceCount(object: ObjectDraft): number
}

/** A flag of messages that stay as they are as long as the object is there. */
export const DO_NOT_CHANGE = 1

/** A flag of messages that are never shared. */
export const DO_NOT_SHARE = 4

export const UTF8 = 1

/** A message of something that other objects may have too: it is written out once. */
export function repeatedMessage<T>(
  context: ObjectContext,
  type: number,
  structure: Structure<T>,
  key: object,
  value: () => T,
  flags: number,
): HeaderMessage {
  let body = context.repeated.get(key)
  if (body === undefined) {
    body = context.emitter.span(structure, value(), undefined)
    context.repeated.set(key, body)
  }
  return new HeaderMessage(type, flags, body)
}

/** A datatype as it is stored: the version of its description raised to the least, inside as well. */
export function storedType({ versions, limits }: ObjectContext, type: Datatype): Datatype {
  const stored = atLeast(type, versions.datatype)
  const version = newestPart(stored)
  if (version > limits.datatype) {
    throw new WriteError(`a ${type.class} type needs version ${version}, but ${limits.datatype} is the newest allowed`)
  }
  return stored
}

function atLeast(type: Datatype, version: number): Datatype {
  if (type.version >= version && !('base' in type) && type.class !== 'compound') return type
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

function newestPart(type: Datatype): number {
  switch (type.class) {
    case 'compound':
      return type.members.reduce((newest, member) => Math.max(newest, newestPart(member.type)), type.version)
    case 'enum':
    case 'array':
    case 'variable-length':
    case 'complex':
      return Math.max(type.version, newestPart(type.base))
    default:
      return type.version
  }
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
