import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'

/** A file that is changed where it is: what was written is there to be read at once. */
export interface ByteStore extends ByteSource, ByteSink {
  /** Makes the file so long: cuts its end off, or adds zeros. */
  truncate(size: number): void
  /** Comes back when all that was done so far would outlive a crash of the machine. */
  sync(): void
}

/** A file in memory that can be changed. */
export class BufferStore implements ByteStore {
  #bytes: Uint8Array
  #size: number

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes.slice()
    this.#size = bytes.length
  }

  get size(): number {
    return this.#size
  }

  /** What the file is now. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.#size, address, length)
    return this.#bytes.slice(address, address + length)
  }

  write(address: number, bytes: Uint8Array): void {
    const end = address + bytes.length
    if (end > this.#size) this.truncate(end)
    this.#bytes.set(bytes, address)
  }

  truncate(size: number): void {
    if (size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(size, 2 * this.#bytes.length))
      larger.set(this.#bytes.subarray(0, this.#size))
      this.#bytes = larger
    }
    this.#bytes.fill(0, Math.min(size, this.#size), Math.max(size, this.#size))
    this.#size = size
  }

  sync(): void {}
}
