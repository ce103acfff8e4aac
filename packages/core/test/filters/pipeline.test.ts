import { createHash } from 'node:crypto'
import test from 'ava'
import { FilterError } from '../../src/errors.ts'
import type { Filter, FilterStep } from '../../src/filters/pipeline.ts'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { filterFinder, registerFilter } from '../../src/filters/registry.ts'
import { nodeZlib } from '../../src/filters/zlib.node.ts'
import { pakoZlib } from '../../src/filters/zlib-pako.ts'

const step = (id: number, parameters: number[] = [], optional = false): FilterStep => ({
  id,
  name: '',
  parameters,
  optional,
})

/** Drops a trailing zero; suits nothing else. */
const dropZero: Filter = {
  id: 400,
  name: 'drop-zero',
  decode: (bytes) => Uint8Array.of(...bytes, 0),
  encode: (bytes) => (bytes.at(-1) === 0 ? bytes.slice(0, -1) : undefined),
}
const fails: Filter = {
  id: 401,
  name: 'fails',
  decode: (bytes) => bytes,
  encode: () => {
    throw new FilterError('fails: always')
  },
}
const readOnly: Filter = { id: 402, name: 'read-only', decode: (bytes) => bytes }
const few = new FilterPipeline((id) => [dropZero, fails, readOnly].find((filter) => filter.id === id))
const real = new FilterPipeline(filterFinder(nodeZlib))

test('steps are applied in order and undone in reverse', (t) => {
  const bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i % 4 === 0 ? i >> 6 : 0))
  const steps = [step(2, [4]), step(1, [6]), step(3)]
  const { bytes: stored, mask } = real.encode(steps, bytes)
  t.is(mask, 0)
  t.true(stored.length < 500)
  t.deepEqual(real.decode(steps, stored, mask, bytes.length), bytes)
})

test('an optional step that does not suit the bytes is skipped and the mask says so', (t) => {
  const bytes = Uint8Array.of(1, 2, 3)
  const steps = [step(400, [], true), step(401, [], true), step(402, [], true), step(499, [], true), step(3)]
  const { bytes: stored, mask } = few.encode(steps.slice(0, 4), bytes)
  t.is(mask, 0b1111)
  t.deepEqual(stored, bytes)
  t.deepEqual(few.decode(steps.slice(0, 4), stored, mask, 3), bytes)
  t.is(few.encode([step(400, [], true)], Uint8Array.of(7, 0)).mask, 0)
})

test('steps that are excluded are not applied', (t) => {
  const { bytes, mask } = few.encode([step(400), step(401)], Uint8Array.of(7, 0), 0b10)
  t.deepEqual([...bytes], [7])
  t.is(mask, 0b10)
})

test('a mandatory step that cannot be applied is an error', (t) => {
  const bytes = Uint8Array.of(1)
  t.throws(() => few.encode([step(400)], bytes), { instanceOf: FilterError, message: /drop-zero.*mandatory/ })
  t.throws(() => few.encode([step(401)], bytes), { instanceOf: FilterError, message: 'fails: always' })
  t.throws(() => few.encode([step(402)], bytes), { instanceOf: FilterError, message: /undone only/ })
  t.throws(() => few.encode([step(499)], bytes), { instanceOf: FilterError, message: /no filter 499/ })
  t.is(few.unwritable([step(499, [], true), step(400), step(402)])?.id, 402)
})

test('an unknown filter is named with its parameters', (t) => {
  const unknown = { id: 777, name: 'quux', parameters: [1, 2], optional: false }
  t.is(few.missing([step(400), unknown])?.id, 777)
  const error = t.throws(() => few.decode([unknown], Uint8Array.of(1), 0, 1), { instanceOf: FilterError })
  t.is(error?.message, 'no filter 777 "quux" (parameters 1, 2) is available')
  t.deepEqual(few.decode([unknown], Uint8Array.of(1), 1, 1), Uint8Array.of(1), 'a skipped one is not needed')
})

test('a filter that gives more than the chunk can need is stopped', (t) => {
  t.throws(() => few.decode([step(400)], new Uint8Array(8), 0, 8), { message: /drop-zero: more than 8 bytes/ })
})

test('a program registers filters of its own', (t) => {
  const xor: Filter = {
    id: 501,
    name: 'xor',
    decode: (bytes, [key]) => bytes.map((byte) => byte ^ key),
    encode: (bytes, [key]) => bytes.map((byte) => byte ^ key),
  }
  registerFilter(xor)
  const steps = [step(501, [0x55])]
  t.deepEqual([...real.encode(steps, Uint8Array.of(0, 255)).bytes], [0x55, 0xaa])
  t.deepEqual([...real.decode(steps, Uint8Array.of(0x55, 0xaa), 0, 2)], [0, 255])
  registerFilter({ ...xor, decode: (bytes) => bytes })
  t.deepEqual([...real.decode(steps, Uint8Array.of(0x55), 0, 1)], [0x55], 'a later one takes its place')
})

test('what a registered filter does wrong is a FilterError', (t) => {
  const broken = (decode: () => unknown): Filter => ({ id: 502, name: 'broken', decode: decode as Filter['decode'] })
  registerFilter(
    broken(() => {
      throw new RangeError('oops')
    }),
  )
  const run = (): Uint8Array => real.decode([step(502)], Uint8Array.of(1), 0, 1)
  t.throws(run, { instanceOf: FilterError, message: 'broken: oops' })
  registerFilter(broken(() => undefined))
  t.throws(run, { instanceOf: FilterError, message: /no Uint8Array/ })
  registerFilter(broken(() => 'text'))
  t.throws(run, { instanceOf: FilterError, message: /no Uint8Array/ })
  t.throws(() => registerFilter({ ...readOnly, id: 70000 }), { instanceOf: FilterError })
  t.throws(() => registerFilter({ id: 503, name: 'none' } as Filter), { instanceOf: FilterError })
})

test('both zlibs read what the other makes, and pako makes the bytes of zlib', (t) => {
  const bytes = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) >> 7)
  for (const level of [0, 1, 6, 9]) {
    t.deepEqual(new Uint8Array(nodeZlib.inflate(pakoZlib.deflate(bytes, level), 3000)), bytes)
    t.deepEqual(pakoZlib.inflate(nodeZlib.deflate(bytes, level), 3000), bytes)
    t.throws(() => nodeZlib.inflate(pakoZlib.deflate(bytes, level), 2999), { instanceOf: FilterError })
    t.throws(() => pakoZlib.inflate(nodeZlib.deflate(bytes, level), 2999), { instanceOf: FilterError })
  }
  // zlib 1.2.13 by way of Python.
  const md5 = { 1: '6c62a0376143ad67345bf6ab19463dff', 6: 'e4c903d3385ba1ba69bec9656dd26806' }
  for (const [level, hash] of Object.entries(md5))
    t.is(
      createHash('md5')
        .update(pakoZlib.deflate(bytes, Number(level)))
        .digest('hex'),
      hash,
    )
})

test('fletcher32 accepts the byte order of HDF5 before 1.6.3 and nothing else', (t) => {
  const steps = [step(3)]
  const { bytes } = real.encode(steps, Uint8Array.of(1, 2, 3, 4, 5))
  t.deepEqual([...real.decode(steps, bytes, 0, 5)], [1, 2, 3, 4, 5])
  const [a, b, c, d] = bytes.slice(5)
  t.deepEqual([...real.decode(steps, Uint8Array.of(1, 2, 3, 4, 5, b, a, d, c), 0, 5)], [1, 2, 3, 4, 5])
  t.throws(() => real.decode(steps, Uint8Array.of(1, 2, 3, 4, 5, c, d, a, b), 0, 5), { message: /checksum/ })
})

test('shuffle moves bytes of every element size, the rest stays', (t) => {
  t.deepEqual([...real.encode([step(2, [2])], Uint8Array.of(1, 2, 3, 4, 5)).bytes], [1, 3, 2, 4, 5])
  for (const size of [1, 2, 3, 4, 5, 8, 16, 100]) {
    for (const count of [7, 8]) {
      const bytes = Uint8Array.from({ length: size * count + (size > 2 ? 2 : 0) }, (_, i) => i * 7)
      const steps = [step(2, [size])]
      const { bytes: stored } = real.encode(steps, bytes)
      for (let i = 0; i < count; i++) t.is(stored[(size - 1) * count + i], bytes[i * size + size - 1])
      t.deepEqual(real.decode(steps, stored, 0, bytes.length), bytes)
    }
  }
})
