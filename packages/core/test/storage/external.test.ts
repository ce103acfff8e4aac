import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ByteSource, Dataset } from '../../src/node.ts'
import { BufferSource, FormatError, NotFoundError, openFile, slice } from '../../src/node.ts'
import { ExternalSource } from '../../src/storage/external-data.ts'

const folder = fileURLToPath(new URL('../../../../golden/storage', import.meta.url))

function open() {
  process.env.HDF5_EXTFILE_PREFIX = '${ORIGIN}'
  return openFile(`${folder}/external.h5`)
}

test.serial('elements in several parts of other files, the last of which is too short', (t) => {
  const file = open()
  const dataset = file.get('/three-parts') as Dataset
  // As the C library reads them; what the file does not have is zero.
  const all = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100, 101, 102, 103, 104, 105, 108, 109, 0, 0, 0, 0, 0, 0, 0, 0]
  t.deepEqual([...(dataset.read() as Int32Array)], all)
  t.deepEqual([...(dataset.read([slice(), slice(8, 12)]) as Int32Array)], [10, 11, 100, 101, 0, 0, 0, 0])
  t.is(dataset.storageSize, 104)
  t.deepEqual([...((file.get('/endless') as Dataset).read() as Int32Array)], [25, 26, 27, 28])
  file.close()
})

test.serial('a file that is missing is an error that names it', (t) => {
  const file = open()
  t.throws(() => (file.get('/missing') as Dataset).read(), { instanceOf: NotFoundError, message: /no-such-file.bin/ })
  file.close()
})

test.serial('files are looked for where the prefix says, and from the current folder without one', (t) => {
  const read = (prefix: string) => {
    process.env.HDF5_EXTFILE_PREFIX = prefix
    const file = openFile(`${folder}/external.h5`)
    try {
      return [...((file.get('/too-few') as Dataset).read() as Int32Array)]
    } finally {
      file.close()
    }
  }
  const there = [0, 1, 2, 3]
  t.deepEqual(read('${ORIGIN}/../storage'), there)
  t.deepEqual(read(folder), there)
  t.throws(() => read('${ORIGIN}/..'), { instanceOf: NotFoundError })
  const before = process.cwd()
  process.chdir(folder)
  try {
    t.deepEqual(read(''), there)
    t.deepEqual(read('.'), there)
  } finally {
    process.chdir(before)
  }
})

test('nothing is read behind the last part', (t) => {
  const source: ByteSource = new BufferSource(new Uint8Array([1, 2, 3]))
  const parts = new ExternalSource([{ file: 'a', offset: 1, size: 4 }], () => source)
  t.deepEqual([...parts.view(0, 4)], [2, 3, 0, 0])
  t.throws(() => parts.view(2, 3), { instanceOf: FormatError })
})
