/**
 * The parts of Node's zlib streams that write into memory of the caller's. They are not documented, but npm's own
 * archiver stands on them. Without them everything works, with a fresh stream and array for each chunk.
 */
interface NodeStream {
  readonly destroyed: boolean
  readonly _handle?: {
    reset?(): void
    writeSync?(
      flush: number,
      input: Uint8Array,
      inputAt: number,
      inputLength: number,
      output: Uint8Array,
      outputAt: number,
      outputLength: number,
    ): void
  }
  /** What was left of the output and of the input after a write. */
  readonly _writeState?: ArrayLike<number>
}

/** What a stream of Node's is made of. */
interface Emitter {
  on(event: 'error', listener: () => void): void
}

/** A zlib stream that is used again and again: to make one takes longer than to inflate or deflate a small chunk. */
export class ZlibStream {
  readonly #make: () => Emitter
  readonly #finish: number
  #stream: NodeStream | undefined

  /** @param finish the flag for the end of what is given */
  constructor(make: () => Emitter, finish: number) {
    this.#make = make
    this.#finish = finish
  }

  get #usable(): NodeStream {
    if (this.#stream === undefined || this.#stream.destroyed) {
      const made = this.#make()
      // What is wrong with the bytes is found out, and said, by the documented functions.
      made.on('error', () => {})
      this.#stream = made as unknown as NodeStream
    }
    return this.#stream
  }

  /** Takes all of some bytes; gives how many come out of them, undefined where that does not work, for whatever reason. */
  run(bytes: Uint8Array, into: Uint8Array): number | undefined {
    const { _handle: handle, _writeState: left } = this.#usable
    if (handle?.reset === undefined || handle.writeSync === undefined || left === undefined) return undefined
    handle.reset()
    handle.writeSync(this.#finish, bytes, 0, bytes.length, into, 0, into.length)
    if (this.#usable._handle !== handle) return undefined
    const count = into.length - left[0]
    if (left[0] > 0) return count
    // The array is full: whether the stream ends here shows where there is room for one byte more.
    handle.writeSync(this.#finish, bytes, bytes.length - left[1], left[1], new Uint8Array(1), 0, 1)
    return this.#usable._handle === handle && left[0] === 1 ? count : undefined
  }
}
