import type { TextBuffer } from '../output.ts'

/** Writes the text of the element that starts at a byte. */
export interface PutValue {
  (out: TextBuffer, bytes: Uint8Array, at: number): void
  /** The same for elements whose text is never long, with less to do for each of them. */
  readonly short?: PutShort
}

/** Writes the text of an element to where there is room for it. */
export interface PutShort {
  /** Bytes that it takes at most. */
  readonly longest: number
  /** Writes the element at `bytes[at]` to `out[to]`; returns where the text ends. */
  put(out: Uint8Array, to: number, bytes: Uint8Array, at: number): number
}

/** Writes short texts to a buffer that has to have room made. */
export function inRoom(short: PutShort): PutValue {
  const { longest } = short
  return Object.assign(
    (out: TextBuffer, bytes: Uint8Array, at: number): void => {
      out.reserve(longest)
      out.length = short.put(out.bytes, out.length, bytes, at)
    },
    { short },
  )
}
