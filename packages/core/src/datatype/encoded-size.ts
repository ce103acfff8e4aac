import type { Datatype } from '../format/messages/datatype.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { measure } from '../io/measure.ts'

/** No part of a type's description is an address or a length. */
const ANY_SIZES = { offsets: 8, lengths: 8 }

/** What H5Tencode puts in front of a description. */
const HEAD = 2

/** Bytes of a type's description as the C library's H5Tencode gives it. */
export function encodedTypeSize(type: Datatype): number {
  return HEAD + measure(datatypeMessage, type, ANY_SIZES, undefined)
}
