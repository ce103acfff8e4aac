import type { Tolerance } from '../../options/tolerance.ts'
import { tellsSameApart } from '../../options/tolerance.ts'
import { TextBuffer } from '../../output.ts'
import type { Arithmetic, NumberStyle, Verdict } from './arithmetic.ts'
import { judge, relativeDifference } from './arithmetic.ts'
import type { Comparer, Comparison } from './comparers.ts'
import { sameBits } from './floats.ts'
import { padded } from './lines.ts'

/** A complex number: its parts are each compared as a number. */
interface Complex<T> {
  re: T
  im: T
}

/** Whether a number counts as none: a part is none, and the other is not infinite. */
function isNan<T>(math: Arithmetic<T>, { re, im }: Complex<T>): boolean {
  return !math.isInfinite(re) && !math.isInfinite(im) && (math.isNan(re) || math.isNan(im))
}

function judgeComplex<T>(math: Arithmetic<T>, a: Complex<T>, b: Complex<T>, tolerance: Tolerance): Verdict {
  if (tolerance.kind === 'delta' || tolerance.kind === 'relative') {
    const none = tolerance.nans && isNan(math, a)
    const other = tolerance.nans && isNan(math, b)
    if (none || other) return none && other ? 'same' : 'different'
  }
  switch (tolerance.kind) {
    case 'delta': {
      const parts = [math.apart(a.re, b.re), math.apart(a.im, b.im)]
      return parts.some((part) => math.toNumber(part) > tolerance.delta) ? 'different' : 'same'
    }
    case 'relative': {
      // Where the imaginary part can be divided by, a real one that cannot does not count.
      const re = relativePart(math, a.re, b.re) ?? -1
      const im = relativePart(math, a.im, b.im)
      if (im === undefined) return 'not comparable'
      return re > tolerance.relative || im > tolerance.relative ? 'far' : 'same'
    }
    default: {
      const parts = [judge(math, a.re, b.re, tolerance), judge(math, a.im, b.im, tolerance)]
      return parts.every((verdict) => verdict === 'same') ? 'same' : 'different'
    }
  }
}

function relativePart<T>(math: Arithmetic<T>, a: T, b: T): number | undefined {
  return relativeDifference(math.towards(a, b), math.toNumber(a), math.toNumber(b))
}

/** Compares complex numbers. */
export function complexComparer<T>(math: Arithmetic<T>, { tolerance, lines, compared }: Comparison): Comparer {
  const { bytes, size } = math
  const always = tellsSameApart(tolerance)
  const bitwise = tolerance.kind === 'exact' && !tolerance.epsilon
  const verdictOf = (a: Complex<T>, b: Complex<T>, sameRe: boolean, sameIm: boolean): Verdict => {
    if (!bitwise) return judgeComplex(math, a, b, tolerance)
    const re = sameRe || judge(math, a.re, b.re, tolerance) === 'same'
    return re && (sameIm || judge(math, a.im, b.im, tolerance) === 'same') ? 'same' : 'different'
  }
  return (first, at, second, to, element) => {
    const sameRe = sameBits(first, at, second, to, bytes)
    const sameIm = sameBits(first, at + size, second, to + size, bytes)
    if (!always && sameRe && sameIm) return 0
    const a = { re: math.read(first, at), im: math.read(first, at + size) }
    const b = { re: math.read(second, to), im: math.read(second, to + size) }
    const verdict = verdictOf(a, b, sameRe, sameIm)
    if (verdict === 'same') return 0
    if (!lines.shown) return 1
    const relative = verdict === 'far' || verdict === 'not comparable'
    const style: NumberStyle = relative ? 'precise' : 'plain'
    lines.place(compared, element, relative)
    const difference = { re: math.apart(a.re, b.re), im: math.apart(a.im, b.im) }
    const columns = [a, b, difference].map(({ re, im }) => {
      return padded(`${partText(math, style, re, false)}${partText(math, style, im, true)}i`, 15)
    })
    if (verdict === 'not comparable') columns.push('not comparable')
    else if (verdict === 'far') {
      const re = partText(math, 'ratio', math.ratioApart(a.re, b.re), false)
      columns.push(`(${re},${partText(math, 'ratio', math.ratioApart(a.im, b.im), true)})`)
    }
    lines.line(columns.join(' '))
    return 1
  }
}

const room = new TextBuffer(64)
const decoder = new TextDecoder('latin1')

function partText<T>(math: Arithmetic<T>, style: NumberStyle, value: T, second: boolean): string {
  room.length = 0
  math.putPart(room, style, value, second)
  return decoder.decode(room.bytes.subarray(0, room.length))
}
