import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Group, Mode } from '../../src/node.ts'
import {
  File,
  FormatError,
  IoError,
  NewFile,
  NotFoundError,
  openFile,
  UnsupportedError,
  WriteError,
} from '../../src/node.ts'

const golden = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'h5kit-modes-'))
test.after.always(() => rmSync(folder, { recursive: true }))

let count = 0

function fresh(): string {
  return join(folder, `${count++}.h5`)
}

function copyOf(name: string): string {
  const path = fresh()
  copyFileSync(golden + name, path)
  return path
}

test('modes that need a file, and modes that make one', (t) => {
  for (const mode of ['r', 'r+'] as const) {
    t.throws(() => openFile(fresh(), mode), { instanceOf: NotFoundError }, mode)
  }
  for (const mode of ['w', 'w-', 'x'] as const) {
    const path = fresh()
    const file = openFile(path, mode, { low: 'v110' })
    t.true(file instanceof NewFile, mode)
    file.createDataset('one', { data: [1] })
    t.false(existsSync(path), mode)
    file.close()
    using made = openFile(path)
    t.is(made.superblock.version, 3)
    t.deepEqual(made.keys(), ['one'])
  }
})

test('a file that is there is replaced with w alone', (t) => {
  const path = copyOf('book-dust.h5')
  const before = readFileSync(path)
  for (const mode of ['w-', 'x'] as const) {
    t.throws(() => openFile(path, mode), { instanceOf: IoError, message: /exists already/ }, mode)
    t.true(readFileSync(path).equals(before))
  }
  const file = openFile(path, 'w')
  t.true(readFileSync(path).equals(before))
  file.close()
  t.deepEqual(openFile(path).keys(), [])
})

test('a file that is opened to be read is not changed', (t) => {
  const path = copyOf('book-dust.h5')
  for (const file of [openFile(path), openFile(path, 'r'), openFile(path, { threads: 1 })]) {
    t.throws(() => file.root.createGroup('new'), { message: /opened for reading/ })
    file.close()
  }
})

test('a file is changed with r+ and a, and made with a where there is none', (t) => {
  const path = fresh()
  for (const [i, mode] of (['a', 'a', 'r+'] as const).entries()) {
    const file: File = openFile(path, mode, { low: 'v108', trackOrder: true })
    t.true(file instanceof File)
    file.root.createDataset(`run ${9 - i}`, { data: [i] })
    file.close()
  }
  using file = openFile(path)
  t.deepEqual(file.keys('creation'), ['run 9', 'run 8', 'run 7'])
  t.is(file.superblock.version, 2)
  t.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
  )
})

test('what is no HDF5 file stays as it is', (t) => {
  const path = fresh()
  writeFileSync(path, 'no file of this kind')
  for (const mode of ['r', 'r+', 'a'] as const) {
    t.throws(() => openFile(path, mode), { instanceOf: FormatError }, mode)
    t.is(readFileSync(path, 'utf8'), 'no file of this kind')
  }
  t.throws(() => openFile(path, 'rw' as Mode), { instanceOf: UnsupportedError, message: /no mode "rw"/ })
})

const SPACES = ['space-fsm-persist.h5', 'space-page-persist-latest.h5', 'space-aggregate.h5', 'cache-image.h5'] as const

for (const name of SPACES) {
  test(`what nothing was changed in stays as it is, and so does what changes were taken back of: ${name}`, (t) => {
    const before = readFileSync(golden + name)
    const path = fresh()
    copyFileSync(golden + name, path)
    openFile(path, 'r+').close()
    t.true(readFileSync(path).equals(before))
    const ways = [() => {}, (file: File) => void file.root.keys()]
    for (const look of ways) {
      const file: File = openFile(path, 'r+')
      const { root } = file
      root.createGroup('new')
      look(file)
      file.discard()
      t.throws(() => root.createGroup('other'), { instanceOf: WriteError, message: /opened anew/ })
      file.close()
      t.true(readFileSync(path).equals(before))
    }
    const file: File = openFile(path, 'r+')
    file.root.createGroup('new')
    file.commit()
    const after = readFileSync(path)
    file.close()
    t.true(readFileSync(path).equals(after))
    t.true(openFile(path).has('new'))
  })
}

test('names and targets that the C library would read only the beginning of, or not at all, are refused', (t) => {
  for (const low of ['earliest', 'v110'] as const) {
    const path = fresh()
    const made = openFile(path, 'w', { low })
    const refused = [
      (file: Group | NewFile) => file.createGroup('a\0b'),
      (file: Group | NewFile) => file.createGroup('a\0b/c'),
      (file: Group | NewFile) => file.createSoftLink('soft', 'a\0b'),
      (file: Group | NewFile) => file.createSoftLink('soft', ''),
      (file: Group | NewFile) => file.createExternalLink('external', 'a\0b', '/c'),
      (file: Group | NewFile) => file.createExternalLink('external', '', '/c'),
      (file: Group | NewFile) => file.createExternalLink('external', 'a', ''),
    ]
    for (const make of refused) t.throws(() => make(made), { instanceOf: WriteError })
    made.close()
    const changed: File = openFile(path, 'r+')
    for (const make of refused) t.throws(() => make(changed.root), { instanceOf: WriteError })
    changed.close()
    t.deepEqual(openFile(path).keys(), [])
  }
})

test('a change that is tried out comes to what it comes to when it is made', (t) => {
  for (const name of ['space-fsm-persist.h5', 'space-page-persist.h5', 'shared-messages-each.h5', 'types-floats.h5']) {
    const path = fresh()
    copyFileSync(golden + name, path)
    const [first] = openFile(path).keys()
    const tried: File = openFile(path, 'r+')
    tried.root.delete(first)
    const report = tried.editor.rehearse()
    tried.close()
    t.true(readFileSync(path).equals(readFileSync(golden + name)), name)
    const made: File = openFile(path, 'r+')
    made.root.delete(first)
    t.deepEqual(made.commit(), report, name)
    made.close()
    t.is(report.sizeAfter, readFileSync(path).length)
  }
})
