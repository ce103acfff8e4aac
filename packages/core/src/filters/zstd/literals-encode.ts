import { huffmanCode, writeHuffmanTable, writeStream } from './huffman-encode.ts'

const RAW = 0
const RLE = 1
const COMPRESSED = 2

/** Below this a Huffman table costs more than it saves. */
const LEAST = 32
/** Below this one stream is enough. */
const FOUR_STREAMS = 256

/** Writes a literals section of `from[0, count)` at `at` in `to`; gives where it ends. */
export function writeLiterals(from: Uint8Array, count: number, to: Uint8Array, at: number): number {
  const counts = new Uint32Array(256)
  for (let i = 0; i < count; i++) counts[from[i]]++
  if (count > 2 && counts[from[0]] === count) {
    const out = writePlainHeader(RLE, count, to, at)
    to[out] = from[0]
    return out + 1
  }
  const end = count < LEAST ? undefined : writeCompressed(from, count, counts, to, at)
  if (end !== undefined) return end
  const out = writePlainHeader(RAW, count, to, at)
  to.set(from.subarray(0, count), out)
  return out + count
}

function writePlainHeader(kind: number, count: number, to: Uint8Array, at: number): number {
  if (count < 32) {
    to[at] = kind | (count << 3)
    return at + 1
  }
  const long = count >= 4096
  to[at] = kind | (long ? 12 : 4) | ((count & 15) << 4)
  to[at + 1] = count >>> 4
  if (long) to[at + 2] = count >>> 12
  return at + (long ? 3 : 2)
}

/** Undefined where nothing is gained. */
function writeCompressed(
  from: Uint8Array,
  count: number,
  counts: Uint32Array,
  to: Uint8Array,
  at: number,
): number | undefined {
  const code = huffmanCode(counts)
  let bits = 0
  for (let symbol = 0; symbol < 256; symbol++) bits += counts[symbol] * code.lengths[symbol]
  if (bits >> 3 >= count - (count >> 6) - 8) return undefined
  const four = count >= FOUR_STREAMS
  const header = count < 1024 ? 3 : count < 16384 ? 4 : 5
  const start = at + header
  let out = writeHuffmanTable(code, to, start)
  if (out === undefined) return undefined
  if (four) {
    const jump = out
    out += 6
    const quarter = (count + 3) >> 2
    for (let i = 0; i < 4; i++) {
      const end = writeStream(code, from, i * quarter, Math.min((i + 1) * quarter, count), to, out)
      if (i < 3) {
        to[jump + 2 * i] = end - out
        to[jump + 2 * i + 1] = (end - out) >>> 8
      }
      out = end
    }
  } else {
    out = writeStream(code, from, 0, count, to, out)
  }
  const stored = out - start
  if (stored >= count) return undefined
  const format = header === 3 ? (four ? 1 : 0) : header - 2
  const width = [10, 10, 14, 18][format]
  // Four bits of kind and format, then the two sizes: up to forty bits.
  let value = COMPRESSED + 4 * format + 16 * (count + stored * 2 ** width)
  for (let i = 0; i < header; i++) {
    to[at + i] = value % 256
    value = Math.floor(value / 256)
  }
  return out
}
