import { Span } from './span.ts'

/** So many bytes at most share pieces of memory with others. */
export const SMALL = 1 << 10
const PIECE = 1 << 13

/** Memory for few bytes: a part of a larger piece, since memory of their own costs more than to fill it. */
export class SmallMemory {
  #piece = new Uint8Array(0)
  #used = 0

  /** Memory for `length` bytes, at most SMALL, that nobody else has. */
  take(length: number): Span {
    if (this.#piece.length - this.#used < length) {
      this.#piece = new Uint8Array(PIECE)
      this.#used = 0
    }
    const taken = new Span(this.#piece, this.#used, length)
    // What follows begins where numbers of eight bytes may.
    this.#used += Math.ceil(length / 8) * 8
    return taken
  }
}
