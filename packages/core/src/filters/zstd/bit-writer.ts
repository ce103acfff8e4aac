/** Writes bits from the lowest of each byte up; the stream is meant to be read from its end. */
export class BitWriter {
  readonly #to: Uint8Array
  #at: number
  #word = 0
  #count = 0

  /** Writes into `to` from byte `at` on; the caller sees to it that there is room. */
  constructor(to: Uint8Array, at: number) {
    this.#to = to
    this.#at = at
  }

  /** @param count at most 32 */
  write(value: number, count: number): void {
    if (count > 16) {
      this.write(value & 0xffff, 16)
      this.write(value >>> 16, count - 16)
      return
    }
    let word = this.#word | ((value & ((1 << count) - 1)) << this.#count)
    let left = this.#count + count
    for (; left >= 8; left -= 8) {
      this.#to[this.#at++] = word
      word >>>= 8
    }
    this.#word = word
    this.#count = left
  }

  /** Fills the last byte with zeros; gives where the stream ends. */
  align(): number {
    if (this.#count > 0) this.#to[this.#at++] = this.#word
    this.#word = this.#count = 0
    return this.#at
  }

  /** Writes the mark from which a reader starts; gives where the stream ends. */
  close(): number {
    this.write(1, 1)
    return this.align()
  }
}
