const PAGE = 1 << 16

/** Pages that wait at most: what is written in between, an object header or a heap, is near the end of the file. */
const PAGES = 64

/** A part of the file with what was written there lately. */
interface Page {
  bytes: Uint8Array
  /** What of it is to be written. */
  from: number
  to: number
}

/**
 * Collects small writes, which come mostly one behind the other, to large ones. Writes of more than a page go straight
 * through.
 */
export class PageBuffer {
  readonly #put: (address: number, bytes: Uint8Array) => void
  /** By their numbers, in the order in which they were begun. */
  readonly #pages = new Map<number, Page>()
  readonly #spare: Uint8Array[] = []
  /** Pages from this number on were never written: what they do not hold is zeros. */
  #untouched = 0

  /** @param put writes for good; the bytes are valid until it returns */
  constructor(put: (address: number, bytes: Uint8Array) => void) {
    this.#put = put
  }

  write(address: number, bytes: Uint8Array): void {
    const first = Math.floor(address / PAGE)
    if (bytes.length >= PAGE) {
      const last = Math.floor((address + bytes.length - 1) / PAGE)
      for (const number of [...this.#pages.keys()]) if (number >= first && number <= last) this.#release(number)
      this.#untouched = Math.max(this.#untouched, last + 1)
      this.#put(address, bytes)
      return
    }
    const start = address - first * PAGE
    const length = Math.min(bytes.length, PAGE - start)
    this.#fill(first, start, length === bytes.length ? bytes : bytes.subarray(0, length))
    if (length < bytes.length) this.#fill(first + 1, 0, bytes.subarray(length))
  }

  /** Writes all that waits, and frees its memory. */
  flush(): void {
    for (const number of [...this.#pages.keys()]) this.#release(number)
    this.#spare.length = 0
  }

  #fill(number: number, start: number, bytes: Uint8Array): void {
    const end = start + bytes.length
    let page = this.#pages.get(number)
    // What lies between two writes is known only where there was nothing before.
    if (page !== undefined && number < this.#untouched && (start > page.to || end < page.from)) {
      this.#release(number)
      page = undefined
    }
    if (page === undefined) {
      page = { bytes: this.#take(), from: start, to: end }
      this.#pages.set(number, page)
    }
    page.bytes.set(bytes, start)
    page.from = Math.min(page.from, start)
    page.to = Math.max(page.to, end)
  }

  #take(): Uint8Array {
    if (this.#pages.size >= PAGES) {
      for (const oldest of this.#pages.keys()) {
        this.#release(oldest)
        break
      }
    }
    const spare = this.#spare.pop()
    spare?.fill(0)
    return spare ?? new Uint8Array(PAGE)
  }

  #release(number: number): void {
    const page = this.#pages.get(number)
    if (page === undefined) return
    this.#put(number * PAGE + page.from, page.bytes.subarray(page.from, page.to))
    this.#pages.delete(number)
    this.#untouched = Math.max(this.#untouched, number + 1)
    this.#spare.push(page.bytes)
  }
}
