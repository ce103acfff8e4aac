import { REACH, viewOf } from '../copy.ts'
import { broken } from './broken.ts'
import { MAX_BLOCK } from './codes.ts'
import { decodeFourStreams, decodeOneStream } from './huffman-streams.ts'
import type { HuffmanTable } from './huffman-table.ts'
import { readHuffmanTable } from './huffman-table.ts'

const RAW = 0
const RLE = 1
const COMPRESSED = 2

/** Reads the literals of blocks. The Huffman table of a block can serve the next. */
export class LiteralsDecoder {
  #table: HuffmanTable | undefined
  /** The literals of the block read last, from zero to `length`; there is room to spare after them. */
  bytes = new Uint8Array(REACH)
  view = viewOf(this.bytes)
  length = 0

  /** To be called at the start of a frame. */
  reset(): void {
    this.#table = undefined
  }

  /** Reads a literals section (RFC 8878, 3.1.1.3.1) at `start`; gives where it ends. */
  read(input: Uint8Array, view: DataView, start: number, end: number): number {
    if (start >= end) broken('a literals section is missing')
    const kind = input[start] & 3
    return kind === RAW || kind === RLE
      ? this.#plain(input, start, end, kind)
      : this.#huffman(input, view, start, end, kind)
  }

  #plain(input: Uint8Array, start: number, end: number, kind: number): number {
    const format = (input[start] >>> 2) & 3
    const header = format === 1 ? 2 : format === 3 ? 3 : 1
    if (end - start < header) broken('a literals section is cut off')
    let size = input[start] >>> (header === 1 ? 3 : 4)
    if (header > 1) size |= input[start + 1] << 4
    if (header > 2) size |= input[start + 2] << 12
    const at = start + header
    const stored = kind === RLE ? 1 : size
    if (end - at < stored) broken('literals are cut off')
    const bytes = this.#room(size)
    if (kind === RLE) bytes.fill(input[at], 0, size)
    else bytes.set(input.subarray(at, at + size))
    return at + stored
  }

  #huffman(input: Uint8Array, view: DataView, start: number, end: number, kind: number): number {
    const format = (input[start] >>> 2) & 3
    const header = format < 2 ? 3 : format + 2
    if (end - start < header) broken('a literals section is cut off')
    // Two sizes of 10, 10, 14 or 18 bits follow the four bits of kind and format.
    const width = format < 2 ? 10 : format === 2 ? 14 : 18
    const low = view.getUint32(start, true) / 16
    const sizes = Math.floor(low) + (header > 4 ? input[start + 4] * 2 ** 28 : 0)
    const size = sizes % 2 ** width
    const stored = Math.floor(sizes / 2 ** width) % 2 ** width
    let at = start + header
    const stop = at + stored
    if (stop > end) broken('literals are cut off')
    const bytes = this.#room(size)
    if (kind === COMPRESSED) {
      const read = readHuffmanTable(input, at, stop)
      this.#table = read.table
      at = read.end
    }
    if (this.#table === undefined) return broken('no Huffman table to use again')
    const decode = format === 0 ? decodeOneStream : decodeFourStreams
    decode(input, view, at, stop, this.#table, bytes, size)
    return stop
  }

  #room(size: number): Uint8Array {
    if (size > MAX_BLOCK) broken(`${size} literals in a block`)
    if (this.bytes.length < size + REACH) {
      this.bytes = new Uint8Array(Math.min(Math.max(size, 2 * this.bytes.length), MAX_BLOCK) + REACH)
      this.view = viewOf(this.bytes)
    }
    this.length = size
    return this.bytes
  }
}
