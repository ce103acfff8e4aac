import type { Datatype, File } from '@h5kit/core'
import { bitsOf, decodeFloat, encodeText, littleEndian, UnsupportedError } from '@h5kit/core'
import { general, generalExact } from './number.ts'
import { referenceText } from './reference.ts'
import { stringText, characterText } from './string.ts'
import type { ValueFormat } from './value-format.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>

/** Makes the text of the element that starts at a byte. */
export type ValueText = (bytes: Uint8Array, at: number) => string

/** Prepares the rendering of a datatype's elements once, so that no element asks what type it is. */
export function valueText(type: Datatype, format: ValueFormat, file: File): ValueText {
  // Whether an array has just ended: the next one beside it goes to a new line.
  const state = { arrayEnded: false }
  return compile(type, format, file, format.indent, state)
}

function compile(type: Datatype, format: ValueFormat, file: File, indent: number, state: { arrayEnded: boolean }): ValueText {
  if (format.raw) return rawText(type)
  switch (type.class) {
    case 'fixed-point':
      return integerText(type, format)
    case 'floating-point':
      return floatText(type, format)
    case 'string':
      return (bytes, at) => stringText(bytes.subarray(at, at + type.size), type.padding, format)
    case 'bitfield':
      return bitfieldText(type)
    case 'opaque':
      return (bytes, at) => hexadecimal(bytes.subarray(at, at + type.size))
    case 'time':
      throw new UnsupportedError('values of class time cannot be printed')
    case 'enum':
      return enumText(type)
    case 'reference':
      return (bytes, at) => referenceText(type, file, bytes, at)
    case 'compound':
      return compoundText(type, format, file, indent, state)
    case 'complex':
      return complexText(type, format)
    case 'array':
      return arrayText(type, format, file, indent, state)
    case 'variable-length':
      return sequenceText(type, format, file, indent, state)
  }
}

function hexadecimal(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
  return digits.length === 1 ? `0x${digits[0]}` : digits.join(':')
}

/** The reference's format for raw bytes is empty, so that only what stands between them is seen. */
function rawText(type: Datatype): ValueText {
  const text = ':'.repeat(type.size - 1)
  return () => text
}

function integerText(type: OfClass<'fixed-point'>, format: ValueFormat): ValueText {
  const { size, precision, signed, order, bitOffset } = type
  if (size === 1 && format.characters) return (bytes, at) => characterText(bytes[at], format)
  const whole = bitOffset === 0 && precision === size * 8 && order !== 'VAX'
  const little = order === 'LE'
  if (whole && size <= 8 && (size & (size - 1)) === 0) {
    const method = `get${size === 8 ? 'Big' : ''}${signed ? 'Int' : 'Uint'}${size * 8}` as const
    return (bytes, at) => String(nativeInteger(new DataView(bytes.buffer, bytes.byteOffset), at, method, little))
  }
  return (bytes, at) => {
    const value = bitsOf(littleEndian(bytes, at, size, order), bitOffset, precision)
    return String(signed ? BigInt.asIntN(precision, value) : value)
  }
}

function nativeInteger(view: DataView, at: number, method: string, little: boolean): number | bigint {
  switch (method) {
    case 'getInt8':
      return view.getInt8(at)
    case 'getUint8':
      return view.getUint8(at)
    case 'getInt16':
      return view.getInt16(at, little)
    case 'getUint16':
      return view.getUint16(at, little)
    case 'getInt32':
      return view.getInt32(at, little)
    case 'getUint32':
      return view.getUint32(at, little)
    case 'getBigInt64':
    case 'getBigInt':
      return view.getBigInt64(at, little)
    default:
      return view.getBigUint64(at, little)
  }
}

function floatText(type: OfClass<'floating-point'>, format: ValueFormat): ValueText {
  const { size } = type
  if (size > 8) return (bytes, at) => longFloatText(type, bytes, at, format.digits.long)
  const digits = size <= 4 ? format.digits.single : format.digits.double
  return (bytes, at) => {
    const value = decodeFloat(type, bytes, at)
    // C shows the sign of what is not a number.
    if (Number.isNaN(value) && signBit(type, bytes, at)) return '-nan'
    return general(value, digits)
  }
}

function signBit(type: OfClass<'floating-point'>, bytes: Uint8Array, at: number): boolean {
  return bitsOf(littleEndian(bytes, at, type.size, type.order), type.signLocation, 1) === 1n
}

/** A float with more digits than a double has, printed exactly. */
function longFloatText(type: OfClass<'floating-point'>, bytes: Uint8Array, at: number, digits: number): string {
  const value = decodeFloat(type, bytes, at)
  const negative = signBit(type, bytes, at)
  if (Number.isNaN(value)) return negative ? '-nan' : 'nan'
  const number = littleEndian(bytes, at, type.size, type.order)
  const exponent = Number(bitsOf(number, type.exponentLocation, type.exponentSize))
  if (exponent === 2 ** type.exponentSize - 1) return negative ? '-inf' : 'inf'
  const mantissa = bitsOf(number, type.mantissaLocation, type.mantissaSize)
  const implied = type.normalization === 2
  const whole = implied && exponent > 0 ? mantissa | (1n << BigInt(type.mantissaSize)) : mantissa
  const fractionBits = implied ? type.mantissaSize : type.mantissaSize - 1
  return generalExact(negative, whole, Math.max(exponent, 1) - type.exponentBias - fractionBits, digits)
}

function bitfieldText(type: OfClass<'bitfield'>): ValueText {
  const { size, order, bitOffset, precision } = type
  const nativeSize = precision <= 8 ? 1 : precision <= 16 ? 2 : precision <= 32 ? 4 : 8
  return (bytes, at) => {
    const value = bitsOf(littleEndian(bytes, at, size, order), bitOffset, precision)
    return hexadecimal(Uint8Array.from({ length: nativeSize }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn)))
  }
}

function enumText(type: OfClass<'enum'>): ValueText {
  const { size, base } = type
  const names = new Map(type.members.map(({ name, value }) => [value.join(), escapeEnumName(name)]))
  const order = base.class === 'fixed-point' ? base.order : 'LE'
  return (bytes, at) => {
    const value = bytes.subarray(at, at + size)
    return names.get(value.join()) ?? hexadecimal(littleEndian(bytes, at, size, order))
  }
}

const ESCAPES: Record<number, string> = {
  0x27: "\\'",
  0x22: '\\"',
  0x5c: '\\\\',
  0x3f: '\\?',
  7: '\\a',
  8: '\\b',
  12: '\\f',
  10: '\\n',
  13: '\\r',
  9: '\\t',
  11: '\\v',
}

/** As a string constant in C. */
function escapeEnumName(name: string): string {
  let text = ''
  for (const byte of encodeText(name)) {
    const plain = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
    text += ESCAPES[byte] ?? plain
  }
  return text
}

function compoundText(
  type: OfClass<'compound'>,
  format: ValueFormat,
  file: File,
  indent: number,
  state: { arrayEnded: boolean },
): ValueText {
  const { open, separator, close } = format.compound
  const members = type.members.map(({ name, offset, type: member }) => ({
    offset,
    label: format.labels ? `${name}=` : '',
    text: compile(member, format, file, indent + 1, state),
  }))
  return (bytes, at) => {
    let text = open
    for (let i = 0; i < members.length; i++) {
      const { label, offset, text: value } = members[i]
      text += `${i > 0 ? separator : ''}${label}${value(bytes, at + offset)}`
    }
    return text + close
  }
}

function complexText(type: OfClass<'complex'>, format: ValueFormat): ValueText {
  const { base } = type
  if (base.class !== 'floating-point') throw new UnsupportedError('complex numbers of something that is no float')
  const part = floatText(base, format)
  return (bytes, at) => {
    const imaginary = part(bytes, at + base.size)
    // What is infinite keeps its sign behind the plus.
    const plus = /^-\d/.test(imaginary) ? '' : '+'
    return `${part(bytes, at)}${plus}${imaginary}i`
  }
}

function arrayText(
  type: OfClass<'array'>,
  format: ValueFormat,
  file: File,
  indent: number,
  state: { arrayEnded: boolean },
): ValueText {
  const { open, separator, close, nestedLines } = format.array
  const { base, dimensions } = type
  const count = dimensions.reduce((product, n) => product * n, 1)
  const text = compile(base, format, file, indent + 1, state)
  const margin = `\n ${'   '.repeat(indent + 1)}`
  return (bytes, at) => {
    let joined = open
    for (let i = 0; i < count; i++) {
      if (i > 0) joined += separator
      if (i > 0 && nestedLines) {
        joined += state.arrayEnded ? margin : ' '
      }
      state.arrayEnded = false
      joined += text(bytes, at + i * base.size)
    }
    state.arrayEnded = true
    return joined + close
  }
}

function sequenceText(
  type: OfClass<'variable-length'>,
  format: ValueFormat,
  file: File,
  indent: number,
  state: { arrayEnded: boolean },
): ValueText {
  const { offsets } = file.superblock.sizes
  if (type.kind === 'string') {
    return (bytes, at) => {
      const address = bytes.subarray(at + 4, at + 4 + offsets)
      if (address.every((byte) => byte === 0)) return 'NULL'
      const data = file.sequence(type, bytes, at)
      const end = data.indexOf(0)
      return stringText(end < 0 ? data : data.subarray(0, end), type.padding, format)
    }
  }
  const { open, separator, close } = format.sequence
  const text = compile(type.base, format, file, indent + 1, state)
  return (bytes, at) => {
    const data = file.sequence(type, bytes, at)
    let joined = open
    for (let i = 0; i * type.base.size < data.length; i++) joined += `${i > 0 ? separator : ''}${text(data, i * type.base.size)}`
    return joined + close
  }
}
