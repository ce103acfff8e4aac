import type { ByteSource } from './byte-source.ts'
import { checkGaps, checkRange } from './byte-source.ts'

/** A file as of one of its revisions (H5FDonion): pages that were changed lie in a file beside it. */
export class OnionSource implements ByteSource {
  readonly driver = 'onion'
  readonly parts = 2
  readonly size: number
  readonly #original: ByteSource
  readonly #originalSize: number
  readonly #onion: ByteSource
  readonly #pageSize: number
  /** Where the changed pages are in the file beside, by number. */
  readonly #pages: ReadonlyMap<number, number>

  constructor(
    original: ByteSource,
    onion: ByteSource,
    revision: { size: number; originalSize: number; pageSize: number; pages: ReadonlyMap<number, number> },
  ) {
    this.#original = original
    this.#onion = onion
    this.size = revision.size
    this.#originalSize = Math.min(original.size, revision.originalSize)
    this.#pageSize = revision.pageSize
    this.#pages = revision.pages
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.size, address, length)
    checkGaps(length, this.#original.size + this.#onion.size)
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const at = address + done
      const number = Math.floor(at / this.#pageSize)
      const inPage = at - number * this.#pageSize
      const room = Math.min(length - done, this.#pageSize - inPage)
      const changed = this.#pages.get(number)
      if (changed !== undefined) bytes.set(this.#onion.view(changed + inPage, room), done)
      else {
        const there = Math.max(0, Math.min(room, this.#originalSize - at))
        if (there > 0) bytes.set(this.#original.view(at, there), done)
      }
      done += room
    }
    return bytes
  }

  close(): void {
    this.#original.close?.()
    this.#onion.close?.()
  }
}
