import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { readSuperblock, SWMR_WRITE_ACCESS, superblockStructure, WRITE_ACCESS } from '../../src/format/superblock.ts'
import { IoError, openBytes } from '../../src/index.ts'
import type { Locking } from '../../src/io/file-lock.node.ts'
import { lockingAskedFor } from '../../src/io/file-lock.node.ts'
import { encode } from '../../src/io/writer.ts'
import { editFile, LockList, openFile } from '../../src/node.ts'
import { Journal } from '../../src/write/journal.ts'
import { journalBeside } from '../../src/write/journal-file.node.ts'

const path = fileURLToPath(new URL('../../../../golden/files/superblock-3-latest.h5', import.meta.url))

/** A file whose superblock says that a writer is at work. */
function marked(flags: number): Uint8Array {
  const bytes = new Uint8Array(readFileSync(path))
  const { image } = openBytes(bytes)
  const { superblock } = readSuperblock(image.source)
  bytes.set(encode(superblockStructure, { ...superblock, consistencyFlags: flags }, image.sizes, undefined))
  return bytes
}

// HDF5 2.2.0 refuses each of these as well: the marks of a superblock do not hang on whether files are locked.
const LOCKINGS: readonly Locking[] = ['always', 'never', 'best-effort']

for (const [what, flags] of [
  ['a writer', WRITE_ACCESS],
  ['a writer with readers', WRITE_ACCESS | SWMR_WRITE_ACCESS],
] as const) {
  test(`a file that ${what} has marked is not changed, however files are locked`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'marked-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    const copy = join(folder, 'marked.h5')
    const bytes = marked(flags)
    writeFileSync(copy, bytes)
    for (const locking of LOCKINGS) {
      t.throws(() => editFile(copy, { locking }), { message: /marked as open for writing/ })
      t.deepEqual(new Uint8Array(readFileSync(copy)), bytes)
    }
  })
}

test('one writer keeps others away, but where files are not locked', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'locked-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const copy = join(folder, 'locked.h5')
  writeFileSync(copy, readFileSync(path))
  {
    using first = editFile(copy, { locking: 'always' })
    t.throws(() => editFile(copy, { locking: 'always' }), { message: /lock/ })
    t.throws(() => editFile(copy, { locking: 'best-effort' }), { message: /lock/ })
    first.root.createAttribute('one', 1)
    first.editor.commit()
  }
  {
    using other = editFile(copy, { locking: 'never' })
    other.root.createAttribute('two', 2)
    other.editor.commit()
  }
  using file = openFile(copy)
  t.true(file.root.hasAttribute('two'))
})

test('the environment says how files are locked as it does for the C library', (t) => {
  for (const value of ['TRUE', '1', '', undefined]) t.is(lockingAskedFor(value), 'always')
  for (const value of ['FALSE', '0']) t.is(lockingAskedFor(value), 'never')
  t.is(lockingAskedFor('BEST_EFFORT'), 'best-effort')
})

const hasFlock = existsSync('/proc/locks') && spawnSync('flock', ['--version']).status === 0

/** Has another process lock a file as the C library does. */
async function lockedByOther(path: string): Promise<ChildProcess> {
  const other = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo locked; sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  await once(other.stdout, 'data')
  return other
}
// Only Linux lists the locks of other processes.
;(hasFlock ? test : test.skip)('a file that the C library has locked is not changed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'held-'))
  const copy = join(folder, 'held.h5')
  const bytes = readFileSync(path)
  writeFileSync(copy, bytes)
  const other = await lockedByOther(copy)
  t.teardown(() => {
    if (other.pid !== undefined) process.kill(-other.pid)
    rmSync(folder, { recursive: true })
  })
  const refusal = { instanceOf: IoError, message: /is locked by process \d+, which writes it/ }
  t.throws(() => editFile(copy, { locking: 'always' }), refusal)
  // Whoever brings a list finds out when the file is about to be changed, whether the list is there or not.
  for (const ask of [true, false]) {
    const locks = new LockList()
    using file = editFile(copy, { locking: 'always', locks })
    file.root.createAttribute('one', 1)
    if (ask) await locks.ask()
    t.throws(() => file.commit(), refusal)
  }
  t.deepEqual(readFileSync(copy), bytes)
  t.deepEqual(readdirSync(folder), ['held.h5'])
  using file = editFile(copy, { locking: 'never' })
  file.root.createAttribute('one', 1)
  t.notThrows(() => file.commit())
})

;(hasFlock ? test : test.skip)(
  'what a change left half done is not undone while the C library has the file',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hot-'))
    const copy = join(folder, 'hot.h5')
    writeFileSync(copy, readFileSync(path))
    const journal = new Journal(journalBeside(copy).create(), statSync(copy).size)
    journal.keep(0, new Uint8Array(8))
    journal.sync()
    journal.close()
    const bytes = readFileSync(copy)
    const other = await lockedByOther(copy)
    t.teardown(() => {
      if (other.pid !== undefined) process.kill(-other.pid)
      rmSync(folder, { recursive: true })
    })
    t.throws(() => editFile(copy, { locking: 'always', locks: new LockList() }), { message: /is locked by process/ })
    t.deepEqual(readFileSync(copy), bytes)
    t.true(existsSync(`${copy}.journal`))
  },
)
