const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k))

/**
 * Bob Jenkins' lookup3 hash (public domain), the checksum of HDF5's metadata, over `bytes[start, end)`.
 *
 * @returns an unsigned 32-bit integer
 */
export function lookup3(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  let left = end - start
  let a = (0xdeadbeef + left + initial) | 0
  let b = a
  let c = a
  let at = start
  while (left > 12) {
    // Words without a function of their own, as all of a file's newer metadata passes here.
    a = (a + (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24))) | 0
    b = (b + (bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24))) | 0
    c = (c + (bytes[at + 8] | (bytes[at + 9] << 8) | (bytes[at + 10] << 16) | (bytes[at + 11] << 24))) | 0
    a = (a - c) ^ rotate(c, 4)
    c = (c + b) | 0
    b = (b - a) ^ rotate(a, 6)
    a = (a + c) | 0
    c = (c - b) ^ rotate(b, 8)
    b = (b + a) | 0
    a = (a - c) ^ rotate(c, 16)
    c = (c + b) | 0
    b = (b - a) ^ rotate(a, 19)
    a = (a + c) | 0
    c = (c - b) ^ rotate(b, 4)
    b = (b + a) | 0
    at += 12
    left -= 12
  }
  if (left === 0) return c >>> 0
  a = (a + tail(bytes, at, end)) | 0
  b = (b + tail(bytes, at + 4, end)) | 0
  c = (c + tail(bytes, at + 8, end)) | 0
  c = (c ^ b) - rotate(b, 14)
  a = (a ^ c) - rotate(c, 11)
  b = (b ^ a) - rotate(a, 25)
  c = (c ^ b) - rotate(b, 16)
  a = (a ^ c) - rotate(c, 4)
  b = (b ^ a) - rotate(a, 14)
  c = (c ^ b) - rotate(b, 24)
  return c >>> 0
}

/** Up to four bytes as a little-endian word, those at or past `end` taken as zero. */
function tail(bytes: Uint8Array, at: number, end: number): number {
  let value = 0
  for (let i = 0; i < 4 && at + i < end; i++) value |= bytes[at + i] << (8 * i)
  return value
}

/** Fletcher's 32-bit checksum as HDF5 computes it over raw data: big-endian 16-bit words. */
export function fletcher32(bytes: Uint8Array): number {
  let sum1 = 0
  let sum2 = 0
  let at = 0
  let words = bytes.length >> 1
  while (words > 0) {
    const block = Math.min(words, 360)
    words -= block
    for (let i = 0; i < block; i++, at += 2) {
      sum1 += (bytes[at] << 8) | bytes[at + 1]
      sum2 += sum1
    }
    sum1 = (sum1 & 0xffff) + (sum1 >>> 16)
    sum2 = (sum2 & 0xffff) + (sum2 >>> 16)
  }
  if (bytes.length % 2 === 1) {
    sum1 += bytes[at] << 8
    sum2 += sum1
    sum1 = (sum1 & 0xffff) + (sum1 >>> 16)
    sum2 = (sum2 & 0xffff) + (sum2 >>> 16)
  }
  sum1 = (sum1 & 0xffff) + (sum1 >>> 16)
  sum2 = (sum2 & 0xffff) + (sum2 >>> 16)
  return ((sum2 << 16) | sum1) >>> 0
}
