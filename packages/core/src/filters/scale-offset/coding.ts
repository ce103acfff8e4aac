/** How a chunk is scaled: what the filter's parameters say. */
export interface Scaling {
  float: boolean
  signed: boolean
  bigEndian: boolean
  /** Bytes of an element: 1, 2, 4 or 8; of a float 4 or 8. */
  size: number
  count: number
  /** Decimal digits that are kept of a float. */
  digits: number
  /** Bits that an integer takes; 0 as many as the chunk needs. */
  bits: number
  /** The fill value as two words, the lower first; undefined where there is none. */
  fill: [low: number, high: number] | undefined
}

/** Bytes in front of the values: their bits, the size of the smallest value, the smallest value, and some not used. */
export const HEADER = 21

/** 10 to a power, correctly rounded. */
export function powerOfTen(digits: number): number {
  return Number(`1e${digits}`)
}

/**
 * Values of a fixed number of bits in a stream, the highest bit of each first. `wide` ones are pairs of words, the lower
 * first, of up to 64 bits; others have up to 32.
 */
export function unpackBits(bytes: Uint8Array, bits: number, count: number, wide: boolean): Uint32Array {
  const values = new Uint32Array(wide ? count * 2 : count)
  // Zeros behind the data save a comparison for each word.
  const stream = new Uint8Array(bytes.length + 8)
  stream.set(bytes)
  let at = 0
  const take = (width: number): number => {
    const byte = Math.floor(at / 8)
    const shift = at % 8
    at += width
    const high = (stream[byte] << 24) | (stream[byte + 1] << 16) | (stream[byte + 2] << 8) | stream[byte + 3]
    const word = shift === 0 ? high : (high << shift) | (stream[byte + 4] >>> (8 - shift))
    return word >>> (32 - width)
  }
  if (!wide) {
    for (let i = 0; i < count; i++) values[i] = take(bits)
  } else {
    for (let i = 0; i < count; i++) {
      if (bits > 32) values[2 * i + 1] = take(bits - 32)
      values[2 * i] = take(Math.min(bits, 32))
    }
  }
  return values
}

/** The reverse of `unpackBits`: bits of a value above its width are lost. */
export function packBits(values: Uint32Array, bits: number, wide: boolean, to: Uint8Array): void {
  let at = 0
  let held = 0
  let heldBits = 0
  const put = (value: number, width: number): void => {
    if (width > 24) {
      put(value >>> 16, width - 16)
      put(value, 16)
      return
    }
    held = (held << width) | (value & ((1 << width) - 1))
    heldBits += width
    while (heldBits >= 8) {
      heldBits -= 8
      to[at++] = held >>> heldBits
    }
    held &= (1 << heldBits) - 1
  }
  if (!wide) for (let i = 0; i < values.length; i++) put(values[i], bits)
  else {
    for (let i = 0; i < values.length; i += 2) {
      if (bits > 32) put(values[i + 1], bits - 32)
      put(values[i], Math.min(bits, 32))
    }
  }
  if (heldBits > 0) to[at] = held << (8 - heldBits)
}
