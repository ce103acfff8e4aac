import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import test from 'ava'
import type { Dataset } from '../../src/node.ts'
import { openFile, registerFilter } from '../../src/node.ts'

const path = fileURLToPath(new URL('../../../../golden/storage/selections.h5', import.meta.url))

// In a file of its own, since a filter that the program brings serves all of its process.
test('filters of the program are undone on its own thread', async (t) => {
  const file = openFile(path)
  const dataset = file.get('/gzip-3') as Dataset
  const plain = dataset.raw()
  let calls = 0
  const decode = (bytes: Uint8Array) => {
    calls++
    return new Uint8Array(inflateSync(bytes))
  }
  registerFilter({ id: 1, name: 'mine', decode })
  const again = openFile(path)
  t.deepEqual(await (again.get('/gzip-3') as Dataset).rawAsync(), plain)
  t.is(calls, [...dataset.chunks()].length)
  again.close()
  file.close()
})
