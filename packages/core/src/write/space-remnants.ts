import type { FreeSection } from './space.ts'

/** What is left of pages, by its size: what is to be placed gets the least that has room for it, as the library does it. */
export class SpaceRemnants {
  /** Of sections, each once, in ascending order. */
  readonly #sizes: number[] = []
  readonly #addresses = new Map<number, number[]>()

  get sections(): FreeSection[] {
    return [...this.#addresses].flatMap(([size, addresses]) => addresses.map((address) => ({ address, size })))
  }

  add(address: number, size: number): void {
    const known = this.#addresses.get(size)
    if (known !== undefined) {
      known.push(address)
      return
    }
    this.#addresses.set(size, [address])
    this.#sizes.splice(this.#leastWith(size), 0, size)
  }

  /** Takes `size` bytes; undefined where no section has as many. */
  take(size: number): number | undefined {
    const at = this.#leastWith(size)
    const room = this.#sizes[at]
    const addresses = this.#addresses.get(room)
    const address = addresses?.pop()
    if (addresses === undefined || address === undefined) return undefined
    if (addresses.length === 0) {
      this.#addresses.delete(room)
      this.#sizes.splice(at, 1)
    }
    if (room > size) this.add(address + size, room - size)
    return address
  }

  /** Where in the list the first size is that is not less. */
  #leastWith(size: number): number {
    let low = 0
    let high = this.#sizes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#sizes[middle] < size) low = middle + 1
      else high = middle
    }
    return low
  }
}
