import { tmpdir } from 'node:os'
import { ScratchFile } from '@h5kit/core/node'

/** Bytes that are kept in memory: what is more goes to a file, which for much of it is faster than new memory. */
const IN_MEMORY = 1 << 20

/** Text that is kept until it is known whether it is to be printed. */
export class Draft {
  readonly #parts: Uint8Array[] = []
  #inMemory = 0
  #scratch: ScratchFile | undefined
  #inFile = 0

  /** Bytes that are kept. */
  get length(): number {
    return this.#inMemory + this.#inFile
  }

  /**
   * Keeps a copy of some bytes.
   *
   * @throws IoError where there is no room for them; what was kept before stays
   */
  keep(bytes: Uint8Array): void {
    if (this.#inFile === 0 && this.#inMemory + bytes.length <= IN_MEMORY) {
      this.#parts.push(bytes.slice())
      this.#inMemory += bytes.length
      return
    }
    this.#scratch ??= new ScratchFile(tmpdir())
    this.#scratch.append(bytes)
    this.#inFile += bytes.length
  }

  /** All that was kept, piece by piece, each valid until the next one is asked for. */
  *pieces(): Generator<Uint8Array> {
    yield* this.#parts
    const room = new Uint8Array(Math.min(this.#inFile, 1 << 16))
    for (let at = 0; at < this.#inFile; at += room.length) {
      const piece = room.subarray(0, this.#inFile - at)
      this.#scratch?.read(at, piece)
      yield piece
    }
  }

  close(): void {
    this.#scratch?.close()
    this.#scratch = undefined
  }
}
