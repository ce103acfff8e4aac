import { closeSync, fsyncSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { IoError } from '../errors.ts'
import type { ByteStore } from './byte-store.ts'
import { FileSource } from './file-source.node.ts'
import { systemError } from './running-process.node.ts'
import type { Span } from './span.ts'

/** A file on disk that is read and changed. */
export class FileStore implements ByteStore {
  readonly #name: string
  readonly #fd: number
  readonly #source: FileSource
  #closed = false

  /**
   * @param flags 'r+' for a file that is there, 'wx+' for one that must not be there yet
   */
  constructor(path: string, flags: 'r+' | 'wx+' = 'r+') {
    this.#name = path
    try {
      this.#fd = openSync(path, flags)
    } catch (cause) {
      throw refused(`cannot write ${path}`, path, cause)
    }
    try {
      this.#source = new FileSource(path)
    } catch (error) {
      closeSync(this.#fd)
      throw error
    }
  }

  get size(): number {
    return this.#source.size
  }

  get identity(): string {
    return this.#source.identity
  }

  view(address: number, length: number): Uint8Array {
    return this.#source.view(address, length)
  }

  peek(address: number, length: number): Span {
    return this.#source.peek(address, length)
  }

  read(address: number, into: Uint8Array): void {
    this.#source.read(address, into)
  }

  write(address: number, bytes: Uint8Array): void {
    const end = address + bytes.length
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#fd, bytes, done, bytes.length - done, address + done)
      }
    } catch (cause) {
      throw refused(`cannot write ${this.#name}`, this.#name, cause)
    } finally {
      this.#source.changed(address, end, Math.max(this.size, end))
    }
  }

  truncate(size: number): void {
    try {
      ftruncateSync(this.#fd, size)
    } catch (cause) {
      throw refused(`cannot change the size of ${this.#name}`, this.#name, cause)
    }
    this.#source.changed(Math.min(size, this.size), Math.max(size, this.size), size)
  }

  sync(): void {
    try {
      fsyncSync(this.#fd)
    } catch (cause) {
      throw refused(`cannot write ${this.#name}`, this.#name, cause)
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#fd)
    this.#source.close()
  }
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the quota is used up',
  EFBIG: 'too large for the file system or the limit of the process',
  EISDIR: 'it is a folder',
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EEXIST: 'it is there already',
}

/** What the operating system did not do, and why. */
export function refused(what: string, file: string, cause: unknown): IoError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return new IoError(`${what}: ${REASONS[code] ?? code}`, { file, cause })
}

/** Removes a file, and tells whether there was one. What Node has for that takes long to load. */
export function removeIfThere(name: string): boolean {
  try {
    unlinkSync(name)
    return true
  } catch (error) {
    if (systemError(error) === 'ENOENT') return false
    throw refused(`cannot remove ${name}`, name, error)
  }
}
