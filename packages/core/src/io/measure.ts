import { WriteError } from '../errors.ts'
import type { Span } from './span.ts'
import type { Io, Sizes, Structure } from './structure.ts'
import { textLength } from './text.ts'

/** Goes through a structure's fields and adds up their lengths. */
class Measure implements Io {
  readonly reading = false
  readonly origin = 0
  readonly left = Number.POSITIVE_INFINITY
  readonly sizes: Sizes
  at = 0

  constructor(sizes: Sizes) {
    this.sizes = sizes
  }

  u8(_field: string, value: number): number {
    return this.#add(1, value)
  }

  u16(_field: string, value: number): number {
    return this.#add(2, value)
  }

  u32(_field: string, value: number): number {
    return this.#add(4, value)
  }

  u64(_field: string, value: number): number {
    return this.#add(8, value)
  }

  big(_field: string, value: bigint): bigint {
    return this.#add(8, value)
  }

  uint(_field: string, width: number, value: number): number {
    return this.#add(width, value)
  }

  address(_field: string, value: number): number {
    return this.#add(this.sizes.offsets, value)
  }

  length(_field: string, value: number): number {
    return this.#add(this.sizes.lengths, value)
  }

  version(_field: string, value: number): number {
    return this.#add(1, value)
  }

  signature(letters: string): void {
    this.at += letters.length
  }

  bytes(_field: string, length: number, value: Uint8Array): Uint8Array {
    return this.#add(length, value)
  }

  span(_field: string, length: number, value: Span): Span {
    return this.#add(length, value)
  }

  rest(_field: string, value: Uint8Array): Uint8Array {
    return this.#add(value.length, value)
  }

  terminated(_field: string, value: string): string {
    return this.#add(textLength(value) + 1, value)
  }

  text(_field: string, length: number, value: string): string {
    return this.#add(length, value)
  }

  reserved(length: number): void {
    this.at += length
  }

  align(unit: number): void {
    this.at = Math.ceil(this.at / unit) * unit
  }

  part<T, P>(_field: string, structure: Structure<T, P>, value: T, params: P, length?: number): T {
    return this.#add(length ?? this.sizeOf(structure, value, params), value)
  }

  textLength(value: string): number {
    return textLength(value)
  }

  sizeOf<T, P>(structure: Structure<T, P>, value: T, params: P): number {
    return measure(structure, value, this.sizes, params)
  }

  checksum(): void {
    this.at += 4
  }

  flaw(_what: string, _field: string): void {}

  fail(what: string, field?: string): never {
    throw new WriteError(what, { field })
  }

  #add<V>(length: number, value: V): V {
    this.at += length
    return value
  }
}

/** The size in bytes that a structure takes when it is written. */
export function measure<T, P>(structure: Structure<T, P>, value: T, sizes: Sizes, params: P): number {
  const io = new Measure(sizes)
  structure.body(io, value, params)
  return io.at
}
