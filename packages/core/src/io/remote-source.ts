import { IoError } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'
import type { ByteRange, FetchingSource } from './pending.ts'
import { Pending } from './pending.ts'

/** Brings one range of a remote file, for example with an HTTP range request. */
export type FetchRange = (address: number, length: number) => Promise<Uint8Array>

export interface RemoteOptions {
  /** Bytes in a page; a power of two. Default 64 KiB. */
  pageSize?: number
  /** Pages kept at most, the oldest given up first. Default 1,024. */
  pages?: number
}

/** A file somewhere else, read page by page; what it does not hold it throws as `Pending`. */
export class RemoteSource implements ByteSource, FetchingSource {
  readonly size: number
  readonly #fetchRange: FetchRange
  readonly #pageSize: number
  readonly #limit: number
  readonly #pages = new Map<number, Uint8Array>()
  readonly #coming = new Map<number, Promise<void>>()

  constructor(size: number, fetchRange: FetchRange, options: RemoteOptions = {}) {
    this.size = size
    this.#fetchRange = fetchRange
    this.#pageSize = options.pageSize ?? 65_536
    this.#limit = options.pages ?? 1_024
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.size, address, length)
    if (length === 0) return new Uint8Array(0)
    const first = Math.floor(address / this.#pageSize)
    const last = Math.floor((address + length - 1) / this.#pageSize)
    const parts: Uint8Array[] = []
    for (let page = first; page <= last; page++) {
      const bytes = this.#pages.get(page)
      if (bytes === undefined) throw new Pending([{ address, length }])
      parts.push(bytes)
    }
    const start = address - first * this.#pageSize
    const only = parts[0]
    if (parts.length === 1 && only !== undefined) return only.subarray(start, start + length)
    const joined = new Uint8Array(length)
    let filled = 0
    for (const [i, part] of parts.entries()) {
      const from = i === 0 ? start : 0
      const piece = part.subarray(from, from + length - filled)
      joined.set(piece, filled)
      filled += piece.length
    }
    return joined
  }

  async fetch(ranges: readonly ByteRange[]): Promise<void> {
    const wanted = new Set<number>()
    const underWay = new Set<Promise<void>>()
    for (const { address, length } of ranges) {
      checkRange(this.size, address, length)
      const last = Math.floor((address + Math.max(length, 1) - 1) / this.#pageSize)
      for (let page = Math.floor(address / this.#pageSize); page <= last; page++) {
        const coming = this.#coming.get(page)
        if (coming !== undefined) underWay.add(coming)
        else if (!this.#pages.has(page)) wanted.add(page)
      }
    }
    for (const [first, last] of runs([...wanted])) underWay.add(this.#bring(first, last))
    await Promise.all(underWay)
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= Math.max(this.#limit, wanted.size)) break
      this.#pages.delete(page)
    }
  }

  close(): void {
    this.#pages.clear()
  }

  /** Fetches pages, and lets others who want them meanwhile wait for the same fetch. */
  #bring(first: number, last: number): Promise<void> {
    const pages = Array.from({ length: last - first + 1 }, (_, i) => first + i)
    const coming = this.#fetchPages(first, last).finally(() => {
      for (const page of pages) this.#coming.delete(page)
    })
    for (const page of pages) this.#coming.set(page, coming)
    return coming
  }

  async #fetchPages(first: number, last: number): Promise<void> {
    const address = first * this.#pageSize
    const length = Math.min(this.size, (last + 1) * this.#pageSize) - address
    const bytes = await this.#fetchRange(address, length)
    if (bytes.length !== length) throw new IoError(`${bytes.length} bytes came instead of ${length}`, { address })
    for (let page = first; page <= last; page++) {
      const start = (page - first) * this.#pageSize
      this.#pages.set(page, bytes.slice(start, start + this.#pageSize))
    }
  }
}

/** Runs of neighbouring numbers, as first and last. */
function runs(numbers: number[]): [number, number][] {
  const found: [number, number][] = []
  for (const n of numbers.sort((a, b) => a - b)) {
    const open = found.at(-1)
    if (open !== undefined && open[1] === n - 1) open[1] = n
    else found.push([n, n])
  }
  return found
}
