import test from 'ava'
import { FilterError } from '../../src/errors.ts'
import { bitShuffle, bitUnshuffle } from '../../src/filters/bitshuffle/bit-transpose.ts'
import { decodeBlosclz, encodeBlosclz } from '../../src/filters/blosc/blosclz.ts'
import { decodeSnappy, encodeSnappy } from '../../src/filters/blosc/snappy.ts'
import { decodeLz4Block, encodeLz4Block } from '../../src/filters/lz4/block.ts'
import type { FilterStep } from '../../src/filters/pipeline.ts'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { filterFinder } from '../../src/filters/registry.ts'
import { nodeZlib } from '../../src/filters/zlib.node.ts'
import { portableZstd } from '../../src/filters/zstd/codec.ts'
import { ZstdDecoder } from '../../src/filters/zstd/decode.ts'
import { encodeZstd } from '../../src/filters/zstd/encode.ts'
import { isOneFrame } from '../../src/filters/zstd/frame.ts'
import { xxhash64 } from '../../src/filters/zstd/xxhash64.ts'
import { nodeZstd } from '../../src/filters/zstd.node.ts'

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

/** Bytes of a kind: anything, few values, long runs, repeats, ramps, nearly all zeros, skewed, words. */
function sample(size: number, kind: number, below: (n: number) => number): Uint8Array {
  const bytes = new Uint8Array(size)
  const period = 1 + below(40)
  for (let i = 0; i < size; i++) {
    if (kind === 0) bytes[i] = below(256)
    else if (kind === 1) bytes[i] = 60 + below(4)
    else if (kind === 2) bytes[i] = i > 0 && below(60) > 0 ? bytes[i - 1] : below(256)
    else if (kind === 3) bytes[i] = i >= period && below(50) > 0 ? bytes[i - period] : below(256)
    else if (kind === 4) bytes[i] = i >> 4
    else if (kind === 5) bytes[i] = below(100) === 0 ? below(7) : 0
    else if (kind === 6) bytes[i] = Math.clz32(1 + below(0x7fffffff)) * 8 + below(2)
    else bytes[i] = i % 4 === 0 ? below(3) : i >= 400 ? bytes[i - 400 + below(3)] : 97 + below(20)
  }
  return bytes
}

const KINDS = 8

interface Codec {
  name: string
  encode(bytes: Uint8Array): Uint8Array
  decode(from: Uint8Array, to: Uint8Array): number
}

const codecs: Codec[] = [
  { name: 'LZ4', encode: encodeLz4Block, decode: decodeLz4Block },
  { name: 'Snappy', encode: encodeSnappy, decode: decodeSnappy },
  { name: 'BloscLZ', encode: encodeBlosclz, decode: decodeBlosclz },
  ...[-3, 1, 3, 6, 12, 20].map((level) => ({
    name: `Zstandard at level ${level}`,
    encode: (bytes: Uint8Array) => encodeZstd(bytes, level),
    decode: portableZstd.blockDecoder(),
  })),
]

for (const { name, encode, decode } of codecs) {
  test(`${name}: what is encoded comes back`, (t) => {
    const below = random(11)
    for (let i = 0; i < 400; i++) {
      const bytes = sample(1 + below(i < 380 ? 900 : 70_000), i % KINDS, below)
      const to = new Uint8Array(bytes.length)
      t.is(decode(encode(bytes), to), bytes.length)
      t.is(Buffer.compare(to, bytes), 0, `${bytes.length} bytes of kind ${i % KINDS}`)
    }
  })

  if (name.startsWith('Zstandard') && !name.endsWith('level 3')) continue
  test(`${name}: broken streams give a FilterError or no more than fits`, (t) => {
    const below = random(12)
    let refused = 0
    for (let i = 0; i < 10_000; i++) {
      const bytes = sample(1 + below(400), i % KINDS, below)
      const stored = encode(bytes).slice()
      for (let times = below(4); times > 0; times--) stored[below(stored.length)] ^= 1 << below(8)
      const cut = below(3) === 0 ? stored.subarray(0, below(stored.length)) : stored
      // Bytes around the target show whether it was left.
      const around = new Uint8Array(bytes.length + 64).fill(0xa5)
      const to = around.subarray(32, 32 + bytes.length - below(3) * below(9) * (below(4) === 0 ? 1 : 0))
      try {
        t.true(decode(cut, to) <= to.length)
      } catch (error) {
        if (!(error instanceof FilterError)) throw error
        refused++
      }
      const outside = [...around.subarray(0, 32), ...around.subarray(32 + bytes.length)]
      t.true(outside.every((byte) => byte === 0xa5))
    }
    t.true(refused > 1000)
  })
}

test('what repeats becomes much smaller', (t) => {
  const line = new TextEncoder().encode('seven little sentences were written here, and all of them the same. ')
  const bytes = Uint8Array.from({ length: 40_000 }, (_, i) => line[i % line.length])
  for (const { name, encode } of codecs) t.true(encode(bytes).length < (name === 'Snappy' ? 2500 : 900), name)
})

test('Zstandard: more than one block, and blocks of one byte or of anything between them', (t) => {
  const below = random(13)
  const parts = [
    sample(150_000, 7, below),
    new Uint8Array(300_000),
    sample(200_000, 0, below),
    sample(150_000, 3, below),
  ]
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]))
  for (const level of [1, 3, 9]) {
    const stored = encodeZstd(bytes, level)
    t.true(stored.length < 400_000)
    t.is(Buffer.compare(new ZstdDecoder().decode(stored, bytes.length), bytes), 0)
    t.throws(() => new ZstdDecoder().decode(stored, bytes.length - 1), {
      instanceOf: FilterError,
      message: /more than/,
    })
  }
})

test('Zstandard: empty frames, several frames, frames to be skipped', (t) => {
  const one = encodeZstd(Uint8Array.of(1, 2, 3), 3)
  const skipped = Uint8Array.of(0x5f, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9)
  const all = Uint8Array.from([...skipped, ...one, ...encodeZstd(new Uint8Array(0), 3), ...one, ...skipped])
  t.deepEqual([...new ZstdDecoder().decode(all, 6)], [1, 2, 3, 1, 2, 3])
  t.deepEqual([one, encodeZstd(new Uint8Array(200_000), 3), all, one.subarray(1)].map(isOneFrame), [
    true,
    true,
    false,
    false,
  ])
  t.throws(() => new ZstdDecoder().decode(all, 5), { instanceOf: FilterError })
  t.throws(() => new ZstdDecoder().decode(all.subarray(0, all.length - 1), 6), { instanceOf: FilterError })
})

test('Zstandard: a checksum that does not match and a dictionary that is not there are refused', (t) => {
  // As the zstd command writes "hello\n".
  const frame = Uint8Array.from(Buffer.from('28b52ffd045831000068656c6c6f0a5388bd91', 'hex'))
  t.is(new TextDecoder().decode(new ZstdDecoder().decode(frame, 6)), 'hello\n')
  frame[frame.length - 1] ^= 1
  t.throws(() => new ZstdDecoder().decode(frame, 6), { instanceOf: FilterError, message: /checksum/ })
  const dictionary = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 1, 9, 0, 0, 5)
  t.throws(() => new ZstdDecoder().decode(dictionary, 6), { instanceOf: FilterError, message: /dictionary/ })
})

test('XXH64 gives the published values', (t) => {
  const of = (text: string): number => xxhash64(new TextEncoder().encode(text), 0, text.length)
  t.is(of(''), 0x51d8e999)
  t.is(of('a'), 0xa98c6e5b)
  t.is(of('abc'), 0xad770999)
})

test('bits are shuffled as one would do it by hand, and back', (t) => {
  const below = random(14)
  for (let i = 0; i < 300; i++) {
    const size = 1 + below(20)
    const count = 8 * (1 + below(30))
    const bytes = sample(size * count, i % KINDS, below)
    const byHand = new Uint8Array(bytes.length)
    for (let element = 0; element < count; element++) {
      for (let bit = 0; bit < 8 * size; bit++) {
        const value = (bytes[element * size + (bit >> 3)] >> (bit & 7)) & 1
        byHand[(bit * count + element) >> 3] |= value << (element & 7)
      }
    }
    const shuffled = new Uint8Array(bytes.length + 3)
    bitShuffle(bytes, 0, shuffled, 3, count, size)
    t.is(Buffer.compare(shuffled.subarray(3), byHand), 0, `${count} elements of ${size}`)
    const back = new Uint8Array(bytes.length + 5)
    bitUnshuffle(shuffled, 3, back, 5, count, size)
    t.is(Buffer.compare(back.subarray(5), bytes), 0)
  }
})

const step = (id: number, parameters: number[]): FilterStep => ({ id, name: '', parameters, optional: true })

/** Parameters of the filters that have some; the size of the chunk is not used. */
function steps(below: (n: number) => number): FilterStep[] {
  const size = [1, 2, 3, 4, 7, 8, 16, 40][below(8)]
  return [
    step(32001, [2, 2, size, 0, 1 + below(9), below(3), below(6)]),
    step(32004, [[0, 1, 100, 4096][below(4)]]),
    step(32008, [0, 4, size, 8 * below(20), [0, 2, 3][below(3)], below(4)]),
    step(32015, [below(23)]),
  ]
}

test('filters: what is encoded comes back, whatever the parameters', (t) => {
  const below = random(15)
  const pipeline = new FilterPipeline(filterFinder(nodeZlib, nodeZstd))
  const taken = new Map<number, number>()
  for (let i = 0; i < 500; i++) {
    const sampled = sample(40 + below(i < 470 ? 1500 : 150_000), i % KINDS, below)
    for (const each of steps(below)) {
      // Bitshuffle takes whole elements only.
      const bytes = sampled.subarray(0, sampled.length - (sampled.length % (each.parameters[2] || 1)))
      const { bytes: stored, mask } = pipeline.encode([each], bytes)
      if (mask !== 0) continue
      taken.set(each.id, (taken.get(each.id) ?? 0) + 1)
      const plain = pipeline.decode([each], stored, 0, bytes.length)
      t.is(Buffer.compare(plain, bytes), 0, `filter ${each.id}, parameters ${each.parameters.join(' ')}`)
    }
  }
  for (const id of [32001, 32004, 32008, 32015]) t.true((taken.get(id) ?? 0) > 150, `${id}`)
})

test('Blosc: chunks that contradict themselves are refused', (t) => {
  const pipeline = new FilterPipeline(filterFinder(nodeZlib))
  const blosc = [step(32001, [2, 2, 4, 0, 5, 1, 1])]
  const bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i >> 4) & 255)
  const { bytes: stored } = pipeline.encode(blosc, bytes)
  const refused = (at: number, value: number, message: RegExp): void => {
    const wrong = stored.slice()
    wrong[at] = value
    t.throws(() => pipeline.decode(blosc, wrong, 0, 4000), { instanceOf: FilterError, message })
  }
  refused(0, 3, /no format 3/)
  refused(2, 0xe1, /no codec 7/)
  refused(3, 0, /no size/)
  refused(5, 0xff, /more than 4000 bytes/)
  refused(15, 1, /announced/)
})
