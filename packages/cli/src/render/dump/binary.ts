import type { Datatype, File } from '@h5kit/core'
import { convert, nativeType } from '@h5kit/core'
import type { BinaryForm } from '../../options/dump.ts'
import type { Output } from '../../output.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>
type NumberType = OfClass<'fixed-point' | 'floating-point' | 'bitfield'>

/** Writes so many elements, stored one behind the other, as bytes. */
export type PutBinary = (output: Output, bytes: Uint8Array, at: number, count: number) => void

/**
 * Prepares the writing of a datatype's elements as bytes; undefined where they have no such form: only numbers and
 * bit fields have an order of bytes.
 */
export function binaryWriter(type: Datatype, form: BinaryForm, file: File): PutBinary | undefined {
  if (form === 'FILE' || form === 'NATIVE') return compile(type, form, file)
  const ordered = type.class === 'fixed-point' || type.class === 'floating-point' || type.class === 'bitfield'
  return ordered && type.size <= 8 ? numbers(type, wholeNumber(type, type.size, form)) : undefined
}

function compile(type: Datatype, form: 'FILE' | 'NATIVE', file: File): PutBinary {
  switch (type.class) {
    case 'fixed-point':
    case 'floating-point':
    case 'bitfield':
      return form === 'FILE' ? copied(type.size) : numbers(type, nativeNumber(type))
    case 'enum': {
      const { base } = type
      return base.class === 'fixed-point' ? compile(base, form, file) : copied(type.size)
    }
    case 'complex': {
      const put = compile(type.base, form, file)
      return (output, bytes, at, count) => put(output, bytes, at, 2 * count)
    }
    case 'string':
      return strings(type)
    case 'variable-length':
      return type.kind === 'string' ? variableStrings(type, file) : sequences(type, form, file)
    case 'compound':
      return compounds(type, form, file)
    case 'array': {
      const put = compile(type.base, form, file)
      const inside = type.dimensions.reduce((product, n) => product * n, 1)
      return (output, bytes, at, count) => put(output, bytes, at, count * inside)
    }
    case 'reference':
      return () => {}
    case 'opaque':
    case 'time':
      return copied(type.size)
  }
}

function copied(size: number): PutBinary {
  return (output, bytes, at, count) => output.binary(bytes.subarray(at, at + count * size))
}

/** The C type of the machine that the reference reads numbers as. */
export function nativeNumber(type: NumberType): Datatype {
  return wholeNumber(type, nativeType(type).size, 'LE')
}

/** Numbers of a C type in an order of bytes. */
function wholeNumber(type: NumberType, size: number, order: 'LE' | 'BE') {
  if (type.class !== 'floating-point') {
    return { ...type, size, order, precision: 8 * size, bitOffset: 0, lowPad: 0, highPad: 0 } as const
  }
  const format = FLOATS[size]
  if (format === undefined) return { ...type, order } as const
  const { exponentSize, mantissaSize, precision } = format
  return {
    ...type,
    size,
    order,
    precision,
    bitOffset: 0,
    lowPad: 0,
    highPad: 0,
    internalPad: 0,
    normalization: size === 16 ? 0 : 2,
    signLocation: precision - 1,
    exponentLocation: precision - 1 - exponentSize,
    exponentSize,
    mantissaLocation: 0,
    mantissaSize,
    exponentBias: 2 ** (exponentSize - 1) - 1,
  } as const
}

/** The machine's formats by size; the longest one is that of x86. */
const FLOATS: Record<number, { precision: number; exponentSize: number; mantissaSize: number }> = {
  2: { precision: 16, exponentSize: 5, mantissaSize: 10 },
  4: { precision: 32, exponentSize: 8, mantissaSize: 23 },
  8: { precision: 64, exponentSize: 11, mantissaSize: 52 },
  16: { precision: 80, exponentSize: 15, mantissaSize: 64 },
}

function numbers(from: Datatype, to: Datatype): PutBinary {
  const { size } = from
  return (output, bytes, at, count) => {
    output.binary(convert(from, to, bytes.subarray(at, at + count * size), count))
  }
}

/** As far as their padding says. */
function strings({ size, padding }: OfClass<'string'>): PutBinary {
  return (output, bytes, at, count) => {
    for (let i = 0; i < count; i++) {
      const element = bytes.subarray(at + i * size, at + (i + 1) * size)
      const end = padding === 0 ? element.indexOf(0) : -1
      output.binary(end < 0 ? element : element.subarray(0, end))
    }
  }
}

function variableStrings(type: OfClass<'variable-length'>, file: File): PutBinary {
  return (output, bytes, at, count) => {
    for (let i = 0; i < count; i++) {
      const data = file.sequence(type, bytes, at + i * type.size)
      const end = data.indexOf(0)
      output.binary(end < 0 ? data : data.subarray(0, end))
    }
  }
}

function sequences(type: OfClass<'variable-length'>, form: 'FILE' | 'NATIVE', file: File): PutBinary {
  const put = compile(type.base, form, file)
  return (output, bytes, at, count) => {
    for (let i = 0; i < count; i++) {
      const data = file.sequence(type, bytes, at + i * type.size)
      put(output, data, 0, data.length / type.base.size)
    }
  }
}

/** Member by member: nothing is between them. */
function compounds({ size, members }: OfClass<'compound'>, form: 'FILE' | 'NATIVE', file: File): PutBinary {
  const parts = members.map(({ offset, type }) => ({ offset, put: compile(type, form, file) }))
  return (output, bytes, at, count) => {
    for (let i = 0; i < count; i++) for (const { offset, put } of parts) put(output, bytes, at + i * size + offset, 1)
  }
}
