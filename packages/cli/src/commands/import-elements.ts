import type { ByteSource, Datatype } from '@h5kit/core'
import { convert, IoError } from '@h5kit/core'

/** Elements of a dataset in C order, made as they are asked for. */
export interface Elements {
  /** In bytes. */
  readonly size: number
  view(start: number, length: number): Uint8Array
}

/** Elements that are made together. */
const BLOCK = 1 << 16

/**
 * Elements that come in blocks: each is made of its own place in a file, so that any of them can be asked for again.
 */
export abstract class BlockElements implements Elements {
  readonly size: number
  readonly #count: number
  readonly #elementSize: number
  #number = -1
  #block: Uint8Array = new Uint8Array(0)

  constructor(count: number, elementSize: number) {
    this.#count = count
    this.#elementSize = elementSize
    this.size = count * elementSize
  }

  /** The bytes of elements `[first, first + count)`. */
  protected abstract make(first: number, count: number): Uint8Array

  view(start: number, length: number): Uint8Array {
    const blockBytes = BLOCK * this.#elementSize
    const first = Math.floor(start / blockBytes)
    const from = start - first * blockBytes
    if (from + length <= blockBytes) return this.#at(first).subarray(from, from + length)
    const bytes = new Uint8Array(length)
    for (let done = 0; done < length; ) {
      const number = Math.floor((start + done) / blockBytes)
      const at = start + done - number * blockBytes
      const part = this.#at(number).subarray(at, at + length - done)
      bytes.set(part, done)
      done += part.length
    }
    return bytes
  }

  #at(number: number): Uint8Array {
    if (number !== this.#number) {
      this.#number = -1
      this.#block = this.make(number * BLOCK, Math.min(BLOCK, this.#count - number * BLOCK))
      this.#number = number
    }
    return this.#block
  }
}

/** Elements that stand in a file, one behind the other, in their own type or in another. */
export class StoredElements extends BlockElements {
  readonly #source: ByteSource
  readonly #from: Datatype
  readonly #to: Datatype

  constructor(source: ByteSource, count: number, from: Datatype, to: Datatype, name: string) {
    super(count, to.size)
    const needed = count * from.size
    if (source.size < needed) {
      throw new IoError(`${name} has ${source.size} bytes; ${needed} are needed`, { file: name })
    }
    this.#source = source
    this.#from = from
    this.#to = to
  }

  protected make(first: number, count: number): Uint8Array {
    const { size } = this.#from
    return convert(this.#from, this.#to, this.#source.view(first * size, count * size), count)
  }
}

/** Elements of a text, of which it is known where they begin once those before them were gone through. */
export abstract class TextElements extends BlockElements {
  /** Where each block begins, as far as that is known, in bytes. */
  readonly #starts: number[]

  constructor(start: number, count: number, elementSize: number) {
    super(count, elementSize)
    this.#starts = [start]
  }

  /** Elements `[first, first + count)`, whose text begins at a byte, and where it ends. */
  protected abstract decode(start: number, first: number, count: number): { bytes: Uint8Array; end: number }

  protected make(first: number, count: number): Uint8Array {
    const block = first / BLOCK
    for (let known = this.#starts.length - 1; known < block; known++) this.#decode(known, BLOCK)
    return this.#decode(block, count)
  }

  #decode(block: number, count: number): Uint8Array {
    const { bytes, end } = this.decode(this.#starts[block], block * BLOCK, count)
    if (this.#starts.length === block + 1) this.#starts.push(end)
    return bytes
  }
}
