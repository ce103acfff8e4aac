import { writeFileSync } from 'node:fs'
import test from 'ava'
import { groupInfoMessage } from '../../src/format/messages/group-info.ts'
import type { LinkMessage } from '../../src/format/messages/link.ts'
import { linkMessage } from '../../src/format/messages/link.ts'
import { superblockStructure } from '../../src/format/superblock.ts'
import { symbolTableEntry } from '../../src/format/symbol-table-node.ts'
import type { NewFile } from '../../src/index.ts'
import { createBytes, openBytes } from '../../src/index.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { Emitter } from '../../src/write/emitter.ts'
import { packHeader } from '../../src/write/header-packer.ts'
import type { GroupStyle } from '../../src/write/link-storage.ts'
import { buildLinks } from '../../src/write/link-storage.ts'
import { FileSpace } from '../../src/write/space.ts'

const SIZES = { offsets: 8, lengths: 8 }
const OLD: GroupStyle = { kind: 'symbol-table', constants: { groupLeafK: 4, groupInternalK: 16 } }
const LATEST: GroupStyle = {
  kind: 'link-messages',
  orderFlags: 3,
  nextCreationOrder: 0,
  info: groupInfoMessage.blank(),
  dense: false,
}

function hard(name: string, address: number, creationOrder: number | undefined): LinkMessage {
  return { ...linkMessage.blank(), name, creationOrder, target: { kind: 'hard', address } }
}

/** A file whose root group has so many empty groups in it. */
function fileOf(style: GroupStyle, count: number): Uint8Array {
  const sink = new BufferSink()
  const version = style.kind === 'symbol-table' ? 0 : 3
  const space = new FileSpace(version === 0 ? 96 : 48)
  const emitter = new Emitter(SIZES, space, sink)
  const group = (links: LinkMessage[]): number => {
    const own = style.kind === 'symbol-table' ? style : { ...style, nextCreationOrder: links.length }
    const messages = buildLinks(emitter, own, links)
    return packHeader(emitter, { version: version === 0 ? 1 : 2, flags: 0, referenceCount: 1, messages })
  }
  const order = (i: number): number | undefined => (style.kind === 'symbol-table' ? undefined : i)
  const links = Array.from({ length: count }, (_, i) => hard(`group ${i}`, group([]), order(i)))
  const root = group(links)
  const superblock = {
    ...superblockStructure.blank(SIZES),
    version,
    endOfFile: space.end,
    rootAddress: root,
    rootEntry: { ...symbolTableEntry.blank(), headerAddress: root },
  }
  emitter.put(0, superblockStructure, superblock, SIZES)
  return sink.written
}

for (const [name, style] of Object.entries({ OLD, LATEST })) {
  for (const count of [0, 1, 9, 300, 3000]) {
    test(`a group (${name}) of ${count} links has them all`, (t) => {
      const bytes = fileOf(style, count)
      if (process.env.KEEP) writeFileSync(`${process.env.KEEP}/${name}-${count}.h5`, bytes)
      const file = openBytes(bytes)
      const names = Array.from({ length: count }, (_, i) => `group ${i}`)
      t.deepEqual(file.root.keys(), [...names].sort())
      if (style === LATEST) t.deepEqual(file.root.keys('creation'), names)
      for (const each of names) t.is(file.group(each).keys().length, 0)
    })
  }
}

test('a group has room in its header for links to come, unless they are kept elsewhere', (t) => {
  const headerSize = (count: number): number => {
    const fill = (file: NewFile) => {
      for (let i = 0; i < count; i++) file.createGroup(`group ${i}`)
    }
    const { header } = openBytes(createBytes(fill, { low: 'v110' })).root
    return header.chunks.reduce((sum, { length }) => sum + length, 0)
  }
  t.true(headerSize(0) > 100)
  t.is(headerSize(1), headerSize(0))
  t.true(headerSize(9) < 60)
})
