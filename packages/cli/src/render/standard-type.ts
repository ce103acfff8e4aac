import type { Datatype } from '@h5kit/core'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>

/** Whether an integer or bitfield fills its bytes. */
export function isStandard(type: OfClass<'fixed-point' | 'bitfield'>): boolean {
  const { size, precision, bitOffset, order, lowPad, highPad } = type
  if (lowPad !== 0 || highPad !== 0) return false
  return precision === size * 8 && bitOffset === 0 && order !== 'VAX' && [1, 2, 4, 8].includes(size)
}

/** A format of floats: size, precision, sign, exponent location and size, mantissa size and bias. */
type FloatFormat = readonly [number, number, number, number, number, number, number]

const FLOATS: readonly [FloatFormat, string][] = [
  [[8, 64, 63, 52, 11, 52, 1023], 'H5T_IEEE_F64'],
  [[4, 32, 31, 23, 8, 23, 127], 'H5T_IEEE_F32'],
  [[2, 16, 15, 10, 5, 10, 15], 'H5T_IEEE_F16'],
  [[2, 16, 15, 7, 8, 7, 127], 'H5T_FLOAT_BFLOAT16'],
]

const SMALL_FLOATS: readonly [FloatFormat, string][] = [
  [[1, 8, 7, 3, 4, 3, 7], 'H5T_FLOAT_F8E4M3'],
  [[1, 8, 7, 2, 5, 2, 15], 'H5T_FLOAT_F8E5M2'],
  [[1, 6, 5, 3, 2, 3, 1], 'H5T_FLOAT_F6E2M3'],
  [[1, 6, 5, 2, 3, 2, 3], 'H5T_FLOAT_F6E3M2'],
  [[1, 4, 3, 1, 2, 1, 1], 'H5T_FLOAT_F4E2M1'],
]

const VAX_FLOATS: readonly [FloatFormat, string][] = [
  [[4, 32, 31, 23, 8, 23, 129], 'H5T_VAX_F32'],
  [[8, 64, 63, 52, 11, 52, 1025], 'H5T_VAX_F64'],
]

function nameIn(formats: readonly [FloatFormat, string][], type: OfClass<'floating-point'>): string | undefined {
  for (const [format, name] of formats) {
    const [size, precision, sign, exponentLocation, exponentSize, mantissaSize, bias] = format
    if (
      type.size === size &&
      type.precision === precision &&
      type.signLocation === sign &&
      type.exponentLocation === exponentLocation &&
      type.exponentSize === exponentSize &&
      type.mantissaSize === mantissaSize &&
      type.exponentBias === bias
    )
      return name
  }
  return undefined
}

/** The C library's name of a predefined format of floats; undefined for others. */
export function standardFloat(type: OfClass<'floating-point'>): string | undefined {
  if (type.bitOffset !== 0 || type.mantissaLocation !== 0 || type.normalization !== 2) return undefined
  if (type.lowPad !== 0 || type.highPad !== 0 || type.internalPad !== 0) return undefined
  if (type.order === 'VAX') return nameIn(VAX_FLOATS, type)
  const name = nameIn(FLOATS, type)
  return name === undefined ? nameIn(SMALL_FLOATS, type) : `${name}${type.order}`
}
