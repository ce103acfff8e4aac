import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const files = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'dump-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

let count = 0

async function h5dump(...argv: string[]): Promise<{ stdout: string; stderr: string[]; status: number }> {
  const path = join(scratch, `stdout-${count++}`)
  const fd = openSync(path, 'w')
  const stderr: string[] = []
  try {
    const status = await run('h5dump', argv, new Output(fd), (message) => stderr.push(message))
    return { stdout: readFileSync(path, 'latin1'), stderr, status }
  } finally {
    closeSync(fd)
  }
}

test('a whole file is dumped the same whether it is looked through first or not', async (t) => {
  for (const name of ['links-every-kind.h5', 'links-cycle.h5', 'attributes-shared-type.h5', 'types-references.h5']) {
    const path = join(files, name)
    // The numbers of objects make it look through the file first.
    const { stdout } = await h5dump(path)
    const looked = await h5dump('-i', path)
    t.is(stdout, looked.stdout.replace(/^ *OBJECTID .*\n/gm, ''), name)
    t.true(stdout.startsWith(`HDF5 "${path}" {\nGROUP "/" {\n`), name)
  }
})

test('numbers are written as bytes in the order that is asked for', async (t) => {
  const path = join(files, 'book-demo.h5')
  const file = openFile(path)
  const dataset = file.get('/array')
  if (dataset.kind !== 'dataset') throw new Error('no dataset')
  const little = Buffer.from(dataset.raw())
  file.close()
  for (const [form, bytes] of [
    ['LE', little],
    ['FILE', little],
    ['NATIVE', little],
    ['BE', Buffer.from(little).swap64()],
  ] as const) {
    const target = join(scratch, `bytes-${form}`)
    const { status } = await h5dump('-d', '/array', '-b', form, '-o', target, path)
    t.is(status, 0, form)
    t.deepEqual(readFileSync(target), bytes, form)
  }
  const part = join(scratch, 'part')
  await h5dump('-d', '/array[2,3;;2,2;]', '-b', 'LE', '-o', part, path)
  const rows = [23, 33].map((at) => little.subarray(8 * at, 8 * at + 16))
  t.deepEqual(readFileSync(part), Buffer.concat(rows))
})

test('values go to a file of their own, and the rest stays', async (t) => {
  const path = join(files, 'book-demo.h5')
  const target = join(scratch, 'values')
  const { stdout } = await h5dump('-d', '/group/subarray', '-o', target, path)
  t.regex(readFileSync(target, 'utf8'), /^\n {3}\(0\): /)
  t.regex(stdout, /DATA \{\n {3}\}/)
})

test('output ends with a line on stderr where it has as many bytes as it may', async (t) => {
  const { stdout, stderr, status } = await h5dump('--max-bytes=100', join(files, 'book-demo.h5'))
  t.is(stdout.length, 100)
  t.deepEqual(stderr, ['stopped after 100 bytes of output'])
  t.is(status, 1)
})

test('a part beyond the dataset gives the rows that there are, and says what is missing', async (t) => {
  const { stdout, stderr, status } = await h5dump('-d', '/array[8,0;;4,2;]', join(files, 'book-demo.h5'))
  t.is([...stdout.matchAll(/^ {6}\([89],0\): .*,$/gm)].length, 2, stdout)
  t.is(stderr.length, 1)
  t.is(status, 0)
})

test('what is asked for and missing is said, and the rest is dumped', async (t) => {
  const { stdout, stderr, status } = await h5dump('-H', '-d', '/nothing', '-d', '/scalar', join(files, 'book-demo.h5'))
  t.regex(stdout, /DATASET "\/scalar" \{/)
  t.is(stderr.length, 1)
  t.is(status, 1)
})

test('UTF-8 is printed as it is where that is asked for', async (t) => {
  const path = join(files, 'types-strings.h5')
  const plain = await h5dump('-d', '/nullpad utf8', path)
  t.regex(plain.stdout, /caf\\37777777703\\37777777651/)
  const utf8 = await h5dump('--utf8', '-d', '/nullpad utf8', path)
  t.true(Buffer.from(utf8.stdout, 'latin1').toString('utf8').includes('"café'))
  t.regex(utf8.stdout, /\\001/)
})
