import { FormatError, LimitError } from '../errors.ts'
import { Span } from './span.ts'

/**
 * Random access to the bytes of a file, synchronous.
 *
 * `view` answers with exactly `length` bytes. A source that has to fetch bytes first throws `Pending`
 * (see pending.ts). The bytes belong to the source and are not to be written to; they stay as they are.
 */
export interface ByteSource {
  /** Length of the file in bytes. */
  readonly size: number
  view(address: number, length: number): Uint8Array
  /**
   * As `view`, where that costs less if the bytes need not stay: they, and the span itself, may be others once the source
   * is asked again. What a source with this gives are plain arrays, no buffers of Node.
   */
  peek?(address: number, length: number): Span
  /** The file driver whose way of keeping a file in several parts this is. */
  readonly driver?: 'family' | 'multi' | 'onion'
  /** Tells whether two sources are the same file, where the source knows. */
  readonly identity?: string | undefined
  /** Number of files that are open for this one; 1 where it does not say. */
  readonly parts?: number
  /** Where the part that an address is in ends, in files of several; else the size. */
  endAt?(address: number): number
  /** Makes a number of an address above 2^53-1, where the file may have such. */
  fold?(address: bigint): number
  /** The address that was made a number. */
  unfold?(address: number): bigint
  /** One more than the last address, where the file may have such above 2^53-1. */
  readonly lastEnd?: bigint
  /** Copies bytes into memory of the caller's, where that costs less than a view of them. */
  read?(address: number, into: Uint8Array): void
  /** Frees what the source holds. */
  close?(): void
}

/** Raises a FormatError unless the whole range lies inside `size` bytes. */
export function checkRange(size: number, address: number, length: number): void {
  if (address < 0 || length < 0 || address + length > size) {
    throw new FormatError(`${length} bytes reach past the end of the file (${size} bytes)`, { address })
  }
}

/** Copies bytes from a source. */
export function readInto(source: ByteSource, address: number, into: Uint8Array): void {
  if (source.read !== undefined) source.read(address, into)
  else into.set(source.view(address, into.length))
}

/** Bytes that are not stored and read as zeros, at most so many at once. */
const MOST_ZEROS = 1 << 26

/** Raises a LimitError where a read of a file with gaps is out of proportion to what is stored. */
export function checkGaps(length: number, stored: number): void {
  if (length > stored + MOST_ZEROS) throw new LimitError(`${length} bytes at once of a file that has ${stored}`)
}

/** The same bytes without what Node's buffers do differently: their `slice` does not copy. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** Bytes of a source for a look at them: they may be others once the source is asked again. */
export function peek(source: ByteSource, address: number, length: number): Span {
  return source.peek === undefined ? new Span(plainBytes(source.view(address, length))) : source.peek(address, length)
}

/** The bytes `[origin, end)` of a source, as far as it has them. */
export function sourceWindow(source: ByteSource, origin: number, end: number): ByteSource {
  const whole = origin === 0 && end >= source.size && source.peek !== undefined
  return whole ? source : new WindowSource(source, origin, end)
}

/** Part of another source: how a base address, a user block and the end of file address are applied. */
export class WindowSource implements ByteSource {
  readonly #source: ByteSource
  readonly #origin: number
  readonly #end: number

  constructor(source: ByteSource, origin: number, end: number) {
    this.#source = source
    this.#origin = origin
    this.#end = end
  }

  get size(): number {
    return Math.max(0, Math.min(this.#source.size, this.#end) - this.#origin)
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.size, address, length)
    return plainBytes(this.#source.view(address + this.#origin, length))
  }

  peek(address: number, length: number): Span {
    checkRange(this.size, address, length)
    return peek(this.#source, address + this.#origin, length)
  }

  endAt(address: number): number {
    const end = this.#source.endAt?.(address + this.#origin) ?? this.#source.size
    return Math.min(this.size, end - this.#origin)
  }

  read(address: number, into: Uint8Array): void {
    checkRange(this.size, address, into.length)
    readInto(this.#source, address + this.#origin, into)
  }

  close(): void {
    this.#source.close?.()
  }
}
