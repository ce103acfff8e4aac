/** Bytes in which short matches are looked for. */
const LOOKED_AT = 4096

const HASH_BITS = 12

/** 2^32 divided by the golden ratio. */
const SPREAD = 0x9e37_79b1

/** Where three bytes were last, by a hash of them. */
const places = new Int32Array(1 << HASH_BITS)

/**
 * How much of some bytes, from 0 to 1, is found before in pieces of three bytes and no more: the low bytes of numbers
 * differ where the others do not. It is looked for in a sample.
 */
export function shareOfShortMatches(all: Uint8Array): number {
  const bytes = sample(all, LOOKED_AT)
  places.fill(-1)
  let matched = 0
  for (let at = 0; at + 3 < bytes.length; ) {
    const three = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)
    const hash = Math.imul(three, SPREAD) >>> (32 - HASH_BITS)
    const before = places[hash]
    places[hash] = at
    const length = before < 0 ? 0 : matchLength(bytes, before, at)
    if (length === 3) matched += 3
    at += length < 3 ? 1 : length
  }
  return matched / Math.max(1, bytes.length)
}

function matchLength(bytes: Uint8Array, before: number, at: number): number {
  let length = 0
  while (at + length < bytes.length && bytes[before + length] === bytes[at + length]) length++
  return length
}

/** Pieces of a sample: shuffled elements are other bytes in each part. */
const PIECES = 4

/** So many bytes, a multiple of four, from places all over some bytes; or these where there are no more. */
export function sample(bytes: Uint8Array, count: number): Uint8Array {
  if (bytes.length <= count) return bytes
  const taken = new Uint8Array(count)
  const piece = count / PIECES
  const part = bytes.length / PIECES
  for (let i = 0; i < PIECES; i++) {
    const start = Math.floor(i * part + (part - piece) / 2)
    taken.set(bytes.subarray(start, start + piece), i * piece)
  }
  return taken
}
