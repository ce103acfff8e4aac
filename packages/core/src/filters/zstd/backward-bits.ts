import { broken } from './broken.ts'

/**
 * How many bits a stream has that is read from its end: those below the highest bit set of the last byte, which only
 * marks the end.
 */
export function backwardLength(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || bytes[end - 1] === 0) broken('a bit stream has no end mark')
  return 8 * (end - start) - (Math.clz32(bytes[end - 1]) - 24) - 1
}

/** Reads a short stream from its end; what follows its beginning is zeros. */
export class BackwardBits {
  readonly #bytes: Uint8Array
  readonly #start: number
  /** Bits that are left; negative when more were taken. */
  left: number

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes
    this.#start = start
    this.left = backwardLength(bytes, start, end)
  }

  read(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) {
      this.left--
      const bit = this.left < 0 ? 0 : (this.#bytes[this.#start + (this.left >>> 3)] >>> (this.left & 7)) & 1
      value = (value << 1) | bit
    }
    return value
  }
}
