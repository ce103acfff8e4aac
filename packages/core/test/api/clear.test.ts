import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ClearOptions } from '../../src/api/clear.ts'
import { clear, fileEnds } from '../../src/api/clear.ts'
import { FormatError } from '../../src/errors.ts'
import { openBytes } from '../../src/index.ts'
import { BufferSource } from '../../src/io/buffer-source.ts'
import { BufferStore } from '../../src/io/byte-store.ts'
import { isHot, rollBack } from '../../src/write/journal.ts'
import { Transaction } from '../../src/write/transaction.ts'
import { FaultyDisk } from '../support/faulty-disk.ts'

const folder = fileURLToPath(new URL('../../../../golden/files', import.meta.url))
const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${name}.h5`))

/** What a file is once it was cleared. */
function cleared(bytes: Uint8Array, options: ClearOptions): { bytes: Uint8Array; hadCacheImage: boolean } {
  const store = new BufferStore(bytes)
  const transaction = new Transaction(store, undefined)
  const { size, report } = clear(transaction, options)
  transaction.commit(size)
  return { bytes: store.written.slice(), ...report }
}

function values(bytes: Uint8Array): unknown[] {
  const file = openBytes(bytes)
  return [...file.visit()].map(({ path }) => {
    const object = file.get(path)
    return [path, object.kind === 'dataset' ? object.value : object.kind]
  })
}

test('a file that was left open can be opened once its marks are cleared', (t) => {
  const before = golden('file-left-open')
  t.throws(() => openBytes(before), { instanceOf: FormatError })
  t.throws(() => cleared(before, { cacheImage: true }), { instanceOf: FormatError })
  const { bytes } = cleared(before, { status: true })
  t.is(openBytes(bytes).superblock.consistencyFlags, 0)
  t.is(bytes.length, before.length)
  // What is not marked stays as it is, byte for byte.
  t.deepEqual(cleared(golden('superblock-3'), { status: true }).bytes, golden('superblock-3'))
})

test('what an image of the metadata cache has goes to where it belongs', (t) => {
  const before = golden('cache-image')
  const { bytes, hadCacheImage } = cleared(before, { cacheImage: true })
  t.true(hadCacheImage)
  t.deepEqual(values(bytes), values(before))
  t.true(bytes.length < before.length)
  const again = cleared(bytes, { cacheImage: true })
  t.false(again.hadCacheImage)
  t.deepEqual(again.bytes, bytes)
})

test('a file is made longer than it is and than it says', (t) => {
  for (const name of ['superblock-0', 'superblock-3', 'user-block-2048', 'space-fsm-persist', 'sizes-4-8']) {
    const before = golden(name)
    const { bytes } = cleared(before, { increment: 300 })
    t.deepEqual(fileEnds(new BufferSource(bytes)), { said: before.length + 300, size: before.length + 300 })
    t.deepEqual(values(bytes), values(before), name)
    // Cut short, and longer than it says.
    const cut = bytes.subarray(0, before.length)
    t.throws(() => openBytes(cut), { instanceOf: FormatError })
    t.is(cleared(cut, { increment: 0 }).bytes.length, before.length + 300)
    const longer = new Uint8Array(before.length + 77)
    longer.set(before)
    t.deepEqual(fileEnds(new BufferSource(longer)), { said: before.length, size: longer.length })
    t.is(cleared(longer, { increment: 3 }).bytes.length, longer.length + 3)
  }
  const space = openBytes(cleared(golden('space-fsm-persist'), { increment: 0 }).bytes).settings.fileSpace
  t.true(space.persisting)
  t.true(space.managers.every((address) => address === -1))
})

test('what is no HDF5 file is left alone', (t) => {
  t.throws(() => cleared(new Uint8Array(2000), { status: true }), { instanceOf: FormatError })
  t.throws(() => cleared(golden('superblock-0').subarray(0, 60), { increment: 1 }), { instanceOf: FormatError })
})

for (const [name, options] of [
  ['cache-image', { cacheImage: true }],
  ['file-left-open', { status: true, increment: 5000 }],
] as const) {
  for (const remains of ['all', 'nothing', 'half'] as const) {
    test(`${name}: stopped at any step, ${remains} left of what was not synced, the file is as before or cleared`, (t) => {
      const before = golden(name)
      const after = cleared(before, options).bytes
      const step = (disk: FaultyDisk): void => {
        const transaction = new Transaction(disk.file, disk.journal)
        transaction.commit(clear(transaction, options).size)
      }
      const whole = new FaultyDisk(before)
      step(whole)
      for (let at = 0; at < whole.steps; at++) {
        const disk = new FaultyDisk(before, at, remains)
        t.throws(() => step(disk), { message: 'the disk failed' })
        const { file, journal } = disk.afterCrash()
        const left = journal.open()
        if (left !== undefined && isHot(left)) rollBack(file, left)
        const found = Buffer.from(file.view(0, file.size))
        t.true(found.equals(before) || found.equals(after), `step ${at}`)
      }
      t.true(whole.steps > 4)
    })
  }
}
