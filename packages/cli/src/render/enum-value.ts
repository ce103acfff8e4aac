import type { Datatype } from '@h5kit/core'
import { bitsOf, convert } from '@h5kit/core'
import { turnedInteger } from './number/integers.ts'

/** Bytes of the longest integers that the reference has values of enumerations as. */
const LONGEST = 8

/** The value of an enumeration's member: as the longest integer of the processor, or its bytes where it is longer. */
export function enumValueText(base: Datatype, value: Uint8Array): string {
  if (value.length > LONGEST) return `0x${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  if (base.class !== 'fixed-point') return String(bitsOf(value, 0, 8 * value.length))
  const longest = { ...base, size: LONGEST, precision: 8 * LONGEST, bitOffset: 0, order: 'LE' } as const
  const number = bitsOf(convert(turnedInteger(base, LONGEST), longest, value, 1), 0, 8 * LONGEST)
  return String(base.signed ? BigInt.asIntN(8 * LONGEST, number) : number)
}
