import { TypeMismatchError } from '../../errors.ts'
import type { Datatype, ReferenceType, VariableLengthType } from '../../format/messages/datatype.ts'
import { typeLabel } from '../equality.ts'
import type { SequenceSource, SequenceTarget } from '../sequences.ts'

/** Makes `count` consecutive elements of one type into as many of another. */
export type Converter = (bytes: Uint8Array, count: number) => Uint8Array

/** Makes elements of one file into such of another one, while what they refer to stays where it is. */
export interface Lending {
  /** @param inner makes what is referred to of the other type, once it is asked for; undefined where it is the same */
  sequences(from: VariableLengthType, to: VariableLengthType, inner: Converter | undefined): Converter
  references(from: ReferenceType, to: ReferenceType): Converter
}

/** What conversions of parts of a type need. */
export interface Conversion {
  /** Where the variable-length elements of the source refer to. */
  source: SequenceSource
  /** Where those of the result are to refer to. */
  target: SequenceTarget
  /** For elements that go on to refer to where the source has it. */
  lending: Lending | undefined
  /** The conversion between two types that are parts of others; TypeMismatchError where there is none. */
  between(from: Datatype, to: Datatype): Converter
}

/** The error of a conversion that the C library does not have. */
export function noConversion(from: Datatype, to: Datatype, why = ''): TypeMismatchError {
  const reason = why === '' ? '' : `: ${why}`
  return new TypeMismatchError(`no conversion from ${typeLabel(from)} to ${typeLabel(to)}${reason}`)
}

/** The elements as they are. */
export function copied(size: number): Converter {
  return (bytes, count) => bytes.slice(0, count * size)
}

/** A part of each of `count` elements, one behind the other. */
export function gather(bytes: Uint8Array, count: number, stride: number, offset: number, size: number): Uint8Array {
  if (stride === size || count === 0) return bytes.subarray(0, count * size)
  const parts = new Uint8Array(count * size)
  if (size % 4 === 0 && stride % 4 === 0 && (bytes.byteOffset + offset) % 4 === 0) {
    gatherWords(bytes, new Uint32Array(parts.buffer), stride / 4, offset, size / 4)
    return parts
  }
  for (let i = 0, from = offset, at = 0; i < count; i++, from += stride) {
    for (let byte = 0; byte < size; byte++) parts[at++] = bytes[from + byte]
  }
  return parts
}

/** Puts parts where `gather` takes them from. */
export function scatter(parts: Uint8Array, count: number, into: Uint8Array, stride: number, offset: number): void {
  const size = count === 0 ? 0 : parts.length / count
  for (let i = 0, to = offset, at = 0; i < count; i++, to += stride) {
    for (let byte = 0; byte < size; byte++) into[to + byte] = parts[at++]
  }
}

function gatherWords(bytes: Uint8Array, parts: Uint32Array, stride: number, offset: number, size: number): void {
  const first = bytes.byteOffset + offset
  const words = new Uint32Array(bytes.buffer, first, Math.floor((bytes.buffer.byteLength - first) / 4))
  for (let from = 0, at = 0; at < parts.length; from += stride) {
    for (let word = 0; word < size; word++) parts[at++] = words[from + word]
  }
}
