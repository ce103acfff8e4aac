import test from 'ava'
import { putUnsigned, unsigned } from '../../src/io/integer.ts'
import { UNDEFINED } from '../../src/io/structure.ts'

const VALUES = [0, 1, 255, 256, 0x1234_5678, 2 ** 32 - 1, 2 ** 32, 0x12_3456_789a, 2 ** 48 + 7, 2 ** 53 - 1]

/** By BigInt, byte by byte. */
function littleEndian(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn))
}

test('integers of each width are written where they belong, without the bits that have no room', (t) => {
  for (const value of VALUES) {
    for (let width = 1; width <= 8; width++) {
      const bytes = new Uint8Array(16).fill(0xaa)
      putUnsigned(bytes, 3, width, value)
      t.deepEqual([...bytes], [0xaa, 0xaa, 0xaa, ...littleEndian(value, width), ...Array(13 - width).fill(0xaa)])
    }
  }
})

test('what was written is read', (t) => {
  for (const value of VALUES) {
    for (let width = 1; width <= 8; width++) {
      if (value >= 2 ** (8 * width)) continue
      const bytes = new Uint8Array(16).fill(0xaa)
      putUnsigned(bytes, 5, width, value)
      t.is(unsigned(bytes, 5, width), value)
    }
  }
  t.is(unsigned(new Uint8Array(8).fill(0xff), 0, 8), UNDEFINED)
})
