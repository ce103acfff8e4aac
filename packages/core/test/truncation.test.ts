import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { OpenOptions } from '../src/api/context.ts'
import { Hdf5Error } from '../src/errors.ts'
import { openBytes } from '../src/index.ts'
import { walk } from './support/walk.ts'

const folder = fileURLToPath(new URL('../../../golden/files/', import.meta.url))

/** Small files of three ages: symbol tables and version 1 headers, dense storage of 1.8, the latest formats. */
const FILES = ['book-demo', 'superblock-2', 'attributes-dense-latest']

/** How the opening and walking of some bytes ended: the errors are all of our family, or this throws. */
function ending(bytes: Uint8Array, options: OpenOptions): { opened: boolean; errors: Hdf5Error[] } {
  try {
    return { opened: true, errors: walk(openBytes(bytes, options)).errors }
  } catch (error) {
    if (error instanceof Hdf5Error) return { opened: false, errors: [error] }
    throw error
  }
}

for (const name of FILES) {
  test(`every prefix of ${name} ends well`, (t) => {
    const bytes = new Uint8Array(readFileSync(`${folder}${name}.h5`))
    t.deepEqual(ending(bytes, {}), { opened: true, errors: [] })
    let partly = 0
    for (let length = 0; length < bytes.length; length++) {
      const prefix = bytes.subarray(0, length)
      t.false(ending(prefix, {}).opened, `${length} bytes`)
      if (ending(prefix, { allowTruncated: true }).opened) partly++
    }
    t.log(`${bytes.length} prefixes, ${partly} of them opened when that was allowed`)
    t.true(partly > 0)
  })
}
