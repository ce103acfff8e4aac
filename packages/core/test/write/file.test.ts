import { writeFileSync } from 'node:fs'
import test from 'ava'
import { ieeeType, integerType, stringType } from '../../src/datatype/types.ts'
import type { Dataspace } from '../../src/format/messages/dataspace.ts'
import { fillValueMessage } from '../../src/format/messages/fill-value.ts'
import { openBytes } from '../../src/index.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { UNDEFINED } from '../../src/io/structure.ts'
import type { AttributeContent, DatasetDraft } from '../../src/write/drafts.ts'
import { groupDraft, typeDraft } from '../../src/write/drafts.ts'
import { FileWriter } from '../../src/write/file-writer.ts'
import type { LibraryVersion } from '../../src/write/version-bounds.ts'

const BOUNDS: LibraryVersion[] = ['earliest', 'v108', 'v110', 'v112', 'v114', 'v200']

function simple(...dimensions: number[]): Dataspace {
  return { version: 1, kind: 'simple', dimensions, maximum: undefined }
}

const SCALAR: Dataspace = { version: 1, kind: 'scalar', dimensions: [], maximum: undefined }

function integers(count: number): Uint8Array {
  return new Uint8Array(Int32Array.from({ length: count }, (_, i) => i * i).buffer)
}

function attribute(name: string, text: string): AttributeContent {
  const data = new TextEncoder().encode(text)
  return { name, type: stringType(data.length), space: SCALAR, data }
}

function dataset(layout: DatasetDraft['layout'], space: Dataspace): DatasetDraft {
  return {
    kind: 'dataset',
    attributes: [],
    attributeOrder: 'none',
    type: integerType(4, true),
    space,
    layout,
    chunks: [],
    filters: [],
    fill: fillValueMessage.blank(),
  }
}

/** A file with a bit of everything. */
function everything(bound: LibraryVersion): Uint8Array {
  const sink = new BufferSink()
  const writer = new FileWriter(sink, { low: bound })
  const { emitter, versions } = writer
  const root = groupDraft()
  root.attributes.push(attribute('title', 'a bit of everything'), attribute('größe', 'x'))
  const stored = integers(100)
  const version = versions.dataLayout
  const address = emitter.placeBytes(stored)
  const flat = dataset({ kind: 'contiguous', version, storedDimensions: [], address, size: 400 }, simple(10, 10))
  for (let i = 0; i < 12; i++) flat.attributes.push(attribute(`attribute ${i}`, `value ${i}`))
  flat.comment = 'flat'
  const time = 1_700_000_000
  flat.times = { access: time, modification: time, change: time, birth: time }
  root.links.set('flat', { kind: 'hard', object: flat })
  root.links.set('flat again', { kind: 'hard', object: flat })
  const compact = dataset({ kind: 'compact', version, storedDimensions: [], data: integers(6) }, simple(2, 3))
  root.links.set('compact', { kind: 'hard', object: compact })
  const index = version < 4 ? ({ type: 'b-tree-v1' } as const) : ({ type: 'fixed-array', pageBits: 10 } as const)
  const layout = { kind: 'chunked' as const, version, flags: 0, dimensions: [5, 4], elementSize: 4, dimensionWidth: 1 }
  const chunked = dataset({ ...layout, index, address: UNDEFINED }, simple(10, 8))
  for (const [i, offset] of [
    [0, 0],
    [0, 4],
    [5, 0],
  ].entries()) {
    const bytes = new Uint8Array(Int32Array.from({ length: 20 }, () => i + 1).buffer)
    chunked.chunks.push({ offset, address: emitter.placeBytes(bytes), size: bytes.length, filterMask: 0 })
  }
  root.links.set('chunked', { kind: 'hard', object: chunked })
  const committed = typeDraft(ieeeType(8))
  root.links.set('type', { kind: 'hard', object: committed })
  const typed = dataset({ kind: 'contiguous', version, storedDimensions: [], address: UNDEFINED, size: 0 }, simple(4))
  root.links.set('typed', { kind: 'hard', object: { ...typed, type: ieeeType(8), committed } })
  const many = groupDraft(bound === 'earliest' ? 'none' : 'indexed')
  for (let i = 0; i < 200; i++) many.links.set(`link ${i}`, { kind: 'soft', path: '/flat' })
  many.links.set('up', { kind: 'hard', object: root })
  root.links.set('many', { kind: 'hard', object: many })
  const elsewhere = groupDraft()
  elsewhere.links.set('there', { kind: 'external', file: 'other.h5', path: '/x' })
  root.links.set('elsewhere', { kind: 'hard', object: elsewhere })
  writer.finish(root)
  return sink.written
}

for (const bound of BOUNDS) {
  test(`a file written for ${bound} has everything in it that was put there`, (t) => {
    const bytes = everything(bound)
    if (process.env.KEEP !== undefined) writeFileSync(`${process.env.KEEP}/everything-${bound}.h5`, bytes)
    const file = openBytes(bytes)
    t.deepEqual(file.root.attributeNames(), ['größe', 'title'])
    t.is(file.root.attribute('title').value, 'a bit of everything')
    const flat = file.dataset('flat')
    t.deepEqual(new Uint8Array(flat.raw()), integers(100))
    t.is(flat.referenceCount, 2)
    t.is(flat.attributeCount, 12)
    t.is(flat.attribute('attribute 7').value, 'value 7')
    t.is(flat.comment, 'flat')
    t.is(flat.modificationTime, 1_700_000_000)
    t.deepEqual(new Uint8Array(file.dataset('compact').raw()), integers(6))
    const rows = [...new Int32Array(file.dataset('chunked').raw().slice().buffer)]
    t.deepEqual(rows.slice(0, 8), [1, 1, 1, 1, 2, 2, 2, 2])
    t.deepEqual(rows.slice(40, 48), [3, 3, 3, 3, 0, 0, 0, 0])
    t.is(file.dataset('typed').committed, file.get('type').address)
    const many = file.group('many')
    t.is(many.keys().length, 201)
    t.is(file.dataset('many/link 13').address, flat.address)
    t.is(file.get('many/up').address, file.root.address)
    t.is(file.root.referenceCount, 2)
    const link = file.link('elsewhere/there')
    t.deepEqual(link.kind === 'external' ? [link.file, link.target] : [], ['other.h5', '/x'])
  })
}
