import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { IoError, WriteError } from '../../src/errors.ts'
import { UNDEFINED } from '../../src/io/structure.ts'
import { createFile, editFile, openFile, slice } from '../../src/node.ts'

/** A folder with files that have elements of datasets in `data.h5`. */
function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'h5kit-external-'))
  process.env.HDF5_EXTFILE_PREFIX = '${ORIGIN}'
  using file = createFile(join(root, 'data.h5'))
  const parts = [
    { file: 'a.bin', offset: 1, size: 6 },
    { file: 'b.bin', offset: 0, size: 4 },
    { file: 'a.bin', offset: 9, size: UNDEFINED },
  ]
  file.createDataset('parts', { shape: [3, 4], type: 'u1', external: parts, maxShape: [null, 4] })
  const absent = [{ file: 'absent.bin', offset: 3, size: UNDEFINED }]
  file.createDataset('absent', { shape: [4], type: '>i2', external: absent })
  const few = [{ file: 'few.bin', offset: 0, size: 6 }]
  file.createDataset('few', { shape: [2], type: 'i2', external: few, maxShape: [3] })
  file.close()
  writeFileSync(join(root, 'a.bin'), new Uint8Array(12).fill(100))
  writeFileSync(join(root, 'b.bin'), new Uint8Array(6).fill(200))
  return root
}

function bytes(root: string, name: string): number[] {
  return [...readFileSync(join(root, name))]
}

const NAMES = ['a.bin', 'b.bin', 'data.h5']

test.serial('elements go to the parts of other files that hold them', (t) => {
  const root = folder()
  using file = editFile(join(root, 'data.h5'))
  const dataset = file.dataset('parts')
  dataset.write([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  dataset.write([20, 21], [slice(1, 3), 3])
  t.deepEqual([...bytes(root, 'a.bin')], new Array(12).fill(100))
  t.deepEqual([...dataset.raw()], [1, 2, 3, 4, 5, 6, 7, 20, 9, 10, 11, 21])
  file.close()
  t.deepEqual(bytes(root, 'a.bin'), [100, 1, 2, 3, 4, 5, 6, 100, 100, 11, 21, 100])
  t.deepEqual(bytes(root, 'b.bin'), [7, 20, 9, 10, 200, 200])
  t.deepEqual(readdirSync(root).sort(), NAMES)
  rmSync(root, { recursive: true })
})

test.serial('a dataset grows with the last part, and what was behind it is there again', (t) => {
  const root = folder()
  using file = openFile(join(root, 'data.h5'), 'r+')
  const dataset = file.dataset('parts')
  dataset.append([[31, 32, 33, 34]])
  t.deepEqual(dataset.shape, [4, 4])
  dataset.resize([3, 4])
  dataset.resize([5, 4])
  t.throws(() => dataset.resize([5, 5]), { instanceOf: WriteError, message: /at most 4/ })
  file.commit()
  t.deepEqual([...dataset.raw([slice(3, 5)])], [31, 32, 33, 34, 0, 0, 0, 0])
  t.deepEqual(bytes(root, 'a.bin'), [...new Array(11).fill(100), 31, 32, 33, 34])
  t.throws(() => file.dataset('few').resize([4]), { instanceOf: WriteError, message: /at most 3/ })
  rmSync(root, { recursive: true })
})

test.serial('a file that is not there is made when the change is committed', (t) => {
  const root = folder()
  const made = join(root, 'absent.bin')
  {
    using file = editFile(join(root, 'data.h5'))
    file.dataset('absent').write([1, -2, 3, -4])
    t.deepEqual(file.dataset('absent').read(), Int16Array.of(1, -2, 3, -4))
    t.false(existsSync(made))
  }
  t.false(existsSync(made))
  using file = editFile(join(root, 'data.h5'))
  file.dataset('absent').write([1, -2, 3, -4])
  file.close()
  t.deepEqual(bytes(root, 'absent.bin'), [0, 0, 0, 0, 1, 255, 254, 0, 3, 255, 252])
  rmSync(root, { recursive: true })
})

test.serial('what is not committed, or is rehearsed, leaves every file as it was', (t) => {
  const root = folder()
  const before = NAMES.map((name) => bytes(root, name))
  {
    using file = editFile(join(root, 'data.h5'))
    file.dataset('parts').write(5)
    file.dataset('parts').append([[1, 2, 3, 4]])
    t.true(file.editor.isChanged)
    file.editor.rehearse()
    t.false(file.editor.isChanged)
  }
  t.deepEqual(
    NAMES.map((name) => bytes(root, name)),
    before,
  )
  t.deepEqual(readdirSync(root).sort(), NAMES)
  rmSync(root, { recursive: true })
})

test.serial('where one of the files cannot be changed, none is', (t) => {
  const root = folder()
  const before = NAMES.map((name) => bytes(root, name))
  {
    using file = editFile(join(root, 'data.h5'))
    file.dataset('parts').write(5)
    file.dataset('parts').append([[1, 2, 3, 4]])
    // A folder by the name of its journal is in the way of the second one.
    mkdirSync(join(root, 'b.bin.journal'))
    t.throws(() => file.close(), { instanceOf: IoError, message: /b\.bin\.journal/ })
  }
  t.deepEqual(readdirSync(root).sort(), [...NAMES, 'b.bin.journal'].sort())
  t.deepEqual(
    NAMES.map((name) => bytes(root, name)),
    before,
  )
  rmSync(root, { recursive: true })
})

test.serial('two names of a file are one file, and it is locked', (t) => {
  const root = folder()
  symlinkSync(join(root, 'a.bin'), join(root, 'few.bin'))
  using file = editFile(join(root, 'data.h5'))
  file.dataset('parts').write(1)
  file.dataset('few').write([514, 772])
  t.true(existsSync(join(root, 'a.bin.lock')))
  t.deepEqual([...file.dataset('parts').raw([0])], [2, 4, 3, 1])
  using second = editFile(join(root, 'data.h5'), { locking: 'never' })
  t.notThrows(() => second.dataset('parts').write(1))
  file.close()
  t.deepEqual(bytes(root, 'a.bin'), [2, 2, 4, 3, 1, 1, 1, 100, 100, 1, 1, 100])
  t.false(existsSync(join(root, 'a.bin.lock')))
  rmSync(root, { recursive: true })
})

test.serial('a file that is half changed is not read, and put right when it is written to', (t) => {
  const root = folder()
  const path = join(root, 'a.bin')
  const before = bytes(root, 'a.bin')
  // What a crash in the middle of a change leaves.
  const file = editFile(join(root, 'data.h5'))
  file.dataset('parts').write(1)
  const others = [file.others.rawDataToChange('a.bin'), file.others.rawDataToChange('b.bin')]
  for (const each of others) (each as unknown as { prepare(): void }).prepare()
  const [changed, journal] = [path, `${path}.journal`].map((name) => readFileSync(name))
  file.discard()
  file.close()
  t.deepEqual(bytes(root, 'a.bin'), before)
  writeFileSync(path, changed)
  writeFileSync(`${path}.journal`, journal)
  t.notDeepEqual(bytes(root, 'a.bin'), before)
  using reader = openFile(join(root, 'data.h5'))
  t.throws(() => reader.dataset('parts').read(), { instanceOf: IoError, message: /a\.bin is half changed/ })
  using again = editFile(join(root, 'data.h5'))
  again.dataset('few').write([0, 0])
  again.dataset('parts').write(100, [0, 0])
  again.close()
  t.deepEqual(bytes(root, 'a.bin'), before)
  rmSync(root, { recursive: true })
})
