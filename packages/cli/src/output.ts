import { writeSync } from 'node:fs'
import { encodeText, IoError } from '@h5kit/core'
import { Draft } from './draft.ts'

/** Raised when a write to the output fails for another reason than a closed pipe. */
export class OutputError extends Error {}

/** Raised when nobody reads the output any more: the command ends quietly. */
export class ClosedPipe extends Error {}

/** Shorter texts are copied faster character by character. */
const SHORT = 96

/** Fewer bytes are copied faster one by one. */
const FEW = 24

const LONE_SURROGATE = /[\udc80-\udcff]/
const encoder = new TextEncoder()

/**
 * Bytes of text, growing at the end. Whoever makes many of them writes them straight in: `reserve` room, put them at
 * `length` of `bytes`, and add to `length` what was put.
 */
export class TextBuffer {
  /** Longer than what is in it. Another array when `reserve` had to make room. */
  bytes: Uint8Array
  /** Bytes that are in it. */
  length = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  /** Makes room for `count` bytes behind the last one. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.length))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }

  /** Appends text; bytes that were not UTF-8 in the file come out as they were. */
  write(text: string): void {
    const { length } = text
    // UTF-8 takes at most three bytes for each of a string's 16-bit units.
    this.reserve(3 * length)
    if (length > SHORT) {
      this.#long(text)
      return
    }
    const { bytes } = this
    let at = this.length
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7f) {
        this.#long(text)
        return
      }
      bytes[at++] = code
    }
    this.length = at
  }

  /** Appends bytes. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    if (bytes.length > FEW) this.bytes.set(bytes, this.length)
    else for (let i = 0; i < bytes.length; i++) this.bytes[this.length + i] = bytes[i]
    this.length += bytes.length
  }

  /** Says that what is in the buffer stays as it is: where that is much, an output writes it out. */
  settle(): void {}

  #long(text: string): void {
    if (LONE_SURROGATE.test(text)) this.append(encodeText(text))
    else this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written
  }
}

const FLUSH_AT = 1 << 16

/** A draft of what may yet be dropped, and what is to be done when it is full. */
interface Held {
  draft: Draft
  most: number
  whenFull: () => void
}

/** Text on its way to a file descriptor, written in large pieces. */
export class Output extends TextBuffer {
  readonly fd: number
  /** Bytes that may still be written. */
  #left = Number.POSITIVE_INFINITY
  #most = Number.POSITIVE_INFINITY
  #held: Held | undefined

  constructor(fd: number) {
    super(FLUSH_AT + (FLUSH_AT >> 1))
    this.fd = fd
  }

  /** Lets no more than so many bytes out from now on: what comes behind them is an OutputError. */
  limit(bytes: number): void {
    this.#left = bytes
    this.#most = bytes
  }

  /**
   * Keeps what comes instead of writing it out, until it is released or dropped.
   *
   * @param most bytes that are kept at most; with more of them `whenFull` is called, and what is kept is written out
   */
  hold(most: number, whenFull: () => void): void {
    this.flush()
    this.#held = { draft: new Draft(), most, whenFull }
  }

  /** Writes out all that came so far; whether what comes now may be written by another, and need not be counted. */
  passesAll(): boolean {
    if (this.#most !== Number.POSITIVE_INFINITY) return false
    this.flush()
    if (this.#held !== undefined) {
      this.#held.whenFull()
      this.release()
    }
    return true
  }

  /** Writes out what was kept. */
  release(): void {
    const draft = this.#held?.draft
    this.#held = undefined
    if (draft !== undefined) {
      try {
        for (const piece of draft.pieces()) this.#send(piece)
      } finally {
        draft.close()
      }
    }
    this.flush()
  }

  /** Forgets what was kept. */
  drop(): void {
    this.#held?.draft.close()
    this.#held = undefined
    this.length = 0
  }

  /** Appends text, and writes out what is much. */
  text(text: string): void {
    this.write(text)
    this.settle()
  }

  /** Appends bytes that are no text. */
  binary(bytes: Uint8Array): void {
    if (bytes.length > FLUSH_AT) {
      this.flush()
      this.#pass(bytes)
    } else {
      this.append(bytes)
      this.settle()
    }
  }

  override settle(): void {
    if (this.length > FLUSH_AT) this.flush()
  }

  /** Writes everything out. */
  flush(): void {
    if (this.length === 0) return
    const bytes = this.bytes.subarray(0, this.length)
    this.length = 0
    this.#pass(bytes)
  }

  /** Writes bytes out, or keeps them where all is kept. */
  #pass(bytes: Uint8Array): void {
    if (this.#held === undefined) {
      this.#send(bytes)
      return
    }
    const { draft, most, whenFull } = this.#held
    if (draft.length + bytes.length <= most) {
      try {
        draft.keep(bytes)
        return
      } catch (error) {
        if (!(error instanceof IoError)) throw error
      }
    }
    whenFull()
    this.release()
    this.#send(bytes)
  }

  #send(bytes: Uint8Array): void {
    const end = Math.min(bytes.length, this.#left)
    this.#left -= end
    let done = 0
    while (done < end) {
      try {
        done += writeSync(this.fd, bytes, done, end - done)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code === 'EAGAIN') waitAMoment()
        else if (code === 'EPIPE') throw new ClosedPipe()
        else throw new OutputError(`cannot write: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    if (end < bytes.length) throw new OutputError(`stopped after ${this.#most} bytes of output`)
  }
}

/** A pipe that does not block takes no more just now; there is nothing to do but wait until it does. */
function waitAMoment(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
}
