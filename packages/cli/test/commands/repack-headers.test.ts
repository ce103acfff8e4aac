import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkFile, createFile, openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../support/repack.ts'

test('attributes of old headers stay there where new ones would have them elsewhere', async (t) => {
  const at = mkdtempSync(join(tmpdir(), 'repack-'))
  const [from, to, again] = ['from.h5', 'to.h5', 'again.h5'].map((name) => join(at, name))
  const names = Array.from({ length: 12 }, (_, i) => `attribute ${i}`)
  {
    using file = createFile(from, { low: 'earliest' })
    for (const path of ['few', 'many', 'group/data']) file.createDataset(path, { data: [1, 2, 3] })
    for (const name of names) for (const path of ['many', 'group']) file.get(path).createAttribute(name, name)
    file.get('few').createAttribute('unit', 'mm')
    file.close()
  }
  for (const options of [[], ['-f', 'GZIP=1', '-m', '1'], ['-L']]) {
    t.is((await run([...options, from, to])).status, 0)
    t.true(statSync(to).size < 2 * statSync(from).size)
    using made = openFile(to)
    t.deepEqual(
      ['few', 'many', 'group', 'group/data'].map((path) => made.get(path).header.version),
      [2, 1, 1, 2],
    )
    for (const path of ['many', 'group']) {
      t.deepEqual(
        made
          .get(path)
          .attributeNames()
          .map((name) => made.get(path).attribute(name).value),
        names.toSorted(),
      )
    }
    t.is((await run([...options, to, again])).status, 0)
    t.is(statSync(again).size, statSync(to).size)
  }
})

test('indexes of chunks that are newer than the new file asks for stay, where it may have them', async (t) => {
  const at = mkdtempSync(join(tmpdir(), 'repack-'))
  const [from, to, again] = ['from.h5', 'to.h5', 'again.h5'].map((name) => join(at, name))
  const data = Float64Array.from({ length: 400 }, (_, i) => i)
  {
    using file = createFile(from, { low: 'v110' })
    file.createDataset('grows', { data, shape: [20, 20], maxShape: [null, 20], chunks: [5, 20] })
    file.createDataset('stays', { data, shape: [20, 20], chunks: [5, 20], compression: 'gzip' })
    file.close()
  }
  const indexes = (path: string): unknown[] => {
    using file = openFile(path)
    return ['grows', 'stays'].map((name) => {
      const { layout } = file.dataset(name)
      t.deepEqual(file.dataset(name).read(), data)
      return layout.kind === 'chunked' ? layout.index.type : undefined
    })
  }
  // Others are too small for what is asked for, or not of the rank that it takes.
  for (const options of [[], ['-L'], ['-f', 'SHUF', '-m', '100000'], ['-l', 'CHUNK=7'], ['-l', 'CHUNK=7', '-L']]) {
    t.is((await run([...options, from, to])).status, 0)
    t.deepEqual(indexes(to), ['extensible-array', 'fixed-array'])
    {
      using file = openFile(to)
      t.is(file.dataset('grows').layout.version, 4)
    }
    t.is((await run([...options, to, again])).status, 0)
    t.true(readFileSync(again).equals(readFileSync(to)))
  }
  for (const options of [
    ['--low=0', '--high=1'],
    ['-f', 'NONE'],
  ]) {
    t.is((await run([...options, from, to])).status, 0)
    t.deepEqual(indexes(to), ['b-tree-v1', 'b-tree-v1'])
  }
})

test('chunks of a dataset without elements may be larger than it can become, as the library has them', async (t) => {
  const at = mkdtempSync(join(tmpdir(), 'repack-'))
  const [from, to] = ['from.h5', 'to.h5'].map((name) => join(at, name))
  for (const low of ['v108', 'v110'] as const) {
    {
      using file = createFile(from, { low })
      file.createDataset('none', {
        type: 'int32',
        shape: [0, 4],
        maxShape: [10, 4],
        chunks: [5, 4],
        compression: 'gzip',
      })
      file.close()
    }
    t.is((await run(['-l', 'COMPA', from, to])).status, 0)
    t.deepEqual(checkFile(to).findings, [])
    using made = openFile(to)
    const none = made.dataset('none')
    t.deepEqual(
      [none.shape, none.maxShape, none.chunkShape],
      [
        [0, 4],
        [0, 4],
        [5, 4],
      ],
    )
  }
})
