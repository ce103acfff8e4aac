import type { BitWriter } from './bit-writer.ts'
import type { Distribution } from './codes.ts'
import { spreadSymbols } from './fse-table.ts'

/** The states of all symbols, those of symbol `s` from `first[s]` on; a state has the table's size added. */
export interface FseEncoder {
  readonly states: Uint16Array
  readonly first: Int32Array
  readonly counts: readonly number[]
  readonly accuracy: number
}

/** The encoder that belongs to a decoding table. */
export function fseEncoder({ counts: given, accuracy }: Distribution): FseEncoder {
  const size = 1 << accuracy
  const counts = given.map((count) => Math.abs(count))
  const symbols = spreadSymbols({ counts: given, accuracy })
  const first = new Int32Array(counts.length)
  for (let symbol = 1; symbol < counts.length; symbol++) first[symbol] = first[symbol - 1] + counts[symbol - 1]
  const next = first.slice()
  const states = new Uint16Array(size)
  for (let state = 0; state < size; state++) states[next[symbols[state]]++] = state + size
  return { states, first, counts, accuracy }
}

/** An encoder of a single symbol: it writes no bits. */
export function singleSymbolEncoder(symbol: number): FseEncoder {
  const counts = new Array<number>(symbol + 1).fill(0)
  counts[symbol] = 1
  return { states: Uint16Array.of(1), first: new Int32Array(symbol + 1), counts, accuracy: 0 }
}

/** The state from which the decoder gets the last symbol: the one that would read the most bits. */
export function lastState(encoder: FseEncoder, symbol: number): number {
  return encoder.states[encoder.first[symbol]]
}

/** Writes the bits that lead from the state of `symbol` to `state`, and gives the former. */
export function previousState(encoder: FseEncoder, symbol: number, state: number, writer: BitWriter): number {
  const count = encoder.counts[symbol]
  let bits = encoder.accuracy - (31 - Math.clz32(count))
  if (state >>> bits < count) bits--
  writer.write(state, bits)
  return encoder.states[encoder.first[symbol] + (state >>> bits) - count]
}

/**
 * Scales counts of symbols to a power of two, each symbol that occurs at least once.
 *
 * @param counts two or more of them are not zero
 */
export function normalized(counts: ArrayLike<number>, total: number, maxAccuracy: number): Distribution {
  let last = counts.length - 1
  while (last > 0 && counts[last] === 0) last--
  const least = Math.min(32 - Math.clz32(total), 33 - Math.clz32(last))
  const accuracy = Math.min(maxAccuracy, Math.max(5, least, 30 - Math.clz32(total - 1)))
  const size = 1 << accuracy
  const scaled: number[] = []
  let left = size
  for (let symbol = 0; symbol <= last; symbol++) {
    const share = counts[symbol] === 0 ? 0 : Math.max(1, Math.round((counts[symbol] * size) / total))
    scaled.push(share)
    left -= share
  }
  // What rounding gave too much or too little is the most frequent symbol's.
  while (left !== 0) {
    const most = scaled.indexOf(Math.max(...scaled))
    const change = left > 0 ? left : -1
    scaled[most] += change
    left -= change
  }
  return { counts: scaled, accuracy }
}

/** Writes a distribution (RFC 8878, 4.1.1). */
export function writeDistribution({ counts, accuracy }: Distribution, writer: BitWriter): void {
  writer.write(accuracy - 5, 4)
  let left = (1 << accuracy) + 1
  for (let symbol = 0; left > 1; ) {
    const count = counts[symbol++]
    const width = 32 - Math.clz32(left)
    const short = (1 << width) - 1 - left
    const value = count + 1
    if (value < short) writer.write(value, width - 1)
    else writer.write(value < 1 << (width - 1) ? value : value + short, width)
    left -= Math.abs(count)
    if (count !== 0) continue
    let zeros = 0
    while (counts[symbol] === 0) {
      symbol++
      zeros++
    }
    for (; zeros >= 3; zeros -= 3) writer.write(3, 2)
    writer.write(zeros, 2)
  }
}

/** About how many bits so many symbols take with a distribution; infinite where one has no place in it. */
export function costOf(counts: ArrayLike<number>, { counts: shares, accuracy }: Distribution): number {
  let bits = 0
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol] === 0) continue
    const share = Math.abs(shares[symbol] ?? 0)
    if (share === 0) return Number.POSITIVE_INFINITY
    bits += counts[symbol] * (accuracy - Math.log2(share))
  }
  return bits
}
