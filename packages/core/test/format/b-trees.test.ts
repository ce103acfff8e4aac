import test from 'ava'
import { FormatError } from '../../src/errors.ts'
import { bTreeV1Node, findGroupLeaf, groupLeaves } from '../../src/format/b-tree-v1.ts'
import type { BTreeV2Node } from '../../src/format/b-tree-v2.ts'
import { bTreeV2Header, bTreeV2Node, findRecord, openBTreeV2, records } from '../../src/format/b-tree-v2.ts'
import { Span } from '../../src/io/span.ts'
import { encode } from '../../src/io/writer.ts'
import { imageOf, SIZES } from '../support/image.ts'

/** A group's node: children and the offsets of names around them. */
function groupNode(level: number, keys: number[], children: number[]): Uint8Array {
  const entries = new DataView(new ArrayBuffer(16 * children.length + 8))
  for (const [i, key] of keys.entries()) entries.setBigUint64(16 * i, BigInt(key), true)
  for (const [i, child] of children.entries()) entries.setBigUint64(16 * i + 8, BigInt(child), true)
  const params = { type: 0, keySize: 8 }
  const stored = new Span(new Uint8Array(entries.buffer))
  const value = { ...bTreeV1Node.blank(params), level, count: children.length, entries: stored }
  return encode(bTreeV1Node, value, SIZES, params)
}

const V1 = {
  1000: groupNode(1, [0, 30, 60], [2000, 3000]),
  2000: groupNode(0, [0, 10, 20, 30], [11, 22, 33]),
  3000: groupNode(0, [30, 45, 60], [44, 55]),
}

test('version 1: leaves come in order', (t) => {
  t.deepEqual([...groupLeaves(imageOf(V1).image, 1000)], [11, 22, 33, 44, 55])
})

test('version 1: a name is looked up with one node a level, and for nothing the second time', (t) => {
  const { image, source } = imageOf(V1)
  const find = (wanted: number) => findGroupLeaf(image, 1000, (offset) => wanted - offset)
  // A node's first bytes tell its length.
  t.is(
    source.count(() => t.is(find(45), 44)),
    4,
  )
  t.is(
    source.count(() => t.is(find(46), 55)),
    0,
  )
  t.deepEqual([1, 10, 11, 30, 31, 60].map(find), [11, 11, 22, 33, 44, 55])
  t.is(find(61), undefined)
})

test('version 1: a tree that leads into itself ends', (t) => {
  const { image } = imageOf({
    ...V1,
    3000: groupNode(0, [30, 60], [44]),
    1000: groupNode(1, [0, 30, 60], [2000, 1000]),
  })
  t.throws(() => [...groupLeaves(image, 1000)], { instanceOf: FormatError, message: /level 1 below level 1/ })
  t.throws(() => findGroupLeaf(image, 1000, (offset) => 50 - offset), { message: /level 1 below level 1/ })
})

const RECORD = 8
const NODE = { type: 5, recordSize: RECORD, countWidth: 1, totalWidth: 0 }

function numbers(from: number, count: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(RECORD * count))
  for (let i = 0; i < count; i++) view.setUint32(RECORD * i, from + i, true)
  return new Uint8Array(view.buffer)
}

function node(level: number, value: BTreeV2Node): Uint8Array {
  const count = value.records.length / RECORD
  return encode(bTreeV2Node, value, SIZES, { ...NODE, level, count })
}

function header(changes: object): Uint8Array {
  const value = {
    ...bTreeV2Header.blank(),
    type: 5,
    recordSize: RECORD,
    depth: 1,
    rootAddress: 200,
    rootRecords: 1,
    totalRecords: 7,
    ...changes,
  }
  return encode(bTreeV2Header, value, SIZES, undefined)
}

const child = (address: number, count: number) => ({ address, records: count, totalRecords: count })
const V2 = {
  100: header({}),
  200: node(1, { records: numbers(4, 1), children: [child(1000, 4), child(2000, 2)] }),
  1000: node(0, { records: numbers(0, 4), children: [] }),
  2000: node(0, { records: numbers(5, 2), children: [] }),
}
const number = (record: Uint8Array): number => new DataView(record.buffer, record.byteOffset).getUint32(0, true)

test('version 2: records come in order, those of inner nodes between those below', (t) => {
  const { image, source } = imageOf(V2)
  t.is(
    source.count(() => t.deepEqual([...records(openBTreeV2(image, 100))].map(number), [0, 1, 2, 3, 4, 5, 6])),
    4,
  )
  t.is(
    source.count(() => [...records(openBTreeV2(image, 100))]),
    0,
  )
})

test('version 2: a record is looked up with one read a level', (t) => {
  for (const wanted of [0, 3, 4, 5, 6]) {
    const { image, source } = imageOf(V2)
    const tree = openBTreeV2(image, 100)
    const reads = source.count(() => {
      const found = findRecord(tree, (record) => wanted - number(record))
      t.is(found && number(found), wanted)
    })
    t.is(reads, wanted === 4 ? 1 : 2)
  }
  const { image } = imageOf(V2)
  t.is(
    findRecord(openBTreeV2(image, 100), (record) => 2.5 - number(record)),
    undefined,
  )
})

test('version 2: trees that cannot be are refused', (t) => {
  const refuse = (parts: Record<number, Uint8Array>, message: RegExp): void => {
    const { image } = imageOf({ ...V2, ...parts })
    t.throws(() => [...records(openBTreeV2(image, 100))], { instanceOf: FormatError, message })
  }
  refuse({ 100: header({ totalRecords: 6 }) }, /more records than the header says/)
  refuse({ 100: header({ rootRecords: 60 }) }, /60 records in a node for/)
  refuse({ 100: header({ depth: 60 }) }, /depth 60/)
  refuse({ 100: header({ recordSize: 0 }) }, /without room/)
  refuse({ 100: header({ nodeSize: 10 }) }, /without room/)
  refuse({ 200: node(0, { records: numbers(4, 1), children: [] }) }, /no signature "BTIN"/)
  const damaged = V2[1000].slice()
  damaged[8]++
  refuse({ 1000: damaged }, /checksum/)
})
