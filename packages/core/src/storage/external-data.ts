import { FormatError, NotFoundError, WriteError } from '../errors.ts'
import type { ByteSink } from '../io/byte-sink.ts'
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

/** Opens a file that has elements of a dataset, to be changed; one that is not there is empty. */
export type OpenRawData = (file: string) => ByteSource & ByteSink

/** The behaviour where no other files can be reached. */
export function noOtherFiles(fileName: string): never {
  throw new NotFoundError(`cannot open "${fileName}": no way to other files was given`, { file: fileName })
}

/** Bytes that there is room for. */
export function externalSize(segments: readonly ExternalFileSegment[]): number {
  return segments.reduce((sum, { size }) => sum + (size < 0 ? Number.POSITIVE_INFINITY : size), 0)
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
    this.size = externalSize(segments)
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
    for (const { file, at, from, to } of partsOf(this.#segments, address, into.length)) {
      readPadded(this.#open(file), at, into.subarray(from, to))
    }
  }
}

/** As ExternalSource, where the files are changed as well. A file grows where something is written behind its end. */
export class ExternalStore extends ExternalSource implements ByteSink {
  readonly #segments: readonly ExternalFileSegment[]
  readonly #open: OpenRawData

  constructor(segments: readonly ExternalFileSegment[], open: OpenRawData) {
    super(segments, open)
    this.#segments = segments
    this.#open = open
  }

  write(address: number, bytes: Uint8Array): void {
    if (address + bytes.length > this.size) {
      throw new WriteError(`the external files have room for ${this.size} of ${address + bytes.length} bytes`)
    }
    for (const { file, at, from, to } of partsOf(this.#segments, address, bytes.length)) {
      this.#open(file).write(at, bytes.subarray(from, to))
    }
  }
}

/** Where each of the files has a part of a run of bytes: bytes `[from, to)` of it from `at` on. */
function* partsOf(segments: readonly ExternalFileSegment[], address: number, length: number) {
  let from = 0
  let start = 0
  for (const { file, offset, size } of segments) {
    if (from === length) return
    const end = size < 0 ? Number.POSITIVE_INFINITY : start + size
    const first = address + from
    if (first < end) {
      const to = Math.min(length, from + end - first)
      yield { file, at: offset + first - start, from, to }
      from = to
    }
    start = end
  }
}

/** Reads what a source has, and zeros behind its end. */
function readPadded(source: ByteSource, address: number, into: Uint8Array): void {
  const there = Math.max(0, Math.min(into.length, source.size - address))
  if (there > 0) readInto(source, address, into.subarray(0, there))
  into.fill(0, there)
}
