import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFile, slice } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const scratch = mkdtempSync(join(tmpdir(), 'check-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

const golden = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))

let count = 0

async function check(...argv: string[]): Promise<{ stdout: string; stderr: string[]; status: number }> {
  const path = join(scratch, `stdout-${count++}`)
  const fd = openSync(path, 'w')
  const stderr: string[] = []
  try {
    const status = await run('h5', ['check', ...argv], new Output(fd), (message) => stderr.push(message))
    return { stdout: readFileSync(path, 'utf8'), stderr, status }
  } finally {
    closeSync(fd)
    rmSync(path)
  }
}

/** A golden file with some bytes changed. */
function damaged(name: string, change: (bytes: Uint8Array) => void): string {
  const bytes = new Uint8Array(readFileSync(`${golden}${name}`))
  change(bytes)
  const path = join(scratch, `${count++}-${name}`)
  writeFileSync(path, bytes)
  return path
}

const sound = `${golden}superblock-0.h5`

/** The root group's header counts more links than there are. */
const miscounted = damaged('superblock-0.h5', (bytes) => {
  bytes[96 + 4] = 9
})

test.serial('a sound file is said to be sound, with the use of its bytes', async (t) => {
  const { stdout, stderr, status } = await check(sound)
  t.is(status, 0)
  t.deepEqual(stderr, [])
  t.is(stdout.split('\n')[0], `${sound}: sound`)
  t.regex(stdout, /2 groups, 3 datasets, 0 datatypes/)
  t.regex(stdout, /raw data +152 bytes\n/)
})

test.serial('what is wrong comes with its object, structure, section and code', async (t) => {
  const { stdout, stderr, status } = await check(miscounted)
  t.is(status, 1)
  t.deepEqual(stderr, ['check: 1 file, 0 sound, 1 not: 1 error, 0 warnings'])
  const line = 'error: /: reference count 9, and 1 hard links lead to it (Version 1 Object Header at 96, IV.A.1.a)'
  t.is(stdout.split('\n')[1], `  ${line} [object-header.reference-count]`)
})

test.serial('of several files the first with findings ends the work, unless it is to go on', async (t) => {
  const one = await check(miscounted, sound)
  t.is(one.status, 1)
  t.is(one.stdout.includes(`${sound}: sound`), false)
  const all = await check('--keep-going', miscounted, join(scratch, 'none.h5'), sound)
  t.is(all.status, 1)
  t.regex(all.stdout, /none\.h5: cannot be checked: /)
  t.true(all.stdout.endsWith(`${sound}: sound\n`))
  t.deepEqual(all.stderr, ['check: 3 files, 1 sound, 2 not: 2 errors, 0 warnings'])
})

test.serial('files from a list, one line of JSON each', async (t) => {
  const list = join(scratch, 'list')
  writeFileSync(list, `${sound}\n\n${miscounted}`)
  const { stdout, status } = await check('--ndjson', '-k', '--files-from', list)
  t.is(status, 1)
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.deepEqual(
    lines.map(({ sound: each, errors }) => [each, errors]),
    [
      [true, 0],
      [false, 1],
    ],
  )
  t.is(lines[1].findings[0].code, 'object-header.reference-count')
  t.is(lines[0].bytes['raw-data'], 152)
})

test.serial('one document of JSON about all files', async (t) => {
  const { stdout } = await check('--json', '-k', sound, miscounted)
  const { files, summary } = JSON.parse(stdout)
  t.is(files.length, 2)
  t.deepEqual(summary, { files: 2, sound: 1, errors: 1, warnings: 0 })
})

test.serial('a strict policy refuses what may lead elsewhere', async (t) => {
  const lenient = await check(`${golden}links-every-kind.h5`)
  t.is(lenient.status, 0)
  const strict = await check('--policy=strict', `${golden}links-every-kind.h5`)
  t.is(strict.status, 1)
  t.regex(strict.stdout, /\[policy\.external-link\]/)
  const virtual = await check('--policy', 'strict', `${golden}virtual.h5`)
  t.regex(virtual.stdout, /\[policy\.virtual-storage\]/)
})

test.serial('chunks are decoded where that is asked for', async (t) => {
  using file = openFile(`${golden}filters.h5`)
  const [first] = file.dataset('fletcher32').chunks()
  const path = damaged('filters.h5', (bytes) => {
    bytes[first.address + 7] ^= 1
  })
  t.is((await check(path)).status, 0)
  const { stdout, status } = await check('--data', path)
  t.is(status, 1)
  t.regex(stdout, new RegExp(`error: /fletcher32: .*\\(Chunk at ${first.address}, .*\\[raw-data\\.filter\\]`))
})

test.serial('what is still readable of a damaged file is written into a new one', async (t) => {
  using file = openFile(`${golden}filters.h5`)
  const [first, second] = file.dataset('fletcher32').chunks()
  const path = damaged('filters.h5', (bytes) => {
    bytes[second.address + 7] ^= 1
    bytes[file.dataset('shuffle').address] = 0xee
  })
  const saved = join(scratch, 'saved.h5')
  const { stderr, status } = await check('--recover', saved, path)
  t.is(status, 1)
  t.true(stderr.some((line) => line.startsWith('check: lost: /shuffle: ')))
  t.true(stderr.includes('check: lost: /fletcher32: 1 of its chunks or blocks'))
  using copy = openFile(saved)
  t.deepEqual(
    copy.keys(),
    file.keys().filter((name) => name !== 'shuffle'),
  )
  t.deepEqual(copy.dataset('deflate').raw(), file.dataset('deflate').raw())
  const part = first.offset.map((start) => slice(start, start + 1))
  t.deepEqual(copy.dataset('fletcher32').raw(part), file.dataset('fletcher32').raw(part))
  t.is((await check('--data', saved)).status, 0)
  const again = await check('--recover', saved, path)
  t.true(again.stderr.includes(`check: ${saved} is there already, and stays as it is`))
})

test.serial('a wrong option is one line and status 2', async (t) => {
  for (const [argv, what] of [
    [['--polcy=strict', sound], 'no option --polcy=strict'],
    [['--policy=mild', sound], '--policy is strict or default, not "mild"'],
    [['--jobs', '0', sound], '--jobs is a number from 1 to 256 or auto, not "0"'],
    [['--files-from'], '--files-from needs a value'],
    [[], 'no file is named'],
    [['--recover', 'saved.h5', sound, sound], '--recover is for one file'],
  ] as const) {
    const { stderr, status, stdout } = await check(...argv)
    t.is(status, 2)
    t.is(stdout, '')
    t.deepEqual(stderr, [`check: ${what}; h5 check --help tells what there is`])
  }
})

test.serial('help begins with examples', async (t) => {
  const { stdout, status } = await check('--help')
  t.is(status, 0)
  t.regex(stdout, /^Validates HDF5 files.*\n\n {2}h5 check file\.h5 /)
})
