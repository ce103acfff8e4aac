import { writeSync } from 'node:fs'
import { encodeText } from '@h5kit/core'

/** Raised when a write to the output fails for another reason than a closed pipe. */
export class OutputError extends Error {}

/** Raised when nobody reads the output any more: the command ends quietly. */
export class ClosedPipe extends Error {}

const FLUSH_AT = 1 << 16
const LONE_SURROGATE = /[\udc80-\udcff]/

/** Bytes on their way to a file descriptor, written in large pieces. */
export class Output {
  readonly #fd: number
  #text = ''

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Appends text; bytes that were not UTF-8 in the file come out as they were. */
  text(text: string): void {
    this.#text += text
    if (this.#text.length > FLUSH_AT) this.flush()
  }

  /** Writes everything out. */
  flush(): void {
    if (this.#text === '') return
    const text = this.#text
    this.#text = ''
    this.#write(LONE_SURROGATE.test(text) ? encodeText(text) : Buffer.from(text, 'utf8'))
  }

  #write(bytes: Uint8Array): void {
    let done = 0
    while (done < bytes.length) {
      try {
        done += writeSync(this.#fd, bytes, done)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code === 'EAGAIN') waitAMoment()
        else if (code === 'EPIPE') throw new ClosedPipe()
        else throw new OutputError(`cannot write: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
}

/** A pipe that does not block takes no more just now; there is nothing to do but wait until it does. */
function waitAMoment(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
}
