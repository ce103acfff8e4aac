import { numberFormat } from './printf.ts'

const buffer = new Uint8Array(512)

/** A number as C's printf("%.<digits>f") prints it: ties go to the even digit, and to what is nearer in truth. */
export function fixed(value: number, digits: number): string {
  const end = numberFormat(`%.${digits}f`)?.put(buffer, 0, value, false) ?? 0
  return String.fromCharCode(...buffer.subarray(0, end))
}
