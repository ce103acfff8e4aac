import { broken } from './broken.ts'
import type { Distribution } from './codes.ts'

/**
 * A decoding table of finite state entropy: an entry for each state holds the symbol (bits 0 to 7), how many bits to
 * read (8 to 15) and what to add to them to get the next state (16 to 31).
 */
export interface FseTable {
  readonly entries: Int32Array
  readonly accuracy: number
}

/** The symbol of each state: its places are spread (RFC 8878, 4.1.1), and rare symbols stand at the end. */
export function spreadSymbols({ counts, accuracy }: Distribution): Uint8Array {
  const size = 1 << accuracy
  const symbols = new Uint8Array(size)
  let high = size - 1
  for (let symbol = 0; symbol < counts.length; symbol++) if (counts[symbol] === -1) symbols[high--] = symbol
  const step = (size >> 1) + (size >> 3) + 3
  let state = 0
  for (let symbol = 0; symbol < counts.length; symbol++) {
    for (let left = counts[symbol]; left > 0; left--) {
      symbols[state] = symbol
      do state = (state + step) & (size - 1)
      while (state > high)
    }
  }
  return symbols
}

export function fseTable(distribution: Distribution): FseTable {
  const { counts, accuracy } = distribution
  const size = 1 << accuracy
  const symbols = spreadSymbols(distribution)
  const entries = new Int32Array(size)
  const next = Uint16Array.from(counts, Math.abs)
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state]
    const order = next[symbol]++
    const bits = accuracy - (31 - Math.clz32(order))
    entries[state] = symbol | (bits << 8) | (((order << bits) - size) << 16)
  }
  return { entries, accuracy }
}

/** The table of a single symbol: it reads no bits. */
export function singleSymbolTable(symbol: number): FseTable {
  return { entries: Int32Array.of(symbol), accuracy: 0 }
}

/**
 * Reads a distribution (RFC 8878, 4.1.1) from `bytes[start, end)`.
 *
 * @param most the largest symbol
 * @returns the distribution, and where it ends
 */
export function readDistribution(
  bytes: Uint8Array,
  start: number,
  end: number,
  most: number,
  maxAccuracy: number,
): { distribution: Distribution; end: number } {
  let bit = 8 * start
  /** The next bits, of which any past the end are zero. */
  const peek = (count: number): number => {
    const at = bit >>> 3
    let word = 0
    for (let i = 0; i < 4 && at + i < end; i++) word |= bytes[at + i] << (8 * i)
    return (word >>> (bit & 7)) & ((1 << count) - 1)
  }
  const accuracy = peek(4) + 5
  bit += 4
  if (accuracy > maxAccuracy) broken(`a table of ${accuracy} bits`)
  const counts: number[] = []
  let left = (1 << accuracy) + 1
  while (left > 1) {
    if (counts.length > most) broken('a table of too many symbols')
    // Values up to `left` take `width` bits, the smaller of them one less.
    const width = 32 - Math.clz32(left)
    const short = (1 << width) - 1 - left
    const low = peek(width - 1)
    let value = low
    if (low < short) {
      bit += width - 1
    } else {
      value = peek(width)
      bit += width
      if (value >= 1 << (width - 1)) value -= short
    }
    const count = value - 1
    counts.push(count)
    left -= Math.abs(count)
    if (count !== 0) continue
    for (let zeros = 3; zeros === 3; ) {
      zeros = peek(2)
      bit += 2
      for (let i = 0; i < zeros; i++) counts.push(0)
      if (counts.length > most + 1) broken('a table of too many symbols')
    }
  }
  if (left !== 1 || counts.length > most + 1 || bit > 8 * end) broken('a table is cut off')
  return { distribution: { counts, accuracy }, end: (bit + 7) >>> 3 }
}
