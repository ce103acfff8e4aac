import test from 'ava'
import { sameType } from '../../src/datatype/equality.ts'
import { parseType } from '../../src/datatype/type-text.ts'
import { TypeMismatchError } from '../../src/errors.ts'
import { datatypeMessage } from '../../src/format/messages/datatype.ts'
import { encode } from '../../src/io/writer.ts'
import { hex } from '../format/messages-law.ts'

/** As the HDF5 library encodes its predefined types (H5Tencode, without the two bytes in front). */
const ENCODED: Record<string, string> = {
  H5T_STD_I32BE: '100900000400000000002000',
  H5T_STD_U8LE: '100000000100000000000800',
  H5T_STD_B16BE: '140100000200000000001000',
  H5T_IEEE_F16LE: '11200f0002000000000010000a05000a0f000000',
  H5T_IEEE_F32BE: '11211f000400000000002000170800177f000000',
  H5T_IEEE_F64LE: '11203f000800000000004000340b0034ff030000',
  H5T_IEEE_F128LE: '11207f001000000000008000700f0070ff3f0000',
  H5T_NATIVE_LDOUBLE: '11004f001000000000005000400f0040ff3f0000',
  H5T_C_S1: '1300000001000000',
  H5T_FORTRAN_S1: '1302000001000000',
  H5T_STD_REF_OBJ: '1700000008000000',
  H5T_STD_REF_DSETREG: '170100000c000000',
  H5T_UNIX_D32BE: '12010000040000002000',
  H5T_COMPLEX_IEEE_F32LE: '5b0100000800000011201f000400000000002000170800177f000000',
}

test('the names of the C library are its types', (t) => {
  for (const [name, digits] of Object.entries(ENCODED)) {
    const written = encode(datatypeMessage, parseType(name), { offsets: 8, lengths: 8 }, undefined)
    t.is(hex(written), digits, name)
  }
})

test('a type has several names', (t) => {
  const same = [
    ['<i4', 'int32', 'H5T_STD_I32LE', 'H5T_NATIVE_INT', 'i4', 'H5T_NATIVE_INT32', 'H5T_INTEL_I32'],
    ['>f8', 'H5T_IEEE_F64BE', 'H5T_MIPS_F64'],
    ['u1', '|u1', 'uint8', 'H5T_NATIVE_UCHAR', '<u1'],
    ['bool', '?', 'b1', 'enum<i1>{FALSE: 0, TRUE: 1}'],
    ['c16', 'complex128', '{r: f8, i: f8}'],
    ['(2, 3) <i2', '(2,3)i2'],
  ]
  for (const [first, ...others] of same) {
    for (const other of others) t.true(sameType(parseType(first), parseType(other)), `${first} ${other}`)
  }
  t.false(sameType(parseType('<i4'), parseType('>i4')))
  t.false(sameType(parseType('S10'), parseType('S11')))
})

test('members are laid out one behind the other, whatever they are called', (t) => {
  const type = parseType('{x: >f8, "a b\\"": S10, __proto__: (2)vlen<u1>}')
  t.is(type.class, 'compound')
  if (type.class !== 'compound') return
  t.deepEqual(
    type.members.map(({ name, offset }) => [name, offset]),
    [
      ['x', 0],
      ['a b"', 8],
      ['__proto__', 18],
    ],
  )
  t.is(type.size, 50)
})

test('what is no type is refused', (t) => {
  const texts = [
    '',
    'i3',
    'U10',
    '<',
    'constructor',
    'H5T_toString',
    'H5T_STD_I7LE',
    'f4 f4',
    '(0)i4',
    '{x}',
    '{x: i4, x: i4}',
  ]
  for (const text of [...texts, 'enum<f4>{A: 1}', 'vlen<i4', 'S0', 'H5T_STD_I32', '('.repeat(1000)]) {
    t.throws(() => parseType(text), { instanceOf: TypeMismatchError }, text)
  }
})
