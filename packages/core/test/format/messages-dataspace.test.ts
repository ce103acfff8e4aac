import test from 'ava'
import { FormatError } from '../../src/errors.ts'
import type { Dataspace } from '../../src/format/messages/dataspace.ts'
import { dataspaceMessage, elementCount } from '../../src/format/messages/dataspace.ts'
import { lawful, refused } from './messages-law.ts'

test('version 1, scalar', (t) => {
  lawful(t, dataspaceMessage, '01 00 00 00 00000000', {
    version: 1,
    kind: 'scalar',
    dimensions: [],
    maximum: undefined,
  })
})

test('version 1, with maximum and permutation', (t) => {
  const digits = `01 02 03 00 00000000
    0a00000000000000 1400000000000000
    0a00000000000000 ffffffffffffffff
    0000000000000000 0100000000000000`
  lawful(t, dataspaceMessage, digits, {
    version: 1,
    kind: 'simple',
    dimensions: [10, 20],
    maximum: [10, -1],
    permutation: [0, 1],
  })
})

test('version 2 with lengths of four bytes: all ones are the number that they are for the library', (t) => {
  const space: Dataspace = { version: 2, kind: 'simple', dimensions: [3], maximum: [0xffff_ffff] }
  lawful(t, dataspaceMessage, '02 01 01 01 03000000 ffffffff', space, { offsets: 4, lengths: 4 })
})

test('version 2, null', (t) => {
  lawful(t, dataspaceMessage, '02 00 00 02', { version: 2, kind: 'null', dimensions: [], maximum: undefined })
})

test('hostile', (t) => {
  refused(t, dataspaceMessage, '03 00 00 00', /unknown version 3/)
  refused(t, dataspaceMessage, '01 21 00 00 00000000', /33 dimensions/)
  refused(t, dataspaceMessage, '02 01 00 00 0100000000000000', /1 dimensions in a scalar/)
  refused(t, dataspaceMessage, '02 00 00 03', /unknown type 3/)
  refused(t, dataspaceMessage, '02 20 00 01 0100000000000000', /8 bytes needed, 0 left/)
  refused(t, dataspaceMessage, '02 01 00 01 ffffffffffffffff', /impossible size/)
  refused(t, dataspaceMessage, '02 01 00 01 0000000000002000', /above 2\^53-1/)
  refused(t, dataspaceMessage, '02 01 01 01 0500000000000000 0400000000000000', /exceeds its maximum/)
})

test('elementCount', (t) => {
  const space = (...dimensions: number[]): Dataspace => ({ version: 2, kind: 'simple', dimensions, maximum: undefined })
  t.is(elementCount(space(2, 3, 4)), 24)
  t.is(elementCount(space(2 ** 40, 2 ** 40, 0)), 0)
  t.is(elementCount({ ...space(), kind: 'scalar' }), 1)
  t.is(elementCount({ ...space(), kind: 'null' }), 0)
  t.throws(() => elementCount(space(2 ** 40, 2 ** 40)), { instanceOf: FormatError, message: /2\^53-1 elements/ })
})
