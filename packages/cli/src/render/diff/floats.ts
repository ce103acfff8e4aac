import { tellsSameApart } from '../../options/tolerance.ts'
import type { Arithmetic, NumberStyle } from './arithmetic.ts'
import { judge } from './arithmetic.ts'
import type { Comparer, Comparison } from './comparers.ts'
import { knownFormat, putNumber } from './lines.ts'

/** Formats of floats that a JavaScript number holds, little-endian. */
export type FloatFormat = 'f16' | 'f32' | 'f64'

/** A number with its sign, which is shown of one that is none too. */
export interface Float {
  value: number
  negative: boolean
}

const FORMATS = { plain: knownFormat('%-15g'), precise: knownFormat('%-15.10g'), ratio: knownFormat('%-14.10g') }
const FIRST_PARTS = { plain: knownFormat('%g'), precise: knownFormat('%.10g'), ratio: knownFormat('%-14.10g') }
const SECOND_PARTS = { plain: knownFormat('%+g'), precise: knownFormat('%+.10g'), ratio: knownFormat('%14.10g') }

/** Halves are calculated with as singles. */
export function floatArithmetic(format: FloatFormat): Arithmetic<Float> {
  const single = format !== 'f64'
  const round = single ? Math.fround : (value: number): number => value
  const epsilon = single ? 2 ** -23 : Number.EPSILON
  const size = { f16: 2, f32: 4, f64: 8 }[format]
  const number = numberReader(format)
  const absolute = (difference: number, a: Float, b: Float): Float =>
    Number.isNaN(difference)
      ? { value: difference, negative: !nanSign(a, b) }
      : { value: difference >= 0 ? difference : -difference, negative: false }
  return {
    bytes: size,
    size,
    read: (bytes, at) => ({ value: number(bytes, at), negative: bytes[at + size - 1] > 0x7f }),
    isNan: ({ value }) => Number.isNaN(value),
    isInfinite: ({ value }) => Math.abs(value) === Number.POSITIVE_INFINITY,
    isNear: (a, b) => Math.abs(round(a.value - b.value)) < epsilon,
    apart: (a, b) => absolute(round(a.value - b.value), a, b),
    ratioApart: (a, b) => absolute(round(1 - round(b.value / a.value)), b, a),
    toNumber: ({ value }) => value,
    towards: (a, b) => round(b.value - a.value),
    put: (out, style, { value, negative }) => putNumber(out, FORMATS[style], value, negative),
    putPart(out, style, { value, negative }, second) {
      putNumber(out, (second ? SECOND_PARTS : FIRST_PARTS)[style], value, negative)
    },
  }
}

/** The sign of what comes out of a calculation with two numbers and is none: that of an operand, or else negative. */
function nanSign(a: Float, b: Float): boolean {
  if (Number.isNaN(a.value)) return a.negative
  return Number.isNaN(b.value) ? b.negative : true
}

function numberReader(format: FloatFormat): (bytes: Uint8Array, at: number) => number {
  if (format === 'f16') return (bytes, at) => half(bytes[at] | (bytes[at + 1] << 8))
  let known: Uint8Array | undefined
  let view: DataView = new DataView(new ArrayBuffer(0))
  const viewOf = (bytes: Uint8Array): DataView => {
    if (bytes !== known) {
      known = bytes
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    return view
  }
  return format === 'f32'
    ? (bytes, at) => viewOf(bytes).getFloat32(at, true)
    : (bytes, at) => viewOf(bytes).getFloat64(at, true)
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** Whether two parts of so many bytes are the same. */
export function sameBits(a: Uint8Array, at: number, b: Uint8Array, to: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (a[at + i] !== b[to + i]) return false
  return true
}

/** Compares floating-point numbers. */
export function floatComparer<T>(math: Arithmetic<T>, { tolerance, lines, compared }: Comparison): Comparer {
  const always = tellsSameApart(tolerance)
  return (a, at, b, to, element) => {
    if (!always && sameBits(a, at, b, to, math.bytes)) return 0
    const x = math.read(a, at)
    const y = math.read(b, to)
    const verdict = judge(math, x, y, tolerance)
    if (verdict === 'same') return 0
    if (!lines.shown) return 1
    const relative = verdict === 'far' || verdict === 'not comparable'
    const style: NumberStyle = relative ? 'precise' : 'plain'
    const out = lines.place(compared, element, relative)
    for (const each of [x, y]) {
      math.put(out, style, each)
      out.write(' ')
    }
    math.put(out, style, math.apart(x, y))
    if (verdict === 'not comparable') out.write(' not comparable')
    else if (verdict === 'far') {
      out.write(' ')
      math.put(out, 'ratio', math.ratioApart(x, y))
    }
    lines.end('\n')
    return 1
  }
}
