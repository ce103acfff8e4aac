import { close, openSync } from 'node:fs'

/** Bytes after which it is worth a call. */
const STEP = 8 << 20

/** Brings what was written to a file so far to the disk, on another thread. */
export type StartSync = (fd: number, done: () => void) => void

/**
 * Has the system bring a file's bytes to the disk while more are written: the sync at the end, which is what counts, then
 * has little left to wait for. It uses a descriptor of its own, since an error of the disk is told once to each.
 */
export class EarlySync {
  readonly #path: string
  readonly #start: StartSync
  #fd: number | undefined
  #since = 0

  constructor(path: string, start: StartSync) {
    this.#path = path
    this.#start = start
  }

  /** Takes note that so many bytes more were written. */
  wrote(bytes: number): void {
    this.#since += bytes
    if (this.#since < STEP) return
    this.#since = 0
    try {
      this.#fd ??= openSync(this.#path, 'r')
      this.#start(this.#fd, ignored)
    } catch (error) {
      // The sync at the end does all of it.
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }

  /** The descriptor is closed behind what waits on the other threads. */
  close(): void {
    if (this.#fd !== undefined) close(this.#fd, ignored)
    this.#fd = undefined
  }
}

function ignored(): void {}
