import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { IoError, NotFoundError } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'

const PAGE = 1 << 16
const PAGES = 256

/** Pages that are read at once where one after the other is asked for. */
const MOST_AHEAD = 8

/** A file on disk, read in pages; large reads bypass the pages. */
export class FileSource implements ByteSource {
  readonly size: number
  readonly identity: string
  readonly #fd: number
  readonly #name: string
  readonly #pages = new Map<number, Uint8Array>()
  #lastNumber = -1
  /** The page that was not there the last time, and how many were read then. */
  #missed = -1
  #ahead = 1
  #lastPage: Uint8Array = new Uint8Array(0)
  #closed = false

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
    this.size = stat.size
    this.identity = `${stat.dev}:${stat.ino}`
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.size, address, length)
    const number = Math.floor(address / PAGE)
    const start = address - number * PAGE
    if (start + length <= PAGE) {
      const page = number === this.#lastNumber ? this.#lastPage : this.#page(number)
      return page.subarray(start, start + length)
    }
    const bytes = this.#allocate(length)
    if (length > PAGE) this.#read(bytes, address)
    else {
      const first = this.#page(number).subarray(start)
      bytes.set(first)
      bytes.set(this.#page(number + 1).subarray(0, length - first.length), first.length)
    }
    return bytes
  }

  read(address: number, into: Uint8Array): void {
    checkRange(this.size, address, into.length)
    if (into.length > PAGE / 4) this.#read(into, address)
    else into.set(this.view(address, into.length))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#fd)
    this.#pages.clear()
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
    this.#ahead = number === this.#missed + this.#ahead ? Math.min(2 * this.#ahead, MOST_AHEAD) : 1
    this.#missed = number
    const bytes = this.#allocate(Math.min(this.#ahead * PAGE, this.size - number * PAGE))
    this.#read(bytes, number * PAGE)
    // Pages are given up in the order in which they came, and never used again for other bytes.
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size + this.#ahead <= PAGES) break
      this.#pages.delete(oldest)
    }
    for (let at = 0; at < bytes.length; at += PAGE) this.#pages.set(number + at / PAGE, bytes.subarray(at, at + PAGE))
    return bytes.subarray(0, PAGE)
  }

  /** Bytes that are not zeroed first, since all are read into. */
  #allocate(length: number): Uint8Array {
    return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
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

function openError(path: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return new NotFoundError(`no such file: ${path}`, { file: path, cause })
  return new IoError(`cannot open ${path} (${code})`, { file: path, cause })
}
