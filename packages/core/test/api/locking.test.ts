import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { readSuperblock, SWMR_WRITE_ACCESS, superblockStructure, WRITE_ACCESS } from '../../src/format/superblock.ts'
import { openBytes } from '../../src/index.ts'
import type { Locking } from '../../src/io/file-lock.node.ts'
import { lockingAskedFor } from '../../src/io/file-lock.node.ts'
import { encode } from '../../src/io/writer.ts'
import { editFile, openFile } from '../../src/node.ts'

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
