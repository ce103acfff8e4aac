import { BackwardBits } from './backward-bits.ts'
import { broken } from './broken.ts'
import { MAX_CODE_BITS } from './codes.ts'
import { fseTable, readDistribution } from './fse-table.ts'

/** Decodes literals: for each value of the next `bits` bits the symbol (bits 8 to 15) and its code's length (0 to 7). */
export interface HuffmanTable {
  readonly entries: Uint16Array
  readonly bits: number
}

const MOST_WEIGHTS = 255

/** Reads the description of a Huffman code (RFC 8878, 4.2.1) at `start`; gives the table and where it ends. */
export function readHuffmanTable(bytes: Uint8Array, start: number, end: number): { table: HuffmanTable; end: number } {
  if (start >= end) broken('a Huffman table is missing')
  const head = bytes[start]
  const direct = head >= 128
  const size = direct ? (head - 127 + 1) >> 1 : head
  const stop = start + 1 + size
  if (stop > end) broken('a Huffman table is cut off')
  const weights = direct ? directWeights(bytes, start + 1, head - 127) : compressedWeights(bytes, start + 1, stop)
  return { table: tableOf(weights), end: stop }
}

function directWeights(bytes: Uint8Array, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (bytes[start + (i >> 1)] >>> (i % 2 === 0 ? 4 : 0)) & 15)
}

/** Two states take turns; the stream is over when one asks for more bits than are left. */
function compressedWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { distribution, end: at } = readDistribution(bytes, start, end, MAX_CODE_BITS + 1, 6)
  const { entries, accuracy } = fseTable(distribution)
  const bits = new BackwardBits(bytes, at, end)
  const states = [bits.read(accuracy), bits.read(accuracy)]
  if (bits.left < 0) broken('the weights of a Huffman table are cut off')
  const weights: number[] = []
  for (let turn = 0; ; turn ^= 1) {
    const entry = entries[states[turn]]
    weights.push(entry & 0xff)
    states[turn] = (entry >>> 16) + bits.read((entry >>> 8) & 0xff)
    if (weights.length >= MOST_WEIGHTS) broken('a Huffman table has too many symbols')
    if (bits.left >= 0) continue
    weights.push(entries[states[turn ^ 1]] & 0xff)
    return weights
  }
}

/** The weight of the last symbol is not stored: it makes the sum a power of two. */
function tableOf(weights: number[]): HuffmanTable {
  let sum = 0
  for (const weight of weights) {
    if (weight > MAX_CODE_BITS) broken(`a Huffman code of weight ${weight}`)
    if (weight > 0) sum += 1 << (weight - 1)
  }
  if (sum === 0) broken('a Huffman table without codes')
  const bits = 32 - Math.clz32(sum)
  const left = (1 << bits) - sum
  if (bits > MAX_CODE_BITS || (left & (left - 1)) !== 0) broken('a Huffman table that is not complete')
  weights.push(32 - Math.clz32(left))
  // Where the entries of each weight begin: the lighter ones, whose codes are longer, come first.
  const starts = new Uint32Array(MAX_CODE_BITS + 2)
  for (const weight of weights) if (weight > 0) starts[weight + 1] += 1 << (weight - 1)
  for (let weight = 1; weight < starts.length; weight++) starts[weight] += starts[weight - 1]
  const entries = new Uint16Array(1 << bits)
  for (let symbol = 0; symbol < weights.length; symbol++) {
    const weight = weights[symbol]
    if (weight === 0) continue
    const start = starts[weight]
    starts[weight] = start + (1 << (weight - 1))
    const entry = (symbol << 8) | (bits + 1 - weight)
    if (weight > 5) entries.fill(entry, start, starts[weight])
    else for (let i = start; i < starts[weight]; i++) entries[i] = entry
  }
  return { entries, bits }
}
