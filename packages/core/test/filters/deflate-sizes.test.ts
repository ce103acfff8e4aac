import { deflateSync, inflateSync } from 'node:zlib'
import test from 'ava'
import { deflate } from 'pako'
import { pakoDeflate } from '../../src/filters/deflate-pako.ts'
import { nodeZlib } from '../../src/filters/zlib.node.ts'
import { pakoZlib } from '../../src/filters/zlib-pako.ts'

const COUNT = 16_384

/** The same numbers from 0 up to 1 each time. */
function noise(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const NUMBERS: Record<string, () => ArrayBufferView<ArrayBuffer>> = {
  'a count': () => Int32Array.from({ length: COUNT }, (_, i) => i),
  'times a minute apart': () => Int32Array.from({ length: COUNT }, (_, i) => 1.6e9 + 60 * i),
  'a walk in steps': () => {
    const next = noise()
    let sum = 0
    return Int32Array.from({ length: COUNT }, () => (sum += Math.floor(next() * 200) - 100))
  },
  'a count as floats': () => Float32Array.from({ length: COUNT }, (_, i) => i),
  'floats of a wave': () => Float32Array.from({ length: COUNT }, (_, i) => Math.sin(i / 100)),
  'rounded doubles': () => {
    const next = noise()
    return Float64Array.from({ length: COUNT }, () => Math.round(next() * 10_000) / 100)
  },
  'small numbers': () => {
    const next = noise()
    return Int32Array.from({ length: COUNT }, () => next() * 100)
  },
  'a picture': () => Uint8Array.from({ length: COUNT }, (_, i) => ((i & 511) + (i >> 9)) >> 2),
  nothing: () => new Uint8Array(0),
  'three bytes': () => new Uint8Array(3),
}

for (const [name, numbers] of Object.entries(NUMBERS)) {
  test(`Node's zlib takes hardly more bytes than zlib itself for ${name}`, (t) => {
    const { buffer } = numbers()
    for (const size of [buffer.byteLength, 4096, 1000, 127, 64]) {
      const bytes = new Uint8Array(buffer.slice(0, size))
      for (const level of [0, 1, 6, 9]) {
        const deflated = nodeZlib.deflate(bytes, level)
        t.true(inflateSync(deflated).equals(bytes))
        const usual = pakoZlib.deflate(bytes, level)
        t.true(
          deflated.length <= 1.03 * usual.length + 16,
          `${deflated.length} at level ${level}, ${usual.length} usual`,
        )
      }
    }
  })
}

test('what becomes hardly smaller by it is left to the faster zlib, even where its middle would be smaller', (t) => {
  const count = 16 * COUNT
  const next = noise()
  const slopes = Float32Array.from(
    { length: count },
    (_, i) => Math.sin((count + i) / 5000) * 100 + Math.floor(next() * 256) / 256,
  )
  const bytes = new Uint8Array(slopes.buffer)
  const shuffled = bytes.map((_, i) => bytes[(i % count) * 4 + Math.floor(i / count)])
  t.true(deflateSync(shuffled, { level: 4 }).equals(nodeZlib.deflate(shuffled, 4)))
})

test('a stream of few bytes, made in less memory, is the one that zlib itself makes', (t) => {
  const next = noise()
  for (const size of [0, 1, 2, 3, 100, 249, 250, 251, 1000, 4096, 8191, 8192]) {
    for (const most of [1, 4, 256]) {
      const bytes = Uint8Array.from({ length: size }, () => next() * most)
      for (const level of [0, 1, 2, 4, 6, 9] as const) {
        const usual = deflate(bytes, { level, legacyHash: true })
        t.deepEqual(pakoDeflate(bytes, level), usual, `${size} bytes of ${most} kinds at level ${level}`)
      }
    }
  }
})

test('what was deflated before does not show', (t) => {
  // The end of an earlier stream, left in the memory of the next, would be found there.
  const next = noise()
  for (let n = 0; n < 500; n++) {
    const size = 1 + Math.floor(next() * 600)
    const most = 2 + Math.floor(next() * 8)
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i % most === 0 ? i : next() * 3))
    for (const level of [1, 6]) {
      const alone = deflateSync(bytes, { level })
      const deflated = nodeZlib.deflate(bytes, level)
      // Of what zlib itself makes smaller, it is zlib's.
      t.true(deflated.length < alone.length || alone.equals(deflated), `${size} bytes at level ${level}`)
    }
  }
})
