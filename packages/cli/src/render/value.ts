import type { Datatype, File } from '@h5kit/core'
import { bitsOf, encodeText, inMemory, littleEndian, nativeType, UnsupportedError } from '@h5kit/core'
import type { TextBuffer } from '../output.ts'
import { floatWriter } from './number/floats.ts'
import { putByte } from './number/integer.ts'
import { integerWriter } from './number/integers.ts'
import type { NumberWriter } from './number/printf.ts'
import { numberFormat } from './number/printf.ts'
import type { PutValue } from './put-value.ts'
import { putReference } from './reference.ts'
import { putCharacter, putString } from './string.ts'
import type { Brackets, ValueFormat } from './value-format.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>

/** What all parts of a datatype share while its elements are rendered. */
interface Context {
  format: ValueFormat
  /** Where references and what is variable in length lead to. */
  file: File | undefined
  /** Whether an array has just ended: the next one beside it goes to a new line. */
  arrayEnded: boolean
}

/** Prepares the rendering of a datatype's elements once, so that no element asks what type it is. */
export function valueWriter(type: Datatype, format: ValueFormat, file: File | undefined): PutValue {
  return compile(type, { format, file, arrayEnded: false }, format.indent)
}

function compile(type: Datatype, context: Context, indent: number): PutValue {
  const { format } = context
  if (format.raw) return rawWriter(type)
  switch (type.class) {
    case 'fixed-point':
      if (type.size === 1 && format.characters) return characterWriter(type, format)
      return integerWriter(type, format.bits)
    case 'floating-point':
      return floatWriter(type, format)
    case 'string': {
      const { size, padding } = type
      return (out, bytes, at) => putString(out, bytes, at, at + size, padding, format)
    }
    case 'bitfield':
      return bitfieldWriter(type)
    case 'opaque': {
      const { size } = type
      return (out, bytes, at) => putHexadecimal(out, bytes, at, size)
    }
    case 'time':
      throw new UnsupportedError('values of class time cannot be printed')
    case 'enum':
      return enumWriter(type)
    case 'reference':
      return referenceWriter(type, context)
    case 'compound':
      return compoundWriter(type, context, indent)
    case 'complex':
      return complexWriter(type, context)
    case 'array':
      return arrayWriter(type, context, indent)
    case 'variable-length':
      return type.kind === 'string' ? stringWriter(type, context) : sequenceWriter(type, context, indent)
  }
}

function putHexadecimal(out: TextBuffer, from: Uint8Array, at: number, size: number): void {
  out.reserve(3 * size + 1)
  const { bytes } = out
  let { length } = out
  if (size === 1) {
    bytes[length++] = 0x30
    bytes[length++] = 0x78
  }
  for (let i = 0; i < size; i++) {
    if (i > 0) bytes[length++] = 0x3a
    length = putByte(bytes, length, from[at + i])
  }
  out.length = length
}

/** One-byte integers as characters. */
function characterWriter(type: OfClass<'fixed-point'>, { escapes }: ValueFormat): PutValue {
  const { precision, bitOffset, signed } = type
  const unused = 32 - precision
  return (out, bytes, at) => {
    const bits = (bytes[at] >> bitOffset) << unused
    putCharacter(out, signed ? (bits >> unused) & 0xff : bits >>> unused, escapes)
  }
}

/** The reference's format for raw bytes is empty, so that only what stands between them is seen. */
function rawWriter(type: Datatype): PutValue {
  const text = encodeText(':'.repeat(inMemory(type).size - 1))
  return (out) => out.append(text)
}

function bitfieldWriter(type: OfClass<'bitfield'>): PutValue {
  const { size, order, bitOffset, precision } = type
  const nativeSize = precision <= 8 ? 1 : precision <= 16 ? 2 : precision <= 32 ? 4 : 8
  if (size === nativeSize && order === 'LE' && bitOffset === 0 && precision === 8 * size)
    return (out, bytes, at) => putHexadecimal(out, bytes, at, size)
  return (out, bytes, at) => {
    const value = bitsOf(littleEndian(bytes, at, size, order), bitOffset, precision)
    const native = Uint8Array.from({ length: nativeSize }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
    putHexadecimal(out, native, 0, nativeSize)
  }
}

const NATIVE_SIZES = [1, 2, 4, 8]

/** The bytes that the library reserves for the name of an enumeration's member. */
const LONGEST_ENUM_NAME = 1024

function enumWriter(type: OfClass<'enum'>): PutValue {
  const { size, base } = type
  const names = new Map<string, Uint8Array>()
  // Small values are looked up without making a text of them.
  const small = new Map<number, Uint8Array>()
  for (const { name, value } of type.members) {
    const text = escapeEnumName(name)
    if (text === undefined) continue
    names.set(value.join(), text)
    small.set(smallNumber(value, 0, size), text)
  }
  const precision = base.class === 'fixed-point' ? base.precision : 8 * size
  const nativeSize = NATIVE_SIZES.find((each) => 8 * each >= precision) ?? size
  const whole = precision === 8 * size && nativeSize === size
  const foreign = base.class === 'fixed-point' && !(whole && base.order === 'LE')
  // Where values are converted, one without a name becomes all ones.
  const unknown = foreign ? new Uint8Array(nativeSize).fill(0xff) : undefined
  const instead = unknown === undefined ? undefined : nameOfOnes(type)
  return (out, bytes, at) => {
    const found = size <= 4 ? small.get(smallNumber(bytes, at, size)) : names.get(bytes.subarray(at, at + size).join())
    const name = found ?? instead
    if (name !== undefined) out.append(name)
    else if (unknown !== undefined) putHexadecimal(out, unknown, 0, unknown.length)
    else putHexadecimal(out, bytes, at, size)
  }
}

/** The name of the member that has all bits set once it is converted. */
function nameOfOnes(type: OfClass<'enum'>): Uint8Array | undefined {
  const native = nativeType(type)
  const member =
    native.class === 'enum' ? native.members.find(({ value }) => value.every((byte) => byte === 0xff)) : undefined
  return member === undefined ? undefined : escapeEnumName(member.name)
}

function smallNumber(bytes: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let i = 0; i < size && i < 4; i++) value = (value << 8) | bytes[at + i]
  return value
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
function escapeEnumName(name: string): Uint8Array | undefined {
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
    if (length + escaped.length + 1 > LONGEST_ENUM_NAME) return encodeText('(null)')
    length += escaped.length - 1
    text.push(...encodeText(escaped))
    if (i + 1 < bytes.length) text.push(bytes[++i])
  }
  return Uint8Array.from(text)
}

const MARGIN = '   '

function encoded({ open, separator, close }: Brackets): { open: Uint8Array; separator: Uint8Array; close: Uint8Array } {
  return { open: encodeText(open), separator: encodeText(separator), close: encodeText(close) }
}

function compoundWriter(type: OfClass<'compound'>, context: Context, indent: number): PutValue {
  const { compound, labels } = context.format
  const inner = `\n${MARGIN.repeat(indent + 1)}`
  const { open, close } = encoded(
    compound.lines ? { ...compound, close: `\n${MARGIN.repeat(indent)}${compound.close}` } : compound,
  )
  const members = type.members.map(({ name, offset, type: member }, i) => ({
    offset,
    before: encodeText((i > 0 ? compound.separator : '') + (compound.lines ? inner : '') + (labels ? `${name}=` : '')),
    put: compile(member, context, indent + 1),
  }))
  return (out, bytes, at) => {
    out.append(open)
    for (let i = 0; i < members.length; i++) {
      const { before, offset, put } = members[i]
      out.append(before)
      put(out, bytes, at + offset)
    }
    out.append(close)
  }
}

const PLUS = 0x2b
const MINUS = 0x2d
const IMAGINARY = 0x69

/** A format in C for the second part: with a plus, and then without what stands in front, where there is no plus yet. */
function imaginaryFormat(format: string): NumberWriter | undefined {
  const conversion = format.slice(format.indexOf('%') + 1)
  return numberFormat(conversion.includes('+') ? format : `%+${conversion}`)
}

function complexWriter(type: OfClass<'complex'>, context: Context): PutValue {
  const { base } = type
  if (base.class !== 'floating-point') throw new UnsupportedError('complex numbers of something that is no float')
  const { size } = base
  const format = size > 8 ? { ...context.format, longFloat: undefined } : context.format
  // C has no complex numbers of half precision: the reference prints two numbers with a plus between, whatever the sign.
  const half = size <= 2 && base.exponentSize <= 5
  const real = floatWriter(base, format)
  const own = half || size > 8 ? undefined : format.float?.source
  const imaginary = own === undefined ? real : floatWriter(base, { ...format, float: imaginaryFormat(own) })
  return (out, bytes, at) => {
    real(out, bytes, at)
    const middle = out.length
    imaginary(out, bytes, at + size)
    if (own !== undefined) {
      out.write('i')
      return
    }
    out.reserve(2)
    if (half || out.bytes[middle] !== MINUS) {
      out.bytes.copyWithin(middle + 1, middle, out.length++)
      out.bytes[middle] = PLUS
    }
    out.bytes[out.length++] = IMAGINARY
  }
}

function arrayWriter(type: OfClass<'array'>, context: Context, indent: number): PutValue {
  const { array } = context.format
  const { open, separator, close } = encoded(array)
  const { base, dimensions } = type
  const count = dimensions.reduce((product, n) => product * n, 1)
  const row = dimensions[dimensions.length - 1]
  const put = compile(base, context, indent + 1)
  const newRow = encodeText(`\n${MARGIN.repeat(indent + 1)}`)
  const nested = encodeText(`\n ${MARGIN.repeat(indent + 1)}`)
  const blank = encodeText(' ')
  const { size } = base
  return (out, bytes, at) => {
    out.append(open)
    for (let i = 0; i < count; i++) {
      if (i > 0) {
        out.append(separator)
        if (array.lines === 'rows' && i % row === 0) out.append(newRow)
        else if (array.lines !== 'no') out.append(context.arrayEnded ? nested : blank)
      }
      context.arrayEnded = false
      put(out, bytes, at + i * size)
    }
    context.arrayEnded = true
    out.append(close)
  }
}

function fileOf({ file }: Context): File {
  if (file === undefined) throw new UnsupportedError('values that lead elsewhere need the file that they are in')
  return file
}

function referenceWriter(type: OfClass<'reference'>, context: Context): PutValue {
  const file = fileOf(context)
  const { fileNumbers } = context.format
  return (out, bytes, at) => putReference(out, type, file, bytes, at, fileNumbers)
}

function stringWriter(type: OfClass<'variable-length'>, context: Context): PutValue {
  const file = fileOf(context)
  const { format } = context
  const { offsets } = file.superblock.sizes
  const { padding } = type
  const strings = file.sequences()
  const nothing = encodeText('NULL')
  return (out, bytes, at) => {
    let address = 0
    for (let i = 0; i < offsets; i++) address |= bytes[at + 4 + i]
    if (address === 0) {
      out.append(nothing)
      return
    }
    strings.find(type, bytes, at)
    const { bytes: data, start, end: limit } = strings
    // The string ends at its first zero, whatever its padding.
    let end = start
    while (end < limit && data[end] !== 0) end++
    putString(out, data, start, end, padding, format)
  }
}

function sequenceWriter(type: OfClass<'variable-length'>, context: Context, indent: number): PutValue {
  const { format } = context
  const { open, separator, close } = encoded(format.sequence)
  const put = compile(type.base, context, indent + 1)
  const { size } = type.base
  const sequences = fileOf(context).sequences()
  return (out, bytes, at) => {
    sequences.find(type, bytes, at)
    const { bytes: data, start, end } = sequences
    out.append(open)
    for (let from = start; from < end; from += size) {
      if (from > start) out.append(separator)
      put(out, data, from)
    }
    out.append(close)
  }
}
