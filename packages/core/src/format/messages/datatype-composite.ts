import { NO_BYTES } from '../../io/span.ts'
import type { Io } from '../../io/structure.ts'
import { MAX_RANK } from './dataspace.ts'
import { fixedPoint } from './datatype-atomic.ts'
import type { DatatypeClass, Nested } from './datatype-class.ts'
import type {
  ArrayType,
  ComplexType,
  CompoundMember,
  CompoundType,
  Datatype,
  EnumMember,
  EnumType,
  VariableLengthType,
} from './datatype-model.ts'

/** A terminated name; before version 3 padded to a multiple of eight bytes. */
function name(io: Io, version: number, value: string): string {
  const start = io.at
  const text = io.terminated('Name', value)
  const over = (io.at - start) % 8
  if (version < 3 && over > 0) io.reserved(8 - over, 'Padding')
  return text
}

/** Bytes of a member's offset: as few as the compound's size needs (from version 3 on). */
function offsetWidth(type: CompoundType): number {
  if (type.version < 3) return 4
  return type.size < 0x100 ? 1 : type.size < 0x1_0000 ? 2 : type.size < 0x100_0000 ? 3 : 4
}

const SLOTS_OF_DIMENSIONS = 4

/** A member of a version 1 compound, which says itself whether it is an array. */
function memberTypeV1(io: Io, type: Datatype, nested: Nested): Datatype {
  const array = type.class === 'array' && type.version === 1 ? type : undefined
  const rank = io.u8('Dimensionality', array?.dimensions.length ?? 0)
  if (rank > SLOTS_OF_DIMENSIONS) io.fail(`${rank} dimensions`, 'Dimensionality')
  io.reserved(3)
  io.reserved(4, 'Dimension Permutation')
  io.reserved(4)
  const dimensions: number[] = []
  for (let i = 0; i < SLOTS_OF_DIMENSIONS; i++) {
    const size = io.u32('Dimension #n Size', array?.dimensions[i] ?? 0)
    if (i < rank) dimensions.push(size)
  }
  const base = nested('Member Type Message', array?.base ?? type)
  if (!io.reading) return type
  if (rank === 0) return base
  const size = dimensions.reduce((product, dimension) => product * dimension, base.size)
  if (size === 0) io.fail('array without elements', 'Dimension #n Size')
  return { class: 'array', version: 1, size, dimensions, base }
}

/** Names differ, and members lie inside the compound without overlapping. */
function checkMembers(io: Io, type: CompoundType): void {
  if (new Set(type.members.map((member) => member.name)).size < type.members.length) {
    io.fail('two members have the same name', 'Name')
  }
  let free = 0
  for (const member of [...type.members].sort((a, b) => a.offset - b.offset)) {
    if (member.offset < free) io.fail(`member "${member.name}" overlaps another one`, 'Byte Offset of Member')
    free = member.offset + member.type.size
    if (free > type.size) io.fail(`member "${member.name}" reaches past its compound`, 'Byte Offset of Member')
  }
}

const SMALLEST_MEMBER = 10

export const compound: DatatypeClass<CompoundType> = {
  number: 6,
  blank: () => ({ class: 'compound', version: 1, size: 1, members: [] }),
  bits(bits, type, io) {
    if (!io.reading && type.members.length > 0xffff) io.fail('more than 65535 members', 'Number of Members')
    const count = bits.number(0, 16, type.members.length)
    if (count === 0) io.fail('no members', 'Number of Members')
  },
  properties(io, type, nested, bits) {
    const count = bits.number(0, 16, type.members.length)
    if (count * SMALLEST_MEMBER > io.left) io.fail(`${count} members in ${io.left} bytes`, 'Number of Members')
    const width = offsetWidth(type)
    for (let i = 0; i < count; i++) {
      const member: CompoundMember = io.reading ? { name: '', offset: 0, type: fixedPoint.blank() } : type.members[i]
      member.name = name(io, type.version, member.name)
      member.offset = io.uint('Byte Offset of Member', width, member.offset)
      if (type.version === 1) member.type = memberTypeV1(io, member.type, nested)
      else member.type = nested('Member Type Message', member.type)
      if (io.reading) type.members.push(member)
    }
    checkMembers(io, type)
  },
}

export const enumeration: DatatypeClass<EnumType> = {
  number: 8,
  blank: () => ({ class: 'enum', version: 1, size: 1, base: fixedPoint.blank(), members: [] }),
  bits(bits, type, io) {
    if (!io.reading && type.members.length > 0xffff) io.fail('more than 65535 members', 'Number of Members')
    bits.number(0, 16, type.members.length)
  },
  properties(io, type, nested, bits) {
    type.base = nested('Base Type', type.base)
    if (type.base.size !== type.size) io.fail(`size ${type.size} on a base type of ${type.base.size} bytes`, 'Size')
    const count = bits.number(0, 16, type.members.length)
    // A name takes two bytes at least.
    if (count * (2 + type.size) > io.left) io.fail(`${count} members in ${io.left} bytes`, 'Number of Members')
    for (let i = 0; i < count; i++) {
      const member: EnumMember = io.reading ? { name: '', value: NO_BYTES } : type.members[i]
      member.name = name(io, type.version, member.name)
      if (member.name === '') io.fail('empty name', 'Names')
      if (io.reading) type.members.push(member)
    }
    for (const member of type.members) member.value = io.bytes('Values', type.size, member.value)
  },
}

const SEQUENCE = 0
const STRING = 1

export const variableLength: DatatypeClass<VariableLengthType> = {
  number: 9,
  blank: () => ({
    class: 'variable-length',
    version: 1,
    size: 16,
    kind: 'sequence',
    padding: 0,
    characterSet: 0,
    base: fixedPoint.blank(),
  }),
  bits(bits, type, io) {
    const kind = bits.number(0, 4, type.kind === 'string' ? STRING : SEQUENCE)
    if (kind > STRING) io.fail(`unknown variable-length type ${kind}`, 'Class Bit Field')
    type.kind = kind === STRING ? 'string' : 'sequence'
    if (kind === SEQUENCE) return
    type.padding = bits.number(4, 4, type.padding)
    type.characterSet = bits.number(8, 4, type.characterSet)
  },
  properties(_io, type, nested) {
    type.base = nested('Parent Type', type.base)
  },
}

export const array: DatatypeClass<ArrayType> = {
  number: 10,
  blank: () => ({ class: 'array', version: 2, size: 1, dimensions: [], base: fixedPoint.blank() }),
  bits() {},
  properties(io, type, nested) {
    const rank = io.u8('Dimensionality', type.dimensions.length)
    if (rank > MAX_RANK) io.fail(`${rank} dimensions`, 'Dimensionality')
    if (type.version < 3) io.reserved(3)
    type.dimensions = Array.from({ length: rank }, (_, i) => io.u32('Dimension #n Size', type.dimensions[i]))
    if (type.version < 3) for (let i = 0; i < rank; i++) io.u32('Permutation Index #n', i)
    type.base = nested('Base Type', type.base)
    const size = type.dimensions.reduce((product, dimension) => product * dimension, type.base.size)
    if (size !== type.size) io.fail(`size ${type.size}, but the elements take ${size} bytes`, 'Size')
  },
}

export const complex: DatatypeClass<ComplexType> = {
  number: 11,
  blank: () => ({ class: 'complex', version: 5, size: 2, base: fixedPoint.blank() }),
  // The library defines bit 0 (both parts are of one type) and a form, and refuses all but one type and rectangular.
  bits(bits, _type, io) {
    if (bits.number(0, 24, 1) !== 1) io.fail('neither rectangular nor of one type', 'Class Bit Field')
  },
  properties(io, type, nested) {
    type.base = nested('Base Type', type.base)
    if (type.size !== 2 * type.base.size) {
      io.fail(`size ${type.size} for two parts of ${type.base.size} bytes`, 'Size')
    }
  },
}
