/** Bytes of decoded chunks that are kept where nothing else is said. */
const CHUNK_CACHE_BYTES = 64 << 20

/**
 * Decoded chunks of any number of datasets, within a budget; those that were not asked for longest go first. The
 * bytes of a chunk that goes are used again for the next one of its size, so nobody may hold on to them.
 */
export class ChunkCache {
  readonly #budget: number
  /** By dataset, and in it by address; what was used last is at the end. */
  readonly #chunks = new Map<object, Map<number, Uint8Array>>()
  #used = 0
  readonly #scratch: (Uint8Array | undefined)[] = []

  constructor(budget = CHUNK_CACHE_BYTES) {
    this.#budget = budget
  }

  /** Bytes that are kept. */
  get used(): number {
    return this.#used
  }

  has(dataset: object, address: number): boolean {
    return this.#chunks.get(dataset)?.has(address) ?? false
  }

  get(dataset: object, address: number): Uint8Array | undefined {
    const chunks = this.#chunks.get(dataset)
    const bytes = chunks?.get(address)
    if (chunks === undefined || bytes === undefined) return undefined
    chunks.delete(address)
    chunks.set(address, bytes)
    return bytes
  }

  /** Makes room for a chunk and gives memory for it; undefined where it is larger than the whole budget. */
  reserve(size: number): Uint8Array | undefined {
    if (size > this.#budget) return undefined
    let free: Uint8Array | undefined
    for (const [dataset, chunks] of this.#chunks) {
      for (const [address, old] of chunks) {
        if (this.#used + size <= this.#budget) return free ?? new Uint8Array(size)
        chunks.delete(address)
        this.#used -= old.length
        if (old.length === size) free = old
      }
      if (chunks.size === 0) this.#chunks.delete(dataset)
    }
    return free ?? new Uint8Array(size)
  }

  /** Keeps a chunk in memory that `reserve` gave. */
  keep(dataset: object, address: number, bytes: Uint8Array): void {
    const chunks = this.#chunks.get(dataset) ?? new Map<number, Uint8Array>()
    this.#chunks.delete(dataset)
    this.#chunks.set(dataset, chunks)
    chunks.set(address, bytes)
    this.#used += bytes.length
  }

  /** Memory for a moment: it is given again to whoever asks next for the same use, which has a small number. */
  scratch(use: number, size: number): Uint8Array {
    const known = this.#scratch[use]
    if (known !== undefined && known.length >= size) return known.subarray(0, size)
    const made = new Uint8Array(Math.ceil(size / 65_536) * 65_536)
    this.#scratch[use] = made
    return made.subarray(0, size)
  }

  clear(): void {
    this.#chunks.clear()
    this.#used = 0
  }
}
