import type { ByteOrder } from '../format/messages/datatype.ts'

/**
 * A copy of `count` elements with the least significant byte first, which is the order of every machine that runs
 * JavaScript, or the other way round: the same step leads there and back.
 */
export function reordered(bytes: Uint8Array, count: number, size: number, order: ByteOrder): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(count * size)
  copy.set(count * size === bytes.length ? bytes : bytes.subarray(0, count * size))
  if (order === 'BE') swapBytes(copy, size)
  else if (order === 'VAX') swapPairs(copy, size)
  return copy
}

/** Turns the bytes of each element round, in place. The array has to start at the start of its buffer. */
export function swapBytes(bytes: Uint8Array<ArrayBuffer>, size: number): void {
  const whole = bytes.length - (bytes.length % size)
  if (size === 2) swap2(new Uint16Array(bytes.buffer, bytes.byteOffset, whole / 2))
  else if (size === 4) swap4(new Uint32Array(bytes.buffer, bytes.byteOffset, whole / 4))
  else if (size === 8) swap8(new Uint32Array(bytes.buffer, bytes.byteOffset, whole / 4))
  else if (size > 1) for (let at = 0; at < whole; at += size) bytes.subarray(at, at + size).reverse()
}

function swap2(words: Uint16Array): void {
  for (let i = 0; i < words.length; i++) words[i] = (words[i] << 8) | (words[i] >>> 8)
}

function swap4(words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) words[i] = swapped(words[i])
}

function swap8(words: Uint32Array): void {
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i]
    words[i] = swapped(words[i + 1])
    words[i + 1] = swapped(low)
  }
}

function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)
}

/** VAX order: pairs of bytes, the most significant pair first, each pair little-endian. */
function swapPairs(bytes: Uint8Array, size: number): void {
  const element = new Uint8Array(size)
  for (let at = 0; at + size <= bytes.length; at += size) {
    for (let i = 0; i + 1 < size; i += 2) {
      element[size - 2 - i] = bytes[at + i]
      element[size - 1 - i] = bytes[at + i + 1]
    }
    if (size % 2 === 1) element[size - 1] = bytes[at + size - 1]
    bytes.set(element, at)
  }
}
