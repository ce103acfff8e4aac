import { FilterError } from '../../errors.ts'
import { copyBytes } from '../../io/span.ts'
import { copyFew, copyMatch, REACH, repeatWords, viewOf } from '../copy.ts'

/** Matches are looked for within blocks of this size, so that each distance fits in two bytes. */
const BLOCK = 1 << 16

/** Decodes Snappy's raw format into `to`; gives how many bytes came out. FilterError where the bytes are broken. */
export function decodeSnappy(from: Uint8Array, to: Uint8Array): number {
  const end = from.length
  let at = 0
  let total = 0
  for (let unit = 1; ; unit *= 128) {
    if (at >= end || at === 5) broken('the size is cut off')
    const byte = from[at++]
    total += (byte & 0x7f) * unit
    if (byte < 0x80) break
  }
  if (total > to.length) broken(`more than ${to.length} bytes come out`)
  const source = viewOf(from)
  const target = viewOf(to)
  // Up to here words can be copied without a look at where they end.
  const wideIn = end - REACH
  const wideOut = to.length - REACH
  let out = 0
  while (at < end) {
    const tag = from[at++]
    if ((tag & 3) === 0) {
      let length = tag >>> 2
      if (length >= 60) {
        const count = length - 59
        if (count > end - at) broken('a length is cut off')
        length = 0
        for (let i = 0; i < count; i++) length += from[at++] * 2 ** (8 * i)
      }
      length++
      if (length > end - at) broken('literals are cut off')
      if (length > total - out) broken('more comes out than announced')
      if (length <= 16 && at <= wideIn && out <= wideOut) copyFew(source, at, target, out, length)
      else copyBytes(from, at, at + length, to, out)
      at += length
      out += length
      continue
    }
    let length = (tag >>> 2) + 1
    let distance = 0
    const count = (tag & 3) === 3 ? 4 : tag & 3
    if (count > end - at) broken('a distance is cut off')
    if (count === 1) {
      length = ((tag >>> 2) & 7) + 4
      distance = ((tag >>> 5) << 8) | from[at]
    } else {
      distance = from[at] | (from[at + 1] << 8)
      if (count === 4) distance += (from[at + 2] | (from[at + 3] << 8)) * 65536
    }
    at += count
    if (distance === 0 || distance > out) broken('a match starts before the data')
    if (length > total - out) broken('more comes out than announced')
    if (distance >= 4 && out + length <= wideOut) repeatWords(target, out, distance, length)
    else copyMatch(to, out, distance, length)
    out += length
  }
  if (out !== total) broken('less comes out than announced')
  return out
}

function broken(what: string): never {
  throw new FilterError(`snappy: ${what}`)
}

/** Encodes in Snappy's raw format: greedy, with a table of the last place of each four bytes. */
export function encodeSnappy(from: Uint8Array): Uint8Array {
  const to = new Uint8Array(32 + from.length + Math.floor(from.length / 6))
  let out = 0
  let left = from.length
  for (; left >= 0x80; left = Math.floor(left / 128)) to[out++] = (left % 128) | 0x80
  to[out++] = left
  const bits = Math.max(8, Math.min(14, 32 - Math.clz32(Math.min(from.length, BLOCK))))
  const places = new Int32Array(1 << bits)
  for (let start = 0; start < from.length; start += BLOCK) {
    out = encodeBlock(from, start, Math.min(start + BLOCK, from.length), to, out, places.fill(-1), 32 - bits)
  }
  return to.subarray(0, out)
}

function encodeBlock(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  begin: number,
  places: Int32Array,
  shift: number,
): number {
  let out = begin
  let anchor = start
  let at = start
  let misses = 0
  while (at + 4 <= end) {
    const word = from[at] | (from[at + 1] << 8) | (from[at + 2] << 16) | (from[at + 3] << 24)
    const slot = Math.imul(word, 0x1e35a7bd) >>> shift
    const match = places[slot]
    places[slot] = at
    if (
      match < 0 ||
      (from[match] | (from[match + 1] << 8) | (from[match + 2] << 16) | (from[match + 3] << 24)) !== word
    ) {
      at += 1 + (misses++ >>> 5)
      continue
    }
    misses = 0
    let stop = at + 4
    for (let source = match + 4; stop < end && from[stop] === from[source]; source++) stop++
    out = writeLiterals(from, anchor, at, to, out)
    out = writeMatch(to, out, at - match, stop - at)
    at = anchor = stop
  }
  return writeLiterals(from, anchor, end, to, out)
}

function writeLiterals(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  if (start === end) return at
  const last = end - start - 1
  let out = at
  if (last < 60) {
    to[out++] = last << 2
  } else {
    to[out++] = last < 256 ? 60 << 2 : 61 << 2
    to[out++] = last & 0xff
    if (last >= 256) to[out++] = last >>> 8
  }
  copyBytes(from, start, end, to, out)
  return out + end - start
}

function writeMatch(to: Uint8Array, at: number, distance: number, length: number): number {
  let out = at
  let left = length
  while (left > 0) {
    const piece = Math.min(left, 64)
    if (piece >= 4 && piece <= 11 && distance < 2048) {
      to[out++] = ((distance >>> 8) << 5) | ((piece - 4) << 2) | 1
      to[out++] = distance & 0xff
    } else {
      to[out++] = ((piece - 1) << 2) | 2
      to[out++] = distance & 0xff
      to[out++] = distance >>> 8
    }
    left -= piece
  }
  return out
}
