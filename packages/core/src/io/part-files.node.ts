import { existsSync, rmSync } from 'node:fs'
import type { ByteSink } from './byte-sink.ts'
import { AtomicFile } from './file-sink.node.ts'

/** Where bytes are: in which part of a file, and how many follow there at most. */
export interface PartPlace {
  part: number
  at: number
  room: number
}

/** What parts a file has. */
export interface Parts {
  nameOf(part: number): string
  placeOf(address: number): PartPlace
  /** Parts that there are always. */
  least: number
  /** Bytes of each part but the last, where they have as many. */
  size?: number
  /** Names of files that would be further parts, up to one that is not there. */
  leftOver?(part: number): string
}

/**
 * A new file in several on disk. All of them are complete before the first one gets its name, and the first part gets
 * it last: without that one, nobody takes the others for a file.
 */
export class PartFiles implements ByteSink {
  readonly #parts: Parts
  readonly #files: AtomicFile[] = []
  #sealed = false

  /** @throws IoError where the system refuses */
  constructor(parts: Parts) {
    this.#parts = parts
    try {
      for (let part = 0; part < parts.least; part++) this.#file(part)
    } catch (error) {
      this.abort()
      throw error
    }
  }

  /** Bytes in all parts. */
  get size(): number {
    return this.#files.reduce((sum, { size }) => sum + size, 0)
  }

  /** Names that the parts have before `commit`. */
  get temporaryPaths(): string[] {
    return this.#files.map(({ temporaryPath }) => temporaryPath)
  }

  write(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const { part, at, room } = this.#parts.placeOf(address + done)
      const piece = bytes.subarray(done, Math.min(bytes.length, done + room))
      this.#file(part).write(at, piece)
      done += piece.length
    }
  }

  /** Brings everything to the disk: all that is missing then are the names. Nothing more can be written. */
  seal(): void {
    if (this.#sealed) return
    this.#sealed = true
    const { size } = this.#parts
    for (const file of this.#files.slice(0, -1)) {
      if (size !== undefined && file.size < size) file.write(size - 1, new Uint8Array(1))
    }
    for (const file of this.#files) file.seal()
  }

  /** @throws IoError where the system refuses; then the first part is as it was */
  commit(): void {
    try {
      this.seal()
      for (const file of [...this.#files].reverse()) file.commit()
    } catch (error) {
      this.abort()
      throw error
    }
    const { leftOver } = this.#parts
    for (let part = this.#files.length; leftOver !== undefined && existsSync(leftOver(part)); part++) {
      rmSync(leftOver(part))
    }
  }

  abort(): void {
    for (const file of this.#files) file.abort()
  }

  #file(part: number): AtomicFile {
    while (this.#files.length <= part) this.#files.push(new AtomicFile(this.#parts.nameOf(this.#files.length)))
    return this.#files[part]
  }
}
