import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { FormatError } from '../../src/errors.ts'
import { groupLeaves } from '../../src/format/b-tree-v1.ts'
import { CONTINUATION, DATA_LAYOUT, SYMBOL_TABLE } from '../../src/format/messages/message-types.ts'
import { symbolTableMessage } from '../../src/format/messages/symbol-table.ts'
import { openBytes } from '../../src/index.ts'
import { lookup3 } from '../../src/io/checksum.ts'
import { messageValue } from '../../src/objects/messages.ts'

/** Levels of nodes that each lead twice to the next one: more ways than anyone can go. */
const LEVELS = 60

/** Where the end of file address is in superblocks of version 0 and 1. */
const END_OF_FILE = [40, 44]

function golden(name: string, room: number): { bytes: Uint8Array; view: DataView; end: number } {
  const original = readFileSync(fileURLToPath(new URL(`../../../../golden/files/${name}`, import.meta.url)))
  const bytes = new Uint8Array(original.length + room)
  bytes.set(original)
  const view = new DataView(bytes.buffer)
  if (room > 0) view.setBigUint64(END_OF_FILE[bytes[8]], BigInt(bytes.length), true)
  return { bytes, view, end: original.length }
}

/** A version 1 B-tree in which each node has the next one as its child twice. */
function chain(view: DataView, start: number, type: number, keySize: number): void {
  const length = 24 + 2 * (keySize + 8) + keySize
  for (let level = LEVELS; level >= 0; level--) {
    const at = start + (LEVELS - level) * length
    for (const [i, letter] of [...'TREE'].entries()) view.setUint8(at + i, letter.charCodeAt(0))
    view.setUint8(at + 4, type)
    view.setUint8(at + 5, level)
    view.setUint16(at + 6, level === 0 ? 0 : 2, true)
    view.setBigUint64(at + 8, 2n ** 64n - 1n, true)
    view.setBigUint64(at + 16, 2n ** 64n - 1n, true)
    for (const child of [0, 1]) {
      view.setBigUint64(at + 24 + keySize + child * (keySize + 8), BigInt(at + length), true)
    }
  }
}

test('a B-tree of links with the same node twice is an error, however many ways there are', (t) => {
  const { bytes, view, end } = golden('tree-levels.h5', (LEVELS + 1) * 64)
  const group = openBytes(bytes).group('group')
  const message = group.header.find(SYMBOL_TABLE)
  view.setBigUint64(message?.address ?? 0, BigInt(end), true)
  chain(view, end, 0, 8)
  const opened = openBytes(bytes).group('group')
  t.throws(() => [...opened.links()], { instanceOf: FormatError, message: /comes twice/ })
  t.throws(() => opened.linkCount, { instanceOf: FormatError })
  t.throws(() => [...opened.extents()], { instanceOf: FormatError })
})

test('links in front of one whose name cannot be read are given', (t) => {
  const { bytes, view } = golden('book-demo.h5', 0)
  const { image, root } = openBytes(bytes)
  const names = root.keys()
  const table = messageValue(image, root.header, SYMBOL_TABLE, symbolTableMessage)
  const [node] = groupLeaves(image, table?.bTree ?? 0)
  // Behind the signature and the counts: the last entry's offset of its name.
  view.setBigUint64(node + 8 + (names.length - 1) * 40, 1n << 32n, true)
  const read: string[] = []
  t.throws(
    () => {
      for (const link of openBytes(bytes).root.links()) read.push(link.name)
    },
    { instanceOf: FormatError, message: /no string at offset/ },
  )
  t.true(names.length > 1)
  t.deepEqual(read, names.slice(0, -1))
})

test('a B-tree of chunks with the same node twice is an error, however many ways there are', (t) => {
  const { bytes, view, end } = golden('tree-levels.h5', (LEVELS + 1) * 128)
  const message = openBytes(bytes).dataset('many chunks').header.find(DATA_LAYOUT)
  // Behind version, class and dimensionality.
  view.setBigUint64((message?.address ?? 0) + 3, BigInt(end), true)
  chain(view, end, 1, 24)
  const opened = openBytes(bytes).dataset('many chunks')
  t.throws(() => [...opened.chunks()], { instanceOf: FormatError, message: /comes twice/ })
  t.throws(() => opened.storageSize, { instanceOf: FormatError })
})

test('chunks of an object header that would take more than the file are an error', (t) => {
  const { bytes, view } = golden('object-header-continuation.h5', 0)
  const file = openBytes(bytes)
  const found = [...file.visit()].flatMap(({ link }) => (link.kind === 'hard' ? [file.object(link.address)] : []))
  const object = [file.root, ...found].find(({ header }) => header.version === 1 && header.chunks.length > 1)
  const message = object?.header.find(CONTINUATION)
  const address = Number(view.getBigUint64(message?.address ?? 0, true))
  view.setBigUint64((message?.address ?? 0) + 8, BigInt(bytes.length - address), true)
  t.throws(() => openBytes(bytes).object(object?.address ?? 0), { instanceOf: FormatError })
})

test('a version 2 B-tree says no more records than the file has room for', (t) => {
  const { bytes, view } = golden('links-dense.h5', 0)
  const file = openBytes(bytes.slice())
  const tree = [...file.root.extents()].find(({ structure }) => structure === 'Version 2 B-tree Header')
  const at = tree?.address ?? 0
  view.setBigUint64(at + 26, 2n ** 40n, true)
  view.setUint32(at + 34, lookup3(bytes, at, at + 34), true)
  t.throws(() => [...openBytes(bytes).root.links()], { instanceOf: FormatError, message: /room/ })
})
