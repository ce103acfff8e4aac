import test from 'ava'
import { orderBy, orderByHash, recordTable } from '../../src/write/record-table.ts'

test('records are in the order of their hashes, and of their names where these are the same', (t) => {
  const names = ['d', 'c', 'b', 'a', 'e', 'f']
  const hashes = Uint32Array.of(7, 0xffff_ffff, 7, 7, 0, 0x8000_0000)
  const order = orderByHash(hashes, (a, b) => (names[a] < names[b] ? -1 : 1))
  t.deepEqual([...order], [4, 3, 2, 0, 5, 1])
  t.deepEqual([...orderByHash(new Uint32Array(0), () => 0)], [])
})

test('many records are ordered as few are', (t) => {
  const hashes = Uint32Array.from({ length: 20_000 }, (_, i) => Math.imul(i % 15_000, 2_654_435_761))
  const byNumber = (a: number, b: number): number => a - b
  const expected = Array.from(hashes.keys()).sort((a, b) => hashes[a] - hashes[b] || byNumber(a, b))
  t.deepEqual([...orderByHash(hashes, byNumber)], expected)
})

test('a table has the records one behind the other', (t) => {
  const order = orderBy([30, 10, 20])
  t.deepEqual(order, [1, 2, 0])
  const fill = (records: Uint8Array, at: number, i: number): void => {
    records[at] = i
    records[at + 1] = 9
  }
  t.deepEqual([...recordTable(order, 2, fill)], [1, 9, 2, 9, 0, 9])
})
