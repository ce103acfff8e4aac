import { viewOf } from '../copy.ts'

/**
 * Bit shuffling: the lowest bits of all elements stand together, eight to a byte, then the next bits, and so on. So
 * `count` elements of `size` bytes are a matrix of bits that is transposed. Four groups of eight elements are done at
 * once: each 32-bit word has one byte of each group. Groups that are left are done a bit at a time.
 */

/** Undoes the shuffle of `count` elements, a multiple of eight, that start at `at` in `from` and at `out` in `to`. */
export function bitUnshuffle(
  from: Uint8Array,
  at: number,
  to: Uint8Array,
  out: number,
  count: number,
  size: number,
): void {
  const row = count >>> 3
  const lane = 8 * size
  const four = row - (row % 4)
  const source = viewOf(from)
  for (let group = 0; group < four; group += 4) {
    for (let byte = 0; byte < size; byte++) {
      unshuffleFour(source, at + 8 * byte * row + group, row, to, out + group * lane + byte, size)
    }
  }
  for (let group = four; group < row; group++) {
    for (let byte = 0; byte < size; byte++) {
      transposeOne(from, at + 8 * byte * row + group, row, to, out + group * lane + byte, size)
    }
  }
}

/** Shuffles the bits of `count` elements, a multiple of eight, that start at `at` in `from` and at `out` in `to`. */
export function bitShuffle(
  from: Uint8Array,
  at: number,
  to: Uint8Array,
  out: number,
  count: number,
  size: number,
): void {
  const row = count >>> 3
  const lane = 8 * size
  const four = row - (row % 4)
  const target = viewOf(to)
  for (let group = 0; group < four; group += 4) {
    for (let byte = 0; byte < size; byte++) {
      shuffleFour(from, at + group * lane + byte, size, target, out + 8 * byte * row + group, row)
    }
  }
  for (let group = four; group < row; group++) {
    for (let byte = 0; byte < size; byte++) {
      transposeOne(from, at + group * lane + byte, size, to, out + 8 * byte * row + group, row)
    }
  }
}

/** Transposes eight bytes that are `stride` apart as a matrix of 8 by 8 bits. */
function transposeOne(from: Uint8Array, at: number, stride: number, to: Uint8Array, out: number, apart: number): void {
  for (let bit = 0; bit < 8; bit++) {
    let byte = 0
    for (let i = 0; i < 8; i++) byte |= ((from[at + i * stride] >>> bit) & 1) << i
    to[out + bit * apart] = byte
  }
}

/**
 * Transposes four matrices, a byte of each in every word: from eight rows `row` bytes apart to elements of `size` bytes.
 * It and its reverse are written out, for only in local variables are the words fast to turn.
 */
function unshuffleFour(from: DataView, at: number, row: number, to: Uint8Array, out: number, size: number): void {
  const lane = 8 * size
  let a = from.getInt32(at, true)
  let b = from.getInt32(at + row, true)
  let c = from.getInt32(at + 2 * row, true)
  let d = from.getInt32(at + 3 * row, true)
  let e = from.getInt32(at + 4 * row, true)
  let f = from.getInt32(at + 5 * row, true)
  let g = from.getInt32(at + 6 * row, true)
  let h = from.getInt32(at + 7 * row, true)
  let t = ((a >>> 4) ^ e) & 0x0f0f0f0f
  e ^= t
  a ^= t << 4
  t = ((b >>> 4) ^ f) & 0x0f0f0f0f
  f ^= t
  b ^= t << 4
  t = ((c >>> 4) ^ g) & 0x0f0f0f0f
  g ^= t
  c ^= t << 4
  t = ((d >>> 4) ^ h) & 0x0f0f0f0f
  h ^= t
  d ^= t << 4
  t = ((a >>> 2) ^ c) & 0x33333333
  c ^= t
  a ^= t << 2
  t = ((b >>> 2) ^ d) & 0x33333333
  d ^= t
  b ^= t << 2
  t = ((e >>> 2) ^ g) & 0x33333333
  g ^= t
  e ^= t << 2
  t = ((f >>> 2) ^ h) & 0x33333333
  h ^= t
  f ^= t << 2
  t = ((a >>> 1) ^ b) & 0x55555555
  b ^= t
  a ^= t << 1
  t = ((c >>> 1) ^ d) & 0x55555555
  d ^= t
  c ^= t << 1
  t = ((e >>> 1) ^ f) & 0x55555555
  f ^= t
  e ^= t << 1
  t = ((g >>> 1) ^ h) & 0x55555555
  h ^= t
  g ^= t << 1
  spread(to, out, lane, a)
  spread(to, out + size, lane, b)
  spread(to, out + 2 * size, lane, c)
  spread(to, out + 3 * size, lane, d)
  spread(to, out + 4 * size, lane, e)
  spread(to, out + 5 * size, lane, f)
  spread(to, out + 6 * size, lane, g)
  spread(to, out + 7 * size, lane, h)
}

/** Puts the bytes of a word `lane` apart. */
function spread(to: Uint8Array, at: number, lane: number, word: number): void {
  to[at] = word
  to[at + lane] = word >>> 8
  to[at + 2 * lane] = word >>> 16
  to[at + 3 * lane] = word >>> 24
}

/** The reverse of `unshuffleFour`. */
function shuffleFour(from: Uint8Array, at: number, size: number, to: DataView, out: number, row: number): void {
  const lane = 8 * size
  let a = gather(from, at, lane)
  let b = gather(from, at + size, lane)
  let c = gather(from, at + 2 * size, lane)
  let d = gather(from, at + 3 * size, lane)
  let e = gather(from, at + 4 * size, lane)
  let f = gather(from, at + 5 * size, lane)
  let g = gather(from, at + 6 * size, lane)
  let h = gather(from, at + 7 * size, lane)
  let t = ((a >>> 4) ^ e) & 0x0f0f0f0f
  e ^= t
  a ^= t << 4
  t = ((b >>> 4) ^ f) & 0x0f0f0f0f
  f ^= t
  b ^= t << 4
  t = ((c >>> 4) ^ g) & 0x0f0f0f0f
  g ^= t
  c ^= t << 4
  t = ((d >>> 4) ^ h) & 0x0f0f0f0f
  h ^= t
  d ^= t << 4
  t = ((a >>> 2) ^ c) & 0x33333333
  c ^= t
  a ^= t << 2
  t = ((b >>> 2) ^ d) & 0x33333333
  d ^= t
  b ^= t << 2
  t = ((e >>> 2) ^ g) & 0x33333333
  g ^= t
  e ^= t << 2
  t = ((f >>> 2) ^ h) & 0x33333333
  h ^= t
  f ^= t << 2
  t = ((a >>> 1) ^ b) & 0x55555555
  b ^= t
  a ^= t << 1
  t = ((c >>> 1) ^ d) & 0x55555555
  d ^= t
  c ^= t << 1
  t = ((e >>> 1) ^ f) & 0x55555555
  f ^= t
  e ^= t << 1
  t = ((g >>> 1) ^ h) & 0x55555555
  h ^= t
  g ^= t << 1
  to.setInt32(out, a, true)
  to.setInt32(out + row, b, true)
  to.setInt32(out + 2 * row, c, true)
  to.setInt32(out + 3 * row, d, true)
  to.setInt32(out + 4 * row, e, true)
  to.setInt32(out + 5 * row, f, true)
  to.setInt32(out + 6 * row, g, true)
  to.setInt32(out + 7 * row, h, true)
}

/** Makes a word of bytes `lane` apart. */
function gather(from: Uint8Array, at: number, lane: number): number {
  return from[at] | (from[at + lane] << 8) | (from[at + 2 * lane] << 16) | (from[at + 3 * lane] << 24)
}
