import { NO_BYTES } from '../../io/span.ts'
import type { Io, Structure } from '../../io/structure.ts'
import { structure } from '../../io/structure.ts'
import type { Dataspace } from './dataspace.ts'
import { dataspaceMessage } from './dataspace.ts'
import type { Datatype } from './datatype.ts'
import { datatypeMessage } from './datatype.ts'
import type { MaybeShared } from './shared.ts'
import { sharedMessage } from './shared.ts'

/** What an attribute message has in front of the elements. */
export interface AttributeHead {
  /** 1, 2 or 3; a shared part needs 2, a character set 3. */
  version: number
  name: string
  /** Of the name: 0 ASCII, 1 UTF-8. */
  characterSet: number
  datatype: MaybeShared<Datatype>
  dataspace: MaybeShared<Dataspace>
  /** Bytes of the datatype and dataspace fields as stored: some files have more than the parts need. */
  storedSizes?: { datatype: number; dataspace: number } | undefined
}

/** An attribute of an object (IV.A.2.m). */
export interface AttributeMessage extends AttributeHead {
  /** The elements, and behind them what padding the object header has. */
  data: Uint8Array
}

const DATATYPE_SHARED = 0x01
const DATASPACE_SHARED = 0x02

function flagsOf(m: AttributeHead): number {
  return ('shared' in m.datatype ? DATATYPE_SHARED : 0) | ('shared' in m.dataspace ? DATASPACE_SHARED : 0)
}

function flagsField(io: Io, m: AttributeHead): number {
  const flags = flagsOf(m)
  if (m.version > 1) {
    const stored = io.u8('Flags', flags)
    if ((stored & ~(DATATYPE_SHARED | DATASPACE_SHARED)) !== 0) io.fail(`unknown flags ${stored}`, 'Flags')
    return stored
  }
  if (!io.reading && flags !== 0) io.fail('shared parts need version 2', 'Flags')
  io.reserved(1)
  return 0
}

function sizeOf<T>(io: Io, structure: Structure<T>, part: MaybeShared<T>, stored: number | undefined): number {
  const needed =
    'shared' in part ? io.sizeOf(sharedMessage, part.shared, undefined) : io.sizeOf(structure, part.value, undefined)
  return Math.max(needed, stored ?? 0)
}

/** In version 1 each part is padded to a multiple of eight bytes. */
function pad(io: Io, version: number, size: number): void {
  if (version === 1 && size % 8 > 0) io.reserved(8 - (size % 8), 'Padding')
}

function nameField(io: Io, value: string, size: number): string {
  const name = io.text('Name', size, `${value}\0`)
  if (size === 0 || name.indexOf('\0') !== name.length - 1) io.fail('the name does not end where its size says', 'Name')
  return name.slice(0, -1)
}

function partField<T>(
  io: Io,
  field: string,
  structure: Structure<T>,
  part: MaybeShared<T>,
  size: number,
  shared: boolean,
): MaybeShared<T> {
  if (shared) {
    const location = 'shared' in part ? part.shared : sharedMessage.blank()
    return { shared: io.part(field, sharedMessage, location, undefined, size) }
  }
  const value = 'value' in part ? part.value : structure.blank()
  return { value: io.part(field, structure, value, undefined, size) }
}

/** All fields at once: objects that grow field by field are slow. */
function blank(): AttributeMessage {
  return {
    version: 1,
    name: '',
    characterSet: 0,
    datatype: { value: datatypeMessage.blank() },
    dataspace: { value: dataspaceMessage.blank() },
    storedSizes: undefined,
    data: NO_BYTES,
  }
}

/** The part of an attribute message that is the same in many objects. */
export const attributeHead = structure<AttributeHead>({
  name: 'Attribute Message',
  spec: 'IV.A.2.m',
  blank,
  body(io, m) {
    m.version = io.version('Version', m.version, [1, 2, 3])
    const flags = flagsField(io, m)
    const nameSize = io.u16('Name Size', io.textLength(m.name) + 1)
    const datatypeSize = io.u16('Datatype Size', sizeOf(io, datatypeMessage, m.datatype, m.storedSizes?.datatype))
    const dataspaceSize = io.u16('Dataspace Size', sizeOf(io, dataspaceMessage, m.dataspace, m.storedSizes?.dataspace))
    if (io.reading) m.storedSizes = { datatype: datatypeSize, dataspace: dataspaceSize }
    if (m.version === 3) m.characterSet = io.u8('Name Character Set Encoding', m.characterSet)
    m.name = nameField(io, m.name, nameSize)
    pad(io, m.version, nameSize)
    const typeShared = (flags & DATATYPE_SHARED) !== 0
    m.datatype = partField(io, 'Datatype', datatypeMessage, m.datatype, datatypeSize, typeShared)
    pad(io, m.version, datatypeSize)
    const spaceShared = (flags & DATASPACE_SHARED) !== 0
    m.dataspace = partField(io, 'Dataspace', dataspaceMessage, m.dataspace, dataspaceSize, spaceShared)
    pad(io, m.version, dataspaceSize)
  },
})

export const attributeMessage = structure<AttributeMessage>({
  name: attributeHead.name,
  spec: attributeHead.spec,
  blank,
  body(io, m) {
    attributeHead.body(io, m)
    m.data = io.rest('Data', m.data)
  },
})
