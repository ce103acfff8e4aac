import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'
import { readInto } from './byte-source.ts'

/** Bytes that are copied at once. */
const BLOCK = 1 << 20

/** What file systems keep, or leave out, as a whole; zeros of this many bytes are not written. */
const UNIT = 4096

/**
 * Copies bytes of a source to a place in a sink where nothing was written yet. Zeros are left out, so that holes stay
 * holes, but for the last byte: the sink ends where the copy ends.
 */
export function copyRange(source: ByteSource, from: number, length: number, sink: ByteSink, to: number): void {
  const words = new Uint32Array(Math.min(BLOCK, Math.ceil(length / 4) * 4) / 4)
  const block = new Uint8Array(words.buffer)
  for (let done = 0; done < length; ) {
    const size = Math.min(block.length, length - done)
    const bytes = block.subarray(0, size)
    readInto(source, from + done, bytes)
    // Behind the last bytes there may be those of the block before.
    block.fill(0, size, Math.ceil(size / 4) * 4)
    for (let start = 0; start < size; ) {
      if (isZero(words, start, size)) {
        start += UNIT
        continue
      }
      let end = start + UNIT
      while (end < size && !isZero(words, end, size)) end += UNIT
      sink.write(to + done + start, bytes.subarray(start, Math.min(end, size)))
      start = end
    }
    done += size
    if (done === length && isZero(words, Math.floor((size - 1) / UNIT) * UNIT, size)) {
      sink.write(to + length - 1, new Uint8Array(1))
    }
  }
}

/** Whether the unit at a byte, as far as there are bytes, is all zeros. */
function isZero(words: Uint32Array, at: number, size: number): boolean {
  const end = Math.ceil(Math.min(at + UNIT, size) / 4)
  for (let i = at / 4; i < end; i++) if (words[i] !== 0) return false
  return true
}
