import { FilterError } from '../../errors.ts'
import { copyBytes } from '../../io/span.ts'
import { copyFew, copyMatch, REACH, repeatWords, viewOf } from '../copy.ts'

/** The farthest distance that thirteen bits hold; a farther one takes two bytes more. */
const NEAR = 8191
const FARTHEST = NEAR + 1 + 0xffff
const MOST_LITERALS = 32
const SHORTEST_MATCH = 4

/** Decodes BloscLZ into `to`; gives how many bytes came out. FilterError where the bytes are broken. */
export function decodeBlosclz(from: Uint8Array, to: Uint8Array): number {
  const end = from.length
  if (end === 0) return 0
  const source = viewOf(from)
  const target = viewOf(to)
  // Up to here words can be copied without a look at where they end.
  const wideIn = end - REACH
  const wideOut = to.length - REACH
  let at = 0
  let out = 0
  // The first instruction is always one of literals: its upper bits say something else.
  let control = from[at++] & 31
  for (;;) {
    if (control < 32) {
      const literals = control + 1
      if (literals > end - at) broken('literals are cut off')
      if (literals > to.length - out) broken(`more than ${to.length} bytes come out`)
      if (literals <= 16 && at <= wideIn && out <= wideOut) copyFew(source, at, target, out, literals)
      else copyBytes(from, at, at + literals, to, out)
      at += literals
      out += literals
    } else {
      let length = (control >>> 5) + 2
      if (length === 9) {
        let more = 255
        while (more === 255) {
          if (at >= end) broken('a length is cut off')
          more = from[at++]
          length += more
        }
      }
      if (at >= end) broken('a distance is cut off')
      const high = (control & 31) << 8
      let distance = high + from[at++] + 1
      if (distance === NEAR + 1) {
        if (end - at < 2) broken('a distance is cut off')
        distance += (from[at] << 8) | from[at + 1]
        at += 2
      }
      if (distance > out) broken('a match starts before the data')
      if (length > to.length - out) broken(`more than ${to.length} bytes come out`)
      if (distance >= 4 && length <= 64 && out + length <= wideOut) repeatWords(target, out, distance, length)
      else copyMatch(to, out, distance, length)
      out += length
    }
    if (at >= end) return out
    control = from[at++]
  }
}

function broken(what: string): never {
  throw new FilterError(`blosclz: ${what}`)
}

/** Encodes in BloscLZ: greedy, with a table of the last place of each four bytes. */
export function encodeBlosclz(from: Uint8Array): Uint8Array {
  const to = new Uint8Array(from.length + Math.ceil(from.length / MOST_LITERALS) + 16)
  const bits = Math.max(8, Math.min(14, 32 - Math.clz32(from.length)))
  const places = new Int32Array(1 << bits)
  const shift = 32 - bits
  // Decoders want literals at both ends.
  const lastStart = from.length - 12
  const matchEnd = from.length - 4
  places[hash(from, 0) >>> shift] = 1
  let out = 0
  let anchor = 0
  let at = 1
  let misses = 0
  while (at <= lastStart) {
    const slot = hash(from, at) >>> shift
    const match = places[slot] - 1
    places[slot] = at + 1
    const distance = at - match
    // A far match takes two bytes more, so it must give more.
    const least = distance > NEAR ? SHORTEST_MATCH + 2 : SHORTEST_MATCH
    let stop = at
    if (match >= 0 && distance <= FARTHEST) {
      for (let source = match; stop < matchEnd && from[stop] === from[source]; source++) stop++
    }
    if (stop - at < least) {
      at += 1 + (misses++ >>> 6)
      continue
    }
    misses = 0
    out = writeLiterals(from, anchor, at, to, out)
    out = writeMatch(to, out, distance, stop - at)
    at = anchor = stop
  }
  return to.subarray(0, writeLiterals(from, anchor, from.length, to, out))
}

function hash(from: Uint8Array, at: number): number {
  return Math.imul(from[at] | (from[at + 1] << 8) | (from[at + 2] << 16) | (from[at + 3] << 24), 0x9e3779b1)
}

function writeLiterals(from: Uint8Array, start: number, end: number, to: Uint8Array, begin: number): number {
  let out = begin
  for (let at = start; at < end; at += MOST_LITERALS) {
    const stop = Math.min(at + MOST_LITERALS, end)
    to[out++] = stop - at - 1
    copyBytes(from, at, stop, to, out)
    out += stop - at
  }
  return out
}

function writeMatch(to: Uint8Array, begin: number, distance: number, length: number): number {
  let out = begin
  const far = distance > NEAR
  const stored = far ? NEAR : distance - 1
  to[out++] = (Math.min(length - 2, 7) << 5) | (stored >>> 8)
  if (length >= 9) {
    let left = length - 9
    for (; left >= 255; left -= 255) to[out++] = 255
    to[out++] = left
  }
  to[out++] = stored & 0xff
  if (far) {
    to[out++] = (distance - NEAR - 1) >>> 8
    to[out++] = (distance - NEAR - 1) & 0xff
  }
  return out
}
