import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { IoError } from '../errors.ts'
import type { ReadableSink } from './byte-sink.ts'
import { checkRange } from './byte-source.ts'
import type { StartSync } from './early-sync.node.ts'
import { EarlySync } from './early-sync.node.ts'
import { removeIfThere } from './file-store.node.ts'
import { journalName } from './journal-name.ts'
import { PageBuffer } from './page-buffer.ts'
import { systemError } from './running-process.node.ts'
import { removeAbandoned, temporaryName } from './temporary-file.node.ts'

/** What a new file needs of the operating system; a test puts one in its place that fails. */
export interface FileSystem {
  accessSync: typeof accessSync
  openSync: typeof openSync
  writeSync(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number
  fsyncSync: typeof fsyncSync
  fdatasync: StartSync
  ftruncateSync: typeof ftruncateSync
  fchmodSync: typeof fchmodSync
  fchownSync: typeof fchownSync
  closeSync: typeof closeSync
  renameSync: typeof renameSync
  linkSync: typeof linkSync
}

const SYSTEM: FileSystem = {
  accessSync,
  openSync,
  writeSync,
  fsyncSync,
  fdatasync,
  ftruncateSync,
  fchmodSync,
  fchownSync,
  closeSync,
  renameSync,
  linkSync,
}

/** How a file comes to be. */
export interface AtomicFileOptions {
  /** Whether a file of that name may be replaced. Default true. */
  replace?: boolean
  system?: FileSystem
}

/**
 * A new file that appears under its name when it is complete, and not before: it is written under another name in the
 * same folder, and `commit` gives it the right one. A file that it replaces leaves it its mode, and its owner where the
 * system allows that. What a process that ended meanwhile has left of such a file is removed by the next one.
 *
 *     using file = new AtomicFile('new.h5')
 *     ...
 *     file.commit()          // without it, nothing is left behind
 *
 * @throws IoError where the system refuses
 */
export class AtomicFile implements ReadableSink {
  readonly #path: string
  readonly #temporary: string
  readonly #replace: boolean
  readonly #system: FileSystem
  readonly #buffer: PageBuffer
  readonly #early: EarlySync
  #fd: number | undefined
  #size = 0
  #named = false

  constructor(path: string, { replace = true, system = SYSTEM }: AtomicFileOptions = {}) {
    const present = statOf(path)
    if (present !== undefined && !replace) throw new IoError(`${path} exists already`, { file: path })
    // A symbolic link stays, and what it leads to is replaced.
    this.#path = present?.isSymbolicLink() ? realPath(path) : path
    const replaced = present?.isSymbolicLink() ? statOf(this.#path) : present
    if (replaced !== undefined && !replaced.isFile()) {
      throw new IoError(`${path} is not a regular file`, { file: path })
    }
    this.#replace = replace
    this.#system = system
    // Another name takes the place of a file whatever its mode says, which is not what the mode is for.
    if (replaced !== undefined) this.#try('write', () => system.accessSync(this.#path, constants.W_OK))
    removeAbandoned(this.#path)
    this.#temporary = temporaryName(this.#path)
    this.#fd = this.#try('create', () => system.openSync(this.#temporary, 'wx+'))
    this.#early = new EarlySync(this.#temporary, system.fdatasync)
    this.#buffer = new PageBuffer((address, bytes) => this.#put(address, bytes))
    if (replaced === undefined) return
    try {
      const { mode, uid, gid } = replaced
      this.#keepOwner(uid, gid)
      this.#try('create', () => system.fchmodSync(this.#open, mode & 0o7777))
    } catch (error) {
      this.abort()
      throw error
    }
  }

  /** Those who may not give files away keep what they make. */
  #keepOwner(uid: number, gid: number): void {
    this.#try('create', () => {
      try {
        this.#system.fchownSync(this.#open, uid, gid)
      } catch (error) {
        if (systemError(error) !== 'EPERM') throw error
      }
    })
  }

  /** The name that the file has before `commit`. */
  get temporaryPath(): string {
    return this.#temporary
  }

  /** Bytes of the file so far. */
  get size(): number {
    return this.#size
  }

  write(address: number, bytes: Uint8Array): void {
    if (this.#fd === undefined) throw new IoError(`${this.#path} is written already`, { file: this.#path })
    this.#size = Math.max(this.#size, address + bytes.length)
    this.#buffer.write(address, bytes)
  }

  /** What was written so far. */
  view(address: number, length: number): Uint8Array {
    const fd = this.#open
    checkRange(this.#size, address, length)
    this.#buffer.flush()
    // Where nothing was written there are zeros, and at the end of the file nothing yet.
    const bytes = new Uint8Array(length)
    for (let done = 0; done < length; ) {
      const at = done
      const count = this.#try('read', () => readSync(fd, bytes, at, length - at, address + at))
      if (count === 0) break
      done += count
    }
    return bytes
  }

  /**
   * Brings everything to the disk: all that is missing then is the name, which `commit` gives. Nothing more can be
   * written. Where that fails, nothing is left behind.
   */
  seal(): void {
    try {
      const fd = this.#open
      this.#buffer.flush()
      this.#try('write', () => this.#system.ftruncateSync(fd, this.#size))
      this.#try('write', () => this.#system.fsyncSync(fd))
      this.#fd = undefined
      this.#try('write', () => this.#system.closeSync(fd))
      this.#early.close()
    } catch (error) {
      this.abort()
      throw error
    }
  }

  /** Brings everything to the disk and gives the file its name. Where that fails, nothing is left behind. */
  commit(): void {
    if (this.#fd !== undefined || this.#named) this.seal()
    try {
      this.#name()
    } catch (error) {
      this.abort()
      throw error
    }
    this.#named = true
    // What was half changed is no more, and whoever changes this file would undo that in it.
    removeIfThere(journalName(this.#path))
    syncFolder(dirname(this.#path))
  }

  /** Leaves no file behind. Without effect after `commit`. */
  abort(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
    this.#early.close()
    if (!this.#named) removeIfThere(this.#temporary)
  }

  [Symbol.dispose](): void {
    this.abort()
  }

  get #open(): number {
    if (this.#fd === undefined) throw new IoError(`${this.#path} is written already`, { file: this.#path })
    return this.#fd
  }

  /** A link cannot replace a file that came to be meanwhile. */
  #name(): void {
    if (this.#replace) {
      this.#try('write', () => this.#system.renameSync(this.#temporary, this.#path))
      return
    }
    this.#try('create', () => this.#system.linkSync(this.#temporary, this.#path))
    removeIfThere(this.#temporary)
  }

  #put(address: number, bytes: Uint8Array): void {
    const fd = this.#open
    for (let done = 0; done < bytes.length; ) {
      const at = done
      done += this.#try('write', () => this.#system.writeSync(fd, bytes, at, bytes.length - at, address + at))
    }
    this.#early.wrote(bytes.length)
  }

  #try<T>(what: string, call: () => T): T {
    try {
      return call()
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
      throw new IoError(`cannot ${what} ${this.#path}${code === '' ? '' : ` (${code})`}`, { file: this.#path, cause })
    }
  }
}

function statOf(path: string) {
  return lstatSync(path, { throwIfNoEntry: false })
}

/** Where a symbolic link leads; one that leads nowhere would hide the new file. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    throw new IoError(`${path} is a symbolic link that leads nowhere`, { file: path, cause })
  }
}

/** Brings a folder's new entry to the disk, where the system knows how. */
export function syncFolder(path: string): void {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    fsyncSync(fd)
  } catch (error) {
    // The file is there, and whole: some systems cannot open folders.
    systemError(error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
