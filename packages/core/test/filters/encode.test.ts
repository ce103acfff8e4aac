import test from 'ava'
import { FilterError } from '../../src/errors.ts'
import { sortRotations } from '../../src/filters/bzip2/sort.ts'
import { bzip2 } from '../../src/filters/bzip2.ts'
import { lzf } from '../../src/filters/lzf.ts'
import { nbit } from '../../src/filters/nbit.ts'
import type { Filter } from '../../src/filters/pipeline.ts'
import { scaleOffset } from '../../src/filters/scale-offset.ts'
import { szip } from '../../src/filters/szip.ts'

/** Numbers from 0 to `below`, the same in each run (xorshift32). */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Bytes of a kind: anything, few values, long runs, repeats, slow ramps, nearly all zeros. */
function sample(size: number, kind: number, below: (n: number) => number): Uint8Array {
  const bytes = new Uint8Array(size)
  const period = 1 + below(40)
  for (let i = 0; i < size; i++) {
    if (kind === 0) bytes[i] = below(256)
    else if (kind === 1) bytes[i] = 60 + below(4)
    else if (kind === 2) bytes[i] = i > 0 && below(60) > 0 ? bytes[i - 1] : below(256)
    else if (kind === 3) bytes[i] = i >= period ? bytes[i - period] : below(256)
    else if (kind === 4) bytes[i] = i >> 4
    else bytes[i] = below(100) === 0 ? below(7) : 0
  }
  return bytes
}

/** Whether the filter took the bytes; they come back as they were if it did. */
function comesBack(filter: Filter, bytes: Uint8Array, parameters: readonly number[]): boolean {
  const encoded = filter.encode?.(bytes, parameters)
  if (encoded === undefined) return false
  const plain = filter.decode(encoded, parameters, bytes.length)
  if (Buffer.compare(plain, bytes) !== 0) throw new Error(`${bytes.length} bytes, parameters ${parameters.join(' ')}`)
  return true
}

test('LZF: what is encoded comes back, and is smaller', (t) => {
  const below = random(1)
  let taken = 0
  for (let i = 0; i < 600; i++) {
    const bytes = sample(1 + below(i < 500 ? 600 : 30_000), i % 6, below)
    t.true((lzf.encode?.(bytes, [])?.length ?? 0) < bytes.length)
    if (comesBack(lzf, bytes, [])) taken++
  }
  t.true(taken > 300)
})

test('bzip2: what is encoded comes back', (t) => {
  const below = random(2)
  for (let i = 0; i < 200; i++) t.true(comesBack(bzip2, sample(1 + below(i < 190 ? 900 : 50_000), i % 6, below), [1]))
  for (const size of [99_980, 99_981, 99_982, 250_000]) t.true(comesBack(bzip2, sample(size, 1, below), [1]))
  for (const length of [3, 4, 5, 258, 259, 260, 263, 264, 100_000])
    t.true(comesBack(bzip2, new Uint8Array(length).fill(7), [1]))
})

test('bzip2: rotations are sorted as comparing them sorts them', (t) => {
  const below = random(3)
  for (let i = 0; i < 120; i++) {
    const block = sample(1 + below(60), i % 6, below)
    const rotation = (start: number): Buffer => Buffer.from([...block.subarray(start), ...block.subarray(0, start)])
    const order = sortRotations(block)
    t.is(new Set(order).size, block.length)
    for (let j = 1; j < order.length; j++) t.true(Buffer.compare(rotation(order[j - 1]), rotation(order[j])) <= 0)
  }
})

test('szip: every number of bits, pixels per block and coding comes back', (t) => {
  const below = random(4)
  let taken = 0
  for (let i = 0; i < 1500; i++) {
    const bits = [...Array.from({ length: 24 }, (_, n) => n + 1), 32, 64][i % 26]
    const size = bits === 64 ? 8 : bits > 16 ? 4 : bits > 8 ? 2 : 1
    const block = 2 * (1 + below(16))
    const line = 1 + below(block * 20)
    const count = 1 + below(900)
    const bytes = sample(size * count, below(6), below)
    const options = [4, 32, 4 | 16, 32 | 16][below(4)]
    // Bits above those of a pixel are not stored.
    if (bits < size * 8) clearHigh(bytes, size, bits, (options & 16) !== 0)
    if (comesBack(szip, bytes, [options, block, bits, line])) taken++
  }
  t.true(taken > 900)
})

function clearHigh(bytes: Uint8Array, size: number, bits: number, bigEndian: boolean): void {
  for (let at = 0; at < bytes.length; at += size) {
    for (let i = 0; i < size; i++) {
      const kept = Math.min(8, Math.max(0, bits - 8 * i))
      bytes[bigEndian ? at + size - 1 - i : at + i] &= 2 ** kept - 1
    }
  }
}

test('szip: parameters that make no sense are refused', (t) => {
  for (const parameters of [
    [],
    [32, 8, 8],
    [32, 7, 8, 8],
    [32, 0, 8, 8],
    [32, 66, 8, 8],
    [32, 8, 0, 8],
    [32, 8, 40, 8],
  ])
    t.throws(() => szip.decode(new Uint8Array(9), parameters, 100), { instanceOf: FilterError }, parameters.join())
  t.throws(() => szip.decode(new Uint8Array(9), [32, 2, 8, 0xffffffff], 100), { instanceOf: FilterError })
  t.throws(() => szip.decode(Uint8Array.of(101, 0, 0, 0, 1), [32, 2, 8, 8], 100), { message: /101 bytes/ })
})

test('n-bit: every place of the bits in a number comes back', (t) => {
  const below = random(5)
  for (let i = 0; i < 600; i++) {
    const size = 1 + below(16)
    const precision = 1 + below(size * 8)
    const offset = below(size * 8 - precision + 1)
    const order = below(2)
    const count = 1 + below(40)
    const bytes = new Uint8Array(size * count)
    for (let element = 0; element < count; element++) {
      for (let bit = offset; bit < offset + precision; bit++) {
        const byte = element * size + (order === 0 ? bit >> 3 : size - 1 - (bit >> 3))
        bytes[byte] |= below(2) << (bit & 7)
      }
    }
    const parameters = [8, 0, count, 1, size, order, precision, offset]
    t.true(comesBack(nbit, bytes, parameters))
    t.is(nbit.encode?.(bytes, parameters)?.length, Math.min(bytes.length + 1, ((count * precision) >> 3) + 1))
  }
})

test('n-bit: members that the library cannot read back are refused', (t) => {
  const int = [1, 4, 0, 20, 0]
  const pair = [3, 8, 2, 0, ...int, 4, ...int]
  const list = [2, 16, ...pair]
  const last = [3, 20, 2, 0, ...int, 4, ...list]
  const first = [3, 20, 2, 0, ...list, 16, ...int]
  const all = (type: number[]): number[] => [3 + type.length, 0, 2, ...type]
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i % 4 < 2 ? i : 0))
  t.true(comesBack(nbit, bytes, all(last)))
  t.throws(() => nbit.encode?.(bytes, all(first)), { instanceOf: FilterError, message: /in front of other members/ })
  t.throws(() => nbit.decode(bytes, all(first), 40), { instanceOf: FilterError })
})

test('scale-offset: integers come back', (t) => {
  const below = random(6)
  for (let i = 0; i < 900; i++) {
    const size = [1, 2, 4, 8][below(4)]
    const count = 1 + below(60)
    const bytes = sample(size * count, below(6), below)
    // A fill value that occurs, one that does not, or none.
    const fill = below(3)
    const words = new Uint32Array(2)
    if (fill === 1) new Uint8Array(words.buffer).set(bytes.subarray(0, size))
    const order = fill === 1 ? 0 : below(2)
    const tail = [...words, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    t.true(comesBack(scaleOffset, bytes, [2, 0, count, 0, size, below(2), order, fill === 0 ? 0 : 1, ...tail]))
  }
})

test('scale-offset: what is not finite is left alone', (t) => {
  const bytes = new Uint8Array(Float64Array.of(1, Number.NaN, 3).buffer)
  const parameters = [0, 2, 3, 1, 8, 0, 0, 0, ...new Array(12).fill(0)]
  t.is(scaleOffset.encode?.(bytes, parameters), undefined)
  const wide = new Uint8Array(Float64Array.of(-1e300, 1e300, 3).buffer)
  t.true(comesBack(scaleOffset, wide, parameters))
})
