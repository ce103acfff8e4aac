import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { File, FileRepack, RepackOptions } from '../../src/index.ts'
import { createBytes, FormatError, openBytes, FileRepack as Repack } from '../../src/index.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { createFile, editFile, referenceType } from '../../src/node.ts'

const folder = mkdtempSync(join(tmpdir(), 'h5kit-alike-'))
test.after.always(() => rmSync(folder, { recursive: true }))

const NIL = 0
const DATA_LAYOUT = 8
const MODIFICATION_TIME = 18
const OLD_MESSAGE_HEAD = 8

const VERSIONS: RepackOptions[] = [{}, { low: 'v110' }]

/** A file's datasets in a new one, and which of them were written as those before them. */
async function repacked(file: File, options: RepackOptions, repeats: boolean, native = false) {
  const sink = new BufferSink()
  const repack = new Repack(file, sink, options)
  const repeated: string[] = []
  repack.begin(file.root)
  for (const link of file.root.links('creation')) {
    const place = { group: file.rootAddress, link }
    if (link.kind !== 'hard') throw new Error(link.name)
    if (repeats && repack.repeat(link.address, place) !== undefined) repeated.push(link.name)
    else await copy(file, repack, place, link.address, native)
  }
  repack.finish()
  return { bytes: sink.written, repeated }
}

type Place = Parameters<FileRepack['repeat']>[1]

async function copy(file: File, repack: FileRepack, place: Place, address: number, native: boolean) {
  const dataset = file.object(address)
  if (dataset.kind !== 'dataset') throw new Error(dataset.kind)
  repack.begin(dataset)
  await repack.elements(dataset, undefined)
  repack.link(place.group, place.link)
  repack.addAttributes(dataset, repack.attributes(dataset, 'creation'), native)
  repack.complete(address, 1, place)
}

/** The datasets that are written as those before them, whose file is no other for that. */
async function repeatedOf(bytes: Uint8Array, options: RepackOptions = {}, native = false): Promise<string[]> {
  const alone = await repacked(openBytes(bytes), options, false, native)
  const { bytes: made, repeated } = await repacked(openBytes(bytes), options, true, native)
  if (!Buffer.from(made).equals(alone.bytes)) throw new Error('another file')
  return repeated
}

test('datasets that differ in elements, attributes and times are written as the first of them', async (t) => {
  for (const low of ['earliest', 'v110'] as const) {
    for (const kind of [{}, { compact: true }, { trackTimes: true }, { compact: true, trackTimes: true }]) {
      const bytes = createBytes(
        (file) => {
          for (let i = 0; i < 4; i++) {
            const data = Float32Array.from({ length: 9 }, (_, k) => i * 10 + k)
            const dataset = file.createDataset(`d${i}`, { data, shape: [3, 3], ...kind })
            dataset.createAttribute('dt', i + 0.5)
            // Of a length that is no multiple of eight, and a name that sorts before the other.
            dataset.createAttribute('c', Uint8Array.of(i, i, i))
          }
        },
        { low },
      )
      for (const options of VERSIONS) t.deepEqual(await repeatedOf(bytes, options), ['d1', 'd2', 'd3'])
    }
  }
})

test('times are those of each', async (t) => {
  const bytes = createBytes((file) => {
    for (const name of ['a', 'b', 'c']) file.createDataset(name, { data: [1, 2], trackTimes: true })
  })
  const seconds = [1e9, 1.1e9, 1.2e9]
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    const { header } = openBytes(bytes).dataset(name)
    const message = header.find(MODIFICATION_TIME)
    new DataView(bytes.buffer, bytes.byteOffset).setUint32((message?.address ?? 0) + 4, seconds[i], true)
  }
  for (const options of VERSIONS) {
    t.deepEqual(await repeatedOf(bytes, options), ['b', 'c'])
    const made = openBytes((await repacked(openBytes(bytes), options, true)).bytes)
    t.deepEqual(
      ['a', 'b', 'c'].map((name) => made.dataset(name).modificationTime),
      seconds,
    )
  }
})

test('headers that go on elsewhere are alike too', async (t) => {
  for (const low of ['earliest', 'v110'] as const) {
    const path = join(folder, `${low}.h5`)
    const names = ['a', 'b', 'c']
    {
      using file = createFile(path, { low })
      for (const name of names) file.createDataset(name, { data: [1, 2, 3] })
      file.close()
    }
    {
      using file = editFile(path)
      for (const [i, name] of names.entries()) {
        file.dataset(name).createAttribute('long', new Float64Array(40).fill(i))
        file.dataset(name).createAttribute('x', i)
      }
      file.commit()
    }
    const bytes = readFileSync(path)
    t.true(openBytes(bytes).dataset('a').header.chunks.length > 1)
    for (const options of VERSIONS) t.deepEqual(await repeatedOf(bytes, options), ['b', 'c'])
  }
})

test('datasets without elements are alike, and not like those with some', async (t) => {
  const bytes = createBytes((file) => {
    for (const name of ['none', 'none again']) file.createDataset(name, { shape: [2], type: 'float64' })
    for (const name of ['some', 'some again']) file.createDataset(name, { data: [1, 2] })
    file.createDataset('none at last', { shape: [2], type: 'float64' })
  })
  t.deepEqual(await repeatedOf(bytes), ['none again', 'none at last', 'some again'])
})

test('what is not alike, or has something elsewhere, is written by itself', async (t) => {
  const bytes = createBytes(
    (file) => {
      const twice = (name: string, make: (name: string, i: number) => void): void => {
        for (const i of [0, 1]) make(`${name} ${i}`, i)
      }
      twice('shape', (name, i) => file.createDataset(name, { data: new Float32Array(4 + i) }))
      twice('type', (name, i) => file.createDataset(name, { data: i === 0 ? new Int16Array(4) : new Uint16Array(4) }))
      twice('fill value', (name, i) => file.createDataset(name, { data: new Int32Array(3), fillValue: i + 1 }))
      twice('attribute', (name, i) => {
        file.createDataset(name, { data: new Int8Array(3) }).createAttribute(`attribute ${i}`, 1)
      })
      twice('text', (name) => {
        file.createDataset(name, { data: new Int8Array(5) }).createAttribute('text', 'x')
      })
      twice('reference', (name) => {
        const dataset = file.createDataset(name, { data: new Int8Array(6) })
        dataset.createAttribute('to', dataset.reference(), { type: referenceType('object') })
      })
      twice('dense', (name) => {
        const dataset = file.createDataset(name, { data: new Int8Array(7) })
        for (let i = 0; i < 20; i++) dataset.createAttribute(`attribute ${i}`, 1)
      })
      twice('chunked', (name) => file.createDataset(name, { data: new Int8Array(8), chunks: [2] }))
      twice('external', (name) => {
        file.createDataset(name, { shape: [8], type: 'int8', external: [{ file: 'outside', offset: 0, size: 8 }] })
      })
      twice('large', (name) => file.createDataset(name, { data: new Float64Array(1 << 16) }))
    },
    { low: 'v110' },
  )
  for (const options of VERSIONS) t.deepEqual(await repeatedOf(bytes, options), [])
})

test('many attributes in old headers are alike', async (t) => {
  const bytes = createBytes((file) => {
    for (const name of ['a', 'b']) {
      const dataset = file.createDataset(name, { data: new Int8Array(7) })
      for (let i = 0; i < 9; i++) dataset.createAttribute(`attribute ${i}`, i)
    }
  })
  for (const options of VERSIONS) t.deepEqual(await repeatedOf(bytes, options), ['b'])
})

test('attributes that become native are converted for each dataset', async (t) => {
  for (const type of ['>i4', '>f8']) {
    const bytes = createBytes((file) => {
      for (const [i, name] of ['a', 'b', 'c'].entries()) {
        file.createDataset(name, { data: [1, 2, 3] }).createAttribute('x', i + 1, { type })
      }
    })
    t.deepEqual(await repeatedOf(bytes, {}, true), [])
    const made = openBytes((await repacked(openBytes(bytes), {}, true, true)).bytes)
    t.deepEqual(
      ['a', 'b', 'c'].map((name) => made.dataset(name).attribute('x').value),
      [1, 2, 3],
    )
    t.deepEqual(await repeatedOf(bytes), ['b', 'c'])
  }
})

test('where some attributes are left out, others like it keep theirs', async (t) => {
  const bytes = createBytes((file) => {
    for (const name of ['a', 'b']) {
      const dataset = file.createDataset(name, { data: [1, 2, 3] })
      for (const attribute of ['kept', 'left out']) dataset.createAttribute(attribute, name.charCodeAt(0) + 0.5)
    }
  })
  const file = openBytes(bytes)
  const sink = new BufferSink()
  const repack = new Repack(file, sink)
  repack.begin(file.root)
  const [first, second] = [...file.root.links()].map((link) => ({ group: file.rootAddress, link }))
  const dataset = file.dataset('a')
  repack.begin(dataset)
  await repack.elements(dataset, undefined)
  repack.link(first.group, first.link)
  const kept = repack.attributes(dataset, 'name').filter(({ name }) => name === 'kept')
  repack.addAttributes(dataset, kept, false)
  repack.complete(dataset.address, 1, first)
  t.is(repack.repeat(file.dataset('b').address, second), undefined)
})

test('nothing is repeated where addresses may be too short', async (t) => {
  const bytes = createBytes(
    (file) => {
      for (const name of ['a', 'b', 'c']) file.createDataset(name, { data: [1, 2, 3] })
    },
    { sizes: { offsets: 4, lengths: 4 } },
  )
  t.deepEqual(await repeatedOf(bytes), [])
})

test('nothing is repeated where objects share messages', async (t) => {
  const bytes = createBytes((file) => {
    for (const name of ['a', 'b', 'c']) file.createDataset(name, { data: [1, 2, 3] })
  })
  const sharing = { indexes: [{ messageTypes: 1 << 1, minSize: 1 }] }
  t.deepEqual(await repeatedOf(bytes, { sharing }), [])
})

test('damage is found in what would be alike', async (t) => {
  for (const low of ['earliest', 'v110'] as const) {
    const bytes = createBytes(
      (file) => {
        for (const name of ['a', 'b', 'c']) file.createDataset(name, { data: [1, 2, 3] })
      },
      { low },
    )
    const layout = openBytes(bytes).dataset('b').header.find(DATA_LAYOUT)
    // The address: far behind the end, or more than a number holds. A header with a checksum is wrong by that alone.
    for (const byte of [5, 7]) {
      bytes[(layout?.address ?? 0) + 2 + byte] = 1
      const alone = await t.throwsAsync(repacked(openBytes(bytes), {}, false), { instanceOf: FormatError })
      await t.throwsAsync(repacked(openBytes(bytes), {}, true), { message: alone.message })
    }
  }
})

test("damage in messages that nobody reads is nobody's damage", async (t) => {
  const path = join(folder, 'spare.h5')
  const names = ['a', 'b', 'c']
  {
    using file = createFile(path)
    for (const name of names) file.createDataset(name, { data: [1, 2, 3] }).createAttribute('gone', [1, 2, 3])
    file.close()
  }
  {
    using file = editFile(path)
    for (const name of names) file.dataset(name).deleteAttribute('gone')
    file.commit()
  }
  const bytes = readFileSync(path)
  t.deepEqual(await repeatedOf(bytes), ['b', 'c'])
  for (const name of names) {
    const spare = openBytes(bytes).dataset(name).header.find(NIL)
    // A second layout, of version 0. The type stands at the start of the message's head.
    bytes[(spare?.address ?? 0) - OLD_MESSAGE_HEAD] = DATA_LAYOUT
  }
  t.deepEqual(await repeatedOf(bytes), [])
})
