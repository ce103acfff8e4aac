import type { Tolerance } from '../../options/tolerance.ts'
import type { TextBuffer } from '../../output.ts'

/** How a number is printed: beside others, exactly enough to see a relative difference, or as one. */
export type NumberStyle = 'plain' | 'precise' | 'ratio'

/** What comparing floating-point numbers of a format takes. */
export interface Arithmetic<T> {
  /** Bytes of a number that tell it from others. */
  readonly bytes: number
  /** Bytes from a number to the next. */
  readonly size: number
  read(bytes: Uint8Array, at: number): T
  isNan(value: T): boolean
  isInfinite(value: T): boolean
  /** Whether two numbers are apart by less than the format's machine epsilon. */
  isNear(a: T, b: T): boolean
  /** The size of the difference. */
  apart(a: T, b: T): T
  /** How far b/a is from 1. */
  ratioApart(a: T, b: T): T
  toNumber(value: T): number
  /** The difference of b and a as a number. */
  towards(a: T, b: T): number
  put(out: TextBuffer, style: NumberStyle, value: T): void
  /** A part of a complex number: the second one has a sign. */
  putPart(out: TextBuffer, style: NumberStyle, value: T, second: boolean): void
}

/** What two numbers come to: different, or apart by a share of the first one, which may be zero. */
export type Verdict = 'same' | 'different' | 'far' | 'not comparable'

/** Compares two numbers that are not the same bit by bit, or may be different all the same. */
export function judge<T>(math: Arithmetic<T>, a: T, b: T, tolerance: Tolerance): Verdict {
  const none = math.isNan(a)
  const other = math.isNan(b)
  if (tolerance.kind === 'close') {
    if (none || other) return tolerance.nanEqual && none && other ? 'same' : 'different'
    return areClose(math, a, b, tolerance) ? 'same' : 'different'
  }
  if (tolerance.nans && (none || other)) return none && other ? 'same' : 'different'
  switch (tolerance.kind) {
    case 'exact':
      return tolerance.epsilon && math.isNear(a, b) ? 'same' : 'different'
    case 'delta':
      return math.toNumber(math.apart(a, b)) > tolerance.delta ? 'different' : 'same'
    case 'relative': {
      const relative = relativeDifference(math.towards(a, b), math.toNumber(a), math.toNumber(b))
      if (relative === undefined) return 'not comparable'
      return relative > tolerance.relative ? 'far' : 'same'
    }
  }
}

/** NumPy's isclose. */
function areClose<T>(math: Arithmetic<T>, a: T, b: T, { rtol, atol }: { rtol: number; atol: number }): boolean {
  const size = Math.abs(math.toNumber(b))
  if (math.isInfinite(a) || math.isInfinite(b)) return math.toNumber(a) === math.toNumber(b)
  return math.toNumber(math.apart(a, b)) <= atol + rtol * size
}

/** How far b is from a in terms of a; undefined where a is zero and b is not, -1 where both are. */
export function relativeDifference(difference: number, a: number, b: number): number | undefined {
  // What is nearer to zero than C's DBL_EPSILON counts as zero.
  if (!(Math.abs(a) < Number.EPSILON)) return Math.abs(difference / a)
  return Math.abs(b) < Number.EPSILON ? -1 : undefined
}
