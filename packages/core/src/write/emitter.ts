import { WriteError } from '../errors.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import type { Sizes, Structure } from '../io/structure.ts'
import { encode } from '../io/writer.ts'
import type { Space, SpaceUse } from './space.ts'

/** Gives structures addresses and writes them there: what every builder works with. */
export class Emitter {
  readonly sizes: Sizes
  readonly space: Space
  readonly #sink: ByteSink
  #end = 0

  constructor(sizes: Sizes, space: Space, sink: ByteSink) {
    this.sizes = sizes
    this.space = space
    this.#sink = sink
  }

  /**
   * Writes a structure where there is room.
   *
   * @param length of its extent, where that is larger than what it writes: the rest is zeros
   * @returns its address
   */
  place<T, P>(structure: Structure<T, P>, value: T, params: P, length?: number): number {
    const bytes = this.encoded(structure, value, params, length)
    return this.placeBytes(bytes)
  }

  /** Writes elements, a chunk of them for example, where there is room; returns the address. */
  placeRaw(bytes: Uint8Array): number {
    return this.placeBytes(bytes, 'raw')
  }

  placeBytes(bytes: Uint8Array, use: SpaceUse = 'metadata'): number {
    const address = this.space.allocate(bytes.length, use)
    this.putBytes(address, bytes)
    return address
  }

  /** Writes a structure at an address that was given to it before. */
  put<T, P>(address: number, structure: Structure<T, P>, value: T, params: P, length?: number): void {
    this.putBytes(address, this.encoded(structure, value, params, length))
  }

  putBytes(address: number, bytes: Uint8Array): void {
    this.#end = Math.max(this.#end, address + bytes.length)
    this.#sink.write(address, bytes)
  }

  /** Whether something was written up to an address. */
  reaches(address: number): boolean {
    return this.#end >= address
  }

  /** The bytes of a structure, with zeros up to `length`. */
  encoded<T, P>(structure: Structure<T, P>, value: T, params: P, length?: number): Uint8Array {
    const bytes = encode(structure, value, this.sizes, params)
    if (length === undefined || length === bytes.length) return bytes
    if (bytes.length > length) {
      throw new WriteError(`${bytes.length} bytes for ${length}`, { structure: structure.name })
    }
    const padded = new Uint8Array(length)
    padded.set(bytes)
    return padded
  }
}
