import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'

/** A file that is already in memory. */
export class BufferSource implements ByteSource {
  readonly size: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array | ArrayBuffer) {
    this.#bytes = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)
    this.size = this.#bytes.length
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.size, address, length)
    return this.#bytes.subarray(address, address + length)
  }
}
