import { readFileSync } from 'node:fs'
import test from 'ava'
import { putGeneral6 } from '../../src/render/number/general.ts'
import { numberFormat } from '../../src/render/number/printf.ts'

/** Hashes of what the C library prints for blocks of numbers, by format: see printf-golden.c. */
const golden: Record<string, string> = JSON.parse(readFileSync(new URL('printf-golden.json', import.meta.url), 'utf8'))

const BLOCK = 10_000
/** All 100 blocks are a million numbers a format; the first ones already have every kind. */
const blocks = process.env.PRINTF_BLOCKS === undefined ? 1 : Number(process.env.PRINTF_BLOCKS)

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const single = new Float32Array(1)
const singleWord = new Uint32Array(single.buffer)

function fromBits(high: number, low: number): number {
  words[1] = high
  words[0] = low
  return double[0]
}

/** The numbers of a block, and which of them are no numbers with their sign set. */
function numbersOf(block: number): { values: number[]; negativeNans: Set<number> } {
  let state = (0x9e3779b9 ^ (block + 1)) >>> 0
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  const negativeNans = new Set<number>()
  const values = Array.from({ length: BLOCK }, (_, i) => {
    const kind = next() % 10
    const a = next()
    const b = next()
    switch (kind) {
      case 0: {
        const value = fromBits(a, b)
        if (Number.isNaN(value) && a >>> 31 === 1) negativeNans.add(i)
        return value
      }
      case 1:
        singleWord[0] = a
        return Number.isNaN(single[0]) ? 1 : single[0]
      case 2:
        return next() / 2 ** 32
      case 3:
        return (a % 100_000) / 2 ** (b % 31)
      case 4:
        return ((a % 10_000_000) + 0.5) / Number(`1e${b % 16}`)
      case 5:
        return ((a & 0x1fffff) * 2 ** 32 + b) * (a >>> 31 === 1 ? -1 : 1)
      case 6: {
        double[0] = Number(`1e${(a % 640) - 330}`)
        if (double[0] > 0 && double[0] < 1e308) {
          const low = words[0] + (b % 5) - 2
          words[1] += low < 0 ? -1 : low > 0xffff_ffff ? 1 : 0
          words[0] = low
        }
        return double[0]
      }
      case 7:
        return fromBits(a & 0x800fffff, b)
      case 8:
        return (a | 0) / 1000
      default:
        return ((a % 2001) - 1000) / (b % 4 === 0 ? 1 : 8)
    }
  })
  return { values, negativeNans }
}

const numbers = Array.from({ length: blocks }, (_, block) => numbersOf(block))

/** FNV-1a over the texts, each with a zero behind it. */
function hashOf(block: number, put: (bytes: Uint8Array, value: number, negativeNan: boolean) => number): string {
  const { values, negativeNans } = numbers[block]
  const bytes = new Uint8Array(4096)
  let hash = 0x811c9dc5
  for (const [i, value] of values.entries()) {
    const end = put(bytes, value, Number.isNaN(value) && negativeNans.has(i))
    bytes[end] = 0
    for (let at = 0; at <= end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}

for (const [format, hashes] of Object.entries(golden)) {
  test(`${format} prints as C does`, (t) => {
    const writer = numberFormat(format)
    if (writer === undefined) {
      t.fail('not taken for a format')
      return
    }
    for (let block = 0; block < blocks; block++) {
      const hash = hashOf(block, (bytes, value, negativeNan) => {
        const end = writer.put(bytes, 0, value, negativeNan)
        if (end > writer.longest) t.fail(`${value} takes ${end} bytes, more than ${writer.longest}`)
        return end
      })
      t.is(hash, hashes.slice(8 * block, 8 * block + 8), `block ${block}`)
    }
  })
}

test('the short way of %g prints as C does', (t) => {
  for (let block = 0; block < blocks; block++) {
    const hash = hashOf(block, (bytes, value, negativeNan) => {
      if (!negativeNan) return putGeneral6(bytes, 0, value)
      bytes.set(Buffer.from('-nan'))
      return 4
    })
    t.is(hash, golden['%g'].slice(8 * block, 8 * block + 8), `block ${block}`)
  }
})

function printed(format: string, value: number): string | undefined {
  const writer = numberFormat(format)
  if (writer === undefined) return undefined
  const bytes = new Uint8Array(writer.longest)
  return Buffer.from(bytes.subarray(0, writer.put(bytes, 0, value, false))).toString()
}

test('conversions to integers cut the fraction off', (t) => {
  t.is(printed('%d', -2.7), '-2')
  t.is(printed('%d', -0.5), '0')
  t.is(printed('%5d|', 42.9), '   42|')
  t.is(printed('%-5d|', 42), '42   |')
  t.is(printed('%05d', -42), '-0042')
  t.is(printed('%+.3d', 7), '+007')
  t.is(printed('%x', 255), 'ff')
  t.is(printed('%#X', 255), '0XFF')
  t.is(printed('%#o', 8), '010')
  t.is(printed('%lld', 2 ** 60), '1152921504606846976')
  t.is(printed('%c', 65), 'A')
})

test('text around a conversion is kept, and what is no conversion of one number is refused', (t) => {
  t.is(printed('100%%', 1), '100%')
  t.is(printed('<%5.1f%%>', 99.95), '<100.0%>')
  t.is(printed('no conversion', 1), 'no conversion')
  t.is(printed('', 1), '')
  for (const format of ['%s', '%p', '%n', '%g %g', '%', '%5', '%y', '%*g', '%.99999999g']) {
    t.is(printed(format, 1), undefined, format)
  }
})
