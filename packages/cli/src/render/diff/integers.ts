import { fixed } from '../number/fixed.ts'
import { relativeDifference } from './arithmetic.ts'
import type { Comparer, Comparison } from './comparers.ts'
import { padded } from './lines.ts'

/** Integers of the processor, little-endian. */
export interface IntegerFormat {
  /** 1, 2, 4 or 8 bytes. */
  size: number
  signed: boolean
}

/** How two integers differ. */
interface Difference {
  /** What is printed as difference. */
  text: string
  /** In terms of the first one; undefined where that is zero. */
  relative?: number | undefined
}

/** Compares integers. */
export function integerComparer(format: IntegerFormat, comparison: Comparison): Comparer {
  const differ = format.size === 8 ? longDifference(format, comparison) : shortDifference(format, comparison)
  const read = format.size === 8 ? undefined : reader(format)
  const text = read === undefined ? longText(format.signed) : (bytes: Uint8Array, at: number) => String(read(bytes, at))
  const { lines, compared, tolerance } = comparison
  const withRelative = tolerance.kind === 'relative'
  return (a, at, b, to, element) => {
    const difference = differ(a, at, b, to)
    if (difference === undefined) return 0
    if (!lines.shown) return 1
    lines.place(compared, element, withRelative)
    const columns = [text(a, at), text(b, to), difference.text].map((each) => padded(each, 15))
    if (withRelative) columns.push(relativeText(difference.relative))
    lines.line(columns.join(' '))
    return 1
  }
}

function relativeText(relative: number | undefined): string {
  return relative === undefined ? 'not comparable' : padded(fixed(relative, 6), 14)
}

const SAME = { text: '' }

type Differ = (a: Uint8Array, at: number, b: Uint8Array, to: number) => Difference | undefined

function reader({ size, signed }: IntegerFormat): (bytes: Uint8Array, at: number) => number {
  switch (size) {
    case 1:
      return signed ? (bytes, at) => (bytes[at] << 24) >> 24 : (bytes, at) => bytes[at]
    case 2:
      return signed
        ? (bytes, at) => ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16
        : (bytes, at) => bytes[at] | (bytes[at + 1] << 8)
    default:
      return signed ? word : (bytes, at) => word(bytes, at) >>> 0
  }
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}

/** Integers that a number holds. As in C, differences of four bytes go round at the ends of what four bytes hold. */
function shortDifference(format: IntegerFormat, { tolerance, lines }: Comparison): Differ {
  const { size, signed } = format
  const read = reader(format)
  const unused = 32 - 8 * size
  const apart = (a: number, b: number): number => {
    if (!signed) return Math.abs(a - b)
    const difference = (a - b) | 0
    return difference < 0 ? -difference | 0 : difference
  }
  // An unsigned difference is taken for a signed one of the same size before it is divided.
  const towards = (a: number, b: number): number => (signed ? (b - a) | 0 : ((b - a) << unused) >> unused)
  return (first, at, second, to) => {
    const a = read(first, at)
    const b = read(second, to)
    if (a === b) return undefined
    switch (tolerance.kind) {
      case 'exact':
        return lines.shown ? { text: String(apart(a, b)) } : SAME
      case 'delta':
        return apart(a, b) > tolerance.delta ? { text: String(apart(a, b)) } : undefined
      case 'relative': {
        const relative = relativeDifference(towards(a, b), a, b)
        const differs = relative === undefined || relative > tolerance.relative
        return differs ? { text: String(apart(a, b)), relative } : undefined
      }
      case 'close':
        return Math.abs(a - b) <= tolerance.atol + tolerance.rtol * Math.abs(b)
          ? undefined
          : { text: String(Math.abs(a - b)) }
    }
  }
}

function longText(signed: boolean): (bytes: Uint8Array, at: number) => string {
  return (bytes, at) => String(long(bytes, at, signed))
}

function long(bytes: Uint8Array, at: number, signed: boolean): bigint {
  const high = word(bytes, at + 4)
  return (BigInt(signed ? high : high >>> 0) << 32n) | BigInt(word(bytes, at) >>> 0)
}

function wrapped(value: bigint): bigint {
  return BigInt.asIntN(64, value)
}

/** Of integers with 64 bits. */
function longDifference({ signed }: IntegerFormat, { tolerance, lines }: Comparison): Differ {
  const apart = (a: bigint, b: bigint): bigint => {
    const difference = signed ? wrapped(a - b) : a - b
    return signed ? wrapped(difference < 0n ? -difference : difference) : difference < 0n ? -difference : difference
  }
  const delta = tolerance.kind === 'delta' ? wholeDelta(tolerance.delta, signed) : 0n
  return (first, at, second, to) => {
    if (word(first, at) === word(second, to) && word(first, at + 4) === word(second, to + 4)) return undefined
    if (tolerance.kind === 'exact' && !lines.shown) return SAME
    const a = long(first, at, signed)
    const b = long(second, to, signed)
    switch (tolerance.kind) {
      case 'exact':
        return { text: String(apart(a, b)) }
      case 'delta':
        return apart(a, b) > delta ? { text: String(apart(a, b)) } : undefined
      case 'relative': {
        const relative = relativeDifference(Number(wrapped(b - a)), Number(a), Number(b))
        const differs = relative === undefined || relative > tolerance.relative
        return differs ? { text: String(apart(a, b)), relative } : undefined
      }
      case 'close': {
        const difference = a < b ? b - a : a - b
        const allowed = tolerance.atol + tolerance.rtol * Math.abs(Number(b))
        return Number(difference) <= allowed ? undefined : { text: String(difference) }
      }
    }
  }
}

/** A tolerance as C makes an integer of it: what is too large becomes the least one. */
function wholeDelta(delta: number, signed: boolean): bigint {
  const limit = signed ? 2 ** 63 : 2 ** 64
  if (!(delta < limit)) return signed ? -(2n ** 63n) : 0n
  return BigInt(Math.trunc(delta))
}

/** Compares bytes as unsigned numbers; where they differ, zeros are no reason of their own. */
export function byteComparer({ tolerance, lines, compared }: Comparison): Comparer {
  return (first, at, second, to, element) => {
    const a = first[at]
    const b = second[to]
    if (a === b) return 0
    const apart = Math.abs(a - b)
    let relative: number | undefined
    if (tolerance.kind === 'delta' && !(apart > tolerance.delta)) return 0
    if (tolerance.kind === 'relative') {
      relative = relativeDifference(((b - a) << 24) >> 24, a, b) ?? -1
      if (!(relative > tolerance.relative)) return 0
    }
    if (!lines.shown) return 1
    lines.place(compared, element, relative !== undefined)
    const columns = [a, b, apart].map((each) => padded(String(each), 15))
    if (relative !== undefined) columns.push(relativeText(relative))
    lines.line(columns.join(' '))
    return 1
  }
}
