import { fileURLToPath } from 'node:url'
import test from 'ava'
import { parseType } from '../../src/datatype/type-text.ts'
import { sequenceType } from '../../src/datatype/types.ts'
import { FilterError } from '../../src/errors.ts'
import type { FilterStep } from '../../src/filters/pipeline.ts'
import type { Dataset, Datatype } from '../../src/node.ts'
import { openFile } from '../../src/node.ts'
import { completeFilters } from '../../src/storage/filter-parameters.ts'

const folder = fileURLToPath(new URL('../../../../golden/filters', import.meta.url))

/** How many parameters the user gives; the others follow from the dataset. */
const GIVEN: Record<number, number> = { 1: 1, 2: 0, 3: 0, 4: 2, 5: 0, 6: 2, 32000: 0 }

for (const name of ['szip', 'nbit', 'scaleoffset', 'lzf', 'pipelines']) {
  test(`${name}.h5: parameters are completed as the library completed them`, (t) => {
    const file = openFile(`${folder}/${name}.h5`)
    for (const link of file.group('filtered').links()) {
      const dataset = file.get(`/filtered/${link.name}`) as Dataset
      const { type, chunkShape = [], filters } = dataset
      const scaled = filters.find((step) => step.id === 6)
      const fill = scaled?.parameters[7] === 0 ? 'undefined' : (dataset.rawFillValue ?? 'default')
      const given = filters.map((step) => ({ ...step, parameters: step.parameters.slice(0, GIVEN[step.id]) }))
      const complete = completeFilters(given, { type, chunkShape, fill })
      t.deepEqual(
        complete.map((step) => [step.id, ...step.parameters]),
        filters.map((step) => [step.id, ...step.parameters]),
        link.name,
      )
    }
    file.close()
  })
}

function completed(id: number, parameters: number[], type: Datatype, chunkShape: number[]): readonly number[] {
  const step: FilterStep = { id, name: '', parameters, optional: true }
  return completeFilters([step], { type, chunkShape, fill: 'default' })[0].parameters
}

test('Blosc as hdf5plugin completes it, bitshuffle as its own filter does', (t) => {
  const int = parseType('<i4')
  t.deepEqual(completed(32001, [0, 0, 0, 0, 5, 1, 1], int, [5, 100]), [2, 2, 4, 2000, 5, 1, 1])
  t.deepEqual(completed(32001, [0, 0, 0, 0, 5, 1, 1], parseType('V300'), [5]), [2, 2, 1, 1500, 5, 1, 1])
  t.deepEqual(completed(32001, [], parseType('(3,)<i2'), [5]), [2, 2, 2, 30])
  t.deepEqual(completed(32008, [0, 2], int, [5, 100]), [0, 5, 4, 0, 2])
  t.throws(() => completed(32008, [12], int, [5]), { instanceOf: FilterError })
})

test('szip fits its scanlines to the chunk', (t) => {
  const short = parseType('<u2')
  const line = (block: number, shape: number[]): number => completed(4, [32, block], short, shape)[3]
  t.is(line(8, [10, 30]), 30)
  t.is(line(8, [100, 4]), 400, 'rows shorter than a block: the chunk')
  t.is(line(8, [1000, 4]), 1024, 'at most 128 blocks')
  t.is(line(2, [10, 5000]), 256)
  t.is(line(32, [4096]), 4096)
  t.is(line(32, [10000]), 4096)
  t.throws(() => line(16, [3, 4]), { instanceOf: FilterError, message: /12 elements/ })
  t.throws(() => line(7, [30]), { instanceOf: FilterError })
})

test('sequences and strings of variable length have the pixels of what they consist of', (t) => {
  t.deepEqual(completed(4, [160, 8], sequenceType(parseType('<i4')), [10]), [168, 8, 32, 10])
  t.deepEqual(completed(4, [160, 8], sequenceType(sequenceType(parseType('>i2'))), [10]), [176, 8, 16, 10])
  t.deepEqual(completed(4, [160, 8], parseType('str'), [20]), [168, 8, 8, 20])
  t.throws(() => completed(4, [160, 8], sequenceType(parseType('{a: <i4}')), [10]), { instanceOf: FilterError })
  t.deepEqual(completed(2, [], parseType('str'), [20]), [16])
  t.deepEqual(completed(5, [], parseType('str'), [20]), [3, 1, 20])
})

test('what a filter does not suit is refused', (t) => {
  const sequence = sequenceType(parseType('<i4'))
  t.throws(() => completed(4, [32, 8], parseType('S8'), [100]), { instanceOf: FilterError, message: /string/ })
  t.throws(() => completed(4, [32, 8], parseType('{a: <i4, b: >i4}'), [100]), { instanceOf: FilterError })
  t.throws(() => completed(6, [2, 0], parseType('S8'), [100]), { instanceOf: FilterError, message: /string/ })
  t.throws(() => completed(6, [2, 0], parseType('<f2'), [100]), { instanceOf: FilterError })
  t.throws(() => completed(5, [], { ...parseType('(2,)<i4'), base: sequence } as Datatype, [9]), {
    instanceOf: FilterError,
  })
})
