import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { filterFinder, registerFilter } from '../../src/filters/registry.ts'
import { pakoZlib } from '../../src/filters/zlib-pako.ts'
import type { Dataset } from '../../src/node.ts'
import { openFile } from '../../src/node.ts'

const folder = fileURLToPath(new URL('../../../../golden/filters', import.meta.url))

/** Every filter as the C library and its plugins wrote it: golden/write/filters.py. */
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.h5')) : []

test('there are files of every filter', (t) => {
  const needed = [
    'bitshuffle',
    'blosc',
    'blosc2',
    'bzip2',
    'lz4',
    'lzf',
    'lzo',
    'nbit',
    'pipelines',
    'scaleoffset',
    'szip',
    'user-defined',
    'zfp',
    'zstd',
  ]
  t.deepEqual(
    needed.filter((name) => !files.includes(`${name}.h5`)),
    [],
  )
})

registerFilter({
  id: 511,
  name: 'xor',
  decode: (bytes, [key]) => bytes.map((byte) => byte ^ key),
  encode: (bytes, [key]) => bytes.map((byte) => byte ^ key),
})

for (const name of files) {
  test(`${name}: what went through a filter reads as the library read it`, (t) => {
    const file = openFile(`${folder}/${name}`)
    const filtered = file.group('filtered')
    const names = [...filtered.links()].map((link) => link.name)
    t.true(names.length > 0)
    for (const each of names) {
      const plain = file.get(`/plain/${each}`) as Dataset
      const dataset = file.get(`/filtered/${each}`) as Dataset
      t.true(dataset.filters.length > 0, each)
      t.deepEqual(hex(dataset.raw()), hex(plain.raw()), each)
    }
    file.close()
  })
}

/** Filters that have one way to store given bytes, by the file that shows them. */
const exact = ['nbit', 'pipelines', 'scaleoffset', 'szip']
/** Floats are not the same once they were scaled. */
const lossy = /^(le|be)-f[48]|^float-/

for (const name of exact) {
  test(`${name}.h5: what is encoded has the bytes that the library stored`, (t) => {
    const file = openFile(`${folder}/${name}.h5`)
    const pipeline = new FilterPipeline(filterFinder(pakoZlib))
    for (const link of file.group('filtered').links()) {
      if (name === 'scaleoffset' && lossy.test(link.name)) continue
      const dataset = file.get(`/filtered/${link.name}`) as Dataset
      const size = (dataset.chunkShape ?? []).reduce((product, count) => product * count, dataset.type.size)
      for (const chunk of dataset.chunks()) {
        const stored = file.image.source.view(chunk.address, chunk.size)
        const plain = pipeline.decode(dataset.filters, stored, chunk.filterMask, size)
        const { bytes, mask } = pipeline.encode(dataset.filters, plain)
        t.is(mask, chunk.filterMask, link.name)
        t.deepEqual(hex(bytes), hex(stored), link.name)
      }
    }
    file.close()
  })
}

test('lossy scaling keeps what it promises', (t) => {
  const file = openFile(`${folder}/scaleoffset.h5`)
  const pipeline = new FilterPipeline(filterFinder(pakoZlib))
  for (const link of file.group('filtered').links()) {
    if (!lossy.test(link.name)) continue
    const dataset = file.get(`/filtered/${link.name}`) as Dataset
    const values = dataset.read() as ArrayLike<number>
    const { bytes, mask } = pipeline.encode(dataset.filters, dataset.raw())
    t.is(mask, 0)
    const again = pipeline.decode(dataset.filters, bytes, 0, dataset.raw().length)
    const { type } = dataset
    const view = new DataView(again.buffer, again.byteOffset)
    const little = type.class === 'floating-point' && type.order === 'LE'
    const digits = (dataset.filters[0].parameters[1] ?? 0) | 0
    for (let i = 0; i < values.length; i++) {
      const value = type.size === 4 ? view.getFloat32(4 * i, little) : view.getFloat64(8 * i, little)
      // What is near the fill value becomes it.
      const near = dataset.filters[0].parameters[7] === 1 ? 1 : 0.5
      const rounding = Math.abs(values[i]) * (type.size === 4 ? 2 ** -22 : 2 ** -51)
      t.true(Math.abs(value - values[i]) <= near * 10 ** -digits + rounding, `${link.name}: ${value} ${values[i]}`)
    }
  }
  file.close()
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
