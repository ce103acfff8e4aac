import { closeSync, fstatSync, openSync, readSync, readvSync } from 'node:fs'
import { IoError, NotFoundError } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'
import { SMALL, SmallMemory } from './small-memory.ts'
import { copyBytes, NO_BYTES, Span } from './span.ts'

const PAGE = 1 << 16
const PAGES = 32

/** Pages that are read at once where one after the other is asked for. */
const MOST_AHEAD = 4

/**
 * A file on disk, read in pages; large reads bypass the pages. The pages are few, and their memory is used again and
 * again: the first touch of memory costs more than reading into it.
 */
export class FileSource implements ByteSource {
  readonly identity: string
  #size: number
  readonly #fd: number
  readonly #name: string
  readonly #pages = new Map<number, Uint8Array>()
  #lastNumber = -1
  /** The page that was not there the last time, and how many were read then. */
  #missed = -1
  #ahead = 1
  #lastPage: Uint8Array = new Uint8Array(0)
  /** What `peek` gives, each time the same: it is asked too often for a new one. */
  readonly #peeked = new Span(NO_BYTES)
  /** Pages that were given up. */
  readonly #spare: Uint8Array[] = []
  #closed = false
  readonly #memory = new SmallMemory()

  constructor(path: string) {
    this.#name = path
    try {
      this.#fd = openSync(path, 'r')
    } catch (error) {
      throw openError(path, error)
    }
    const stat = fstatSync(this.#fd)
    if (!stat.isFile()) {
      closeSync(this.#fd)
      throw new IoError(`${path} is not a regular file`, { file: path })
    }
    this.#size = stat.size
    this.identity = `${stat.dev}:${stat.ino}`
  }

  get size(): number {
    return this.#size
  }

  /** Takes note that the bytes `[start, end)` of the file are others now, and how long it is. */
  changed(start: number, end: number, size: number): void {
    // A page that goes on behind what was the end has no bytes there.
    const first = Math.floor((size > this.#size ? Math.min(start, this.#size) : start) / PAGE)
    const last = Math.floor((end - 1) / PAGE)
    this.#size = size
    if (last - first >= PAGES) for (const number of [...this.#pages.keys()]) this.#forget(number, first, last)
    else for (let number = first; number <= last; number++) this.#forget(number, first, last)
  }

  #forget(number: number, first: number, last: number): void {
    const page = this.#pages.get(number)
    if (page === undefined || number < first || number > last) return
    this.#pages.delete(number)
    this.#spare.push(page)
    if (number === this.#lastNumber) this.#lastNumber = -1
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.#size, address, length)
    const bytes =
      length > PAGE ? unzeroed(length) : length > SMALL ? new Uint8Array(length) : this.#memory.take(length).bytes
    this.read(address, bytes)
    return bytes
  }

  peek(address: number, length: number): Span {
    checkRange(this.#size, address, length)
    const number = Math.floor(address / PAGE)
    const start = address - number * PAGE
    if (start + length > PAGE) return new Span(this.view(address, length))
    const peeked = this.#peeked
    peeked.data = number === this.#lastNumber ? this.#lastPage : this.#page(number)
    peeked.start = start
    peeked.length = length
    return peeked
  }

  read(address: number, into: Uint8Array): void {
    checkRange(this.#size, address, into.length)
    if (into.length > PAGE / 4) {
      this.#read(into, address)
      return
    }
    for (let done = 0; done < into.length; ) {
      const number = Math.floor((address + done) / PAGE)
      const start = address + done - number * PAGE
      const length = Math.min(into.length - done, PAGE - start)
      copyBytes(this.#page(number), start, start + length, into, done)
      done += length
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#fd)
    this.#pages.clear()
    this.#spare.length = 0
    this.#lastNumber = -1
  }

  #page(number: number): Uint8Array {
    let page = this.#pages.get(number)
    if (page === undefined) page = this.#load(number)
    this.#lastNumber = number
    this.#lastPage = page
    return page
  }

  /** Reads a page that is not there, and more behind it the longer that is what is asked for next. */
  #load(number: number): Uint8Array {
    const before = this.#missed + this.#ahead
    this.#ahead = number === before ? Math.min(2 * this.#ahead, MOST_AHEAD) : 1
    this.#missed = number
    const last = Math.min(number + this.#ahead, Math.ceil(this.#size / PAGE))
    const loaded: Uint8Array[] = []
    for (let each = number; each < last; each++) loaded.push(this.#takePage())
    const length = Math.min((last - number) * PAGE, this.#size - number * PAGE)
    this.#readPages(loaded, number * PAGE, length)
    loaded.forEach((page, i) => {
      this.#pages.set(number + i, page)
    })
    return loaded[0]
  }

  /** Memory for a page: that of the one that has been there the longest, where there are enough. */
  #takePage(): Uint8Array {
    if (this.#pages.size >= PAGES) {
      for (const [number, page] of this.#pages) {
        this.#pages.delete(number)
        if (number === this.#lastNumber) this.#lastNumber = -1
        this.#spare.push(page)
        break
      }
    }
    return this.#spare.pop() ?? unzeroed(PAGE)
  }

  /** Fills pages, the last one as far as the file goes. */
  #readPages(pages: Uint8Array[], address: number, length: number): void {
    if (pages.length > 1 && this.#readAtOnce(pages, address) >= length) return
    for (let i = 0; i * PAGE < length; i++) {
      this.#read(pages[i].subarray(0, length - i * PAGE), address + i * PAGE)
    }
  }

  /** Bytes that one call to the system brought; what is missing, and why, is found out by `#read`. */
  #readAtOnce(pages: Uint8Array[], address: number): number {
    if (this.#closed) return 0
    try {
      return readvSync(this.#fd, pages, address)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      return 0
    }
  }

  #read(into: Uint8Array, address: number): void {
    if (this.#closed) throw new IoError(`${this.#name} is closed`, { file: this.#name })
    let done = 0
    while (done < into.length) {
      let count: number
      try {
        count = readSync(this.#fd, into, done, into.length - done, address + done)
      } catch (cause) {
        throw new IoError(`cannot read ${this.#name}`, { file: this.#name, address, cause })
      }
      if (count === 0)
        throw new IoError(`${this.#name} became shorter while it was read`, { file: this.#name, address })
      done += count
    }
  }
}

/** Bytes that are not zeroed first, since all are read into. */
function unzeroed(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
}

function openError(path: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return new NotFoundError(`no such file: ${path}`, { file: path, cause })
  return new IoError(`cannot open ${path} (${code})`, { file: path, cause })
}
