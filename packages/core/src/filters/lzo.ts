import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'

/** Filter 305, LZO, as PyTables writes it: an LZO1X stream. It is read only. */
export const lzo: Filter = {
  id: 305,
  name: 'lzo',
  decode: (bytes, _parameters, limit) => new LzoDecoder(bytes, limit).decode(),
}

/** Literals that go before an instruction change what it means. */
const NO_LITERALS = 0
const RUN_OF_LITERALS = 4

class LzoDecoder {
  readonly #from: Uint8Array
  readonly #to: Uint8Array
  readonly #limit: number
  #at = 0
  #end = 0

  constructor(bytes: Uint8Array, limit: number) {
    this.#from = bytes
    this.#limit = limit
    // A byte of a long copy's length gives at most 255.
    this.#to = new Uint8Array(Math.min(limit, bytes.length * 256))
  }

  decode(): Uint8Array {
    let literals = NO_LITERALS
    if (this.#from.length > 0 && this.#from[0] > 17) {
      const length = this.#byte() - 17
      this.#literals(length)
      literals = Math.min(length, RUN_OF_LITERALS)
    }
    for (;;) {
      const next = this.#instruction(this.#byte(), literals)
      if (next === undefined) return this.#to.subarray(0, this.#end)
      literals = next
    }
  }

  /** Returns how many literals followed; undefined at the end of the stream. */
  #instruction(code: number, literals: number): number | undefined {
    if (code >= 64) {
      const distance = ((code >> 2) & 7) + (this.#byte() << 3) + 1
      return this.#copy(distance, (code >> 5) + 1, code & 3)
    }
    if (code >= 32) {
      const length = this.#length(code & 31, 31) + 2
      const rest = this.#pair()
      return this.#copy((rest >> 2) + 1, length, rest & 3)
    }
    if (code >= 16) {
      const length = this.#length(code & 7, 7) + 2
      const rest = this.#pair()
      const distance = ((code & 8) << 11) + (rest >> 2)
      return distance === 0 ? undefined : this.#copy(distance + 0x4000, length, rest & 3)
    }
    if (literals === NO_LITERALS) {
      this.#literals(this.#length(code, 15) + 3)
      return RUN_OF_LITERALS
    }
    const near = (code >> 2) + (this.#byte() << 2) + 1
    return literals === RUN_OF_LITERALS ? this.#copy(near + 0x800, 3, code & 3) : this.#copy(near, 2, code & 3)
  }

  #byte(): number {
    if (this.#at >= this.#from.length) throw new FilterError('lzo: the data ends too early')
    return this.#from[this.#at++]
  }

  #pair(): number {
    const low = this.#byte()
    return low | (this.#byte() << 8)
  }

  /** A length that is in the instruction, or where that is 0, in the bytes behind it. */
  #length(given: number, base: number): number {
    if (given > 0) return given
    let length = base
    for (;;) {
      const byte = this.#byte()
      if (byte > 0) return length + byte
      length += 255
    }
  }

  #literals(length: number): void {
    const { length: size } = this.#from
    if (this.#at + length > size) throw new FilterError('lzo: the data ends too early')
    this.#room(length)
    for (const stop = this.#end + length; this.#end < stop; ) this.#to[this.#end++] = this.#from[this.#at++]
  }

  #room(length: number): void {
    if (this.#end + length > this.#to.length) throw new FilterError(`lzo: more than ${this.#limit} bytes come out`)
  }

  #copy(distance: number, length: number, literals: number): number {
    if (distance > this.#end) throw new FilterError('lzo: a copy from before the start')
    this.#room(length)
    const to = this.#to
    let at = this.#end
    let source = at - distance
    if (distance >= length && length > 16) {
      to.copyWithin(at, source, source + length)
      at += length
    } else for (const stop = at + length; at < stop; ) to[at++] = to[source++]
    this.#end = at
    this.#literals(literals)
    return literals
  }
}
