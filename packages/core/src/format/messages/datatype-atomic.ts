import type { Io } from '../../io/structure.ts'
import { encodeText } from '../../io/text.ts'
import type { ClassBits } from './class-bits.ts'
import type { DatatypeClass } from './datatype-class.ts'
import type {
  BitfieldType,
  ByteOrder,
  FixedPointType,
  FloatingPointType,
  OpaqueType,
  ReferenceType,
  StringType,
  TimeType,
} from './datatype-model.ts'
import { ATTRIBUTE_REFERENCE, REGION_REFERENCE_1 } from './datatype-model.ts'

function order(bits: ClassBits, value: ByteOrder, io: Io): ByteOrder {
  if (!io.reading && value === 'VAX') io.fail('only floating-point numbers have VAX byte order', 'Class Bit Field')
  return bits.flag(0, value === 'BE') ? 'BE' : 'LE'
}

function significantBits(io: Io, type: { size: number; bitOffset: number; precision: number }): void {
  type.bitOffset = io.u16('Bit Offset', type.bitOffset)
  type.precision = io.u16('Bit Precision', type.precision)
  if (type.precision === 0 || type.bitOffset + type.precision > type.size * 8) {
    io.fail(`${type.precision} bits from bit ${type.bitOffset} of ${type.size} bytes`, 'Bit Precision')
  }
}

export const fixedPoint: DatatypeClass<FixedPointType> = {
  number: 0,
  blank: () => ({
    class: 'fixed-point',
    version: 1,
    size: 1,
    order: 'LE',
    signed: false,
    lowPad: 0,
    highPad: 0,
    bitOffset: 0,
    precision: 8,
  }),
  bits(bits, type, io) {
    type.order = order(bits, type.order, io)
    type.lowPad = bits.pad(1, type.lowPad)
    type.highPad = bits.pad(2, type.highPad)
    type.signed = bits.flag(3, type.signed)
  },
  properties: significantBits,
}

/** Bits 0 and 6; the latter has a meaning to the library from version 3 on. */
function floatOrder(bits: ClassBits, type: FloatingPointType, io: Io): ByteOrder {
  const big = bits.flag(0, type.order !== 'LE')
  if (!io.reading && type.version < 3 && type.order === 'VAX') {
    io.fail('VAX byte order needs version 3', 'Class Bit Field')
  }
  const vax = bits.flag(6, type.order === 'VAX')
  if (type.version < 3) return big ? 'BE' : 'LE'
  if (vax && !big) io.fail('unknown byte order', 'Class Bit Field')
  return vax ? 'VAX' : big ? 'BE' : 'LE'
}

/** Sign, exponent and mantissa lie inside the element and apart from each other. */
function checkFloat(io: Io, type: FloatingPointType): void {
  const { size, signLocation, exponentLocation, exponentSize, mantissaLocation, mantissaSize } = type
  // Nearly all have the mantissa below the exponent, and that below the sign.
  const above = mantissaLocation + mantissaSize <= exponentLocation && exponentLocation + exponentSize <= signLocation
  if (above && mantissaSize > 0 && exponentSize > 0 && signLocation < size * 8) return
  const parts = [
    { field: 'Sign Location', start: type.signLocation, size: 1 },
    { field: 'Exponent Location', start: type.exponentLocation, size: type.exponentSize },
    { field: 'Mantissa Location', start: type.mantissaLocation, size: type.mantissaSize },
  ].sort((a, b) => a.start - b.start)
  let free = 0
  for (const { field, start, size } of parts) {
    if (size === 0) io.fail('no bits', field)
    if (start < free) io.fail('overlaps another part of the number', field)
    free = start + size
    if (free > type.size * 8) io.fail(`reaches past the ${type.size} bytes of an element`, field)
  }
}

export const floatingPoint: DatatypeClass<FloatingPointType> = {
  number: 1,
  blank: () => ({
    class: 'floating-point',
    version: 1,
    size: 4,
    order: 'LE',
    lowPad: 0,
    highPad: 0,
    internalPad: 0,
    normalization: 2,
    signLocation: 31,
    bitOffset: 0,
    precision: 32,
    exponentLocation: 23,
    exponentSize: 8,
    mantissaLocation: 0,
    mantissaSize: 23,
    exponentBias: 127,
  }),
  bits(bits, type, io) {
    type.order = floatOrder(bits, type, io)
    type.lowPad = bits.pad(1, type.lowPad)
    type.highPad = bits.pad(2, type.highPad)
    type.internalPad = bits.pad(3, type.internalPad)
    type.normalization = bits.number(4, 2, type.normalization)
    if (type.normalization > 2) io.fail(`unknown normalization ${type.normalization}`, 'Class Bit Field')
    type.signLocation = bits.number(8, 8, type.signLocation)
  },
  properties(io, type) {
    significantBits(io, type)
    type.exponentLocation = io.u8('Exponent Location', type.exponentLocation)
    type.exponentSize = io.u8('Exponent Size', type.exponentSize)
    type.mantissaLocation = io.u8('Mantissa Location', type.mantissaLocation)
    type.mantissaSize = io.u8('Mantissa Size', type.mantissaSize)
    type.exponentBias = io.u32('Exponent Bias', type.exponentBias)
    checkFloat(io, type)
  },
}

export const time: DatatypeClass<TimeType> = {
  number: 2,
  blank: () => ({ class: 'time', version: 1, size: 4, order: 'LE', precision: 32 }),
  bits(bits, type, io) {
    type.order = order(bits, type.order, io)
  },
  properties(io, type) {
    type.precision = io.u16('Bit Precision', type.precision)
  },
}

export const string: DatatypeClass<StringType> = {
  number: 3,
  blank: () => ({ class: 'string', version: 1, size: 1, padding: 0, characterSet: 0 }),
  bits(bits, type) {
    type.padding = bits.number(0, 4, type.padding)
    type.characterSet = bits.number(4, 4, type.characterSet)
  },
  properties() {},
}

export const bitfield: DatatypeClass<BitfieldType> = {
  number: 4,
  blank: () => ({
    class: 'bitfield',
    version: 1,
    size: 1,
    order: 'LE',
    lowPad: 0,
    highPad: 0,
    bitOffset: 0,
    precision: 8,
  }),
  bits(bits, type, io) {
    type.order = order(bits, type.order, io)
    type.lowPad = bits.pad(1, type.lowPad)
    type.highPad = bits.pad(2, type.highPad)
  },
  properties: significantBits,
}

const LONGEST_TAG = 248

/** The tag is padded with zeros to a multiple of eight bytes, and not terminated where it is one already. */
function tagLength(type: OpaqueType): number {
  return Math.ceil(encodeText(type.tag).length / 8) * 8
}

export const opaque: DatatypeClass<OpaqueType> = {
  number: 5,
  blank: () => ({ class: 'opaque', version: 1, size: 1, tag: '' }),
  bits(bits, type, io) {
    if (!io.reading && tagLength(type) > LONGEST_TAG) io.fail(`more than ${LONGEST_TAG} bytes`, 'ASCII Tag')
    const length = bits.number(0, 8, tagLength(type))
    if (length % 8 !== 0) io.fail(`length ${length} is not a multiple of 8`, 'ASCII Tag')
  },
  properties(io, type, _nested, bits) {
    const length = bits.number(0, 8, tagLength(type))
    const zeros = Math.max(0, length - encodeText(type.tag).length)
    const padded = io.text('ASCII Tag', length, type.tag + '\0'.repeat(zeros))
    if (io.reading) type.tag = padded.split('\0', 1)[0]
  },
}

export const reference: DatatypeClass<ReferenceType> = {
  number: 7,
  blank: () => ({ class: 'reference', version: 1, size: 8, kind: 0, encoding: 0 }),
  bits(bits, type, io) {
    type.kind = bits.number(0, 4, type.kind)
    if (type.kind > ATTRIBUTE_REFERENCE) io.fail(`unknown reference type ${type.kind}`, 'Class Bit Field')
    if (type.kind <= REGION_REFERENCE_1) return
    type.encoding = bits.number(4, 4, type.encoding)
    if (type.encoding !== 1) io.fail(`unknown version ${type.encoding} of references`, 'Class Bit Field')
  },
  properties() {},
}
