import test from 'ava'
import { FormatError, WriteError } from '../../src/errors.ts'
import { lookup3 } from '../../src/io/checksum.ts'
import { measure } from '../../src/io/measure.ts'
import { Reader } from '../../src/io/reader.ts'
import type { Io, Sizes } from '../../src/io/structure.ts'
import { decodeWith, structure, UNDEFINED } from '../../src/io/structure.ts'
import { trace } from '../../src/io/trace.ts'
import { encode } from '../../src/io/writer.ts'

const SIZES: Sizes = { offsets: 8, lengths: 4 }

interface Inner {
  number: number
  tail: Uint8Array
}

const inner = structure<Inner>({
  name: 'Inner',
  spec: 'none',
  blank: () => ({ number: 0, tail: new Uint8Array(0) }),
  body(io, m) {
    m.number = io.u16('Number', m.number)
    m.tail = io.rest('Tail', m.tail)
  },
})

interface Everything {
  byte: number
  word: number
  big: bigint
  odd: number
  long: number
  address: number
  count: number
  version: number
  bytes: Uint8Array
  name: string
  text: string
  inner: Inner
}

const everything = structure<Everything>({
  name: 'Everything',
  spec: 'none',
  blank: () => ({
    byte: 0,
    word: 0,
    big: 0n,
    odd: 0,
    long: 0,
    address: UNDEFINED,
    count: 0,
    version: 1,
    bytes: new Uint8Array(3),
    name: '',
    text: '',
    inner: inner.blank(),
  }),
  body(io, m) {
    io.signature('\x89ALL')
    m.version = io.version('Version', m.version, [1, 2])
    m.byte = io.u8('Byte', m.byte)
    m.word = io.u32('Word', m.word)
    io.reserved(2)
    m.big = io.big('Big', m.big)
    m.odd = io.uint('Odd', 3, m.odd)
    m.long = io.u64('Long', m.long)
    m.address = io.address('Address', m.address)
    m.count = io.length('Count', m.count)
    m.bytes = io.bytes('Bytes', 3, m.bytes)
    m.name = io.terminated('Name', m.name)
    io.align(8)
    const length = io.u8('Text Length', m.text.length)
    m.text = io.text('Text', length, m.text)
    const size = io.u8('Inner Size', io.sizeOf(inner, m.inner, undefined) + 1)
    m.inner = io.part('Inner', inner, m.inner, undefined, size)
    io.checksum()
  },
})

const VALUE: Everything = {
  byte: 0xfe,
  word: 0xdeadbeef,
  big: 0x8000_0000_0000_0001n,
  odd: 0x010203,
  long: 2 ** 53 - 1,
  address: UNDEFINED,
  count: 0x1_0000,
  version: 2,
  bytes: Uint8Array.of(1, 2, 3),
  name: 'é',
  text: 'ab',
  inner: { number: 7, tail: Uint8Array.of(9, 0) },
}

const written = encode(everything, { ...VALUE, inner: { number: 7, tail: Uint8Array.of(9) } }, SIZES, undefined)

function read(bytes: Uint8Array, origin = 0): Everything {
  return decodeWith(new Reader('Everything', bytes, origin, SIZES), everything, undefined)
}

test('every kind of field comes back as it was written', (t) => {
  t.deepEqual(read(written), VALUE)
})

test('the measure of a structure is the number of its bytes', (t) => {
  t.is(
    measure(everything, { ...VALUE, inner: { number: 7, tail: Uint8Array.of(9) } }, SIZES, undefined),
    written.length,
  )
})

test('numbers are little-endian, signatures are bytes, the checksum is over all that is before it', (t) => {
  t.deepEqual([...written.subarray(0, 10)], [0x89, 0x41, 0x4c, 0x4c, 2, 0xfe, 0xef, 0xbe, 0xad, 0xde])
  const view = new DataView(written.buffer, written.byteOffset, written.length)
  t.is(view.getUint32(written.length - 4, true), lookup3(written, 0, written.length - 4))
})

test('a trace names each field, where it stands, and which bytes mean nothing', (t) => {
  const rows = trace(everything, written, 1000, SIZES, undefined)
  let at = 1000
  for (const { address, length } of rows) {
    t.is(address, at)
    at += length
  }
  t.is(at, 1000 + written.length)
  t.deepEqual(
    rows
      .filter(({ reserved }) => reserved)
      .map(({ structure, field, address, length }) => [structure, field, address, length]),
    [
      ['Everything', 'Reserved', 1010, 2],
      ['Everything', 'Padding', 1049, 7],
    ],
  )
  const number = rows.find(({ field }) => field === 'Number')
  t.deepEqual(number, { structure: 'Inner', field: 'Number', address: 1060, length: 2, value: '7' })
})

test('a reader stops at the end of the extent and says where', (t) => {
  for (let length = 0; length < written.length; length++) {
    const error = t.throws(() => read(written.subarray(0, length), 500), { instanceOf: FormatError })
    t.is(error.structure === 'Everything' || error.structure === 'Inner', true)
    t.true(error.address !== undefined && error.address >= 500 && error.address <= 500 + length)
  }
})

test('a wrong byte anywhere is noticed by the checksum', (t) => {
  for (let i = 0; i < written.length; i++) {
    const damaged = written.slice()
    damaged[i] ^= 0x10
    t.throws(() => read(damaged), { instanceOf: FormatError })
  }
})

const one = (body: (io: Io, value: number) => number) =>
  structure<{ value: number }>({
    name: 'One',
    spec: 'none',
    blank: () => ({ value: 0 }),
    body(io, m) {
      m.value = body(io, m.value)
    },
  })

const decodeOne = (body: (io: Io, value: number) => number, bytes: number[], sizes = SIZES): number =>
  decodeWith(new Reader('One', Uint8Array.from(bytes), 0, sizes), one(body), undefined).value

test('addresses of all ones are undefined in every width, lengths in eight bytes', (t) => {
  for (const width of [2, 4, 8]) {
    const ones = new Array<number>(width).fill(0xff)
    const sizes = { offsets: width, lengths: width }
    t.is(
      decodeOne((io, value) => io.address('A', value), ones, sizes),
      UNDEFINED,
    )
    t.is(
      decodeOne((io, value) => io.length('L', value), ones, sizes),
      width === 8 ? UNDEFINED : 256 ** width - 1,
    )
    t.deepEqual(
      [
        ...encode(
          one((io, value) => io.address('A', value)),
          { value: UNDEFINED },
          sizes,
          undefined,
        ),
      ],
      ones,
    )
    t.deepEqual(
      [
        ...encode(
          one((io, value) => io.length('L', value)),
          { value: UNDEFINED },
          sizes,
          undefined,
        ),
      ],
      ones,
    )
  }
})

test('a number above 2^53-1 is an error that names the field', (t) => {
  const error = t.throws(() => decodeOne((io, value) => io.u64('Count', value), [0, 0, 0, 0, 0, 0, 0x20, 0]), {
    instanceOf: FormatError,
  })
  t.is(error.field, 'Count')
  t.regex(error.message, /above 2\^53-1/)
})

test('a value that its field cannot hold is not written', (t) => {
  const u8 = one((io, value) => io.u8('Byte', value))
  for (const value of [256, -2, 0.5, Number.NaN]) {
    t.throws(() => encode(u8, { value }, SIZES, undefined), { instanceOf: WriteError, message: /does not fit 1 bytes/ })
  }
})

test('a string without its end, and an unknown version, are refused', (t) => {
  const unended = structure<{ text: string }>({
    name: 'One',
    spec: 'none',
    blank: () => ({ text: '' }),
    body(io, m) {
      m.text = io.terminated('Text', m.text)
    },
  })
  const reader = new Reader('One', Uint8Array.of(65, 66, 0), 0, SIZES, 0, 2)
  t.throws(() => decodeWith(reader, unended, undefined), { message: /without its terminating zero/ })
  t.throws(() => decodeOne((io, value) => io.version('Version', value, [0, 1]), [7]), { message: /unknown version 7/ })
})
