import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'

/** Runs of literals and copies are at most so long, copies from no farther away. */
const MOST_LITERALS = 32
const MOST_COPIED = 264
const FARTHEST = 8192

const HASH_BITS = 14

/**
 * Filter 32000, LZF, as h5py brings it. Parameters: version of the filter, version of LZF, bytes of a chunk. Bytes that
 * do not become fewer are left as they are.
 */
export const lzf: Filter = {
  id: 32000,
  name: 'lzf',
  decode(bytes, _parameters, limit) {
    // Three bytes give at most so many.
    const plain = new Uint8Array(Math.min(limit, bytes.length * (MOST_COPIED / 3)))
    return plain.subarray(0, decompress(bytes, plain, limit))
  },
  encode: (bytes) => compress(bytes),
}

function decompress(from: Uint8Array, to: Uint8Array, limit: number): number {
  let at = 0
  let end = 0
  while (at < from.length) {
    const control = from[at++]
    if (control < MOST_LITERALS) {
      const length = control + 1
      if (at + length > from.length) throw new FilterError('lzf: the data ends too early')
      if (end + length > to.length) throw new FilterError(`lzf: more than ${limit} bytes come out`)
      for (const stop = end + length; end < stop; ) to[end++] = from[at++]
      continue
    }
    let length = (control >> 5) + 2
    if (at + (length === 9 ? 2 : 1) > from.length) throw new FilterError('lzf: the data ends too early')
    if (length === 9) length += from[at++]
    let source = end - (((control & 31) << 8) | from[at++]) - 1
    if (source < 0) throw new FilterError('lzf: a copy from before the start')
    if (end + length > to.length) throw new FilterError(`lzf: more than ${limit} bytes come out`)
    if (source + length <= end && length > 16) {
      to.copyWithin(end, source, source + length)
      end += length
    } else for (const stop = end + length; end < stop; ) to[end++] = to[source++]
  }
  return end
}

/** Undefined where the result would not be smaller. */
function compress(from: Uint8Array): Uint8Array | undefined {
  const size = from.length
  const to = new Uint8Array(size)
  /** Where each hash of three bytes was seen last, one more than its place. */
  const seen = new Uint32Array(1 << HASH_BITS)
  let end = 0
  let literals = 0
  let at = 0
  while (at < size) {
    let source = -1
    if (at + 2 < size) {
      const word = (from[at] << 16) | (from[at + 1] << 8) | from[at + 2]
      const hash = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS)
      const last = seen[hash] - 1
      seen[hash] = at + 1
      const near = last >= 0 && at - last <= FARTHEST
      if (near && from[last] === from[at] && from[last + 1] === from[at + 1] && from[last + 2] === from[at + 2])
        source = last
    }
    if (source < 0) {
      at++
      continue
    }
    const most = Math.min(MOST_COPIED, size - at)
    let length = 3
    while (length < most && from[source + length] === from[at + length]) length++
    end = putLiterals(from, literals, at, to, end)
    if (end + 3 >= size) return undefined
    const distance = at - source - 1
    if (length < 9) to[end++] = ((length - 2) << 5) | (distance >> 8)
    else {
      to[end++] = (7 << 5) | (distance >> 8)
      to[end++] = length - 9
    }
    to[end++] = distance & 0xff
    at += length
    literals = at
  }
  end = putLiterals(from, literals, size, to, end)
  return end < size ? to.subarray(0, end) : undefined
}

/** Where the output ends afterwards; past its size where it does not fit. */
function putLiterals(from: Uint8Array, start: number, stop: number, to: Uint8Array, end: number): number {
  let at = end
  for (let first = start; first < stop; first += MOST_LITERALS) {
    const length = Math.min(MOST_LITERALS, stop - first)
    if (at + 1 + length > to.length) return to.length + 1
    to[at++] = length - 1
    to.set(from.subarray(first, first + length), at)
    at += length
  }
  return at
}
