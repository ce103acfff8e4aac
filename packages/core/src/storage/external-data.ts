import { FormatError } from '../errors.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { readInto } from '../io/byte-source.ts'

/** A part of another file that holds a part of a dataset's elements. */
export interface ExternalFileSegment {
  file: string
  /** Of the first byte in that file. */
  offset: number
  /** In bytes; UNDEFINED for as many as come. */
  size: number
}

/**
 * The parts of other files that hold a dataset's elements, as one run of bytes. A file that is shorter than its part
 * goes on with zeros, as in the C library.
 */
export class ExternalSource implements ByteSource {
  readonly size: number
  readonly #segments: readonly ExternalFileSegment[]
  readonly #open: (file: string) => ByteSource

  /** @param open opens one of the files; NotFoundError where there is none */
  constructor(segments: readonly ExternalFileSegment[], open: (file: string) => ByteSource) {
    this.#segments = segments
    this.#open = open
    this.size = segments.reduce((sum, { size }) => sum + (size < 0 ? Number.POSITIVE_INFINITY : size), 0)
  }

  view(address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    this.read(address, bytes)
    return bytes
  }

  read(address: number, into: Uint8Array): void {
    if (address + into.length > this.size) {
      throw new FormatError(`the external files hold ${this.size} of ${address + into.length} bytes`)
    }
    let done = 0
    let start = 0
    for (const { file, offset, size } of this.#segments) {
      const end = size < 0 ? Number.POSITIVE_INFINITY : start + size
      const at = address + done
      if (at < end) {
        const length = Math.min(into.length - done, end - at)
        readPadded(this.#open(file), offset + at - start, into.subarray(done, done + length))
        done += length
        if (done === into.length) return
      }
      start = end
    }
  }
}

/** Reads what a source has, and zeros behind its end. */
function readPadded(source: ByteSource, address: number, into: Uint8Array): void {
  const there = Math.max(0, Math.min(into.length, source.size - address))
  if (there > 0) readInto(source, address, into.subarray(0, there))
  into.fill(0, there)
}
