import type { Datatype } from '@h5kit/core'
import { isNativeLongDouble } from '../long-double.ts'

type FloatingPointType = Extract<Datatype, { class: 'floating-point' }>
type ComplexType = Extract<Datatype, { class: 'complex' }>

/** A standard format of floats, the byte order aside. Places and sizes are in bits, but for the size of an element. */
interface FloatFormat {
  size: number
  sign: number
  exponentAt: number
  exponentSize: number
  mantissaSize: number
  bias: number
  name: string
  /** Whether the name tells of the byte order. */
  ordered: boolean
  /** The C type of an x86-64 machine. */
  native: string | undefined
}

function floatFormat(numbers: readonly number[], name: string, ordered: boolean, native?: string): FloatFormat {
  const [size, sign, exponentAt, exponentSize, mantissaSize, bias] = numbers
  return { size, sign, exponentAt, exponentSize, mantissaSize, bias, name, ordered, native }
}

const FLOAT_FORMATS = [
  floatFormat([8, 63, 52, 11, 52, 1023], 'IEEE 64-bit', true, 'double'),
  floatFormat([4, 31, 23, 8, 23, 127], 'IEEE 32-bit', true, 'float'),
  floatFormat([2, 15, 10, 5, 10, 15], 'IEEE 16-bit', true, '_Float16'),
  floatFormat([2, 15, 7, 8, 7, 127], 'bfloat16 16-bit', true),
  floatFormat([1, 7, 3, 4, 3, 7], 'FP8 E4M3 8-bit', false),
  floatFormat([1, 7, 2, 5, 2, 15], 'FP8 E5M2 8-bit', false),
  floatFormat([1, 5, 3, 2, 3, 1], 'FP6 E2M3 6-bit', false),
  floatFormat([1, 5, 2, 3, 2, 3], 'FP6 E3M2 6-bit', false),
  floatFormat([1, 3, 1, 2, 1, 1], 'FP4 E2M1 4-bit', false),
]

function formatOf(type: FloatingPointType): FloatFormat | undefined {
  const plain = type.bitOffset === 0 && type.lowPad === 0 && type.highPad === 0 && type.internalPad === 0
  if (!plain || type.normalization !== 2 || type.mantissaLocation !== 0) return undefined
  for (const format of FLOAT_FORMATS) if (isFormat(type, format)) return format
  return undefined
}

/** The sign is the highest bit of those that count. */
function isFormat(type: FloatingPointType, format: FloatFormat): boolean {
  return (
    type.size === format.size &&
    type.precision === format.sign + 1 &&
    type.signLocation === format.sign &&
    type.exponentLocation === format.exponentAt &&
    type.exponentSize === format.exponentSize &&
    type.mantissaSize === format.mantissaSize &&
    type.exponentBias === format.bias
  )
}

/** The name of a standard floating-point format; undefined for others. */
export function floatName(type: FloatingPointType): string | undefined {
  const format = formatOf(type)
  if (format === undefined || type.order === 'VAX') return undefined
  const order = type.order === 'LE' ? ' little-endian' : ' big-endian'
  return `${format.name}${format.ordered ? order : ''} float`
}

const INTEGERS: Record<number, string> = { 1: 'char', 2: 'short', 4: 'int', 8: 'long' }

/** The name of the C type that an x86-64 machine has for a datatype; undefined where it has none. */
export function nativeName(type: Datatype): string | undefined {
  if (type.class === 'floating-point') {
    const name = type.order === 'LE' ? formatOf(type)?.native : undefined
    return name === undefined ? undefined : `native ${name}`
  }
  if (type.class !== 'fixed-point' && type.class !== 'bitfield') return undefined
  const whole = type.bitOffset === 0 && type.precision === type.size * 8 && type.lowPad === 0 && type.highPad === 0
  const name = INTEGERS[type.size]
  if (!whole || name === undefined || type.order !== 'LE') return undefined
  if (type.class === 'bitfield') return `native ${type.size * 8}-bit field`
  if (type.size === 1) return `native ${type.signed ? 'signed' : 'unsigned'} char`
  return `native ${type.signed ? '' : 'unsigned '}${name}`
}

/** The name of the C type for complex numbers; undefined where there is none. */
export function complexName(type: ComplexType, simple: boolean): string | undefined {
  const { base } = type
  if (simple || base.class !== 'floating-point' || base.order !== 'LE') return undefined
  if (isNativeLongDouble(base)) return 'native long double _Complex'
  const native = formatOf(base)?.native
  return native === 'float' || native === 'double' ? `native ${native} _Complex` : undefined
}
