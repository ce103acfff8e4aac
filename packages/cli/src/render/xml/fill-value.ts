import type { Dataset, Datatype } from '@h5kit/core'
import { bitsOf, convert, decodeFloat, decodeText, littleEndian, nativeType } from '@h5kit/core'
import { nativeNumber } from '../dump/binary.ts'
import { numberFormat } from '../number/printf.ts'
import type { XmlWriter } from './writer.ts'

const TIMES = ['FillOnAlloc', 'FillNever', 'FillIfSet']
const ALLOCATION_TIMES: Record<number, string> = { 1: 'Early', 2: 'Late', 3: 'Incremental' }

const IF_SET = 2

/** What elements hold that nobody wrote, and when storage is allocated and filled. */
export function writeFillValue(writer: XmlWriter, level: number, dataset: Dataset): void {
  const { writeTime, allocationTime, state, value } = dataset.fillSettings
  const contents = (): void => {
    writer.element(level + 1, 'FillValue', () => {
      if (state === 'undefined' || (state === 'default' && writeTime === IF_SET)) writer.tag(level + 2, 'NoFill/')
      else {
        const { type } = dataset
        const bytes = state === 'default' ? new Uint8Array(type.size) : value
        writer.element(level + 2, 'Data', () => writeValue(writer, level + 3, type, bytes))
      }
    })
  }
  const fillTime = TIMES[writeTime] ?? '?'
  const allocation = ALLOCATION_TIMES[allocationTime] ?? '?'
  writer.element(level, 'FillValueInfo', contents, ` FillTime="${fillTime}" AllocationTime="${allocation}"`)
}

function writeValue(writer: XmlWriter, level: number, type: Datatype, value: Uint8Array): void {
  const text = valueText(type, value)
  if (text === undefined) {
    const { class: kind } = type
    const isString = kind === 'variable-length' && type.kind === 'string'
    writer.comment(level, MISSING[isString ? 'string' : kind] ?? 'VL fill not yet implemented.')
    writer.tag(level, 'NoData /')
  } else {
    writer.element(level, 'DataFromFile', () => writer.value(level, `"${text}"`))
  }
}

const MISSING: Partial<Record<Datatype['class'], string>> = {
  string: 'String fill values not yet implemented.',
  array: 'Array fill values not yet implemented.',
  time: 'Time fill not yet implemented.',
  compound: 'Compound fill not yet implemented.',
}

/** As the reference shows it: whatever a number's size is, its first four bytes as a C int or float of the machine. */
function valueText(type: Datatype, value: Uint8Array): string | undefined {
  switch (type.class) {
    case 'fixed-point':
      return String(asInteger(type, value) | 0)
    case 'floating-point': {
      const bits = firstWord(convert(type, nativeNumber(type), value, 1))
      return decimals('%f', bits.getFloat32(0, true), bits.getInt32(0, true) < 0)
    }
    case 'bitfield':
      return hexadecimal(asInteger(type, value), type.size)
    case 'opaque':
      return hexadecimal(firstWord(value).getUint32(0, true), type.size)
    case 'enum': {
      const { base, members } = type
      const index = base.class === 'fixed-point' ? asInteger(base, value) : firstWord(value).getUint32(0, true)
      return members[index >>> 0]?.name ?? '(null)'
    }
    case 'complex':
      return complexText(type.base, value)
    case 'reference':
      return 'NULL'
    default:
      return undefined
  }
}

/** The lower 32 bits. Of what is shorter, the reference shows whatever is in memory behind it; this is the number. */
function asInteger(type: Extract<Datatype, { class: 'fixed-point' | 'bitfield' }>, value: Uint8Array): number {
  const native = convert(type, nativeNumber(type), value, 1)
  const word = firstWord(native)
  const signed = type.class === 'fixed-point' && type.signed
  if (native.length === 1) return signed ? word.getInt8(0) : word.getUint8(0)
  if (native.length === 2) return signed ? word.getInt16(0, true) : word.getUint16(0, true)
  return word.getUint32(0, true)
}

/** The first four bytes, filled up with zeros. */
function firstWord(bytes: Uint8Array): DataView {
  const word = new Uint8Array(4)
  word.set(bytes.subarray(0, 4))
  return new DataView(word.buffer)
}

/** A number that grows by four, once for each byte of an element. */
function hexadecimal(number: number, bytes: number): string {
  return Array.from({ length: bytes }, (_, i) => `${((number + 4 * i) >>> 0).toString(16)} `).join('')
}

/** Formats of both parts of a complex number by the bytes of a part: half precision has a plus whatever the sign. */
const COMPLEX_FORMATS: Record<number, [real: string, imaginary: string]> = {
  2: ['%f', '+%f'],
  4: ['%f', '%+f'],
  8: ['%.15f', '%+.15f'],
  16: ['%.18f', '%+.18f'],
}

function complexText(base: Datatype, value: Uint8Array): string | undefined {
  const formats = COMPLEX_FORMATS[nativeType(base).size]
  if (base.class !== 'floating-point' || formats === undefined) return undefined
  const parts = formats.map((format, i) => {
    const bits = bitsOf(littleEndian(value, i * base.size, base.size, base.order), base.signLocation, 1)
    return decimals(format, decodeFloat(base, value, i * base.size), bits === 1n)
  })
  return `${parts.join('')}i`
}

/** @param negative whether the sign of what may be no number is set */
function decimals(format: string, value: number, negative: boolean): string {
  const writer = numberFormat(format)
  if (writer === undefined) return String(value)
  const bytes = new Uint8Array(writer.longest)
  return decodeText(bytes, 0, writer.put(bytes, 0, value, Number.isNaN(value) && negative))
}
