import test from 'ava'
import { FormatError, LimitError } from '../../src/errors.ts'
import { multiMembers } from '../../src/format/driver-members.ts'
import { BufferSource } from '../../src/io/buffer-source.ts'
import { FamilySource } from '../../src/io/family-source.ts'
import { MultiSource } from '../../src/io/multi-source.ts'
import { OnionSource } from '../../src/io/onion-source.ts'
import { UNDEFINED } from '../../src/io/structure.ts'

function source(...bytes: number[]): BufferSource {
  return new BufferSource(Uint8Array.from(bytes))
}

test('a family is read across its parts, with zeros where a part is too short', (t) => {
  const family = new FamilySource([source(1, 2, 3, 4), source(5, 6), source(7)], 4)
  t.is(family.size, 9)
  t.deepEqual([...family.view(0, 9)], [1, 2, 3, 4, 5, 6, 0, 0, 7])
  t.deepEqual([...family.view(3, 2)], [4, 5])
  t.throws(() => family.view(8, 2), { instanceOf: FormatError })
})

test('what is not stored does not take all memory', (t) => {
  const family = new FamilySource([source(1), source(2)], 2 ** 40)
  t.is(family.size, 2 ** 40 + 1)
  t.deepEqual([...family.view(2 ** 40 - 1, 2)], [0, 2])
  t.throws(() => family.view(1, 2 ** 39), { instanceOf: LimitError })
  const revision = { size: 2 ** 40, originalSize: 1, pageSize: 2, pages: new Map([[1, 0]]) }
  const onion = new OnionSource(source(9, 9), source(4, 5), revision)
  t.deepEqual([...onion.view(0, 6)], [9, 0, 4, 5, 0, 0])
  t.throws(() => onion.view(0, 2 ** 39), { instanceOf: LimitError })
})

test('addresses of 64 bits are made numbers and found again', (t) => {
  const multi = new MultiSource([
    { base: 0n, source: source(1, 2), name: 'a' },
    { base: 2n ** 63n - 1n, source: source(3, 4), name: 'b' },
    { base: 2n ** 62n, source: undefined, name: 'c' },
  ])
  const address = multi.fold(2n ** 63n)
  t.true(Number.isSafeInteger(address))
  t.is(multi.unfold(address), 2n ** 63n)
  t.deepEqual([...multi.view(address, 1)], [4])
  t.throws(() => multi.view(address, 2), { instanceOf: FormatError })
  t.throws(() => multi.view(multi.fold(2n ** 62n), 1), { instanceOf: FormatError, message: /no file "c"/ })
  t.throws(() => multi.fold(2n ** 61n), { instanceOf: FormatError })
  t.is(multi.fold(2n ** 64n - 1n), UNDEFINED)
})

test('the names of a set of files stay beside one another', (t) => {
  const information = (name: string): Uint8Array => {
    const bytes = new Uint8Array(64)
    bytes.fill(1, 0, 6)
    bytes.set(new TextEncoder().encode(name), 24)
    return bytes
  }
  t.deepEqual(multiMembers(information('%s-x.h5')), [{ base: 0n, template: '%s-x.h5' }])
  for (const name of ['/etc/passwd', '../%s', '%s/../x', 'plain', '%s%s', '%d%s']) {
    t.throws(() => multiMembers(information(name)), { instanceOf: FormatError }, name)
  }
  t.throws(() => multiMembers(new Uint8Array(7)), { instanceOf: FormatError })
  t.throws(() => multiMembers(Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0)), { instanceOf: FormatError })
})
