import type {
  ArrayType,
  BitfieldType,
  ByteOrder,
  ComplexType,
  CompoundType,
  Datatype,
  EnumType,
  FixedPointType,
  FloatingPointType,
  OpaqueType,
  ReferenceType,
  StringType,
  TimeType,
  VariableLengthType,
} from '../format/messages/datatype.ts'
import {
  ASCII,
  NULL_PADDED,
  OBJECT_REFERENCE_1,
  OBJECT_REFERENCE_2,
  REGION_REFERENCE_1,
  UTF8,
} from '../format/messages/datatype.ts'
import { writeInteger } from './exact.ts'

const PLAIN = { lowPad: 0, highPad: 0, bitOffset: 0 } as const

/** An integer of `size` bytes, all of whose bits count. */
export function integerType(size: number, signed: boolean, order: ByteOrder = 'LE'): FixedPointType {
  return { class: 'fixed-point', version: 1, size, order, signed, ...PLAIN, precision: 8 * size }
}

export function bitfieldType(size: number, order: ByteOrder = 'LE'): BitfieldType {
  return { class: 'bitfield', version: 1, size, order, ...PLAIN, precision: 8 * size }
}

export function timeType(size: number, order: ByteOrder = 'LE'): TimeType {
  return { class: 'time', version: 1, size, order, precision: 8 * size }
}

/** A floating-point number: sign, exponent and mantissa from the highest bit of `precision` down. */
export function floatType(
  size: number,
  exponentSize: number,
  mantissaSize: number,
  order: ByteOrder = 'LE',
  exponentBias = 2 ** (exponentSize - 1) - 1,
): FloatingPointType {
  const precision = 1 + exponentSize + mantissaSize
  return {
    class: 'floating-point',
    version: order === 'VAX' ? 3 : 1,
    size,
    order,
    ...PLAIN,
    internalPad: 0,
    normalization: 2,
    precision,
    signLocation: precision - 1,
    exponentLocation: mantissaSize,
    exponentSize,
    mantissaLocation: 0,
    mantissaSize,
    exponentBias,
  }
}

/** IEEE half, single, double and quadruple precision. */
export function ieeeType(size: 2 | 4 | 8 | 16, order: ByteOrder = 'LE'): FloatingPointType {
  const [exponent, mantissa] = { 2: [5, 10], 4: [8, 23], 8: [11, 52], 16: [15, 112] }[size]
  return floatType(size, exponent, mantissa, order)
}

/** The x87's long double: 80 bits of 16 bytes, the mantissa's first bit stored. */
export function extendedType(order: ByteOrder = 'LE'): FloatingPointType {
  return { ...floatType(16, 15, 64, order), normalization: 0 }
}

export function stringType(size: number, padding: number = NULL_PADDED, characterSet: number = ASCII): StringType {
  return { class: 'string', version: 1, size, padding, characterSet }
}

export function opaqueType(size: number, tag = ''): OpaqueType {
  return { class: 'opaque', version: 1, size, tag }
}

/** Bytes of what a variable-length element has in a file with addresses of eight bytes. */
const SEQUENCE = 16

export function variableStringType(characterSet: number = UTF8): VariableLengthType {
  return { ...sequenceType(integerType(1, false)), kind: 'string', characterSet }
}

export function sequenceType(base: Datatype): VariableLengthType {
  return {
    class: 'variable-length',
    version: base.version,
    size: SEQUENCE,
    kind: 'sequence',
    padding: 0,
    characterSet: ASCII,
    base,
  }
}

export function arrayType(dimensions: number[], base: Datatype): ArrayType {
  const size = dimensions.reduce((product, n) => product * n, base.size)
  return { class: 'array', version: Math.max(2, base.version), size, dimensions, base }
}

export function complexType(base: Datatype): ComplexType {
  return { class: 'complex', version: 5, size: 2 * base.size, base }
}

/** The compound of r and i that h5py makes of complex numbers. */
export function complexPairType(base: Datatype): CompoundType {
  return compoundType([
    { name: 'r', type: base },
    { name: 'i', type: base },
  ])
}

/** Members one behind the other. */
export function compoundType(members: readonly { name: string; type: Datatype }[]): CompoundType {
  let size = 0
  const placed = members.map(({ name, type }) => {
    const offset = size
    size += type.size
    return { name, type, offset }
  })
  return { class: 'compound', version: Math.max(1, ...members.map(({ type }) => type.version)), size, members: placed }
}

/** Names of values of an integer type. */
export function enumType(
  base: FixedPointType,
  members: Iterable<readonly [name: string, value: number | bigint]>,
): EnumType {
  const list = Array.from(members, ([name, number]) => {
    const value = new Uint8Array(base.size)
    writeInteger(base, value, 0, BigInt(number))
    return { name, value }
  })
  return { class: 'enum', version: base.version, size: base.size, base, members: list }
}

/** The enum that h5py makes of booleans. */
export function booleanType(): EnumType {
  return enumType(integerType(1, true), [
    ['FALSE', 0],
    ['TRUE', 1],
  ])
}

export function referenceType(kind: 'object' | 'region' | 'any'): ReferenceType {
  const base = { class: 'reference', version: 1, encoding: 0 } as const
  switch (kind) {
    case 'object':
      return { ...base, kind: OBJECT_REFERENCE_1, size: 8 }
    case 'region':
      return { ...base, kind: REGION_REFERENCE_1, size: 12 }
    case 'any':
      return { ...base, version: 4, kind: OBJECT_REFERENCE_2, size: 18, encoding: 1 }
  }
}
