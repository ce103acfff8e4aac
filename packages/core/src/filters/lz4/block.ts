import { FilterError } from '../../errors.ts'
import { copyBytes } from '../../io/span.ts'
import { copyFew, copyMatch, REACH, repeatWords, viewOf } from '../copy.ts'

/** The format wants this many literals at the end, ... */
const LAST_LITERALS = 5
/** ... and no match that starts nearer to the end than this. */
const LAST_MATCH = 12
const SHORTEST_MATCH = 4
const FARTHEST = 0xffff

/**
 * Decodes one LZ4 block (the format without frame) into `to`.
 *
 * @returns how many bytes came out; FilterError where they do not fit or the block is broken
 */
export function decodeLz4Block(from: Uint8Array, to: Uint8Array): number {
  const end = from.length
  const source = viewOf(from)
  const target = viewOf(to)
  // Up to here words can be copied without a look at where they end.
  const wideIn = end - REACH
  const wideOut = to.length - REACH
  let at = 0
  let out = 0
  while (at < end) {
    const token = from[at++]
    let literals = token >>> 4
    if (literals === 15) {
      let more = 255
      while (more === 255) {
        if (at >= end) broken('a length is cut off')
        more = from[at++]
        literals += more
      }
    }
    if (literals <= 16 && at <= wideIn && out <= wideOut) {
      copyFew(source, at, target, out, literals)
    } else {
      if (literals > end - at) broken('literals are cut off')
      if (literals > to.length - out) broken(`more than ${to.length} bytes come out`)
      copyBytes(from, at, at + literals, to, out)
    }
    at += literals
    out += literals
    if (at === end) return out
    if (end - at < 2) broken('a distance is cut off')
    const distance = from[at] | (from[at + 1] << 8)
    at += 2
    let length = token & 15
    if (length === 15) {
      let more = 255
      while (more === 255) {
        if (at >= end) broken('a length is cut off')
        more = from[at++]
        length += more
      }
    }
    length += SHORTEST_MATCH
    if (distance === 0 || distance > out) broken('a match starts before the data')
    if (distance >= 4 && length <= 64 && out + length <= wideOut) {
      repeatWords(target, out, distance, length)
    } else {
      if (length > to.length - out) broken(`more than ${to.length} bytes come out`)
      copyMatch(to, out, distance, length)
    }
    out += length
  }
  return broken('the last literals are missing')
}

function broken(what: string): never {
  throw new FilterError(`lz4: ${what}`)
}

/** The most bytes that a block for `length` bytes has. */
function lz4Bound(length: number): number {
  return length + Math.floor(length / 255) + 16
}

/** Encodes one LZ4 block: greedy, with a table of the last place of each four bytes. */
export function encodeLz4Block(from: Uint8Array): Uint8Array {
  const to = new Uint8Array(lz4Bound(from.length))
  const bits = Math.max(8, Math.min(16, 32 - Math.clz32(from.length)))
  // Places are kept plus one: zero stands for none.
  const places = new Int32Array(1 << bits)
  const shift = 32 - bits
  const lastStart = from.length - LAST_MATCH
  const matchEnd = from.length - LAST_LITERALS
  let out = 0
  let anchor = 0
  let at = 0
  let misses = 0
  while (at <= lastStart) {
    const word = from[at] | (from[at + 1] << 8) | (from[at + 2] << 16) | (from[at + 3] << 24)
    const slot = Math.imul(word, 0x9e3779b1) >>> shift
    let match = places[slot] - 1
    places[slot] = at + 1
    if (match < 0 || at - match > FARTHEST || !sameWord(from, match, word)) {
      // The longer nothing is found, the larger the steps: what cannot be compressed costs little.
      at += 1 + (misses++ >>> 6)
      continue
    }
    misses = 0
    while (at > anchor && match > 0 && from[at - 1] === from[match - 1]) {
      at--
      match--
    }
    let stop = at + SHORTEST_MATCH
    for (let source = match + SHORTEST_MATCH; stop < matchEnd && from[stop] === from[source]; source++) stop++
    out = writeSequence(from, anchor, at, to, out, at - match, stop - at)
    at = anchor = stop
  }
  return to.subarray(0, writeSequence(from, anchor, from.length, to, out, 0, 0))
}

function sameWord(from: Uint8Array, at: number, word: number): boolean {
  return (from[at] | (from[at + 1] << 8) | (from[at + 2] << 16) | (from[at + 3] << 24)) === word
}

/** Writes literals and, unless `length` is zero, a match; gives the place after them. */
function writeSequence(
  from: Uint8Array,
  anchor: number,
  end: number,
  to: Uint8Array,
  at: number,
  distance: number,
  length: number,
): number {
  const literals = end - anchor
  const extra = length === 0 ? 0 : length - SHORTEST_MATCH
  let out = at
  to[out++] = (Math.min(literals, 15) << 4) | Math.min(extra, 15)
  if (literals >= 15) out = writeLength(to, out, literals - 15)
  copyBytes(from, anchor, end, to, out)
  out += literals
  if (length === 0) return out
  to[out++] = distance & 0xff
  to[out++] = distance >>> 8
  return extra >= 15 ? writeLength(to, out, extra - 15) : out
}

function writeLength(to: Uint8Array, at: number, length: number): number {
  let out = at
  let left = length
  for (; left >= 255; left -= 255) to[out++] = 255
  to[out++] = left
  return out
}
