import type { Datatype } from '@h5kit/core'
import { isNativeLongDouble } from '../long-double.ts'

type FloatingPointType = Extract<Datatype, { class: 'floating-point' }>
type ComplexType = Extract<Datatype, { class: 'complex' }>

/** Fields that make up a float format, the byte order aside: precision, sign, exponent, mantissa, bias. */
function formatOf(type: FloatingPointType): string | undefined {
  const plain = type.bitOffset === 0 && type.lowPad === 0 && type.highPad === 0 && type.internalPad === 0
  if (!plain || type.normalization !== 2 || type.mantissaLocation !== 0) return undefined
  const { size, precision, signLocation, exponentLocation, exponentSize, mantissaSize, exponentBias } = type
  return [size, precision, signLocation, exponentLocation, exponentSize, mantissaSize, exponentBias].join()
}

const FLOAT_FORMATS: Record<string, { name: string; bits: number; prefix: string; native?: string }> = {
  '2,16,15,10,5,10,15': { name: 'half', bits: 16, prefix: 'IEEE', native: '_Float16' },
  '4,32,31,23,8,23,127': { name: 'single', bits: 32, prefix: 'IEEE', native: 'float' },
  '8,64,63,52,11,52,1023': { name: 'double', bits: 64, prefix: 'IEEE', native: 'double' },
  '2,16,15,7,8,7,127': { name: 'bfloat16', bits: 16, prefix: 'bfloat16' },
}

const SMALL_FORMATS: Record<string, string> = {
  '1,8,7,3,4,3,7': 'FP8 E4M3 8-bit float',
  '1,8,7,2,5,2,15': 'FP8 E5M2 8-bit float',
  '1,6,5,3,2,3,1': 'FP6 E2M3 6-bit float',
  '1,6,5,2,3,2,3': 'FP6 E3M2 6-bit float',
  '1,4,3,1,2,1,1': 'FP4 E2M1 4-bit float',
}

/** The name of a standard floating-point format; undefined for others. */
export function floatName(type: FloatingPointType): string | undefined {
  const format = formatOf(type)
  if (format === undefined || type.order === 'VAX') return undefined
  const known = FLOAT_FORMATS[format]
  if (known === undefined) return SMALL_FORMATS[format]
  return `${known.prefix} ${known.bits}-bit ${type.order === 'LE' ? 'little' : 'big'}-endian float`
}

const INTEGERS: Record<number, string> = { 1: 'char', 2: 'short', 4: 'int', 8: 'long' }

/** The name of the C type that an x86-64 machine has for a datatype; undefined where it has none. */
export function nativeName(type: Datatype): string | undefined {
  if (type.class === 'floating-point') {
    const format = formatOf(type)
    const name = type.order === 'LE' && format !== undefined ? FLOAT_FORMATS[format]?.native : undefined
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
  const format = formatOf(base)
  const native = format === undefined ? undefined : FLOAT_FORMATS[format]?.native
  return native === 'float' || native === 'double' ? `native ${native} _Complex` : undefined
}
