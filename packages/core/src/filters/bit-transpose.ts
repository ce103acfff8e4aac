/**
 * Bit shuffling: the lowest bits of all elements stand together, eight to a byte, then the next bits, and so on. So
 * `count` elements of `size` bytes are a matrix of bits that is transposed. Four groups of eight elements are done at
 * once: each 32-bit word has one byte of each group.
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
  const step = 8 * size
  const words = new Int32Array(8)
  for (let group = 0; group < row; group += 4) {
    const groups = Math.min(4, row - group)
    for (let byte = 0; byte < size; byte++) {
      let source = at + 8 * byte * row + group
      for (let bit = 0; bit < 8; bit++, source += row) {
        words[bit] =
          groups === 4
            ? from[source] | (from[source + 1] << 8) | (from[source + 2] << 16) | (from[source + 3] << 24)
            : partial(from, source, groups)
      }
      transpose(words)
      let target = out + group * step + byte
      for (let i = 0; i < 8; i++, target += size) {
        const word = words[i]
        to[target] = word
        if (groups > 1) to[target + step] = word >>> 8
        if (groups > 2) to[target + 2 * step] = word >>> 16
        if (groups > 3) to[target + 3 * step] = word >>> 24
      }
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
  const step = 8 * size
  const words = new Int32Array(8)
  for (let group = 0; group < row; group += 4) {
    const groups = Math.min(4, row - group)
    for (let byte = 0; byte < size; byte++) {
      let source = at + group * step + byte
      for (let i = 0; i < 8; i++, source += size) {
        let word = from[source]
        if (groups > 1) word |= from[source + step] << 8
        if (groups > 2) word |= from[source + 2 * step] << 16
        if (groups > 3) word |= from[source + 3 * step] << 24
        words[i] = word
      }
      transpose(words)
      let target = out + 8 * byte * row + group
      for (let bit = 0; bit < 8; bit++, target += row) {
        const word = words[bit]
        to[target] = word
        if (groups > 1) to[target + 1] = word >>> 8
        if (groups > 2) to[target + 2] = word >>> 16
        if (groups > 3) to[target + 3] = word >>> 24
      }
    }
  }
}

function partial(from: Uint8Array, at: number, count: number): number {
  let word = 0
  for (let i = 0; i < count; i++) word |= from[at + i] << (8 * i)
  return word
}

/** Transposes four 8 by 8 matrices of bits: row `i` of matrix `j` is byte `j` of word `i`. */
function transpose(words: Int32Array): void {
  let a = words[0]
  let b = words[1]
  let c = words[2]
  let d = words[3]
  let e = words[4]
  let f = words[5]
  let g = words[6]
  let h = words[7]
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
  words[1] = b ^ t
  words[0] = a ^ (t << 1)
  t = ((c >>> 1) ^ d) & 0x55555555
  words[3] = d ^ t
  words[2] = c ^ (t << 1)
  t = ((e >>> 1) ^ f) & 0x55555555
  words[5] = f ^ t
  words[4] = e ^ (t << 1)
  t = ((g >>> 1) ^ h) & 0x55555555
  words[7] = h ^ t
  words[6] = g ^ (t << 1)
}
