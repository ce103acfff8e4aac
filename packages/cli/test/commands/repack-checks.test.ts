import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createFile, editFile, openFile } from '@h5kit/core/node'
import test from 'ava'
import { run as runTool } from '../../src/main.ts'
import { Output } from '../../src/output.ts'
import { run } from '../support/repack.ts'

process.setMaxListeners(0)

/** A table that can grow, a row of numbers, two names of one of them, and a group. */
function sample(): { from: string; to: string } {
  const at = mkdtempSync(join(tmpdir(), 'repack-'))
  const from = join(at, 'from.h5')
  using file = createFile(from)
  file.createDataset('table', { data: new Int32Array(600), shape: [20, 30], chunks: [5, 6], maxShape: [null, 40] })
  file.createDataset('g/row', { data: new Int32Array(10) })
  file.createHardLink('again', file.createDataset('row', { data: new Int32Array(10) }))
  file.close()
  return { from, to: join(at, 'to.h5') }
}

test('options have to go together', async (t) => {
  const { from, to } = sample()
  for (const wrong of [
    ['-j', '3', '-k', '2'],
    ['-j', '0', '-k', '0'],
    ['-c', '3', '-d', '5'],
    ['-c', '-3'],
    ['-s', '-5'],
    ['-t', '5'],
    ['-b', '1000'],
    ['-M', '-1'],
    ['-G', '100'],
    ['-G', '2000000000'],
    ['-f', 'NONE', '-f', 'table:GZIP=1'],
    ['-l', 'table:CHUNK=2x2', '-l', 'CHUNK=3'],
    ['-l', 'table:CHUNK=NONE', '-l', 'CHUNK=3'],
  ]) {
    const { status, said, warned } = await run([...wrong, from, to], false)
    t.is(status, 1, wrong.join(' '))
    t.is(said, 'Error occurred while repacking\n')
    t.is(warned.length, 1)
    t.is((await run([...wrong, from, to])).status, 2, wrong.join(' '))
  }
  t.false(existsSync(to))
})

test('a user block that cannot be read is told of, and there is no new file', async (t) => {
  const { from, to } = sample()
  const { status, warned } = await run(['-u', `${from}.not`, '-b', '512', from, to])
  t.is(status, 1)
  t.regex(warned[0], /cannot read the user block in ".*not" \(ENOENT\)/)
  t.false(existsSync(to))
})

test('what does not suit a dataset is told of by its name, or once for all', async (t) => {
  const { from, to } = sample()
  const named = await run(['-l', 'table,g/row:CHUNK=4', from, to])
  t.is(named.status, 0)
  t.deepEqual(named.warned, ['"/table" keeps its layout and filters: chunks of rank 1 in a dataset of rank 2'])
  using file = openFile(to)
  t.deepEqual(file.dataset('table').chunkShape, [5, 6])
  t.deepEqual(file.dataset('g/row').chunkShape, [4])
  const all = await run(['-l', 'CHUNK=4x4', from, to])
  t.deepEqual(all.warned, [
    '"/again" keeps its layout and filters: chunks of rank 2 in a dataset of rank 1; so does 1 other',
  ])
})

test('a name that is not the first path to a dataset is told of', async (t) => {
  const { from, to } = sample()
  const { status, warned } = await run(['-f', 'g,row:GZIP=1', from, to])
  t.is(status, 0)
  t.deepEqual(warned, [
    '"g" has no layout and no filters: it is a group',
    '"row" stays as it is: name it "/again", which is the first path to it',
  ])
})

test('a part of a file does not take its place, whatever the tool is called', async (t) => {
  const from = join(mkdtempSync(join(tmpdir(), 'repack-')), 'from.h5')
  using file = createFile(from)
  file.createDataset('a', { data: new Int32Array(10) })
  file.createDataset('none', { shape: [0, 5], type: 'i4' })
  file.close()
  const before = readFileSync(from)
  const { status, warned } = await run(['--in-place', '-f', 'GZIP=1', from], false)
  t.is(status, 1)
  t.regex(warned.join(), /filters for a dataset without elements; no file was written/)
  t.true(readFileSync(from).equals(before))
})

test('elements that cannot be compared are named, and there is no new file', async (t) => {
  const at = mkdtempSync(join(tmpdir(), 'repack-'))
  const [from, to] = ['from.h5', 'to.h5'].map((name) => join(at, name))
  {
    using file = createFile(from)
    file.createDataset('sound', { data: new Int32Array(10) })
    file.createDataset('g/hurt', { data: new Int32Array(100).fill(1234567), chunks: [100], fletcher32: true })
    file.close()
  }
  const bytes = readFileSync(from)
  bytes[bytes.indexOf(Buffer.from(Int32Array.of(1234567, 1234567).buffer))] ^= 1
  writeFileSync(from, bytes)
  // Chunks are copied as they are stored.
  t.is((await run([from, to])).status, 0)
  const { status, warned } = await run(['--verify', from, `${to}.not`])
  t.is(status, 1)
  t.deepEqual(warned, ['"/g/hurt" cannot be compared: fletcher32: checksum does not match; no file was written'])
  t.false(existsSync(`${to}.not`))
})

test('h5 repack takes two file names, and puts nothing in the place of a second one of many', async (t) => {
  const { from, to } = sample()
  writeFileSync(to, 'old')
  const warned: string[] = []
  const repack = (...argv: string[]) => runTool('h5', ['repack', ...argv], new Output(1), (text) => warned.push(text))
  t.is(await repack(from, to, 'third.h5'), 2)
  t.is(await repack('-i', from, '-o', `${to}.not`, to), 2)
  t.regex(warned[0], /^too many file names: "third.h5"/)
  t.regex(warned[1], /^too many file names: ".*to.h5"/)
  t.is(readFileSync(to, 'latin1'), 'old')
  t.false(existsSync(`${to}.not`))
  // The reference's command reads no further.
  t.is(await runTool('h5repack', [from, to, 'third.h5'], new Output(1), () => {}), 0)
})

test('a file that somebody changes is not replaced meanwhile', async (t) => {
  const { from } = sample()
  {
    using editing = editFile(from, { locking: 'always' })
    const { status, warned } = await run(['--in-place', '-f', 'GZIP=1', from])
    t.is(status, 1)
    t.regex(warned.join(), /is being changed by process \d+/)
    editing.root.createAttribute('late', 1)
    editing.commit()
  }
  t.is((await run(['--in-place', from])).status, 0)
  using file = openFile(from)
  t.true(file.root.hasAttribute('late'))
  t.deepEqual(readdirSync(dirname(from)), ['from.h5'])
})

const hasFlock = existsSync('/proc/locks') && spawnSync('flock', ['--version']).status === 0

// Only Linux lists the locks of other processes.
;(hasFlock ? test : test.skip)('a file that the C library has locked is not replaced', async (t) => {
  const { from } = sample()
  const before = readFileSync(from)
  const other = spawn('flock', ['--exclusive', from, 'sh', '-c', 'echo locked; sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  t.teardown(() => {
    if (other.pid !== undefined) process.kill(-other.pid)
  })
  await once(other.stdout, 'data')
  const { status, warned } = await run(['--in-place', '-f', 'GZIP=1', from])
  t.is(status, 1)
  t.regex(warned.join(), /is locked by process \d+, which writes it/)
  t.deepEqual(readdirSync(dirname(from)), ['from.h5'])
  t.true(readFileSync(from).equals(before))
  t.is((await run(['--in-place', '--dry-run', from])).status, 0)
})
