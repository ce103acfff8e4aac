import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFile, openFile, slice } from '@h5kit/core/node'
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
  t.deepEqual(stderr, ['1 file, 0 sound, 1 not: 1 error, 0 warnings'])
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
  t.deepEqual(all.stderr, ['3 files, 1 sound, 2 not: 2 errors, 0 warnings'])
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

test.serial('each limit can be set by itself', async (t) => {
  const file = `${golden}links-every-kind.h5`
  t.regex((await check('--deny=external-links', file)).stdout, /\[policy\.external-link\]/)
  t.is((await check('--policy=strict', '--allow', 'external-links,other-storage', file)).status, 0)
  t.regex((await check('--deny', 'other-storage', `${golden}virtual.h5`)).stdout, /\[policy\.virtual-storage\]/)
  const limited: [string, string][] = [
    ['--max-depth=0', 'limit.depth'],
    ['--max-objects=1', 'limit.objects'],
    ['--max-dataset=8', 'limit.dataset'],
    ['--max-metadata=16', 'limit.metadata'],
  ]
  for (const [argument, code] of limited) {
    const { stdout, status } = await check(argument, sound)
    t.is(status, 1)
    t.true(stdout.includes(`[${code}]`), `${argument}: ${stdout}`)
  }
  t.is((await check('--max-dataset=1K', '--max-depth', '5', sound)).status, 0)
  t.regex((await check('--max-chunks=1', `${golden}chunk-indexes.h5`)).stdout, /\[limit\.chunks\]/)
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
  t.true(stderr.some((line) => line.startsWith('lost: /shuffle: ')))
  t.true(stderr.some((line) => line.startsWith('lost: /fletcher32: 1 part of its elements: ')))
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
  t.true(again.stderr.includes(`${saved} is there already, and stays as it is`))
})

test.serial(
  'of a file that was cut off the start of its elements is saved, with chunks as they are stored',
  async (t) => {
    const whole = join(scratch, 'whole.h5')
    const values = Int32Array.from({ length: 3_000_000 }, (_, i) => i)
    const made = createFile(whole)
    made.createDataset('texts', { data: ['one', 'two', 'three'] })
    made.createDataset('packed', { data: values.subarray(0, 1000), chunks: [100], compression: 'gzip' })
    made.createDataset('flat', { data: values, shape: [3000, 1000] })
    made.createAttribute('title', 'cut off')
    made.close()
    using before = openFile(whole)
    const { layout } = before.dataset('flat')
    t.is(layout.kind, 'contiguous')
    const address = layout.kind === 'contiguous' ? layout.address : 0
    // Metadata stand behind the elements: the dataset's address leads past the end instead.
    const path = join(scratch, 'cut.h5')
    const bytes = readFileSync(whole)
    const moved = bytes.length - 4_500_000
    const extent = Buffer.from(BigInt64Array.of(BigInt(address), 12_000_000n).buffer)
    bytes.writeUInt32LE(moved, bytes.indexOf(extent))
    bytes.set(bytes.subarray(address, address + 4_000_000), moved)
    writeFileSync(path, bytes)
    const saved = join(scratch, 'saved-cut.h5')
    const { stderr } = await check('--recover', saved, path)
    t.true(
      stderr.some((line) => /lost: \/flat: 1 part of its elements: .* behind the end of the file/.test(line)),
      stderr.join(),
    )
    using copy = openFile(saved)
    t.true(Buffer.from(values.buffer, 0, 4_000_000).equals(copy.dataset('flat').raw([slice(0, 1000)])))
    t.true(copy.size < 9_000_000)
    t.deepEqual(copy.dataset('texts').read(), ['one', 'two', 'three'])
    t.is(copy.dataset('packed').storageSize, before.dataset('packed').storageSize)
    t.is(copy.root.attribute('title').value, 'cut off')
  },
)

test.serial('where one link or attribute cannot be read the others are saved', async (t) => {
  const whole = join(scratch, 'links.h5')
  const made = createFile(whole, { low: 'v200' })
  for (const name of ['first', 'second', 'third']) {
    made.createDataset(name, { data: [1, 2, 3] })
    made.createAttribute(`${name} attribute`, name)
  }
  made.close()
  using before = openFile(whole)
  const path = join(scratch, 'links-damaged.h5')
  const bytes = new Uint8Array(readFileSync(whole))
  // Object headers of version 2 have a checksum of their own.
  const header = bytes.subarray(before.dataset('second').address)
  header[10] ^= 1
  writeFileSync(path, bytes)
  const saved = join(scratch, 'saved-links.h5')
  const { stderr } = await check('--recover', saved, path)
  t.true(
    stderr.some((line) => line.startsWith('lost: /second: checksum')),
    stderr.join(),
  )
  t.true(stderr.includes(`${saved} has 3 objects of ${path}; once something was lost`))
  using copy = openFile(saved)
  t.deepEqual(copy.keys(), ['first', 'third'])
  t.deepEqual(copy.root.attributeNames(), ['first attribute', 'second attribute', 'third attribute'])
})

test.serial('a group whose header is behind the end has its links where the entry that leads to it says', async (t) => {
  const whole = readFileSync(`${golden}aligned.h5`)
  const path = join(scratch, 'headless.h5')
  // The root group's symbol table message is what comes last.
  writeFileSync(path, whole.subarray(0, 10752))
  const saved = join(scratch, 'saved-headless.h5')
  const { stderr } = await check('--recover', saved, path)
  t.true(stderr.some((line) => line.startsWith('lost: /: 80 bytes reach past the end of the file')))
  using before = openFile(`${golden}aligned.h5`)
  using copy = openFile(saved)
  t.deepEqual(
    [...copy.visit()].map((link) => link.path),
    [...before.visit()].map((link) => link.path),
  )
  t.deepEqual(copy.dataset('group/values').read(), before.dataset('group/values').read())

  const nested = damaged('book-dust.h5', (bytes) => {
    using file = openFile(`${golden}book-dust.h5`)
    bytes[file.group('experiment1').address] = 0xee
  })
  const savedNested = join(scratch, 'saved-nested.h5')
  await check('--recover', savedNested, nested)
  using copyNested = openFile(savedNested)
  t.deepEqual(copyNested.group('experiment1').keys(), ['detector0', 'detector1', 'impacts'])
  t.deepEqual(copyNested.group('experiment1').attributeNames(), [])
})

test.serial('of a group whose header goes on behind the end the attributes in front of that are saved', async (t) => {
  const path = damaged('book-dust.h5', (bytes) => {
    const second = 1832 + 8
    // Where the header's second part says that there is a third one.
    new DataView(bytes.buffer).setUint32(second, bytes.length)
  })
  const saved = join(scratch, 'saved-part.h5')
  const { stderr } = await check('--recover', saved, path)
  t.true(stderr.some((line) => line.startsWith('lost: /experiment0: ')))
  using before = openFile(`${golden}book-dust.h5`)
  using copy = openFile(saved)
  t.deepEqual(copy.group('experiment0').keys(), before.group('experiment0').keys())
  const names = copy.group('experiment0').attributeNames()
  t.is(names.length, 2)
  t.deepEqual(
    names.filter((name) => !before.group('experiment0').attributeNames().includes(name)),
    [],
  )
})

test.serial('links whose names are lost have others in the new file', async (t) => {
  using before = openFile(`${golden}book-dust.h5`)
  const bytes = readFileSync(`${golden}book-dust.h5`)
  const path = damaged('book-dust.h5', (changed) => {
    changed[bytes.indexOf('HEAP', before.group('experiment1').address)] = 0xee
  })
  const saved = join(scratch, 'saved-names.h5')
  const { stderr } = await check('--recover', saved, path)
  using copy = openFile(saved)
  const { address } = before.dataset('experiment1/impacts')
  t.is(stderr.filter((line) => line.startsWith('lost: /experiment1')).length, 1, stderr.join())
  t.deepEqual(copy.dataset(`experiment1/lost-${address}`).raw(), before.dataset('experiment1/impacts').raw())
  t.is(copy.group('experiment1').keys().length, 3)
})

test.serial('a wrong option is one line and status 2', async (t) => {
  for (const [argv, what] of [
    [['--polcy=strict', sound], 'no option --polcy=strict (did you mean --policy?)'],
    [['--max-depth=deep', sound], 'a limit is a number, with K, M, G or T behind it, not "deep"'],
    [['--deny', 'links', sound], 'external-links and other-storage can be denied and allowed, not "links"'],
    [['--policy=mild', sound], '--policy is strict or default, not "mild"'],
    [['--jobs', '0', sound], '--jobs is a number from 1 to 256 or auto, not "0"'],
    [['--files-from'], '--files-from needs a value'],
    [[], 'no file is named'],
    [['--recover', 'saved.h5', sound, sound], '--recover is for one file'],
  ] as const) {
    const { stderr, status, stdout } = await check(...argv)
    t.is(status, 2)
    t.is(stdout, '')
    t.deepEqual(stderr, [`${what}; h5 check --help tells what there is`])
  }
})

test.serial('a list of files that is not there', async (t) => {
  const { status, stdout, stderr } = await check('--files-from', join(scratch, 'no-list'))
  t.is(status, 1)
  t.is(stdout, '')
  t.deepEqual(stderr, [`no list of files ${join(scratch, 'no-list')} (ENOENT)`])
})

test.serial('help begins with examples', async (t) => {
  const { stdout, status } = await check('--help')
  t.is(status, 0)
  t.regex(stdout, /^Validates HDF5 files.*\n\n {2}h5 check file\.h5 /)
})
