import type { Datatype } from '@h5kit/core'
import { enumValueText } from '../enum-value.ts'
import { escapeName } from './escape.ts'
import type { XmlWriter } from './writer.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>

/** A datatype that is not committed, or what a committed one is. */
export function writeDatatype(writer: XmlWriter, level: number, type: Datatype): void {
  writer.element(level, 'DataType', () => inside(writer, level + 1, type))
}

function inside(writer: XmlWriter, level: number, type: Datatype): void {
  switch (type.class) {
    case 'fixed-point':
      atomic(writer, level, integerTag(type))
      return
    case 'floating-point':
      atomic(writer, level, floatTag(type))
      return
    case 'time':
      atomic(writer, level, 'TimeType /')
      return
    case 'string':
      atomic(writer, level, stringTag(String(type.size | 0), type))
      return
    case 'bitfield':
      atomic(writer, level, `BitfieldType ByteOrder="${orderText(type)}" Size="${type.size}"/`)
      return
    case 'opaque':
      atomic(writer, level, `OpaqueType Tag="${type.tag}" Size="${type.size}"/`)
      return
    case 'compound':
      compound(writer, level, type)
      return
    case 'reference':
      writer.element(level, 'AtomicType', () => {
        writer.element(level + 1, 'ReferenceType', () => writer.tag(level + 2, 'ObjectReferenceType /'))
      })
      return
    case 'enum':
      enumeration(writer, level, type)
      return
    case 'variable-length':
      if (type.kind === 'string') atomic(writer, level, stringTag('H5T_VARIABLE', type))
      else writer.element(level, 'VLType', () => writeDatatype(writer, level + 1, type.base))
      return
    case 'array':
      array(writer, level, type)
      return
    case 'complex':
      writer.element(level, 'ComplexNumberType', () => writeDatatype(writer, level + 1, type.base))
  }
}

function atomic(writer: XmlWriter, level: number, tag: string): void {
  writer.element(level, 'AtomicType', () => writer.tag(level + 1, tag))
}

/** What has one byte has an order too. */
function orderText({ order }: OfClass<'fixed-point' | 'floating-point' | 'bitfield'>): string {
  return order
}

function integerTag(type: OfClass<'fixed-point'>): string {
  const order = type.order === 'VAX' ? 'ERROR_UNKNOWN' : orderText(type)
  return `IntegerType ByteOrder="${order}" Sign="${type.signed}" Size="${type.size}" /`
}

function floatTag(type: OfClass<'floating-point'>): string {
  const { size, signLocation, exponentSize, exponentLocation, mantissaSize, mantissaLocation } = type
  return (
    `FloatType ByteOrder="${orderText(type)}" Size="${size}" SignBitLocation="${signLocation}" ` +
    `ExponentBits="${exponentSize}" ExponentLocation="${exponentLocation}" ` +
    `MantissaBits="${mantissaSize}" MantissaLocation="${mantissaLocation}" /`
  )
}

const PADDINGS = ['H5T_STR_NULLTERM', 'H5T_STR_NULLPAD', 'H5T_STR_SPACEPAD']

function stringTag(size: string, type: { padding: number; characterSet: number }): string {
  const characterSet = type.characterSet === 0 ? 'H5T_CSET_ASCII' : 'unknown_cset'
  const padding = PADDINGS[type.padding] ?? 'H5T_STR_ERROR'
  return `StringType Cset="${characterSet}" StrSize="${size}" StrPad="${padding}"/`
}

function compound(writer: XmlWriter, level: number, { members }: OfClass<'compound'>): void {
  writer.element(level, 'CompoundType', () => {
    for (const { name, type } of members) {
      const field = () => writeDatatype(writer, level + 2, type)
      writer.element(level + 1, 'Field', field, ` FieldName="${escapeName(name)}"`)
    }
  })
}

function array(writer: XmlWriter, level: number, { dimensions, base }: OfClass<'array'>): void {
  const contents = (): void => {
    for (const size of dimensions) writer.tag(level + 1, `ArrayDimension DimSize="${size}"/`)
    writeDatatype(writer, level + 1, base)
  }
  writer.element(level, 'ArrayType', contents, ` Ndims="${dimensions.length}"`)
}

/** The type below an enumeration stands on the same level as what it is in. */
function enumeration(writer: XmlWriter, level: number, type: OfClass<'enum'>): void {
  const { base, members } = type
  const contents = (): void => {
    writer.element(level + 1, 'DataType', () => inside(writer, level + 1, base))
    for (const { name, value } of members) {
      writer.element(level + 2, 'EnumElement', () => writer.value(level + 3, escapeName(name)))
      writer.element(level + 2, 'EnumValue', () => writer.value(level + 3, enumValueText(type.base, value)))
    }
  }
  writer.element(level, 'AtomicType', () => {
    writer.element(level + 1, 'EnumType', contents, ` Nelems="${members.length}"`)
  })
}
