import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { NotFoundError } from '../../src/errors.ts'
import { openFile } from '../../src/node.ts'

const golden = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))
const LINKS = 'links-every-kind.h5'
const TARGET = 'links-external-target.h5'

/** A folder with folders in it, and the file with the links in the first one. */
function tree(...folders: string[]): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'h5kit-links-')))
  for (const folder of folders) mkdirSync(join(root, folder))
  cpSync(join(golden, LINKS), join(root, folders[0], LINKS))
  return root
}

/** The name of the file that an external link leads to. */
function target(path: string): string {
  using file = openFile(path)
  return file.get('external to dataset').file.name
}

test.serial('an external link is looked for in each folder of HDF5_EXT_PREFIX, then beside its file', (t) => {
  const root = tree('a', 'b', 'c')
  const from = join(root, 'a', LINKS)
  try {
    t.throws(() => target(from), { instanceOf: NotFoundError, message: /links-external-target/ })
    cpSync(join(golden, TARGET), join(root, 'a', TARGET))
    t.is(target(from), join(root, 'a', TARGET))
    cpSync(join(golden, TARGET), join(root, 'c', TARGET))
    process.env.HDF5_EXT_PREFIX = `${join(root, 'b')}:${join(root, 'c')}`
    t.is(target(from), join(root, 'c', TARGET))
    // What is there and is no HDF5 file is passed by.
    writeFileSync(join(root, 'b', TARGET), 'something else')
    t.is(target(from), join(root, 'c', TARGET))
    // Unlike prefixes for raw data, this one cannot name the folder of the file.
    process.env.HDF5_EXT_PREFIX = '${ORIGIN}/../c'
    t.is(target(from), join(root, 'a', TARGET))
  } finally {
    delete process.env.HDF5_EXT_PREFIX
    rmSync(root, { recursive: true })
  }
})

test.serial('at last it is looked for beside the file that a symbolic link leads to', (t) => {
  const root = tree('a', 'b')
  try {
    cpSync(join(golden, TARGET), join(root, 'a', TARGET))
    symlinkSync(join(root, 'a', LINKS), join(root, 'b', LINKS))
    t.is(target(join(root, 'b', LINKS)), join(root, 'a', TARGET))
    cpSync(join(golden, TARGET), join(root, 'b', TARGET))
    t.is(target(join(root, 'b', LINKS)), join(root, 'b', TARGET))
  } finally {
    rmSync(root, { recursive: true })
  }
})
