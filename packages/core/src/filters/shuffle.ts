import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'

/** Filter 2: all first bytes of the elements stand together, then all second bytes, and so on. */
export const shuffle: Filter = {
  id: 2,
  name: 'shuffle',
  decode(bytes, parameters) {
    const size = parameters[0] ?? 0
    if (size === 0) throw new FilterError('shuffle: no element size')
    const count = Math.floor(bytes.length / size)
    if (size === 1 || count <= 1) return bytes
    const plain = new Uint8Array(bytes.length)
    if (size === 4) unshuffle4(bytes, plain, count)
    else if (size === 8) unshuffle8(bytes, plain, count)
    else unshuffle(bytes, plain, count, size)
    // What does not make a whole element is left as it is.
    plain.set(bytes.subarray(count * size), count * size)
    return plain
  },
}

function unshuffle(from: Uint8Array, to: Uint8Array, count: number, size: number): void {
  for (let byte = 0; byte < size; byte++) {
    let source = byte * count
    for (let target = byte; target < count * size; target += size) to[target] = from[source++]
  }
}

function unshuffle4(from: Uint8Array, to: Uint8Array, count: number): void {
  const words = new Uint32Array(to.buffer, 0, count)
  for (let i = 0, b = count, c = 2 * count, d = 3 * count; i < count; i++, b++, c++, d++) {
    words[i] = from[i] | (from[b] << 8) | (from[c] << 16) | (from[d] << 24)
  }
}

function unshuffle8(from: Uint8Array, to: Uint8Array, count: number): void {
  const words = new Uint32Array(to.buffer, 0, count * 2)
  for (let i = 0; i < count; i++) {
    words[2 * i] = from[i] | (from[count + i] << 8) | (from[2 * count + i] << 16) | (from[3 * count + i] << 24)
    const high = 4 * count + i
    words[2 * i + 1] =
      from[high] | (from[count + high] << 8) | (from[2 * count + high] << 16) | (from[3 * count + high] << 24)
  }
}
