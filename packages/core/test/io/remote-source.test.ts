import test from 'ava'
import { FormatError, IoError, LimitError } from '../../src/errors.ts'
import type { ByteRange } from '../../src/io/pending.ts'
import { Pending, resume, together } from '../../src/io/pending.ts'
import type { RemoteOptions } from '../../src/io/remote-source.ts'
import { RemoteSource } from '../../src/io/remote-source.ts'

const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 13) & 0xff)

/** A source that holds nothing, and what was asked of the other side. */
function remote(options: RemoteOptions): { source: RemoteSource; asked: [number, number][] } {
  const asked: [number, number][] = []
  const fetchRange = async (address: number, length: number): Promise<Uint8Array> => {
    asked.push([address, length])
    return bytes.slice(address, address + length)
  }
  return { source: new RemoteSource(bytes.length, fetchRange, options), asked }
}

test('what is not there is thrown as Pending, without a stack', (t) => {
  const { source, asked } = remote({ pageSize: 256 })
  const signal = t.throws(() => source.view(300, 10), { any: true })
  t.true(signal instanceof Pending)
  t.false(signal instanceof Error)
  t.deepEqual(asked, [])
})

test('an operation runs again until it has all that it needs', async (t) => {
  const { source, asked } = remote({ pageSize: 256 })
  let runs = 0
  const sum = await resume(source, () => {
    runs++
    // The second address is known when the first bytes are.
    const [first] = source.view(1000, 1)
    return source.view(first * 10, 1)[0] + first
  })
  const first = bytes[1000]
  t.is(sum, bytes[first * 10] + first)
  t.is(runs, 3)
  t.is(asked.length, 2)
})

test('misses of siblings are one round trip, neighbouring pages one range', async (t) => {
  const { source, asked } = remote({ pageSize: 256 })
  let rounds = 0
  const counted = {
    fetch(ranges: readonly ByteRange[]) {
      rounds++
      return source.fetch(ranges)
    },
  }
  const values = await resume(counted, () => together([0, 300, 520, 5000, 9999], (at) => source.view(at, 1)[0]))
  t.deepEqual(
    values,
    [0, 300, 520, 5000, 9999].map((at) => bytes[at]),
  )
  t.is(rounds, 1)
  t.deepEqual(
    asked.sort((a, b) => a[0] - b[0]),
    [
      [0, 768],
      [4864, 256],
      [9984, 16],
    ],
  )
})

test('a view over several pages is put together', async (t) => {
  const { source } = remote({ pageSize: 256 })
  t.deepEqual(await resume(source, () => source.view(200, 3000)), bytes.subarray(200, 3200))
  t.deepEqual(await resume(source, () => source.view(0, bytes.length)), bytes)
})

test('operations at the same time share a fetch', async (t) => {
  const { source, asked } = remote({ pageSize: 256 })
  await Promise.all([0, 10, 20].map((at) => resume(source, () => source.view(at, 4))))
  t.deepEqual(asked, [[0, 256]])
})

test('the oldest pages are given up', async (t) => {
  const { source, asked } = remote({ pageSize: 256, pages: 2 })
  for (const at of [0, 256, 512, 0]) await resume(source, () => source.view(at, 1))
  t.is(asked.length, 4)
})

test('an operation that needs more at once than is kept ends', async (t) => {
  const { source, asked } = remote({ pageSize: 256, pages: 1 })
  const operation = resume(source, () => [source.view(0, 1), source.view(5000, 1)])
  await t.throwsAsync(operation, { instanceOf: LimitError, message: /does not keep/ })
  t.true(asked.length < 40)
})

test('errors of the operation and of the other side come out', async (t) => {
  const { source } = remote({ pageSize: 256 })
  await t.throwsAsync(
    resume(source, () => source.view(9_999, 2)),
    { instanceOf: FormatError },
  )
  const broken = new RemoteSource(1000, () => Promise.reject(new Error('no route')))
  await t.throwsAsync(
    resume(broken, () => broken.view(0, 1)),
    { message: 'no route' },
  )
  const short = new RemoteSource(1000, async () => new Uint8Array(10))
  await t.throwsAsync(
    resume(short, () => short.view(0, 1)),
    { instanceOf: IoError, message: /10 bytes came instead of 1000/ },
  )
})
