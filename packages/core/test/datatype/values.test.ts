import test from 'ava'
import { MemorySequences } from '../../src/datatype/sequences.ts'
import { parseType } from '../../src/datatype/type-text.ts'
import { opaqueType, sequenceType, stringType } from '../../src/datatype/types.ts'
import { decodeColumns, decodeValues } from '../../src/datatype/value/decode.ts'
import { encodeValues } from '../../src/datatype/value/encode.ts'
import type { Values } from '../../src/datatype/values.ts'
import { TypeMismatchError } from '../../src/errors.ts'
import type { Datatype } from '../../src/format/messages/datatype.ts'
import { NULL_TERMINATED, SPACE_PADDED, UTF8 } from '../../src/format/messages/datatype.ts'
import { bytes, hex } from '../format/messages-law.ts'

function typed(type: Datatype | string): Datatype {
  return typeof type === 'string' ? parseType(type) : type
}

/** Each type with values as they are read, and the bytes of them where these are of interest. */
const ROUND: [type: Datatype | string, values: Values, digits?: string][] = [
  ['i1', Int8Array.of(-1, 127), 'ff7f'],
  ['>u2', Uint16Array.of(1, 0xff00), '0001ff00'],
  ['<i4', Int32Array.of(-2, 5), 'feffffff05000000'],
  ['>i8', BigInt64Array.of(-1n, 2n ** 62n), 'ffffffffffffffff4000000000000000'],
  ['u8', BigUint64Array.of(2n ** 64n - 1n), 'ffffffffffffffff'],
  ['>f4', Float32Array.of(1, -0, Number.NaN, Number.POSITIVE_INFINITY)],
  ['f8', Float64Array.of(0.1, 5e-324), '9a9999999999b93f0100000000000000'],
  ['f2', Float32Array.of(1.5, -65504, 2 ** -24), '003efffb0100'],
  ['bfloat16', Float32Array.of(1, 2 ** 100), '803f8071'],
  ['float8_e4m3', Float32Array.of(1, 240), '3877'],
  ['longdouble', Float64Array.of(1, -2.5)],
  ['H5T_VAX_F64', Float64Array.of(1, -2.5)],
  ['H5T_STD_B16BE', Uint16Array.of(0x1234), '1234'],
  ['H5T_UNIX_D32LE', Uint32Array.of(7), '07000000'],
  [{ ...parseType('<i4'), bitOffset: 4, precision: 12, size: 4 } as Datatype, Int32Array.of(-1, 5), 'f0ff000050000000'],
  ['bool', [false, true], '0001'],
  ['enum<i2>{A: 1, B: 2}', Int16Array.of(2, 1), '02000100'],
  ['S3', ['abc', 'a', ''], '616263610000000000'],
  [stringType(4, NULL_TERMINATED, UTF8), ['é', 'abc'], 'c3a9000061626300'],
  [stringType(3, NULL_TERMINATED), ['abc', 'ab'], '616263616200'],
  [stringType(3, SPACE_PADDED), ['a b', 'c'], '612062632020'],
  [opaqueType(2, 'x'), [Uint8Array.of(1, 2)], '0102'],
  ['c8', [{ re: 1, im: -2 }], '0000803f000000c0'],
  ['H5T_COMPLEX_IEEE_F64BE', [{ re: 1, im: 0 }], '3ff00000000000000000000000000000'],
  ['(2,2)>i2', [Int16Array.of(1, 2, 3, 4), Int16Array.of(5, 6, 7, 8)], '00010002000300040005000600070008'],
  ['(2)S1', [['a', 'b']], '6162'],
  ['{x: <i2, y: {z: f4, w: S2}}', [{ x: 1, y: { z: 0.5, w: 'ab' } }], '01000000003f6162'],
  [
    '{"__proto__": u1, b: u1}',
    [
      Object.fromEntries([
        ['__proto__', 1],
        ['b', 2],
      ]),
    ],
    '0102',
  ],
  ['str', ['', 'é', 'a longer text'.repeat(20)]],
  [sequenceType(parseType('>i2')), [Int16Array.of(), Int16Array.of(1, 2, 3)]],
  ['vlen<vlen<u1>>', [[Uint8Array.of(1), Uint8Array.of()], []]],
  ['{a: str, b: vlen<{t: str, n: u8}>}', [{ a: 'x', b: [{ t: 'y', n: 1n }] }]],
  ['i4', new Int32Array(0)],
]

test('values are encoded to what they are decoded from', (t) => {
  for (const [given, values, digits] of ROUND) {
    const type = typed(given)
    const memory = new MemorySequences()
    const elements = encodeValues(type, values, memory)
    t.is(elements.length, values.length * type.size)
    if (digits !== undefined) t.is(hex(elements), digits)
    t.deepEqual(decodeValues(type, elements, values.length, memory), values)
  }
})

test('values have other forms to be written from', (t) => {
  const same: [type: string, given: Parameters<typeof encodeValues>[1], digits: string][] = [
    ['<i2', [1, 2n, true, 3.9, -70000], '01000200010003000080'],
    ['<i2', Float64Array.of(1e9, -0.5, Number.NaN), 'ff7f00000000'],
    ['u8', [18446744073709551615n, -1n], 'ffffffffffffffff0000000000000000'],
    ['f4', [1, 2n], '0000803f00000040'],
    ['enum<u1>{OFF: 3, ON: 4}', ['ON', 3, 4n], '040304'],
    ['bool', [1, false, 'TRUE'], '010001'],
    ['c8', [1], '0000803f00000000'],
    ['c8', Float32Array.of(1, 2), '0000803f00000040'],
    ['c8', [{ r: 1, i: 2 }], '0000803f00000040'],
    [
      '(2,2)u1',
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      '01020304',
    ],
    ['(2,2)u1', [[1, 2, 3, 4]], '01020304'],
    ['(2)u1', Uint8Array.of(1, 2, 3, 4), '01020304'],
    ['{a: u1, b: <u2}', { a: [1, 2], b: Uint16Array.of(3, 4) }, '010300020400'],
    ['H5T_STD_REF_OBJ', [{ kind: 'object', file: undefined, address: 800 }, null], '20030000000000000000000000000000'],
  ]
  for (const [type, given, digits] of same) t.is(hex(encodeValues(parseType(type), given)), digits, type)
})

test('a value that is none of the type is refused, and the message says which', (t) => {
  const refused: [type: Datatype | string, given: Parameters<typeof encodeValues>[1], message: RegExp][] = [
    ['i4', [1, 'x'], /value 1, "x", is no int32/],
    ['i8', [1n, Number.NaN], /value 1, NaN, is no int64/],
    ['f4', [[1]], /value 0, an array, is no float32/],
    ['enum<u1>{A: 1}', ['B'], /value 0, "B", is no enum of uint8/],
    ['S3', ['abcd'], /value 0 has 4 bytes, too many for a string of 3 bytes/],
    [stringType(3, NULL_TERMINATED), ['abcd'], /value 0 has 4 bytes, too many for a string of 3 bytes/],
    ['S3', ['é'], /value 0, "é", is no string of 3 bytes \(ASCII\)/],
    [opaqueType(2), [Uint8Array.of(1)], /value 0 has 1 bytes instead of 2/],
    ['{a: i1, b: i1}', [{ a: 1 }], /value 0 has no member "b"/],
    ['{a: i1, b: i1}', { a: [1], b: [1, 2] }, /2 values for "b" instead of 1/],
    ['(3)i1', [[1, 2]], /value 0 has 2 elements/],
    ['(3)i1', Int8Array.of(1, 2), /whole elements/],
    ['str', ['a'], /nowhere to keep/],
    ['H5T_STD_REF_DSETREG', [5], /value 0, 5, is no region reference/],
    ['i1', { a: [1] }, /no list of values for int8/],
  ]
  for (const [type, given, message] of refused) {
    t.throws(() => encodeValues(typed(type), given), { instanceOf: TypeMismatchError, message })
  }
})

test('complex numbers come in turn where that is asked for', (t) => {
  const memory = new MemorySequences()
  const elements = bytes('0000803f000000400000404000008040')
  const options = { complex: 'interleaved' } as const
  t.deepEqual(decodeValues(parseType('c8'), elements, 2, memory, options), Float32Array.of(1, 2, 3, 4))
  const inside = parseType('{z: c8}')
  t.deepEqual(decodeValues(inside, elements, 2, memory, options)[1], { z: { re: 3, im: 4 } })
})

test('compounds come member by member', (t) => {
  const type = parseType('{a: <i2, b: >f4, c: {d: S1}}')
  if (type.class !== 'compound') throw new Error('no compound')
  const elements = encodeValues(type, { a: [1, 2], b: [0.5, 1], c: [{ d: 'x' }, { d: 'y' }] })
  t.deepEqual(decodeColumns(type, elements, 2, new MemorySequences()), {
    a: Int16Array.of(1, 2),
    b: Float32Array.of(0.5, 1),
    c: [{ d: 'x' }, { d: 'y' }],
  })
})
