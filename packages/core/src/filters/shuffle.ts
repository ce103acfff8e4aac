import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'

/** Filter 2: all first bytes of the elements stand together, then all second bytes, and so on. */
export const shuffle: Filter = {
  id: 2,
  name: 'shuffle',
  decode(bytes, parameters, _limit, into) {
    const size = elementSize(parameters)
    const count = Math.floor(bytes.length / size)
    if (size === 1 || count <= 1) return bytes
    const plain = into !== undefined && into.length >= bytes.length ? into.subarray(0, bytes.length) : undefined
    return unshuffled(bytes, size, count, plain)
  },
  encode(bytes, parameters) {
    const size = elementSize(parameters)
    const count = Math.floor(bytes.length / size)
    return size === 1 || count <= 1 ? bytes : shuffled(bytes, size, count)
  },
}

function elementSize(parameters: readonly number[]): number {
  const size = parameters[0] ?? 0
  if (size === 0) throw new FilterError('shuffle: no element size')
  return size
}

/** Puts the bytes of `count` elements together again; what does not make a whole element is left as it is. */
export function unshuffled(
  bytes: Uint8Array,
  size: number,
  count: number,
  plain: Uint8Array = new Uint8Array(bytes.length),
): Uint8Array {
  unshuffleInto(bytes, plain, size, count)
  return plain
}

/** Does the same into an array of the same length. */
export function unshuffleInto(bytes: Uint8Array, to: Uint8Array, size: number, count: number): void {
  const aligned = to.byteOffset % 4 === 0
  if (aligned && size % 4 === 0 && count % 4 === 0 && bytes.byteOffset % 4 === 0) {
    unshuffleWords(bytes, to, size / 4, count)
    to.set(bytes.subarray(count * size), count * size)
    return
  }
  if (size === 2 && aligned) unshuffle2(bytes, to, count)
  else if (size === 4 && aligned) unshuffle4(bytes, to, count)
  else if (size === 8 && aligned) unshuffle8(bytes, to, count)
  else unshuffle(bytes, to, count, size)
  to.set(bytes.subarray(count * size), count * size)
}

/** Puts the first bytes of `count` elements together, then the second, and so on. */
export function shuffled(bytes: Uint8Array, size: number, count: number): Uint8Array {
  const result = new Uint8Array(bytes.length)
  const end = count * size
  if (size % 4 === 0 && count % 4 === 0 && bytes.byteOffset % 4 === 0) {
    shuffleWords(bytes, result, size / 4, count)
    result.set(bytes.subarray(end), end)
    return result
  }
  for (let byte = 0; byte < size; byte++) {
    let target = byte * count
    for (let source = byte; source < end; source += size) result[target++] = bytes[source]
  }
  result.set(bytes.subarray(end), end)
  return result
}

function unshuffle(from: Uint8Array, to: Uint8Array, count: number, size: number): void {
  for (let byte = 0; byte < size; byte++) {
    let source = byte * count
    for (let target = byte; target < count * size; target += size) to[target] = from[source++]
  }
}

/** Elements of some whole words, four elements at a time: a word holds four neighbours' bytes before, four bytes of one after. */
function unshuffleWords(from: Uint8Array, to: Uint8Array, words: number, count: number): void {
  const a = new Uint32Array(from.buffer, from.byteOffset, count * words)
  const b = new Uint32Array(to.buffer, to.byteOffset, count * words)
  const plane = count / 4
  for (let word = 0; word < words; word++) {
    const first = word * 4 * plane
    for (let i = first, at = word; i < first + plane; i++, at += 4 * words) {
      const p = a[i]
      const q = a[i + plane]
      const r = a[i + 2 * plane]
      const s = a[i + 3 * plane]
      b[at] = (p & 0xff) | ((q & 0xff) << 8) | ((r & 0xff) << 16) | (s << 24)
      b[at + words] = ((p >>> 8) & 0xff) | (q & 0xff00) | ((r & 0xff00) << 8) | ((s & 0xff00) << 16)
      b[at + 2 * words] = ((p >>> 16) & 0xff) | ((q >>> 8) & 0xff00) | (r & 0xff0000) | ((s & 0xff0000) << 8)
      b[at + 3 * words] = (p >>> 24) | ((q >>> 16) & 0xff00) | ((r >>> 8) & 0xff0000) | (s & 0xff000000)
    }
  }
}

/** The other way round: the bytes of four neighbours become four words. */
function shuffleWords(from: Uint8Array, to: Uint8Array, words: number, count: number): void {
  const a = new Uint32Array(from.buffer, from.byteOffset, count * words)
  const b = new Uint32Array(to.buffer, to.byteOffset, count * words)
  const plane = count / 4
  for (let word = 0; word < words; word++) {
    const first = word * 4 * plane
    for (let i = first, at = word; i < first + plane; i++, at += 4 * words) {
      const p = a[at]
      const q = a[at + words]
      const r = a[at + 2 * words]
      const s = a[at + 3 * words]
      b[i] = (p & 0xff) | ((q & 0xff) << 8) | ((r & 0xff) << 16) | (s << 24)
      b[i + plane] = ((p >>> 8) & 0xff) | (q & 0xff00) | ((r & 0xff00) << 8) | ((s & 0xff00) << 16)
      b[i + 2 * plane] = ((p >>> 16) & 0xff) | ((q >>> 8) & 0xff00) | (r & 0xff0000) | ((s & 0xff0000) << 8)
      b[i + 3 * plane] = (p >>> 24) | ((q >>> 16) & 0xff00) | ((r >>> 8) & 0xff0000) | (s & 0xff000000)
    }
  }
}

function unshuffle2(from: Uint8Array, to: Uint8Array, count: number): void {
  const words = new Uint16Array(to.buffer, to.byteOffset, count)
  for (let i = 0, b = count; i < count; i++, b++) words[i] = from[i] | (from[b] << 8)
}

function unshuffle4(from: Uint8Array, to: Uint8Array, count: number): void {
  const words = new Uint32Array(to.buffer, to.byteOffset, count)
  for (let i = 0, b = count, c = 2 * count, d = 3 * count; i < count; i++, b++, c++, d++) {
    words[i] = from[i] | (from[b] << 8) | (from[c] << 16) | (from[d] << 24)
  }
}

function unshuffle8(from: Uint8Array, to: Uint8Array, count: number): void {
  const words = new Uint32Array(to.buffer, to.byteOffset, count * 2)
  for (let i = 0; i < count; i++) {
    words[2 * i] = from[i] | (from[count + i] << 8) | (from[2 * count + i] << 16) | (from[3 * count + i] << 24)
    const high = 4 * count + i
    words[2 * i + 1] =
      from[high] | (from[count + high] << 8) | (from[2 * count + high] << 16) | (from[3 * count + high] << 24)
  }
}
