import { writeFileSync } from 'node:fs'
import test from 'ava'
import { integerType, referenceType } from '../../src/datatype/types.ts'
import { WriteError } from '../../src/errors.ts'
import type { Dataspace } from '../../src/format/messages/dataspace.ts'
import type { ReferenceType } from '../../src/format/messages/datatype.ts'
import { fillValueMessage } from '../../src/format/messages/fill-value.ts'
import { HeaderMessage } from '../../src/format/object-header.ts'
import type { File } from '../../src/index.ts'
import { openBytes } from '../../src/index.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { Span } from '../../src/io/span.ts'
import { UNDEFINED } from '../../src/io/structure.ts'
import type { DatasetDraft, ObjectDraft, Places } from '../../src/write/drafts.ts'
import { groupDraft, typeDraft } from '../../src/write/drafts.ts'
import type { FileOptions } from '../../src/write/file-options.ts'
import { FileWriter } from '../../src/write/file-writer.ts'
import type { ReferenceTarget } from '../../src/write/reference-elements.ts'
import { putReference } from '../../src/write/reference-elements.ts'

const SIZES = { offsets: 8, lengths: 8 }
const REGION = {
  kind: 'hyperslab' as const,
  version: 2,
  width: 4,
  dimensions: [{ start: 1, stride: 1, count: 1, block: 2 }],
}

function simple(...dimensions: number[]): Dataspace {
  return { version: 1, kind: 'simple', dimensions, maximum: undefined }
}

function dataset(changes: Partial<DatasetDraft>): DatasetDraft {
  return {
    kind: 'dataset',
    attributes: [],
    attributeOrder: 'none',
    type: integerType(4, true),
    space: simple(4),
    layout: { kind: 'compact', version: 3, storedDimensions: [], data: new Uint8Array(16) },
    chunks: [],
    filters: [],
    fill: fillValueMessage.blank(),
    ...changes,
  }
}

function elements(places: Places, type: ReferenceType, targets: readonly ReferenceTarget[]): Uint8Array {
  const bytes = new Uint8Array(type.size * targets.length)
  targets.forEach((target, i) => {
    putReference(SIZES, places, type, target, bytes.subarray(i * type.size, (i + 1) * type.size))
  })
  return bytes
}

function written(
  name: string,
  options: FileOptions,
  fill: (writer: FileWriter) => ReturnType<typeof groupDraft>,
): File {
  const sink = new BufferSink()
  const writer = new FileWriter(sink, options)
  writer.finish(fill(writer))
  if (process.env.KEEP !== undefined) writeFileSync(`${process.env.KEEP}/${name}.h5`, sink.written)
  return openBytes(sink.written)
}

const KINDS = { object: [{}], region: [{ selection: REGION }], any: [{}, { selection: REGION }, { attribute: 'note' }] }

for (const low of ['earliest', 'v112'] as const) {
  for (const [kind, parts] of Object.entries(KINDS)) {
    test(`references (${kind}, ${low}) lead to objects that are written before, after, around and by them alone`, (t) => {
      const type = referenceType(kind as keyof typeof KINDS)
      const file = written(`references-${kind}-${low}`, { low }, (writer) => {
        const root = groupDraft()
        const inner = groupDraft()
        const note = { name: 'note', type: integerType(1, true), space: simple(1), data: new Uint8Array(1) }
        const before = dataset({ attributes: [note] })
        const after = dataset({ attributes: [note] })
        const alone = dataset({ attributes: [note] })
        const objects: ObjectDraft[] = kind === 'object' ? [before, after, alone, inner, root] : [before, after, alone]
        const targets = objects.flatMap((object) => parts.map((part) => ({ ...part, object })))
        const layout = { kind: 'contiguous' as const, version: 3, storedDimensions: [] }
        const size = targets.length * type.size
        const address = writer.emitter.space.allocate(size)
        const flat = dataset({ type, space: simple(targets.length), layout: { ...layout, address, size } })
        flat.deferred = (places) => writer.emitter.putBytes(address, elements(places, type, targets))
        flat.attributes.push({
          name: 'as attribute',
          type,
          space: simple(targets.length),
          data: (places) => elements(places, type, targets),
        })
        const compact = dataset({ type, space: simple(targets.length) })
        compact.layout = { kind: 'compact', version: 3, storedDimensions: [], data: new Uint8Array(size) }
        compact.deferred = (places) => {
          if (compact.layout.kind === 'compact') compact.layout.data = elements(places, type, targets)
        }
        root.links.set('before', { kind: 'hard', object: before })
        inner.links.set('flat', { kind: 'hard', object: flat })
        inner.links.set('compact', { kind: 'hard', object: compact })
        root.links.set('inner', { kind: 'hard', object: inner })
        root.links.set('late', { kind: 'hard', object: after })
        return root
      })
      const names = ['/before', '/late', undefined, '/inner', '/']
      const wanted = names.slice(0, kind === 'object' ? 5 : 3).flatMap((name) => parts.map(() => name))
      const seen = (values: ArrayLike<unknown>): unknown[] =>
        Array.from(values, (value) => {
          const { address } = value as { address: number }
          t.true(['group', 'dataset'].includes(file.object(address).kind))
          return file.pathOf(address)
        })
      const flat = file.dataset('inner/flat')
      t.deepEqual(seen(flat.read()), wanted)
      t.deepEqual(seen(flat.attribute('as attribute').read()), wanted)
      t.deepEqual(seen(file.dataset('inner/compact').read()), wanted)
      t.deepEqual(
        Array.from(flat.read(), (value) => (value as { kind: string }).kind),
        wanted.map((_, i) => (kind === 'any' ? ['object', 'region', 'attribute'][i % 3] : kind)),
      )
    })
  }
}

test('datasets may be elsewhere, links of any kind, and nodes of any size', (t) => {
  for (const low of ['earliest', 'v108', 'v110', 'v200'] as const) {
    const options = { low, groupLeafK: 2, groupInternalK: 3, chunkK: 5, userBlock: new Uint8Array(1024).fill(35) }
    const file = written(`elsewhere-${low}`, options, () => {
      const root = groupDraft()
      const space = simple(4)
      const layout = { kind: 'contiguous' as const, version: 3, storedDimensions: [], address: UNDEFINED, size: 16 }
      const segments = [
        { file: 'a.bin', offset: 0, size: 8 },
        { file: 'b.bin', offset: 100, size: UNDEFINED },
      ]
      root.links.set('external', { kind: 'hard', object: dataset({ space, layout, external: segments }) })
      const selection = { ...REGION, dimensions: [{ start: 0, stride: 1, count: 1, block: 4 }] }
      const mappings = [{ file: 'c.h5', dataset: '/x', source: selection, virtual: selection }]
      const virtual = { kind: 'virtual' as const, version: 4, address: UNDEFINED, index: 0 }
      root.links.set('virtual', { kind: 'hard', object: dataset({ space, layout: virtual, mappings }) })
      const links = groupDraft('tracked')
      links.links.set('own', { kind: 'user-defined', type: 187, data: new Uint8Array([1, 2, 3]) })
      links.links.set('ascii', { kind: 'soft', path: '/external', characterSet: 1 })
      links.attributePhase = { maxCompact: 20, minDense: 10 }
      for (let i = 0; i < 20; i++) {
        links.attributes.push({ name: `a${i}`, type: integerType(1, true), space: simple(1), data: new Uint8Array(1) })
      }
      root.links.set('links', { kind: 'hard', object: links })
      const old = groupDraft()
      old.localHeapSize = 1000
      for (let i = 0; i < 100; i++) old.links.set(`link ${i}`, { kind: 'soft', path: '/external' })
      root.links.set('old', { kind: 'hard', object: old })
      const committed = typeDraft(integerType(2, false))
      const typed = { name: 'typed', type: committed.type, committed, space, data: new Uint8Array(8) }
      root.attributes.push(typed)
      const large = { name: 'large', type: integerType(4, true), space: simple(50_000), data: new Uint8Array(200_000) }
      root.links.set('large', { kind: 'hard', object: dataset({ attributes: [large] }) })
      root.otherMessages = [new HeaderMessage(0x7e, 0, new Span(new Uint8Array(16).fill(9)))]
      return root
    })
    t.is(file.userBlockSize, 1024)
    const { groupLeafK, groupInternalK, chunkK } = file.settings
    t.deepEqual([groupLeafK, groupInternalK, chunkK], [2, 3, 5])
    t.deepEqual(
      file.dataset('external').externalFiles.map((each) => [each.file, each.offset]),
      [
        ['a.bin', 0],
        ['b.bin', 100],
      ],
    )
    t.deepEqual(
      file.dataset('virtual').mappings.map((each) => each.file),
      ['c.h5'],
    )
    t.deepEqual(file.group('links').keys('creation'), ['own', 'ascii'])
    t.is(file.link('links/own').kind, 'user-defined')
    t.is(file.group('links').attributeCount, 20)
    t.is(file.group('old').linkCount, 100)
    t.is(file.root.attribute('typed').committed, file.object(file.root.attribute('typed').committed ?? 0).address)
    t.is(file.dataset('large').attribute('large').raw().length, 200_000)
    t.is(file.root.header.messages.find(({ type }) => type === 0x7e)?.length, 16)
  }
})

test('what the newest version allowed has no form for is refused by name', (t) => {
  const root = groupDraft()
  root.links.set('a', { kind: 'hard', object: dataset({ type: referenceType('any') }) })
  const write = (options: FileOptions): void => new FileWriter(new BufferSink(), options).finish(root)
  t.throws(() => write({ high: 'v110' }), { instanceOf: WriteError, message: /reference type needs version 4/ })
  t.throws(() => write({ low: 'v200', high: 'v110' }), { instanceOf: WriteError, message: /bounds/ })
  t.throws(() => write({ userBlock: new Uint8Array(100) }), { instanceOf: WriteError, message: /user block/ })
})
