import type { Datatype } from '@h5kit/core'

type FloatingPointType = Extract<Datatype, { class: 'floating-point' }>

/** Whether a format is the 80-bit one of x86-64 machines. */
export function isNativeLongDouble(type: FloatingPointType): boolean {
  const { size, precision, order, exponentSize, mantissaSize, exponentLocation, bitOffset } = type
  return (
    [size, precision, order, exponentSize, mantissaSize, exponentLocation, bitOffset].join() === '16,80,LE,15,64,64,0'
  )
}
