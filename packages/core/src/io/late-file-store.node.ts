import { unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkRange } from './byte-source.ts'
import type { ByteStore } from './byte-store.ts'
import { syncFolder } from './file-sink.node.ts'
import { FileStore } from './file-store.node.ts'

const NOTHING = new Uint8Array(0)

/** A file that is made when something is written to it, and goes when it is closed with nothing in it. */
export class LateFileStore implements ByteStore {
  readonly #path: string
  #store: FileStore | undefined

  constructor(path: string) {
    this.#path = path
  }

  get size(): number {
    return this.#store?.size ?? 0
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.size, address, length)
    return this.#store?.view(address, length) ?? NOTHING
  }

  write(address: number, bytes: Uint8Array): void {
    this.#made.write(address, bytes)
  }

  truncate(size: number): void {
    if (size !== this.size) this.#made.truncate(size)
  }

  sync(): void {
    this.#store?.sync()
  }

  close(): void {
    if (this.#store === undefined) return
    const isEmpty = this.#store.size === 0
    this.#store.close()
    this.#store = undefined
    if (isEmpty) unlinkSync(this.#path)
  }

  get #made(): FileStore {
    if (this.#store === undefined) {
      this.#store = new FileStore(this.#path, 'wx+')
      syncFolder(dirname(this.#path))
    }
    return this.#store
  }
}
