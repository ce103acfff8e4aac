import type { TextBuffer } from '../../output.ts'
import type { LongNumberWriter } from '../number/printf.ts'
import { longNumberFormat } from '../number/printf.ts'
import type { Arithmetic } from './arithmetic.ts'

/** A number of the x87's long double: whole × 2^shift, whose sign is told apart; or infinite, or none. */
export interface LongDouble {
  kind: 'finite' | 'infinite' | 'nan'
  negative: boolean
  whole: bigint
  shift: number
}

/** Bits of a mantissa, all of which are stored. */
const PRECISION = 64
const BIAS = 16383
const LARGEST_EXPONENT = 0x7fff
/** Of the least significant bit of the smallest numbers. */
const LEAST_SHIFT = 1 - BIAS - 63

const FORMATS = { plain: known('%-15g'), precise: known('%-15.10g'), ratio: known('%-14.10g') }
const FIRST_PARTS = { plain: known('%g'), precise: known('%.10g'), ratio: known('%-14.10g') }
const SECOND_PARTS = { plain: known('%+g'), precise: known('%+.10g'), ratio: known('%14.10g') }

function known(format: string): LongNumberWriter {
  const writer = longNumberFormat(format)
  if (writer === undefined) throw new Error(`no format: ${format}`)
  return writer
}

/** Arithmetic of long doubles: exact, then rounded to 64 bits, ties to even. */
export const longArithmetic: Arithmetic<LongDouble> = {
  bytes: 10,
  size: 16,
  read(bytes, at) {
    let whole = 0n
    for (let i = 7; i >= 0; i--) whole = (whole << 8n) | BigInt(bytes[at + i])
    const top = bytes[at + 8] | (bytes[at + 9] << 8)
    const negative = top >= 0x8000
    const exponent = top & LARGEST_EXPONENT
    const leading = whole >> 63n === 1n
    if (exponent === LARGEST_EXPONENT) {
      return { kind: whole << 1n === 1n << 64n ? 'infinite' : 'nan', negative, whole: 0n, shift: 0 }
    }
    // Without its first bit, a number that is not among the smallest ones is none.
    if (exponent > 0 && !leading) return { kind: 'nan', negative, whole: 0n, shift: 0 }
    return { kind: 'finite', negative, whole, shift: Math.max(exponent, 1) - BIAS - 63 }
  },
  isNan: ({ kind }) => kind === 'nan',
  isInfinite: ({ kind }) => kind === 'infinite',
  isNear: (a, b) => toNumber(absolute(minus(b, a), a, b)) < 2 ** -63,
  apart: (a, b) => absolute(minus(b, a), a, b),
  ratioApart: (a, b) => absolute(minus(quotient(b, a), ONE), b, a),
  toNumber,
  towards: (a, b) => toNumber(minus(a, b)),
  put: (out, style, value) => put(out, FORMATS[style], value),
  putPart: (out, style, value, second) => put(out, (second ? SECOND_PARTS : FIRST_PARTS)[style], value),
}

const ONE: LongDouble = { kind: 'finite', negative: false, whole: 1n, shift: 0 }
/** What comes out of a calculation that has no result. */
const NONE: LongDouble = { kind: 'nan', negative: true, whole: 0n, shift: 0 }

function toNumber({ kind, negative, whole, shift }: LongDouble): number {
  if (kind === 'nan') return Number.NaN
  const size = kind === 'infinite' ? Number.POSITIVE_INFINITY : scaled(Number(whole), shift)
  return negative ? -size : size
}

/** In steps, since a power of two alone may be out of range. */
function scaled(value: number, shift: number): number {
  let size = value
  let left = shift
  while (left > 900 && Number.isFinite(size)) {
    size *= 2 ** 900
    left -= 900
  }
  while (left < -900 && size !== 0) {
    size *= 2 ** -900
    left += 900
  }
  return Math.abs(left) > 900 ? size : size * 2 ** left
}

/** b - a. */
function minus(a: LongDouble, b: LongDouble): LongDouble {
  if (b.kind === 'nan') return b
  if (a.kind === 'nan') return a
  if (a.kind === 'infinite' && b.kind === 'infinite') return a.negative === b.negative ? NONE : b
  if (b.kind === 'infinite') return b
  if (a.kind === 'infinite') return { ...a, negative: !a.negative }
  const shift = Math.min(a.shift, b.shift)
  const difference = signed(b, shift) - signed(a, shift)
  if (difference === 0n) return { ...ONE, whole: 0n, negative: b.whole === 0n && b.negative && !a.negative }
  return rounded(difference < 0n ? -difference : difference, shift, difference < 0n)
}

function signed({ negative, whole, shift }: LongDouble, least: number): bigint {
  const size = whole << BigInt(shift - least)
  return negative ? -size : size
}

/** b / a. */
function quotient(b: LongDouble, a: LongDouble): LongDouble {
  if (b.kind === 'nan') return b
  if (a.kind === 'nan') return a
  const negative = a.negative !== b.negative
  const infinite: LongDouble = { kind: 'infinite', negative, whole: 0n, shift: 0 }
  if (b.kind === 'infinite') return a.kind === 'infinite' ? NONE : infinite
  if (a.kind === 'infinite') return { kind: 'finite', negative, whole: 0n, shift: 0 }
  if (a.whole === 0n) return b.whole === 0n ? NONE : infinite
  // Enough bits for the rounding to be right: the last one says whether anything is left over.
  const more = 2n * BigInt(PRECISION) + 2n
  const size = (b.whole << more) / a.whole
  const rest = (b.whole << more) % a.whole === 0n ? 0n : 1n
  return rounded((size << 1n) | rest, b.shift - a.shift - Number(more) - 1, negative)
}

function rounded(size: bigint, shift: number, negative: boolean): LongDouble {
  const length = size === 0n ? 0 : size.toString(2).length
  const drop = Math.max(0, length - PRECISION, LEAST_SHIFT - shift)
  if (drop === 0) return { kind: 'finite', negative, whole: size, shift }
  const bits = BigInt(drop)
  const kept = size >> bits
  const twice = (size - (kept << bits)) * 2n
  const unit = 1n << bits
  const up = twice > unit || (twice === unit && kept % 2n === 1n)
  return { kind: 'finite', negative, whole: up ? kept + 1n : kept, shift: shift + drop }
}

/** Without its sign, which zero keeps; that of what is none turns round. */
function absolute(value: LongDouble, a: LongDouble, b: LongDouble): LongDouble {
  if (value.kind !== 'nan') return value.kind === 'finite' && value.whole === 0n ? value : { ...value, negative: false }
  const operands = [a, b].filter(({ kind }) => kind === 'nan')
  // Of two that are none, the positive one goes on.
  return { ...NONE, negative: !operands.every(({ negative }) => negative) }
}

function put(out: TextBuffer, writer: LongNumberWriter, value: LongDouble): void {
  out.reserve(writer.longest)
  const { kind, negative, whole, shift } = value
  if (kind === 'nan') {
    out.length = writer.put(out.bytes, out.length, Number.NaN, negative)
    return
  }
  writer.set(whole, shift)
  // One that is no double is put as the nearest that is: only its sign and that it is finite are looked at.
  const size = kind === 'infinite' ? Number.POSITIVE_INFINITY : Math.min(Math.abs(toNumber(value)), Number.MAX_VALUE)
  out.length = writer.put(out.bytes, out.length, negative ? -size : size, false)
}
