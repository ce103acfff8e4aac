import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ByteSource, Dataset, SelectionInput } from '../../src/node.ts'
import { openSource, points, slice } from '../../src/node.ts'

const bytes = readFileSync(fileURLToPath(new URL('../../../../golden/storage/selections.h5', import.meta.url)))

/** How often a selection looks into the file, once the dataset was read from before, and how many bytes it sees. */
function looks(name: string, selection: SelectionInput): { times: number; bytes: number } {
  const seen = { times: 0, bytes: 0 }
  const source: ByteSource = {
    size: bytes.length,
    view(address, length) {
      seen.times++
      seen.bytes += length
      return bytes.subarray(address, address + length)
    },
  }
  const file = openSource(source, { chunkCacheBytes: 0 })
  const dataset = file.get(`/${name}`) as Dataset
  dataset.read(dataset.shape.map(() => 0))
  seen.times = 0
  seen.bytes = 0
  dataset.raw(selection)
  file.close()
  return seen
}

test('elements side by side are one look', (t) => {
  t.deepEqual(looks('contiguous-3', '...'), { times: 1, bytes: 4004 })
  t.deepEqual(looks('contiguous-3', [2]), { times: 1, bytes: 572 })
  t.deepEqual(looks('contiguous-3', [slice(1, 3)]), { times: 1, bytes: 1144 })
  t.deepEqual(looks('contiguous-3', [1, 2, 3]), { times: 1, bytes: 4 })
})

test('elements near one another are one look from the first to the last', (t) => {
  t.deepEqual(looks('contiguous-1', [slice(0, 97, 4)]), { times: 1, bytes: 388 })
  t.deepEqual(looks('contiguous-3', [slice(), 3, slice(2, 5)]), { times: 1, bytes: 6 * 572 + 12 })
})

test('each chunk that a selection touches is looked at once', (t) => {
  const chunks = (name: string, selection: SelectionInput) => {
    const all = looks(name, selection).times
    const index = looks(name, points([])).times
    return all - index
  }
  t.is(chunks('gzip-3', '...'), 27)
  t.is(chunks('gzip-3', [0]), 9)
  t.is(chunks('gzip-3', [slice(0, 3), slice(0, 4), slice(0, 5)]), 1)
  t.is(chunks('gzip-3', [[0, 6], 5, slice(0, 13, 12)]), 4)
  t.is(
    chunks(
      'gzip-3',
      points([
        [0, 0, 0],
        [6, 10, 12],
        [0, 1, 2],
        [6, 9, 11],
        [0, 0, 0],
      ]),
    ),
    2,
  )
  t.is(chunks('chunked-2', [slice(0, 23, 11), slice(0, 31, 15)]), 9)
  t.is(chunks('sparse', [slice(0, 7)]), 0, 'chunks that were never written')
})
