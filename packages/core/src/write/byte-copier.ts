import type { ByteSource } from '../io/byte-source.ts'
import { checkRange, readInto } from '../io/byte-source.ts'

/** Bytes that are read and written at once: as many as stay near the processor in between. */
const PIECE = 1 << 19

/** What memory is allotted in. */
const UNIT = 1 << 16

/** Bytes that are copied in one go, and what they are made up of at most. */
const BATCH = 1 << 24
const STRETCHES = 1 << 12

/** Bytes of the source that stand one behind the other. */
interface Stretch {
  address: number
  length: number
}

/**
 * Copies bytes of one file to another as they are. What comes to stand one behind the other is written together, up to
 * addresses that are multiples of a piece: systems keep such writes in larger pages, and bring them to the disk sooner.
 * It is done for many chunks at a time, as each look at what is next finds the processor's caches full of bytes.
 */
export class ByteCopier {
  readonly #source: ByteSource
  readonly #put: (address: number, bytes: Uint8Array) => void
  #memory = new Uint8Array(0)
  /** What is to be copied. */
  #waiting: Stretch[] = []
  /** Where that comes to stand: after a failure, what was not written. */
  #start = 0
  #end = 0

  /** @param put writes to the new file; the bytes are valid until it returns */
  constructor(source: ByteSource, put: (address: number, bytes: Uint8Array) => void) {
    this.#source = source
    this.#put = put
  }

  /**
   * Copies `length` bytes, at the latest with `flush`.
   *
   * @param address in the source
   * @param target address in the new file
   * @throws FormatError where the source ends before
   */
  copy(address: number, length: number, target: number): void {
    checkRange(this.#source.size, address, length)
    if (target !== this.#end) {
      this.flush()
      this.#start = target
      this.#end = target
    }
    const last = this.#waiting.at(-1)
    if (last !== undefined && last.address + last.length === address) last.length += length
    else this.#waiting.push({ address, length })
    this.#end += length
    if (this.#end - this.#start >= BATCH || this.#waiting.length >= STRETCHES) this.flush()
  }

  /** Copies what waits. What is behind a failure is not tried again. */
  flush(): void {
    const stretches = this.#waiting
    this.#waiting = []
    let filled = 0
    for (const { address, length } of stretches) {
      for (let done = 0; done < length; ) {
        const room = Math.min(this.#end - this.#start, PIECE - (this.#start % PIECE))
        const count = Math.min(room - filled, length - done)
        readInto(this.#source, address + done, this.#memoryOf(room).subarray(filled, filled + count))
        filled += count
        done += count
        if (filled < room) continue
        this.#put(this.#start, this.#memory.subarray(0, filled))
        this.#start += filled
        filled = 0
      }
    }
  }

  /** Where bytes are to stand that are not written yet: `[start, end)` of the new file. */
  get missing(): { start: number; end: number } {
    return { start: this.#start, end: this.#end }
  }

  /** Memory that is read into again and again: its first touch takes longer than reading into it. */
  #memoryOf(length: number): Uint8Array {
    if (this.#memory.length < length) this.#memory = new Uint8Array(Math.ceil(length / UNIT) * UNIT)
    return this.#memory
  }
}
