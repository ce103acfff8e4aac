import type { ReferenceType } from '../format/messages/datatype.ts'
import type { Reference } from '../format/reference.ts'
import type { SequencePlaces, SequenceSource } from './sequences.ts'

/** A complex number, or a compound of the members r and i that stands for one. */
export interface Complex {
  re: Value
  im: Value
}

/** One element as a JavaScript value; what it is follows from the datatype (see decodeValues). */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | null
  | Uint8Array
  | Value[]
  | TypedNumbers
  | Reference
  | Complex
  | { [member: string]: Value }

export type TypedNumbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/**
 * The elements of an array in C order: a typed array for numbers (64-bit integers exactly, as bigints), for
 * everything else an array with a value for each element.
 */
export type Values = TypedNumbers | Value[]

/** The elements of compounds, member by member. */
export interface Columns {
  [member: string]: Values
}

/** Brings what elements refer to. */
export interface ValueSource extends SequenceSource {
  /** A faster way to sequences, where there is one. */
  sequences?(): SequencePlaces
  /** What a reference leads to; undefined where that is nothing. Without it, references are bytes. */
  reference?(type: ReferenceType, bytes: Uint8Array, at: number): Reference | undefined
}

/** How elements become values where there is a choice. */
export interface ValueOptions {
  /** Complex numbers: `{ re, im }` each, or all as a typed array of real and imaginary parts in turn. Default objects. */
  complex?: 'objects' | 'interleaved'
  /** Strings of variable length that lead nowhere: empty as in h5py, or null, which is written as such. Default empty. */
  absentStrings?: 'empty' | 'null'
}
