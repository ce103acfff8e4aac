import { unsigned } from '../../io/integer.ts'
import { NO_BYTES } from '../../io/span.ts'
import type { Io } from '../../io/structure.ts'
import { structure, UNDEFINED } from '../../io/structure.ts'

/** Link types; others from 65 to 255 are user-defined. */
export const HARD_LINK = 0
export const SOFT_LINK = 1
export const EXTERNAL_LINK = 64

/** The value of an external link. */
export interface ExternalLinkValue {
  kind: 'external'
  version: number
  flags: number
  file: string
  /** Of the object in that file. */
  path: string
}

export type LinkTarget =
  | { kind: 'hard' /** Of the object header. */; address: number }
  | { kind: 'soft'; path: string }
  | ExternalLinkValue
  | { kind: 'user-defined'; data: Uint8Array }

/** A link of a new-style group (IV.A.2.g). */
export interface LinkMessage {
  version: number
  /**
   * As stored. When writing, the bits that the other fields need are added, so 0 gives the shortest form.
   */
  flags: number
  /** HARD_LINK, SOFT_LINK, EXTERNAL_LINK or a user-defined one. */
  type: number
  /** Undefined where the group does not track it. */
  creationOrder: number | undefined
  /** Of the name: 0 ASCII, 1 UTF-8. */
  characterSet: number
  name: string
  target: LinkTarget
}

const NAME_LENGTH_WIDTH = 0x03
const CREATION_ORDER_PRESENT = 0x04
const TYPE_PRESENT = 0x08
const CHARACTER_SET_PRESENT = 0x10
const ALL_FLAGS = 0x1f

/** The creation order that a link message tells; 0 where it tells none. */
export function storedCreationOrder(body: Uint8Array): number {
  const flags = body[1]
  if ((flags & CREATION_ORDER_PRESENT) === 0) return 0
  return unsigned(body, (flags & TYPE_PRESENT) === 0 ? 2 : 3, 8)
}

function nameWidthBits(length: number): number {
  return length < 0x100 ? 0 : length < 0x1_0000 ? 1 : length < 0x1_0000_0000 ? 2 : 3
}

function flagsOf(io: Io, m: LinkMessage): number {
  const width = Math.max(m.flags & NAME_LENGTH_WIDTH, nameWidthBits(io.textLength(m.name)))
  return (
    (m.flags & ~NAME_LENGTH_WIDTH) |
    width |
    (m.creationOrder === undefined ? 0 : CREATION_ORDER_PRESENT) |
    (m.type === HARD_LINK ? 0 : TYPE_PRESENT) |
    (m.characterSet === 0 ? 0 : CHARACTER_SET_PRESENT)
  )
}

/** What an external link leads to, as the library writes it into the value of a link. */
export const externalLinkValue = structure<ExternalLinkValue>({
  name: 'External Link Value',
  spec: 'IV.A.2.g',
  blank: () => ({ kind: 'external', version: 0, flags: 0, file: '', path: '' }),
  body(io, m) {
    const head = io.u8('Version and Flags', (m.version << 4) | m.flags)
    m.version = head >> 4
    m.flags = head & 0x0f
    m.file = io.terminated('File Name', m.file)
    m.path = io.terminated('Object Path', m.path)
  },
})

function softTarget(io: Io, target: LinkTarget): LinkTarget {
  const given = target.kind === 'soft' ? target.path : ''
  const length = io.u16('Length of Soft Link Value', io.textLength(given))
  if (length === 0) io.fail('empty soft link', 'Length of Soft Link Value')
  return { kind: 'soft', path: io.text('Soft Link Value', length, given) }
}

function externalTarget(io: Io, target: LinkTarget): LinkTarget {
  const given = target.kind === 'external' ? target : externalLinkValue.blank()
  const length = io.u16('Length of External Link Value', io.sizeOf(externalLinkValue, given, undefined))
  return io.part('External Link Value', externalLinkValue, given, undefined, length)
}

function userTarget(io: Io, target: LinkTarget): LinkTarget {
  const given = target.kind === 'user-defined' ? target.data : NO_BYTES
  const length = io.u16('Length of User-defined Data', given.length)
  return { kind: 'user-defined', data: io.bytes('User-defined Data', length, given) }
}

function targetField(io: Io, type: number, target: LinkTarget): LinkTarget {
  if (type === HARD_LINK) {
    return {
      kind: 'hard',
      address: io.address('Object Header Address', target.kind === 'hard' ? target.address : UNDEFINED),
    }
  }
  if (type === SOFT_LINK) return softTarget(io, target)
  return type === EXTERNAL_LINK ? externalTarget(io, target) : userTarget(io, target)
}

function kindOf(type: number): LinkTarget['kind'] {
  if (type === HARD_LINK) return 'hard'
  if (type === SOFT_LINK) return 'soft'
  return type === EXTERNAL_LINK ? 'external' : 'user-defined'
}

export const linkMessage = structure<LinkMessage>({
  name: 'Link Message',
  spec: 'IV.A.2.g',
  blank: () => ({
    version: 1,
    flags: 0,
    type: HARD_LINK,
    creationOrder: undefined,
    characterSet: 0,
    name: '',
    target: { kind: 'hard', address: UNDEFINED },
  }),
  body(io, m) {
    m.version = io.version('Version', m.version, [1])
    const flags = io.u8('Flags', flagsOf(io, m))
    if ((flags & ~ALL_FLAGS) !== 0) io.fail(`unknown flags 0x${flags.toString(16)}`, 'Flags')
    if (io.reading) m.flags = flags
    if ((flags & TYPE_PRESENT) !== 0) m.type = io.u8('Link type', m.type)
    if (m.type > SOFT_LINK && m.type < EXTERNAL_LINK) io.fail(`unknown link type ${m.type}`, 'Link type')
    if (!io.reading && kindOf(m.type) !== m.target.kind) io.fail(`${m.target.kind} link of type ${m.type}`, 'Link type')
    if ((flags & CREATION_ORDER_PRESENT) !== 0) m.creationOrder = io.u64('Creation Order', m.creationOrder ?? 0)
    if ((flags & CHARACTER_SET_PRESENT) !== 0) m.characterSet = io.u8('Link Name Character Set', m.characterSet)
    if (m.characterSet > 1) io.fail(`unknown character set ${m.characterSet}`, 'Link Name Character Set')
    const length = io.uint('Length of Link Name', 1 << (flags & NAME_LENGTH_WIDTH), io.textLength(m.name))
    if (length < 1) io.fail('impossible length', 'Length of Link Name')
    m.name = io.text('Link Name', length, m.name)
    m.target = targetField(io, m.type, m.target)
  },
})
