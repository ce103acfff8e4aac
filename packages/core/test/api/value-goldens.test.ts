import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import type { Dataset } from '../../src/api/dataset.ts'
import { MemorySequences } from '../../src/datatype/sequences.ts'
import { decodeValues } from '../../src/datatype/value/decode.ts'
import type { Value, Values } from '../../src/datatype/values.ts'
import { openFile } from '../../src/node.ts'
import { readNpy } from '../support/npy.ts'
import { randomSelection, seeded } from '../support/random-selection.ts'

/** What golden/write/values.py writes: files, and what their datasets hold as the writers read it. */
const folder = fileURLToPath(new URL('../../../../golden/values/', import.meta.url))
const FILES = ['filters', 'shapes', 'indexes-earliest', 'indexes-latest', 'pytables', 'netcdf']
const SELECTIONS = 20

/** One dataset's path, with its elements or where they are in the .npy file. */
interface Entry {
  path: string
  at?: number
  values?: Value[]
}

function entries(name: string): Entry[] {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'))
}

/** The elements as the writer reads them, one value for each. */
function expected(dataset: Dataset, { at, values }: Entry, arrays: Uint8Array): Values {
  if (at === undefined) return values ?? []
  const { type, shape, bytes } = readNpy(arrays, at)
  const { type: stored } = dataset
  const count = dataset.shape.reduce((product, n) => product * n, 1)
  const flat = decodeValues(type, bytes, bytes.length / type.size, new MemorySequences())
  const own = stored.class === 'array' ? stored.dimensions : []
  if (!isDeepStrictEqual(shape, [...dataset.shape, ...own])) throw new Error(`${dataset.path} has another shape`)
  if (stored.class !== 'array') return flat
  const length = flat.length / count
  return Array.from({ length: count }, (_, i) => flat.slice(i * length, (i + 1) * length))
}

function picked(values: Values, indices: readonly number[]): Values {
  if (Array.isArray(values)) return indices.map((i) => values[i])
  const result = values.slice(0, indices.length)
  const longer =
    result.length < indices.length ? new (values.constructor as Float64ArrayConstructor)(indices.length) : result
  for (const [at, i] of indices.entries()) longer[at] = values[i] as number
  return longer
}

/** Elements that came as JSON are arrays of plain numbers. */
function comparable(values: Values, entry: Entry): Values {
  if (entry.at !== undefined || !Array.isArray(values)) return values
  return values.map((value) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array, Number) : value))
}

for (const name of FILES) {
  test(`the datasets of ${name} hold what their writer reads, whole and in part`, (t) => {
    using file = openFile(`${folder}${name}.h5`)
    const arrays = new Uint8Array(readFileSync(`${folder}${name}.npy`))
    const wrong: string[] = []
    for (const [number, entry] of entries(name).entries()) {
      const dataset = file.dataset(entry.path)
      const values = expected(dataset, entry, arrays)
      if (!isDeepStrictEqual(comparable(dataset.read(), entry), values)) wrong.push(entry.path)
      const random = seeded(number)
      for (let i = 0; i < SELECTIONS; i++) {
        const { input, indices } = randomSelection(dataset.shape, random)
        const part = comparable(dataset.read(input), entry)
        if (!isDeepStrictEqual(part, picked(values, indices)))
          wrong.push(`${entry.path} ${JSON.stringify(input).slice(0, 200)}`)
      }
    }
    t.deepEqual(wrong, [])
  })
}

test('there are at least 150 of them', (t) => {
  t.true(FILES.reduce((sum, name) => sum + entries(name).length, 0) > 300)
})
