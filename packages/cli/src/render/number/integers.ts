import type { Datatype } from '@h5kit/core'
import { bitsOf, littleEndian } from '@h5kit/core'
import type { PutValue } from '../put-value.ts'
import { inRoom } from '../put-value.ts'
import { LONGEST_INTEGER, putInteger, putSigned64, putUnsigned64 } from './integer.ts'

type IntegerType = Extract<Datatype, { class: 'fixed-point' }>

/**
 * Writes integers in decimal.
 *
 * @param bits which bits of each are printed; all of them where undefined
 */
export function integerWriter(type: IntegerType, bits: { offset: number; length: number } | undefined): PutValue {
  const { size, precision, signed, order, bitOffset } = native(type)
  if (bits === undefined && bitOffset === 0 && precision === size * 8 && order !== 'VAX') {
    const little = order === 'LE'
    switch (size) {
      case 1:
        return signed ? small((bytes, at) => (bytes[at] << 24) >> 24) : small((bytes, at) => bytes[at])
      case 2:
        if (little)
          return signed
            ? small((bytes, at) => ((bytes[at] << 16) | (bytes[at + 1] << 24)) >> 16)
            : small((bytes, at) => bytes[at] | (bytes[at + 1] << 8))
        return signed
          ? small((bytes, at) => ((bytes[at + 1] << 16) | (bytes[at] << 24)) >> 16)
          : small((bytes, at) => bytes[at + 1] | (bytes[at] << 8))
      case 4:
        if (little) return signed ? small(word) : small((bytes, at) => word(bytes, at) >>> 0)
        return signed ? small(swappedWord) : small((bytes, at) => swappedWord(bytes, at) >>> 0)
      case 8:
        return long(signed ? putSigned64 : putUnsigned64, little)
    }
  }
  return anyInteger(type, bits)
}

/**
 * An integer as the reference takes it for one of so many bytes: with all its bits, also those of no meaning, where it
 * just turns the bytes round.
 */
export function turnedInteger(type: IntegerType, bytes: number): IntegerType {
  const { size, order, bitOffset } = type
  return order === 'BE' && bitOffset === 0 && size === bytes ? { ...type, precision: 8 * size } : type
}

function native(type: IntegerType): IntegerType {
  const size = NATIVE_SIZES.find((each) => 8 * each >= type.precision)
  return size === undefined ? type : turnedInteger(type, size)
}

const NATIVE_SIZES = [1, 2, 4, 8]

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}

function swappedWord(bytes: Uint8Array, at: number): number {
  return bytes[at + 3] | (bytes[at + 2] << 8) | (bytes[at + 1] << 16) | (bytes[at] << 24)
}

function small(get: (bytes: Uint8Array, at: number) => number): PutValue {
  return inRoom({ longest: LONGEST_INTEGER, put: (out, to, bytes, at) => putInteger(out, to, get(bytes, at)) })
}

function long(put: typeof putSigned64, little: boolean): PutValue {
  return inRoom({
    longest: LONGEST_INTEGER,
    put(out, to, bytes, at) {
      const high = little ? word(bytes, at + 4) : swappedWord(bytes, at)
      const low = little ? word(bytes, at) : swappedWord(bytes, at + 4)
      return put(out, to, high >>> 0, low >>> 0)
    },
  })
}

function anyInteger(type: IntegerType, bits: { offset: number; length: number } | undefined): PutValue {
  const { size, precision, signed, order, bitOffset } = native(type)
  const nativeBits = size <= 1 ? 8 : size <= 2 ? 16 : size <= 4 ? 32 : 64
  return (out, bytes, at) => {
    const stored = bitsOf(littleEndian(bytes, at, size, order), bitOffset, precision)
    let value = signed ? BigInt.asIntN(precision, stored) : stored
    if (bits !== undefined) {
      // As the reference cuts them out: shifted with the sign, and taken for a number of the same type again.
      const part = bits.offset >= nativeBits ? 0n : BigInt.asUintN(bits.length, value >> BigInt(bits.offset))
      value = signed ? BigInt.asIntN(nativeBits, part) : part
    }
    out.write(value.toString())
  }
}
