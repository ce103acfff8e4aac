import { broken } from './broken.ts'
import { MAGIC, MAX_BLOCK } from './codes.ts'
import type { BlockHeader } from './frame.ts'
import { COMPRESSED, RAW, RLE, readBlockHeader, readFrameHeader } from './frame.ts'
import { LiteralsDecoder } from './literals.ts'
import { SequencesDecoder } from './sequences.ts'
import { xxhash64 } from './xxhash64.ts'

const SKIPPABLE = 0x184d2a50

/** So many bytes after the input can be read, so that no read of a word needs a check. */
const SPARE = 8

/** Where the data go: an array that grows, or one that does not. */
interface Output {
  bytes: Uint8Array
  length: number
  readonly limit: number
}

/** Where a frame's data begin in the output, and the farthest that they can reach. */
interface Extent {
  first: number
  end: number
}

/** Decodes Zstandard (RFC 8878). One decoder can be used again and again, and then makes its tables once. */
export class ZstdDecoder {
  readonly #literals = new LiteralsDecoder()
  readonly #sequences = new SequencesDecoder()
  #input = new Uint8Array(0)
  #view = new DataView(this.#input.buffer)

  /** Decodes all frames; FilterError where they are broken or more than `limit` bytes come out. */
  decode(from: Uint8Array, limit: number): Uint8Array {
    const output: Output = { bytes: new Uint8Array(0), length: 0, limit }
    this.#frames(from, output)
    return output.bytes.length === output.length ? output.bytes : output.bytes.slice(0, output.length)
  }

  /** Decodes all frames into `to`; gives how many bytes came out. */
  decodeInto(from: Uint8Array, to: Uint8Array): number {
    const output: Output = { bytes: to, length: 0, limit: to.length }
    this.#frames(from, output)
    return output.length
  }

  #frames(from: Uint8Array, output: Output): void {
    if (this.#input.length < from.length + SPARE) {
      this.#input = new Uint8Array(from.length + SPARE)
      this.#view = new DataView(this.#input.buffer)
    }
    this.#input.set(from)
    const end = from.length
    if (end === 0) broken('no frame')
    for (let at = 0; at < end; ) {
      if (end - at < 4) broken('a frame is cut off')
      const magic = this.#view.getUint32(at, true)
      if (magic === MAGIC) {
        at = this.#frame(at + 4, end, output)
      } else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
        if (end - at < 8) broken('a frame is cut off')
        at += 8 + this.#view.getUint32(at + 4, true)
        if (at > end) broken('a frame is cut off')
      } else {
        broken('not a Zstandard frame')
      }
    }
  }

  #frame(start: number, end: number, output: Output): number {
    const header = readFrameHeader(this.#view, start, end)
    if (header.contentSize !== undefined) makeRoom(output, header.contentSize)
    const first = output.length
    const extent = { first, end: header.contentSize === undefined ? output.limit : first + header.contentSize }
    this.#literals.reset()
    this.#sequences.reset()
    let at = header.start
    for (let last = false; !last; ) {
      const block = readBlockHeader(this.#view, at, end)
      at = this.#block(block, output, extent)
      last = block.last
    }
    if (header.contentSize !== undefined && output.length - first !== header.contentSize)
      broken(`${output.length - first} bytes come out, not ${header.contentSize}`)
    if (!header.checksum) return at
    if (end - at < 4) broken('a checksum is cut off')
    if (xxhash64(output.bytes, first, output.length) !== this.#view.getUint32(at, true))
      broken('checksum does not match')
    return at + 4
  }

  /** Decodes a block; gives where it ends. */
  #block({ kind, size, start, end: stop }: BlockHeader, output: Output, extent: Extent): number {
    if (kind === COMPRESSED) {
      makeRoom(output, Math.min(MAX_BLOCK, extent.end - output.length))
      const literals = this.#literals
      const at = literals.read(this.#input, this.#view, start, stop)
      output.length = this.#sequences.run(
        this.#input,
        this.#view,
        at,
        stop,
        literals,
        output.bytes,
        extent.first,
        output.length,
      )
      return stop
    }
    makeRoom(output, size)
    const { bytes, length } = output
    if (kind === RLE) bytes.fill(this.#input[start], length, length + size)
    else if (kind === RAW) bytes.set(this.#input.subarray(start, stop), length)
    output.length += size
    return stop
  }
}

/** Lets `count` more bytes fit. */
function makeRoom(output: Output, count: number): void {
  const needed = output.length + count
  if (needed > output.limit) broken(`more than ${output.limit} bytes come out`)
  if (needed <= output.bytes.length) return
  const capacity = output.length === 0 ? needed : Math.min(Math.max(needed, 2 * output.bytes.length), output.limit)
  const grown = new Uint8Array(capacity)
  grown.set(output.bytes.subarray(0, output.length))
  output.bytes = grown
}
