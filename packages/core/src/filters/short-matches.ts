/** Bytes in which short matches are looked for. */
const LOOKED_AT = 4096

const HASH_BITS = 12

/** 2^32 divided by the golden ratio. */
const SPREAD = 0x9e37_79b1

/** Where three bytes were last, by a hash of them. */
const places = new Int32Array(1 << HASH_BITS)

/**
 * How much of some bytes, from 0 to 1, is found before in pieces of three bytes and no more: the low bytes of numbers
 * differ where the others do not. It is looked for in their middle.
 */
export function shareOfShortMatches(bytes: Uint8Array): number {
  const { start, end } = middle(bytes, LOOKED_AT)
  places.fill(-1)
  let matched = 0
  for (let at = start; at + 3 < end; ) {
    const three = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)
    const hash = Math.imul(three, SPREAD) >>> (32 - HASH_BITS)
    const before = places[hash]
    places[hash] = at
    const length = before < 0 ? 0 : matchLength(bytes, before, at, end)
    if (length === 3) matched += 3
    at += length < 3 ? 1 : length
  }
  return matched / Math.max(1, end - start)
}

function matchLength(bytes: Uint8Array, before: number, at: number, end: number): number {
  let length = 0
  while (at + length < end && bytes[before + length] === bytes[at + length]) length++
  return length
}

/** So many bytes in the middle, or all where there are no more. */
export function middle(bytes: Uint8Array, count: number): { start: number; end: number } {
  const start = Math.max(0, (bytes.length - count) >> 1)
  return { start, end: Math.min(bytes.length, start + count) }
}
