import test from 'ava'
import { WriteError } from '../../src/errors.ts'
import type { Datatype, FixedPointType, FloatingPointType } from '../../src/format/messages/datatype.ts'
import { datatypeMessage } from '../../src/format/messages/datatype.ts'
import { measure } from '../../src/io/measure.ts'
import { trace } from '../../src/io/trace.ts'
import { encode } from '../../src/io/writer.ts'
import { bytes, decode, lawful, refused } from './messages-law.ts'

const SIZES = { offsets: 8, lengths: 8 }

const INT32: FixedPointType = {
  class: 'fixed-point',
  version: 1,
  size: 4,
  order: 'LE',
  signed: true,
  lowPad: 0,
  highPad: 0,
  bitOffset: 0,
  precision: 32,
}
const INT32_BYTES = '10 080000 04000000 0000 2000'

const UINT8: FixedPointType = { ...INT32, size: 1, signed: false, precision: 8 }
const UINT8_BYTES = '10 000000 01000000 0000 0800'

const FLOAT64: FloatingPointType = {
  class: 'floating-point',
  version: 1,
  size: 8,
  order: 'BE',
  lowPad: 0,
  highPad: 0,
  internalPad: 0,
  normalization: 2,
  signLocation: 63,
  bitOffset: 0,
  precision: 64,
  exponentLocation: 52,
  exponentSize: 11,
  mantissaLocation: 0,
  mantissaSize: 52,
  exponentBias: 1023,
}
const FLOAT64_BYTES = '11 213f00 08000000 0000 4000 34 0b 00 34 ff030000'

test('fixed-point', (t) => {
  lawful(t, datatypeMessage, INT32_BYTES, INT32)
  const odd: Datatype = { ...INT32, order: 'BE', signed: false, lowPad: 1, highPad: 1, bitOffset: 3, precision: 17 }
  lawful(t, datatypeMessage, '10 070000 04000000 0300 1100', odd)
})

test('floating-point', (t) => {
  lawful(t, datatypeMessage, FLOAT64_BYTES, FLOAT64)
  const vax: Datatype = { ...FLOAT64, version: 3, order: 'VAX', internalPad: 1 }
  lawful(t, datatypeMessage, '31 693f00 08000000 0000 4000 34 0b 00 34 ff030000', vax)
})

test('time, string, bitfield, opaque, reference', (t) => {
  lawful(t, datatypeMessage, '12 010000 04000000 2000', {
    class: 'time',
    version: 1,
    size: 4,
    order: 'BE',
    precision: 32,
  })
  lawful(t, datatypeMessage, '13 120000 07000000', {
    class: 'string',
    version: 1,
    size: 7,
    padding: 2,
    characterSet: 1,
  })
  lawful(t, datatypeMessage, '14 040000 02000000 0400 0c00', {
    class: 'bitfield',
    version: 1,
    size: 2,
    order: 'LE',
    lowPad: 0,
    highPad: 1,
    bitOffset: 4,
    precision: 12,
  })
  lawful(t, datatypeMessage, '15 080000 05000000 6162630000000000', {
    class: 'opaque',
    version: 1,
    size: 5,
    tag: 'abc',
  })
  lawful(t, datatypeMessage, '15 080000 05000000 6162636465666768', {
    class: 'opaque',
    version: 1,
    size: 5,
    tag: 'abcdefgh',
  })
  lawful(t, datatypeMessage, '15 000000 05000000', { class: 'opaque', version: 1, size: 5, tag: '' })
  lawful(t, datatypeMessage, '17 010000 0c000000', { class: 'reference', version: 1, size: 12, kind: 1, encoding: 0 })
  lawful(t, datatypeMessage, '47 140000 12000000', { class: 'reference', version: 4, size: 18, kind: 4, encoding: 1 })
})

const MEMBERS = [
  { name: 'a', offset: 0, type: UINT8 },
  { name: 'longer name', offset: 4, type: INT32 },
]

test('compound, version 1: each member has room for four dimensions', (t) => {
  const digits = `16 020000 14000000
    6100000000000000 00000000 00 000000 00000000 00000000 00000000 00000000 00000000 00000000 ${UINT8_BYTES}
    6200000000000000 04000000 02 000000 00000000 00000000 02000000 02000000 00000000 00000000 ${INT32_BYTES}`
  lawful(t, datatypeMessage, digits, {
    class: 'compound',
    version: 1,
    size: 20,
    members: [
      { name: 'a', offset: 0, type: UINT8 },
      {
        name: 'b',
        offset: 4,
        type: { class: 'array', version: 1, size: 16, dimensions: [2, 2], base: INT32 },
      },
    ],
  })
})

test('compound, version 2: names are padded', (t) => {
  const digits = `26 020000 08000000
    6100000000000000 00000000 ${UINT8_BYTES}
    6c6f6e676572206e 616d650000000000 04000000 ${INT32_BYTES}`
  lawful(t, datatypeMessage, digits, { class: 'compound', version: 2, size: 8, members: MEMBERS })
})

test('compound, version 3: names are not padded, and offsets are as wide as the size needs', (t) => {
  const digits = (size: string, zero: string, four: string): string =>
    `36 020000 ${size} 6100 ${zero} ${UINT8_BYTES} 6c6f6e676572206e616d6500 ${four} ${INT32_BYTES}`
  const compound: Datatype = { class: 'compound', version: 3, size: 255, members: MEMBERS }
  lawful(t, datatypeMessage, digits('ff000000', '00', '04'), compound)
  lawful(t, datatypeMessage, digits('00010000', '0000', '0400'), { ...compound, size: 0x100 })
  lawful(t, datatypeMessage, digits('00000100', '000000', '040000'), { ...compound, size: 0x1_0000 })
  lawful(t, datatypeMessage, digits('00000001', '00000000', '04000000'), { ...compound, size: 0x100_0000 })
})

test('enum, padded names and not', (t) => {
  const members = [
    { name: 'RED', value: bytes('01') },
    { name: 'GREEN', value: bytes('ff') },
  ]
  lawful(t, datatypeMessage, `18 020000 01000000 ${UINT8_BYTES} 5245440000000000 475245454e000000 01 ff`, {
    class: 'enum',
    version: 1,
    size: 1,
    base: UINT8,
    members,
  })
  lawful(t, datatypeMessage, `38 020000 01000000 ${UINT8_BYTES} 52454400 475245454e00 01 ff`, {
    class: 'enum',
    version: 3,
    size: 1,
    base: UINT8,
    members,
  })
})

test('variable-length', (t) => {
  lawful(t, datatypeMessage, `19 000000 10000000 ${INT32_BYTES}`, {
    class: 'variable-length',
    version: 1,
    size: 16,
    kind: 'sequence',
    padding: 0,
    characterSet: 0,
    base: INT32,
  })
  lawful(t, datatypeMessage, `19 210100 10000000 ${UINT8_BYTES}`, {
    class: 'variable-length',
    version: 1,
    size: 16,
    kind: 'string',
    padding: 2,
    characterSet: 1,
    base: UINT8,
  })
})

test('array', (t) => {
  const array: Datatype = { class: 'array', version: 2, size: 24, dimensions: [2, 3], base: INT32 }
  const v2 = `2a 000000 18000000 02 000000 02000000 03000000 00000000 01000000 ${INT32_BYTES}`
  lawful(t, datatypeMessage, v2, array)
  lawful(t, datatypeMessage, `3a 000000 18000000 02 02000000 03000000 ${INT32_BYTES}`, { ...array, version: 3 })
})

test('complex, as HDF5 2.0 encodes it', (t) => {
  lawful(t, datatypeMessage, `5b 010000 10000000 ${FLOAT64_BYTES}`, {
    class: 'complex',
    version: 5,
    size: 16,
    base: FLOAT64,
  })
})

test('hostile numbers', (t) => {
  refused(t, datatypeMessage, '00 080000 04000000 0000 2000', /unknown version 0/)
  refused(t, datatypeMessage, '60 080000 04000000 0000 2000', /unknown version 6/)
  refused(t, datatypeMessage, '1c 000000 04000000', /unknown class 12/)
  refused(t, datatypeMessage, '13 000000 00000000', /elements of no size/)
  refused(t, datatypeMessage, '10 080000 04000000 0100 2000', /32 bits from bit 1 of 4 bytes/)
  refused(t, datatypeMessage, '10 080000 04000000 0000 0000', /0 bits/)
  refused(t, datatypeMessage, '31 613e00 08000000 0000 4000 34 0b 00 34 ff030000', /overlaps/)
  refused(t, datatypeMessage, '31 603f00 08000000 0000 4000 34 0b 00 34 ff030000', /unknown byte order/)
  refused(t, datatypeMessage, '11 313f00 08000000 0000 4000 34 0b 00 34 ff030000', /unknown normalization 3/)
  refused(t, datatypeMessage, '11 213f00 08000000 0000 4000 34 00 00 34 ff030000', /no bits/)
  refused(t, datatypeMessage, '11 214000 08000000 0000 4000 34 0b 00 34 ff030000', /reaches past/)
})

test('hostile classes', (t) => {
  refused(t, datatypeMessage, '15 070000 05000000 61626300000000', /not a multiple of 8/)
  refused(t, datatypeMessage, '17 050000 08000000', /unknown reference type 5/)
  refused(t, datatypeMessage, '47 020000 08000000', /unknown version 0 of references/)
  refused(t, datatypeMessage, `19 020000 10000000 ${INT32_BYTES}`, /unknown variable-length type 2/)
  refused(t, datatypeMessage, `18 010000 04000000 ${UINT8_BYTES} 4100000000000000 01000000`, /base type of 1 bytes/)
  refused(t, datatypeMessage, `38 ffff00 01000000 ${UINT8_BYTES} 4100`, /65535 members/)
  refused(t, datatypeMessage, `3a 000000 18000000 21 ${INT32_BYTES}`, /33 dimensions/)
  refused(t, datatypeMessage, `3a 000000 18000000 02 ffffffff ffffffff ${INT32_BYTES}`, /the elements take/)
  refused(t, datatypeMessage, `5b 030000 10000000 ${FLOAT64_BYTES}`, /neither rectangular/)
  refused(t, datatypeMessage, `5b 010000 08000000 ${FLOAT64_BYTES}`, /two parts of 8 bytes/)
})

test('hostile compounds', (t) => {
  const member = (name: string, offset: string): string => `${name}00 ${offset} ${INT32_BYTES}`
  refused(t, datatypeMessage, '36 000000 08000000', /no members/)
  refused(t, datatypeMessage, `36 ffff00 08000000 ${member('61', '00')}`, /65535 members in/)
  refused(t, datatypeMessage, `36 010000 08000000 ${member('61', '05')}`, /reaches past its compound/)
  refused(t, datatypeMessage, `36 020000 08000000 ${member('61', '04')} ${member('62', '02')}`, /overlaps/)
  refused(t, datatypeMessage, `36 020000 08000000 ${member('61', '00')} ${member('61', '04')}`, /same name/)
  refused(t, datatypeMessage, '36 010000 08000000 61616161616161616161616161', /without its terminating zero/)
})

/** A variable-length sequence of sequences of ... bytes. */
function nested(depth: number): string {
  return '19 000000 10000000'.repeat(depth) + UINT8_BYTES
}

test('types may be nested 256 deep, and no deeper', (t) => {
  const data = bytes(nested(256))
  const type = decode(datatypeMessage, data)
  t.deepEqual(encode(datatypeMessage, type, SIZES, undefined), data)
  t.is(measure(datatypeMessage, type, SIZES, undefined), data.length)
  t.is(trace(datatypeMessage, data, 0, SIZES, undefined).length, 3 * 256 + 5)
  refused(t, datatypeMessage, nested(257), /nested more than 256 deep/)
  refused(t, datatypeMessage, nested(100_000), /nested more than 256 deep/)
})

test('what cannot be written is refused', (t) => {
  const write = (type: Datatype) => () => encode(datatypeMessage, type, SIZES, undefined)
  t.throws(write({ ...INT32, order: 'VAX' }), { instanceOf: WriteError })
  t.throws(write({ ...FLOAT64, order: 'VAX' }), { instanceOf: WriteError, message: /needs version 3/ })
  t.throws(write({ class: 'opaque', version: 1, size: 1, tag: 'x'.repeat(249) }), { instanceOf: WriteError })
  t.throws(write({ class: 'compound', version: 3, size: 1, members: [] }), { instanceOf: WriteError })
})

test('a name that is not UTF-8 keeps its bytes', (t) => {
  const digits = `38 010000 01000000 ${UINT8_BYTES} e9ff00 07`
  t.deepEqual(encode(datatypeMessage, decode(datatypeMessage, bytes(digits)), SIZES, undefined), bytes(digits))
})
