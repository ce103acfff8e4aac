import test from 'ava'
import { fletcher32, lookup3 } from '../../src/io/checksum.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

// From the self-test of Bob Jenkins' lookup3.c.
test('lookup3 of published vectors', (t) => {
  const phrase = ascii('Four score and seven years ago')
  t.is(lookup3(new Uint8Array(0), 0, 0), 0xdeadbeef)
  t.is(lookup3(phrase, 0, phrase.length, 0), 0x17770551)
  t.is(lookup3(phrase, 0, phrase.length, 1), 0xcd628161)
})

test('lookup3 does not hang on where the bytes stand', (t) => {
  for (let length = 0; length < 40; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 0xff)
    const shifted = new Uint8Array(length + 5).fill(0xaa)
    shifted.set(bytes, 3)
    t.is(lookup3(shifted, 3, 3 + length), lookup3(bytes, 0, length))
  }
})

test('fletcher32 of published vectors, taken as big-endian words', (t) => {
  // "abcde", "abcdef" and "abcdefgh" with the bytes of each pair exchanged give the well-known little-endian sums.
  t.is(fletcher32(ascii('badcfe')), 0x56502d2a)
  t.is(fletcher32(ascii('badcfehg')), 0xebe19591)
})

test('fletcher32 of many bytes does not overflow', (t) => {
  const bytes = new Uint8Array(100_000).fill(0xff)
  let sum1 = 0
  let sum2 = 0
  for (let i = 0; i < bytes.length; i += 2) {
    sum1 = (sum1 + 0xffff) % 65535
    sum2 = (sum2 + sum1) % 65535
  }
  // Both sums are multiples of 65535 here, which this way of folding keeps as all ones.
  t.is(sum1, 0)
  t.is(sum2, 0)
  t.is(fletcher32(bytes), 0xffffffff)
})
