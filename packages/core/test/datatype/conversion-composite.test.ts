import test from 'ava'
import { convert } from '../../src/datatype/conversion/convert.ts'
import { MemorySequences } from '../../src/datatype/sequences.ts'
import { parseType } from '../../src/datatype/type-text.ts'
import {
  compoundType,
  enumType,
  opaqueType,
  sequenceType,
  stringType,
  variableStringType,
} from '../../src/datatype/types.ts'
import { TypeMismatchError } from '../../src/errors.ts'
import type { Datatype } from '../../src/format/messages/datatype.ts'
import { ASCII, NULL_PADDED, NULL_TERMINATED, SPACE_PADDED, UTF8 } from '../../src/format/messages/datatype.ts'
import { encodeText } from '../../src/io/text.ts'
import { bytes, hex } from '../format/messages-law.ts'

function converted(from: Datatype | string, to: Datatype | string, digits: string): string {
  const source = typeof from === 'string' ? parseType(from) : from
  const target = typeof to === 'string' ? parseType(to) : to
  const elements = bytes(digits)
  return hex(convert(source, target, elements, elements.length / source.size))
}

/** The result, and what the HDF5 library (H5Tconvert of release 2.2.0) made of the same elements. */
type Case = [from: Datatype | string, to: Datatype | string, elements: string, result: string]

const terminated = stringType(5, NULL_TERMINATED, ASCII)
const lowest = enumType({ ...parseInteger('i1') }, [
  ['A', 0],
  ['B', 1],
  ['C', 2],
])
const other = enumType({ ...parseInteger('>i2') }, [
  ['C', 0],
  ['B', 7],
  ['A', 9],
])

function parseInteger(text: string) {
  const type = parseType(text)
  if (type.class !== 'fixed-point') throw new Error(`${text} is no integer`)
  return type
}

const CASES: Case[] = [
  [terminated, stringType(3, SPACE_PADDED), '6162000000', '616220'],
  [stringType(3, SPACE_PADDED), terminated, '616220', '6162000000'],
  [terminated, stringType(3, SPACE_PADDED), '6162636400', '616263'],
  [terminated, stringType(3, NULL_PADDED), '6162636400', '616263'],
  [terminated, stringType(3, NULL_TERMINATED), '6162636400', '616200'],
  [stringType(3, NULL_PADDED), stringType(3, NULL_TERMINATED), '616263', '616200'],
  [lowest, other, '00010205', '000900070000ffff'],
  ['bool', '<i4', '0100', '0100000000000000'],
  ['bool', '<f8', '0100', '000000000000f03f0000000000000000'],
  ['i1', 'bool', '0100', '0100'],
  ['<i4', 'bool', '01000000', '01'],
  ['H5T_STD_B16LE', 'H5T_STD_B8LE', 'ff01', 'ff'],
  ['H5T_STD_B16LE', 'H5T_STD_B8LE', '3412', '34'],
  ['H5T_STD_B8LE', 'H5T_STD_B16BE', '81', '0081'],
  ['(2,3)<i2', '(2,3)>i4', '000102030405060708090a0b', '000001000000030200000504000007060000090800000b0a'],
  ['{a: <i2, b: <f4}', '{b: <f8, c: <i4, a: >i4}', '05000000c03f', '000000000000f83f0000000000000005'],
  ['{a: <i2, b: <f4}', '{z: <f8}', '05000000c03f', '0000000000000000'],
  ['H5T_COMPLEX_IEEE_F32LE', 'H5T_COMPLEX_IEEE_F64LE', '0000c03f00002040', '000000000000f83f0000000000000440'],
  ['H5T_COMPLEX_IEEE_F32LE', '<f8', '0000c03f00002040', '000000000000f83f'],
  ['H5T_COMPLEX_IEEE_F32LE', '<i4', '0000c03f00002040', '01000000'],
  ['<f8', 'H5T_COMPLEX_IEEE_F32LE', '000000000000f83f', '0000c03f00000000'],
  ['<i4', 'H5T_COMPLEX_IEEE_F32LE', '03000000', '0000404000000000'],
  ['c8', 'H5T_COMPLEX_IEEE_F32LE', '0000c03f00002040', '0000c03f00002040'],
  ['H5T_COMPLEX_IEEE_F32LE', '(2)f4', '0000c03f00002040', '0000c03f00002040'],
  ['H5T_UNIX_D32LE', 'H5T_UNIX_D32LE', '01000000', '01000000'],
]

test('elements of other classes than numbers become what the library makes of them', (t) => {
  for (const [from, to, elements, result] of CASES) t.is(converted(from, to, elements), result)
})

test('conversions that the library does not have are refused with both types named', (t) => {
  const refused: [Datatype | string, Datatype | string, RegExp][] = [
    [stringType(5), 'i4', /string of 5 bytes \(ASCII\) to int32/],
    [stringType(5), stringType(5, NULL_PADDED, UTF8), /character sets/],
    ['H5T_STD_B8LE', 'i4', /bitfield8 to int32/],
    ['i4', 'H5T_STD_B32LE', /int32 to bitfield32/],
    ['H5T_STD_REF_OBJ', 'u8', /object reference to uint64/],
    ['H5T_STD_REF_OBJ', 'H5T_STD_REF_DSETREG', /object reference to region reference/],
    [opaqueType(4, 'a'), opaqueType(4, 'b'), /opaque of 4 bytes "a" to opaque of 4 bytes "b"/],
    ['(2,3)i2', '(3,2)i2', /array \[2, 3\] of int16 to array \[3, 2\] of int16: their shapes differ/],
    ['f4', 'bool', /float32 to enum of int8/],
    ['f4', 'c8', /float32 to compound { r, i }/],
    ['H5T_COMPLEX_IEEE_F32LE', 'c16', /complex of float32 to compound/],
    ['H5T_UNIX_D32LE', 'i4', /time32 to int32/],
    ['H5T_UNIX_D32LE', 'H5T_UNIX_D32BE', /time32 to big-endian time32/],
    ['{a: i2}', '{a: S4}', /int16 to string/],
    [lowest, enumType(parseInteger('i1'), [['A', 0]]), /has no "B"/],
  ]
  for (const [from, to, message] of refused) {
    t.throws(() => converted(from, to, '00'.repeat(64)), { instanceOf: TypeMismatchError, message })
  }
})

test('strings of fixed and of variable length become one another', (t) => {
  const memory = new MemorySequences()
  const fixed = stringType(4, NULL_PADDED, UTF8)
  const variable = variableStringType(UTF8)
  const elements = encodeText('ab\0\0\0\0\0\0wxyz')
  const strings = convert(fixed, variable, elements, 3, { target: memory })
  t.is(strings.length, 3 * variable.size)
  const texts = [0, 1, 2].map((i) => hex(memory.sequence(variable, strings, i * variable.size)))
  t.deepEqual(texts, ['6162', '', '7778797a'])
  t.deepEqual(convert(variable, fixed, strings, 3, { source: memory }), elements)
})

test('what sequences hold is converted', (t) => {
  const source = new MemorySequences()
  const target = new MemorySequences()
  const from = compoundType([{ name: 'v', type: sequenceType(parseType('<i2')) }])
  const to = compoundType([
    { name: 'x', type: parseType('u1') },
    { name: 'v', type: sequenceType(parseType('>f4')) },
  ])
  const elements = new Uint8Array(2 * from.size)
  const [{ type }] = from.members
  if (type.class !== 'variable-length') return t.fail()
  source.store(type, bytes('0100feff'), elements, 0)
  source.store(type, bytes(''), elements, from.size)
  const result = convert(from, to, elements, 2, { source, target })
  t.is(hex(target.sequence(type, result, 1)), '3f800000c0000000')
  t.is(target.sequence(type, result, to.size + 1).length, 0)
})
