import { fileURLToPath } from 'node:url'
import test from 'ava'
import { NotFoundError, SelectionError, TypeMismatchError } from '../../src/errors.ts'
import { openFile } from '../../src/node.ts'

const files = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))
const drivers = fileURLToPath(new URL('../../../../golden/drivers/', import.meta.url))

test('elements are read as another type', (t) => {
  using file = openFile(`${files}book-dust.h5`)
  const detector = file.dataset('experiment0/detector0')
  t.deepEqual(detector.read([[0, 3]], { as: '>f8' }), Float64Array.of(-133, 1325))
  t.deepEqual(detector.read([[0, 3]], { as: 'u1' }), Uint8Array.of(0, 255))
  const target = new Float32Array(4)
  t.is(detector.readInto(target, [[0, 3]]), 2)
  t.deepEqual(target, Float32Array.of(-133, 1325, 0, 0))
  t.throws(() => detector.readInto(new Int8Array(1), [[0, 3]]), { instanceOf: SelectionError })
  const error = t.throws(() => detector.read(undefined, { as: 'S4' }), { instanceOf: TypeMismatchError })
  t.is(error.path, '/experiment0/detector0')
})

test('compounds are read in part, and member by member', (t) => {
  using file = openFile(`${files}book-dust.h5`)
  const impacts = file.dataset('experiment0/impacts')
  t.deepEqual(impacts.read(undefined, { fields: 'charge' }), Float64Array.of(12.5, -1))
  t.deepEqual(impacts.read([1], { fields: ['kept', 'id'] }), [{ kept: false, id: 2 }])
  t.deepEqual(impacts.readColumns(undefined, { fields: ['id', 'state'] }), {
    id: Uint32Array.of(1, 2),
    state: ['ok', 'noise'],
  })
  t.deepEqual(impacts.read(undefined, { as: '{charge: <i4}', fields: 'charge' }), Int32Array.of(12, -1))
  t.throws(() => impacts.read(undefined, { fields: 'mass' }), {
    instanceOf: NotFoundError,
    message: /there are id, state/,
  })
  t.throws(() => file.dataset('experiment0/detector0').readColumns(), { instanceOf: TypeMismatchError })
})

test('references are objects that lead on', (t) => {
  using file = openFile(`${drivers}split-latest`, { driver: 'split' })
  const paths = Array.from(file.dataset('references').read() as Iterable<unknown>, (value) => {
    const reference = value as Parameters<typeof file.follow>[0]
    return file.follow(reference).path
  })
  t.deepEqual(paths, ['/group', '/numbers'])
})
