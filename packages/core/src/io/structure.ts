import type { Reader } from './reader.ts'
import type { Span } from './span.ts'

/** Sizes of addresses and lengths in bytes, as the superblock gives them. */
export interface Sizes {
  readonly offsets: number
  readonly lengths: number
  /** Of a file in several parts whose addresses may be above 2^53-1: makes numbers of them. */
  readonly fold?: ((address: bigint) => number) | undefined
}

/** What an address or length field of all ones reads as: no address, or unlimited. */
export const UNDEFINED = -1

/**
 * One pass over a structure's fields. The same body text reads (each call returns what the bytes say and the
 * given value is ignored), writes, measures and traces (each call uses the given value and returns it).
 */
export interface Io {
  readonly sizes: Sizes
  /** True where values come out of bytes (reading and tracing), false where they go in. */
  readonly reading: boolean
  /** File address of the structure's first byte when reading; 0 otherwise. */
  readonly origin: number
  /** Bytes from the start of the structure to here. */
  readonly at: number
  /** Bytes left in the structure's extent when reading; Infinity otherwise. */
  readonly left: number
  u8(field: string, value: number): number
  u16(field: string, value: number): number
  u32(field: string, value: number): number
  /** A 64-bit count or size; above 2^53-1 it is a FormatError. */
  u64(field: string, value: number): number
  /** A 64-bit value that is kept exactly. */
  big(field: string, value: bigint): bigint
  /** An unsigned integer of 0 to 8 bytes. */
  uint(field: string, width: number, value: number): number
  /** A file address, UNDEFINED where all bits are set. */
  address(field: string, value: number): number
  /** A length or count in the file's size of lengths, UNDEFINED where all bits of eight bytes are set. */
  length(field: string, value: number): number
  /** A version number, which must be one of `allowed`. */
  version(field: string, value: number, allowed: readonly number[]): number
  /** Four (or so) letters that must be there. */
  signature(letters: string): void
  bytes(field: string, length: number, value: Uint8Array): Uint8Array
  /** As `bytes`, but where they are instead of an array of their own: when reading, the given span is set to that. */
  span(field: string, length: number, value: Span): Span
  /** All bytes that are left in the structure's extent. */
  rest(field: string, value: Uint8Array): Uint8Array
  /** A string with a terminating zero byte. */
  terminated(field: string, value: string): string
  /** A string of a length in bytes that is given elsewhere. */
  text(field: string, length: number, value: string): string
  /** Bytes without meaning: written as zeros, ignored when read. */
  reserved(length: number, field?: string): void
  /** Reserved bytes up to a multiple of `unit` from the start of the structure. */
  align(unit: number): void
  /** Another structure, of `length` bytes where that is known, else as long as it says of itself. */
  part<T, P>(field: string, structure: Structure<T, P>, value: T, params: P, length?: number): T
  /** The size in bytes of a text to be written; 0 when reading. */
  textLength(value: string): number
  /** The size in bytes of a structure to be written; 0 when reading. */
  sizeOf<T, P>(structure: Structure<T, P>, value: T, params: P): number
  /** Jenkins' lookup3 over everything from the start of the structure to here. */
  checksum(field?: string): void
  /** Notes what is against the specification and keeps nobody from reading; only a check of a file listens. */
  flaw(what: string, field: string): void
  /** Raises a FormatError that names this structure, the field and the address. */
  fail(what: string, field?: string): never
}

/** An on-disk structure: one text for reading, writing, measuring and tracing it. */
export interface Structure<T, P = void> {
  /** One of its own, from 0: what is kept for each structure is found by it. */
  readonly number: number
  /** As in the file format specification. */
  readonly name: string
  /** The section of the specification. */
  readonly spec: string
  blank(params: P): T
  /** Goes through the fields; returns the value where it is not the given one, changed. */
  body(io: Io, value: T, params: P): T | undefined
}

let structures = 0

export function structure<T, P = void>(description: {
  name: string
  spec: string
  blank: (params: P) => T
  // A body that fills in the given value returns nothing.
  // biome-ignore lint/suspicious/noConfusingVoidType: void is what such a body's type is inferred as
  body: (io: Io, value: T, params: P) => T | void
}): Structure<T, P> {
  const { name, spec, blank, body } = description
  return { number: structures++, name, spec, blank, body: (io, value, params) => body(io, value, params) ?? undefined }
}

/** Decodes with a reader that stands at the structure's start. */
export function decodeWith<T, P>(reader: Reader, structure: Structure<T, P>, params: P): T {
  const value = structure.blank(params)
  return structure.body(reader, value, params) ?? value
}
