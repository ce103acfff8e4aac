import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { FormatError, IoError, NotFoundError } from '../../src/errors.ts'
import { BufferSource } from '../../src/io/buffer-source.ts'
import type { ByteSource } from '../../src/io/byte-source.ts'
import { WindowSource } from '../../src/io/byte-source.ts'
import { FileSource } from '../../src/io/file-source.node.ts'
import { PatchedSource } from '../../src/io/patched-source.ts'

const SIZE = 200_000
const bytes = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 8)) & 0xff)
const folder = mkdtempSync(join(tmpdir(), 'h5kit-sources-'))
const path = join(folder, 'bytes')
writeFileSync(path, bytes)
test.after.always(() => rmSync(folder, { recursive: true }))

const PLACES: [number, number][] = [
  [0, 0],
  [0, 1],
  [65_535, 1],
  [65_535, 2],
  [65_530, 65_540],
  [131_072, 68_928],
  [0, SIZE],
  [SIZE, 0],
]

function gives(source: ByteSource, expected: (address: number, length: number) => Uint8Array): boolean {
  return PLACES.every(
    ([address, length]) => Buffer.compare(source.view(address, length), expected(address, length)) === 0,
  )
}

const plain = (address: number, length: number): Uint8Array => bytes.subarray(address, address + length)

test('a buffer and a file give the same bytes', (t) => {
  t.true(gives(new BufferSource(bytes), plain))
  t.true(gives(new BufferSource(bytes.slice().buffer), plain))
  const file = new FileSource(path)
  t.is(file.size, SIZE)
  t.true(gives(file, plain))
  file.close()
})

test('what reaches past the end is refused', (t) => {
  const file = new FileSource(path)
  for (const source of [file, new BufferSource(bytes)]) {
    for (const [address, length] of [
      [SIZE, 1],
      [SIZE - 1, 2],
      [-1, 1],
      [0, -1],
      [2 ** 53, 1],
    ]) {
      t.throws(() => source.view(address, length), { instanceOf: FormatError })
    }
  }
  file.close()
})

test('a closed file is not read any more, and can be closed again', (t) => {
  const file = new FileSource(path)
  file.view(0, 10)
  file.close()
  file.close()
  const error = t.throws(() => file.view(0, 10), { instanceOf: IoError, message: /is closed/ })
  t.is(error.file, path)
})

test('what cannot be opened has an error with the name', (t) => {
  const missing = t.throws(() => new FileSource(join(folder, 'missing')), { instanceOf: NotFoundError })
  t.is(missing.file, join(folder, 'missing'))
  t.throws(() => new FileSource(folder), { instanceOf: IoError, message: /not a regular file/ })
})

test('a window shifts addresses and hides what is around it', (t) => {
  const window = new WindowSource(new BufferSource(bytes), 512, 1024)
  t.is(window.size, 512)
  t.deepEqual(window.view(10, 5), bytes.subarray(522, 527))
  t.throws(() => window.view(510, 5), { instanceOf: FormatError })
  t.is(new WindowSource(new BufferSource(bytes), 512, 2 ** 40).size, SIZE - 512)
})

test('patches show in every view that touches them', (t) => {
  const patched = bytes.slice()
  patched.fill(1, 100, 110)
  patched.fill(2, 110, 120)
  patched.fill(3, 65_530, 65_545)
  const source = new PatchedSource(new BufferSource(bytes), [
    { address: 65_530, data: new Uint8Array(15).fill(3) },
    { address: 100, data: new Uint8Array(10).fill(1) },
    { address: 110, data: new Uint8Array(10).fill(2) },
  ])
  for (const [address, length] of [...PLACES, [95, 10], [105, 3], [105, 10], [119, 1], [120, 5], [90, 10]]) {
    t.deepEqual(source.view(address, length), patched.subarray(address, address + length))
  }
  t.throws(() => new PatchedSource(new BufferSource(bytes), [{ address: SIZE, data: Uint8Array.of(1) }]), {
    instanceOf: FormatError,
  })
})
