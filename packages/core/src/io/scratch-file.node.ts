import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { IoError } from '../errors.ts'

/** Bytes that are put aside in a file without a name, which is gone when it is closed or the program ends. */
export class ScratchFile {
  readonly #fd: number
  readonly #folder: string
  #size = 0

  /** @throws IoError where the folder takes no files */
  constructor(folder: string) {
    this.#folder = folder
    const path = join(folder, `.scratch.${crypto.randomUUID()}.tmp`)
    this.#fd = this.#try('create', () => openSync(path, 'wx+', 0o600))
    unlinkSync(path)
  }

  /** Keeps bytes; returns where. */
  append(bytes: Uint8Array): number {
    const at = this.#size
    for (let done = 0; done < bytes.length; ) {
      const from = done
      done += this.#try('write', () => writeSync(this.#fd, bytes, from, bytes.length - from, at + from))
    }
    this.#size += bytes.length
    return at
  }

  /** Brings back what was kept. */
  read(at: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const from = done
      const count = this.#try('read', () => readSync(this.#fd, into, from, into.length - from, at + from))
      if (count === 0) throw new IoError(`a scratch file in ${this.#folder} is shorter than it was`)
      done += count
    }
  }

  close(): void {
    closeSync(this.#fd)
  }

  #try<T>(what: string, call: () => T): T {
    try {
      return call()
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
      throw new IoError(`cannot ${what} a scratch file in ${this.#folder}${code === '' ? '' : ` (${code})`}`, { cause })
    }
  }
}
