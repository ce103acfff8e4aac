import type { Datatype, FixedPointType, FloatingPointType } from '../../format/messages/datatype.ts'
import { nativeFloat } from '../float.ts'

/** Numbers of any kind. */
export type NumberType = FixedPointType | FloatingPointType

/** A number format that typed arrays or the processor have. */
export type NativeName = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f16' | 'f32' | 'f64' | 'f80'

/** The format of a number, its byte order aside; undefined where no processor has it. */
export function nativeName(type: Datatype): NativeName | undefined {
  if (type.class === 'floating-point') return nativeFloat(type) ?? (isExtended(type) ? 'f80' : undefined)
  if (type.class !== 'fixed-point') return undefined
  const { size, precision, bitOffset } = type
  if (bitOffset !== 0 || precision !== size * 8 || type.order === 'VAX') return undefined
  switch (size) {
    case 1:
      return type.signed ? 'i8' : 'u8'
    case 2:
      return type.signed ? 'i16' : 'u16'
    case 4:
      return type.signed ? 'i32' : 'u32'
    case 8:
      return type.signed ? 'i64' : 'u64'
    default:
      return undefined
  }
}

/** The x87's 80 bits, in 16 bytes, with the leading bit stored. */
function isExtended(type: FloatingPointType): boolean {
  if (type.order === 'VAX' || type.bitOffset !== 0 || type.normalization === 2 || type.mantissaLocation !== 0)
    return false
  const { size, precision, signLocation, exponentLocation, exponentSize, mantissaSize, exponentBias } = type
  const fields = [size, precision, signLocation, exponentLocation, exponentSize, mantissaSize, exponentBias].join()
  return fields === '16,80,79,64,15,64,16383'
}

/** Whether a number is laid out as in the memory of the processors that most programs run on. */
export function isNative(type: NumberType): boolean {
  return nativeName(type) !== undefined && (type.order === 'LE' || type.size === 1)
}
