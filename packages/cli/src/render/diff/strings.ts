import type { File } from '@h5kit/core'
import { putCharacter } from '../string.ts'
import type { Comparer, Comparison } from './comparers.ts'

/** A string as C has it. */
interface Chars {
  bytes: Uint8Array
  start: number
  length: number
  /** Bytes that can be looked at; behind them there are zeros. */
  room: number
  /** Whether there is none. */
  missing: boolean
}

/** C's strlen, no further than `most`. */
function lengthOf(bytes: Uint8Array, start: number, most: number): number {
  let length = 0
  while (length < most && bytes[start + length] !== 0) length++
  return length
}

/** Compares strings of fixed length; those that a null ends, up to there. */
export function stringComparer(size: number, terminated: boolean, comparison: Comparison): Comparer {
  return (a, at, b, to, element) => {
    const chars = (bytes: Uint8Array, start: number): Chars => {
      const length = terminated ? lengthOf(bytes, start, size) : size
      return { bytes, start, length, room: size, missing: false }
    }
    return compareStrings(chars(a, at), chars(b, to), element, comparison)
  }
}

type VariableLength = Parameters<ReturnType<File['sequences']>['find']>[0]

/** Compares strings of variable length. */
export function variableStringComparer(
  types: readonly [VariableLength, VariableLength],
  files: readonly [File, File],
  comparison: Comparison,
): Comparer {
  const finders = [files[0].sequences(), files[1].sequences()] as const
  const chars = (side: 0 | 1, element: Uint8Array, at: number): Chars => {
    const { bytes, start, end } = finders[side]
    const length = lengthOf(bytes, start, end - start)
    return { bytes, start, length, room: end - start, missing: isNull(element, at, types[side].size) }
  }
  const [one, other] = finders
  return (a, at, b, to, element) => {
    one.find(types[0], a, at)
    other.find(types[1], b, to)
    if (sameRange(one, other)) return 0
    return compareStrings(chars(0, a, at), chars(1, b, to), element, comparison)
  }
}

/** Bytes in a larger array. */
interface Range {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** Whether two ranges have the same bytes. */
export function sameRange({ bytes: a, start, end }: Range, { bytes: b, start: from, end: to }: Range): boolean {
  const length = end - start
  if (to - from !== length) return false
  if (length > LONG) return Buffer.compare(a.subarray(start, end), b.subarray(from, to)) === 0
  for (let i = 0; i < length; i++) if (a[start + i] !== b[from + i]) return false
  return true
}

/** Bytes from which on a call outside of the language is worth it. */
const LONG = 256

/** Whether an element of variable length has no address between its length and its index. */
function isNull(bytes: Uint8Array, at: number, size: number): boolean {
  for (let i = at + 4; i < at + size - 4; i++) if (bytes[i] !== 0) return false
  return true
}

/**
 * Compares byte by byte. Where one string is the beginning of the other, that is one difference, and what the longer
 * one has besides is printed; else each byte that both have can be one, beside that of the lengths.
 */
function compareStrings(a: Chars, b: Chars, element: number, comparison: Comparison): number {
  const lengths = a.length === b.length ? 0 : 1
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short.missing) return lengths
  let found = 0
  for (let i = 0; i < short.length; i++) {
    if (short.bytes[short.start + i] !== long.bytes[long.start + i]) {
      found++
      putCharacters(short, long, i, element, comparison)
    }
  }
  if (found > 0 || lengths === 0) return found + lengths
  for (let i = short.length; i < long.length; i++) {
    if (byteOf(short, i) !== byteOf(long, i)) putCharacters(short, long, i, element, comparison)
  }
  return lengths
}

function byteOf({ bytes, start, room }: Chars, i: number): number {
  return i < room ? bytes[start + i] : 0
}

function putCharacters(a: Chars, b: Chars, i: number, element: number, { lines, compared }: Comparison): void {
  if (!lines.shown) return
  lines.characters = true
  const out = lines.place(compared, element, false, i)
  out.write('  ')
  putCharacter(out, byteOf(a, i), 'all')
  out.write('            ')
  putCharacter(out, byteOf(b, i), 'all')
  lines.end('\n')
}
