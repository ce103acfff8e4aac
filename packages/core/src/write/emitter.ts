import { WriteError } from '../errors.ts'
import { HeaderMessage } from '../format/object-header.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import type { Span } from '../io/span.ts'
import type { Sizes, Structure } from '../io/structure.ts'
import { Writer } from '../io/writer.ts'
import type { Space, SpaceUse } from './space.ts'

/** Bytes that a structure has room for without ado. */
const ROOM = 4096

/** Bytes of structures that are not placed at once, which are kept together. */
const TOGETHER = 1 << 16

/** Gives structures addresses and writes them there: what every builder works with. */
export class Emitter {
  readonly sizes: Sizes
  readonly space: Space
  readonly #sink: ByteSink
  /** Most structures are small, and there are many: they share the memory that they are written in. */
  readonly #writer: Writer
  #encoder: Writer | undefined
  #end = 0

  constructor(sizes: Sizes, space: Space, sink: ByteSink) {
    this.sizes = sizes
    this.space = space
    this.#sink = sink
    this.#writer = new Writer('', sizes, ROOM)
  }

  /**
   * Writes a structure where there is room.
   *
   * @param length of its extent, where that is larger than what it writes: the rest is zeros
   * @returns its address
   */
  place<T, P>(structure: Structure<T, P>, value: T, params: P, length?: number): number {
    return this.placeBytes(this.#written(structure, value, params, length))
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
    this.putBytes(address, this.#written(structure, value, params, length))
  }

  putBytes(address: number, bytes: Uint8Array): void {
    this.#end = Math.max(this.#end, address + bytes.length)
    this.#sink.write(address, bytes)
  }

  /** Whether something was written up to an address. */
  reaches(address: number): boolean {
    return this.#end >= address
  }

  /** The bytes of a structure. */
  encoded<T, P>(structure: Structure<T, P>, value: T, params: P): Uint8Array {
    return this.span(structure, value, params).bytes
  }

  /** A message of an object header. */
  message<T>(type: number, flags: number, structure: Structure<T>, value: T): HeaderMessage {
    return new HeaderMessage(type, flags, this.span(structure, value, undefined))
  }

  /** As `encoded`, within other bytes. */
  span<T, P>(structure: Structure<T, P>, value: T, params: P): Span {
    const writer = this.#encoderFor(structure.name)
    structure.body(writer, value, params)
    return writer.whole
  }

  /** Some bytes and others behind them. */
  joined(first: Span, second: Uint8Array): Span {
    const writer = this.#encoderFor('')
    writer.span('', first.length, first)
    writer.rest('', second)
    return writer.whole
  }

  #encoderFor(name: string): Writer {
    if (this.#encoder === undefined || this.#encoder.total > TOGETHER - ROOM) {
      this.#encoder = new Writer('', this.sizes, TOGETHER)
    }
    this.#encoder.next(name)
    return this.#encoder
  }

  /** The bytes of a structure, with zeros up to `length`; they stay until the next one is written. */
  #written<T, P>(structure: Structure<T, P>, value: T, params: P, length?: number): Uint8Array {
    const writer = this.#writer
    writer.begin(structure.name)
    structure.body(writer, value, params)
    if (length === undefined || length === writer.at) return writer.written
    if (writer.at > length) throw new WriteError(`${writer.at} bytes for ${length}`, { structure: structure.name })
    writer.reserved(length - writer.at)
    return writer.written
  }
}
