import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'

/** Bytes that stand for what a source has at an address. */
export interface Patch {
  address: number
  data: Uint8Array
}

/** A source with other bytes in some places. */
export class PatchedSource implements ByteSource {
  readonly size: number
  readonly #source: ByteSource
  /** By address; none overlaps the next. */
  readonly #patches: Patch[]

  constructor(source: ByteSource, patches: readonly Patch[]) {
    this.#source = source
    this.size = source.size
    this.#patches = [...patches].sort((a, b) => a.address - b.address)
    for (const { address, data } of patches) checkRange(this.size, address, data.length)
  }

  view(address: number, length: number): Uint8Array {
    const bytes = this.#source.view(address, length)
    let patched: Uint8Array | undefined
    for (let i = this.#firstPast(address); i < this.#patches.length; i++) {
      const { address: at, data } = this.#patches[i]
      if (at >= address + length) break
      patched ??= bytes.slice()
      const from = Math.max(address, at)
      const to = Math.min(address + length, at + data.length)
      patched.set(data.subarray(from - at, to - at), from - address)
    }
    return patched ?? bytes
  }

  endAt(address: number): number {
    return this.#source.endAt?.(address) ?? this.size
  }

  /** The first patch that ends behind an address. */
  #firstPast(address: number): number {
    let low = 0
    let high = this.#patches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const { address: at, data } = this.#patches[middle]
      if (at + data.length > address) high = middle
      else low = middle + 1
    }
    return low
  }

  close(): void {
    this.#source.close?.()
  }
}
