import type { Datatype, File } from '@h5kit/core'
import { bitsOf, decodeFloat, decodeText, encodeText, littleEndian, nativeFloat, UnsupportedError } from '@h5kit/core'
import { general, generalExact } from './number.ts'
import { referenceText } from './reference.ts'
import { characterText, stringText } from './string.ts'
import type { ValueFormat } from './value-format.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>

/** Makes the text of the element that starts at a byte. */
export type ValueText = (bytes: Uint8Array, at: number) => string

/** What all parts of a datatype share while its elements are rendered. */
interface Context {
  format: ValueFormat
  file: File
  /** Whether an array has just ended: the next one beside it goes to a new line. */
  arrayEnded: boolean
  views: Views
}

/** The view on the bytes that elements come from, made once for many elements. */
class Views {
  #bytes: Uint8Array | undefined
  #view: DataView = new DataView(new ArrayBuffer(0))

  of(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    return this.#view
  }
}

/** Prepares the rendering of a datatype's elements once, so that no element asks what type it is. */
export function valueText(type: Datatype, format: ValueFormat, file: File): ValueText {
  return compile(type, { format, file, arrayEnded: false, views: new Views() }, format.indent)
}

function compile(type: Datatype, context: Context, indent: number): ValueText {
  const { format, file } = context
  if (format.raw) return rawText(type)
  switch (type.class) {
    case 'fixed-point':
      return integerText(type, context)
    case 'floating-point':
      return floatText(type, context)
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
      return compoundText(type, context, indent)
    case 'complex':
      return complexText(type, context)
    case 'array':
      return arrayText(type, context, indent)
    case 'variable-length':
      return sequenceText(type, context, indent)
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

function integerText(type: OfClass<'fixed-point'>, { format, views }: Context): ValueText {
  const { size, precision, signed, order, bitOffset } = type
  if (size === 1 && format.characters) return (bytes, at) => characterText(bytes[at], format)
  const little = order === 'LE'
  if (bitOffset === 0 && precision === size * 8 && order !== 'VAX') {
    switch (size) {
      case 1:
        return signed ? (bytes, at) => String((bytes[at] << 24) >> 24) : (bytes, at) => String(bytes[at])
      case 2:
        if (signed) return (bytes, at) => String(views.of(bytes).getInt16(at, little))
        return (bytes, at) => String(views.of(bytes).getUint16(at, little))
      case 4:
        if (signed) return (bytes, at) => String(views.of(bytes).getInt32(at, little))
        return (bytes, at) => String(views.of(bytes).getUint32(at, little))
      case 8:
        return (bytes, at) => longText(views.of(bytes), at, signed, little)
    }
  }
  return (bytes, at) => {
    const value = bitsOf(littleEndian(bytes, at, size, order), bitOffset, precision)
    return String(signed ? BigInt.asIntN(precision, value) : value)
  }
}

/** A 64-bit integer; one that is small needs no BigInt. */
function longText(view: DataView, at: number, signed: boolean, little: boolean): string {
  const high = signed ? view.getInt32(little ? at + 4 : at, little) : view.getUint32(little ? at + 4 : at, little)
  if (high > -0x20_0000 && high < 0x20_0000)
    return String(high * 2 ** 32 + view.getUint32(little ? at : at + 4, little))
  return String(signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little))
}

function floatText(type: OfClass<'floating-point'>, { format, views }: Context): ValueText {
  const { size } = type
  if (size > 8) return (bytes, at) => longFloatText(type, bytes, at, format.digits.long)
  const digits = size <= 4 ? format.digits.single : format.digits.double
  const little = type.order === 'LE'
  const native = nativeFloat(type)
  const number: (bytes: Uint8Array, at: number) => number =
    native === 'f32'
      ? (bytes, at) => views.of(bytes).getFloat32(at, little)
      : native === 'f64'
        ? (bytes, at) => views.of(bytes).getFloat64(at, little)
        : (bytes, at) => decodeFloat(type, bytes, at)
  // Fill values and flat regions come again and again.
  let last = 0
  let lastText = '0'
  return (bytes, at) => {
    const value = number(bytes, at)
    if (Object.is(value, last)) return lastText
    // C shows the sign of what is not a number.
    if (Number.isNaN(value)) return signBit(type, bytes, at) ? '-nan' : 'nan'
    last = value
    lastText = general(value, digits)
    return lastText
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

const NATIVE_SIZES = [1, 2, 4, 8]

/** The bytes that the library reserves for the name of an enumeration's member. */
const LONGEST_ENUM_NAME = 1024

function enumText(type: OfClass<'enum'>): ValueText {
  const { size, base } = type
  const names = new Map<string, string>()
  for (const { name, value } of type.members) {
    const text = escapeEnumName(name)
    if (text !== undefined) names.set(value.join(), text)
  }
  const foreign = base.class === 'fixed-point' && ((base.order !== 'LE' && size > 1) || !NATIVE_SIZES.includes(size))
  if (foreign) {
    // Where values are converted, one without a name becomes all ones.
    const nativeSize = NATIVE_SIZES.find((each) => each >= size) ?? size
    const unknown = hexadecimal(new Uint8Array(nativeSize).fill(0xff))
    return (bytes, at) => names.get(bytes.subarray(at, at + size).join()) ?? unknown
  }
  return (bytes, at) => {
    const value = bytes.subarray(at, at + size)
    return names.get(value.join()) ?? hexadecimal(value)
  }
}

const ESCAPES: Record<number, string> = {
  39: "\\'",
  34: '\\"',
  92: '\\\\',
  63: '\\?',
  7: '\\a',
  8: '\\b',
  12: '\\f',
  10: '\\n',
  13: '\\r',
  9: '\\t',
  11: '\\v',
}

/**
 * A member's name as a string constant in C, but for the byte behind an escaped one, which the reference leaves as it
 * is. Undefined where the name is too long for the reference to find.
 */
function escapeEnumName(name: string): string | undefined {
  const bytes = encodeText(name)
  if (bytes.length >= LONGEST_ENUM_NAME) return undefined
  const text: number[] = []
  let length = bytes.length
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    const plain = byte >= 0x20 && byte < 0x7f
    const escaped = ESCAPES[byte] ?? (plain ? undefined : `\\${byte.toString(8).padStart(3, '0')}`)
    if (escaped === undefined) {
      text.push(byte)
      continue
    }
    if (length + escaped.length + 1 > LONGEST_ENUM_NAME) return '(null)'
    length += escaped.length - 1
    text.push(...encodeText(escaped))
    if (i + 1 < bytes.length) text.push(bytes[++i])
  }
  return decodeText(Uint8Array.from(text), 0, text.length)
}

function compoundText(type: OfClass<'compound'>, context: Context, indent: number): ValueText {
  const { format } = context
  const { open, separator, close } = format.compound
  const members = type.members.map(({ name, offset, type: member }) => ({
    offset,
    label: format.labels ? `${name}=` : '',
    text: compile(member, context, indent + 1),
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

function complexText(type: OfClass<'complex'>, context: Context): ValueText {
  const { base } = type
  if (base.class !== 'floating-point') throw new UnsupportedError('complex numbers of something that is no float')
  const part = floatText(base, context)
  // C has no complex numbers of half precision: the reference prints two numbers with a plus between, whatever the sign.
  const half = base.size <= 2 && base.exponentSize <= 5
  return (bytes, at) => {
    const imaginary = part(bytes, at + base.size)
    const plus = !half && imaginary.startsWith('-') ? '' : '+'
    return `${part(bytes, at)}${plus}${imaginary}i`
  }
}

function arrayText(type: OfClass<'array'>, context: Context, indent: number): ValueText {
  const { open, separator, close, nestedLines } = context.format.array
  const { base, dimensions } = type
  const count = dimensions.reduce((product, n) => product * n, 1)
  const text = compile(base, context, indent + 1)
  const margin = `\n ${'   '.repeat(indent + 1)}`
  return (bytes, at) => {
    let joined = open
    for (let i = 0; i < count; i++) {
      if (i > 0) joined += separator
      if (i > 0 && nestedLines) {
        joined += context.arrayEnded ? margin : ' '
      }
      context.arrayEnded = false
      joined += text(bytes, at + i * base.size)
    }
    context.arrayEnded = true
    return joined + close
  }
}

function sequenceText(type: OfClass<'variable-length'>, context: Context, indent: number): ValueText {
  const { format, file } = context
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
  const text = compile(type.base, context, indent + 1)
  return (bytes, at) => {
    const data = file.sequence(type, bytes, at)
    let joined = open
    for (let i = 0; i * type.base.size < data.length; i++)
      joined += `${i > 0 ? separator : ''}${text(data, i * type.base.size)}`
    return joined + close
  }
}
