/** Pairs of places. A structure has its place in one of them, by its address. */
const PAIRS = 64

/** Bytes of decoded structures that are kept. */
const BUDGET = 4 << 20

/**
 * Structures that were decoded lately, by address and what they are. They are few: what is kept survives the
 * collections of short-lived memory, which are fast only where little does.
 */
export class StructureCache {
  readonly #addresses: number[] = new Array(2 * PAIRS).fill(-1)
  readonly #keys: unknown[] = new Array(2 * PAIRS).fill(undefined)
  readonly #values: unknown[] = new Array(2 * PAIRS).fill(undefined)
  readonly #lengths: number[] = new Array(2 * PAIRS).fill(0)
  #bytes = 0

  /** What is kept of an address under a key; undefined where nothing is. */
  get(key: object, address: number): unknown {
    const first = firstOf(address)
    if (this.#addresses[first] === address && this.#keys[first] === key) return this.#values[first]
    const second = first + 1
    if (this.#addresses[second] !== address || this.#keys[second] !== key) return undefined
    // Of a pair the one that was not asked for lately goes.
    const value = this.#values[second]
    const length = this.#lengths[second]
    this.#move(first, second)
    this.#put(first, key, address, length, value)
    return value
  }

  /** Keeps a structure of so many bytes. */
  set(key: object, address: number, length: number, value: unknown): void {
    const first = firstOf(address)
    this.#bytes += length - this.#lengths[first + 1]
    if (this.#bytes > BUDGET) {
      this.clear()
      this.#bytes = length
    }
    this.#move(first, first + 1)
    this.#put(first, key, address, length, value)
  }

  clear(): void {
    this.#addresses.fill(-1)
    this.#keys.fill(undefined)
    this.#values.fill(undefined)
    this.#lengths.fill(0)
    this.#bytes = 0
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#keys[from], this.#addresses[from], this.#lengths[from], this.#values[from])
  }

  #put(at: number, key: unknown, address: number, length: number, value: unknown): void {
    this.#addresses[at] = address
    this.#keys[at] = key
    this.#lengths[at] = length
    this.#values[at] = value
  }
}

/** The first place of an address's pair. Structures begin where numbers of eight bytes may, and often in rows. */
function firstOf(address: number): number {
  return 2 * (((address >>> 3) ^ (address >>> 9) ^ (address >>> 15)) & (PAIRS - 1))
}
