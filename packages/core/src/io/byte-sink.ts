import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'

/** Where the bytes of a file go. */
export interface ByteSink {
  /** Writes bytes at an address; what is between the end of the file so far and the address becomes zeros. */
  write(address: number, bytes: Uint8Array): void
}

/** Where the bytes of a file go, and can be looked at again. */
export interface ReadableSink extends ByteSink, ByteSource {}

/** A file that is made in memory. */
export class BufferSink implements ReadableSink {
  #bytes = new Uint8Array(4096)
  #size = 0

  /** What was written so far. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }

  get size(): number {
    return this.#size
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.#size, address, length)
    return this.#bytes.slice(address, address + length)
  }

  write(address: number, bytes: Uint8Array): void {
    const end = address + bytes.length
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, this.#size))
      this.#bytes = larger
    }
    this.#bytes.set(bytes, address)
    this.#size = Math.max(this.#size, end)
  }
}
