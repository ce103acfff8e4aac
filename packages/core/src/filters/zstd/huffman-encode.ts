import { BitWriter } from './bit-writer.ts'
import { MAX_CODE_BITS } from './codes.ts'
import { fseEncoder, lastState, normalized, previousState, writeDistribution } from './fse-encode.ts'

/** A Huffman code: the code of each symbol and its length in bits, zero where the symbol does not occur. */
export interface HuffmanCode {
  readonly codes: Uint16Array
  readonly lengths: Uint8Array
  /** Length of the longest code. */
  readonly bits: number
  /** The largest symbol. */
  readonly last: number
}

/** Makes a code for symbols that occur so often; two or more of them do. */
export function huffmanCode(counts: Uint32Array): HuffmanCode {
  const lengths = new Uint8Array(256)
  const symbols: number[] = []
  for (let symbol = 0; symbol < 256; symbol++) if (counts[symbol] > 0) symbols.push(symbol)
  symbols.sort((a, b) => counts[a] - counts[b] || a - b)
  const bits = limited(treeDepths(symbols.map((symbol) => counts[symbol])), MAX_CODE_BITS)
  let longest = 0
  let last = 0
  for (const [i, symbol] of symbols.entries()) {
    lengths[symbol] = bits[i]
    longest = Math.max(longest, bits[i])
    last = Math.max(last, symbol)
  }
  // The longest codes come first, and among codes of one length the smaller symbol.
  const codes = new Uint16Array(256)
  let at = 0
  for (let length = longest; length > 0; length--) {
    for (let symbol = 0; symbol <= last; symbol++) if (lengths[symbol] === length) codes[symbol] = at++
    at >>>= 1
  }
  return { codes, lengths, bits: longest, last }
}

/** Depths of the leaves of a Huffman tree; `weights` ascend. */
function treeDepths(weights: readonly number[]): number[] {
  const leaves = weights.length
  const sums: number[] = []
  const parents = new Int32Array(2 * leaves - 1)
  let leaf = 0
  let node = 0
  // Leaves and inner nodes both come in ascending order, so the lightest is at the front of one of the two.
  const lightest = (): { index: number; weight: number } =>
    leaf < leaves && (node >= sums.length || weights[leaf] <= sums[node])
      ? { index: leaf, weight: weights[leaf++] }
      : { index: leaves + node, weight: sums[node++] }
  for (let inner = leaves; inner < 2 * leaves - 1; inner++) {
    const one = lightest()
    const other = lightest()
    parents[one.index] = parents[other.index] = inner
    sums.push(one.weight + other.weight)
  }
  const depths = new Array<number>(2 * leaves - 1).fill(0)
  for (let i = 2 * leaves - 3; i >= 0; i--) depths[i] = depths[parents[i]] + 1
  return depths.slice(0, leaves)
}

/** Shortens the codes that are longer than `most` and lengthens others, so that the code stays complete. */
function limited(lengths: number[], most: number): number[] {
  const full = 1 << most
  let used = 0
  for (let i = 0; i < lengths.length; i++) {
    lengths[i] = Math.min(lengths[i], most)
    used += full >>> lengths[i]
  }
  // Rarer symbols come first: the longest codes that can be longer lose the least.
  while (used > full) {
    let pick = -1
    for (let i = 0; i < lengths.length; i++) {
      if (lengths[i] < most && (pick < 0 || lengths[i] > lengths[pick])) pick = i
    }
    used -= full >>> ++lengths[pick]
  }
  for (let i = lengths.length - 1; used < full && i >= 0; i--) {
    while (lengths[i] > 1 && used + (full >>> lengths[i]) <= full) used += full >>> lengths[i]--
  }
  return lengths
}

/** Writes the description of a code at `at` in `to`; gives where it ends, undefined where it cannot be described. */
export function writeHuffmanTable(code: HuffmanCode, to: Uint8Array, at: number): number | undefined {
  // The last symbol's weight follows from the others.
  const weights = code.lengths.slice(0, code.last).map((length) => (length === 0 ? 0 : code.bits + 1 - length))
  const direct = weights.length <= 128 ? 1 + ((weights.length + 1) >> 1) : Number.POSITIVE_INFINITY
  const end = writeCompressedWeights(weights, to, at + 1)
  if (end !== undefined && end - at < direct && end - at - 1 < 128) {
    to[at] = end - at - 1
    return end
  }
  if (weights.length > 128) return undefined
  to[at] = 127 + weights.length
  for (let i = 0; i < weights.length; i += 2) to[at + 1 + (i >> 1)] = (weights[i] << 4) | (weights[i + 1] ?? 0)
  return at + direct
}

function writeCompressedWeights(weights: Uint8Array, to: Uint8Array, at: number): number | undefined {
  const counts = new Uint32Array(MAX_CODE_BITS + 2)
  for (const weight of weights) counts[weight]++
  if (weights.length < 2 || counts.some((count) => count === weights.length)) return undefined
  const distribution = normalized(counts, weights.length, 6)
  const head = new BitWriter(to, at)
  writeDistribution(distribution, head)
  const writer = new BitWriter(to, head.align())
  const encoder = fseEncoder(distribution)
  // Weights at even and odd places have a state each.
  const states = [0, 0]
  for (let i = weights.length - 1; i >= 0; i--) {
    const turn = i & 1
    states[turn] =
      i >= weights.length - 2
        ? lastState(encoder, weights[i])
        : previousState(encoder, weights[i], states[turn], writer)
  }
  writer.write(states[1], distribution.accuracy)
  writer.write(states[0], distribution.accuracy)
  return writer.close()
}

/** Writes `from[start, end)` as one stream at `at` in `to`; gives where it ends. */
export function writeStream(
  code: HuffmanCode,
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  at: number,
): number {
  const { codes, lengths } = code
  let out = at
  let word = 0
  let count = 0
  // The reader comes from the other end.
  for (let i = end - 1; i >= start; i--) {
    const symbol = from[i]
    word |= codes[symbol] << count
    count += lengths[symbol]
    for (; count >= 8; count -= 8) {
      to[out++] = word
      word >>>= 8
    }
  }
  to[out++] = word | (1 << count)
  return out
}
