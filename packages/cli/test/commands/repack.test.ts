import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFile, openFile, openForReading } from '@h5kit/core/node'
import test from 'ava'
import { decide } from '../../src/commands/repack-decisions.ts'
import { repackDefaults } from '../../src/options/repack.ts'
import { progressLine } from '../../src/render/repack-progress.ts'
import { run } from '../support/repack.ts'

// Tests of one file run side by side here, where a tool is alone in its process.
process.setMaxListeners(0)

const golden = (name: string): string => fileURLToPath(new URL(`../../../../golden/${name}`, import.meta.url))
const selections = golden('storage/selections.h5')

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'repack-'))
}

/** Numbers in rows, in chunks that are shuffled and compressed. */
function sample(path: string): void {
  using file = createFile(path)
  const data = Float64Array.from({ length: 120 * 50 }, (_, i) => Math.sin(i / 50) * 1000)
  const dataset = file.createDataset('a/numbers', {
    data,
    shape: [120, 50],
    chunks: [30, 50],
    compression: 'gzip',
    shuffle: true,
  })
  dataset.createAttribute('unit', 'mm')
  file.createDataset('texts', { data: ['one', 'two', 'three'] })
  file.close()
}

test('filters and layouts become what is asked for, and values stay', async (t) => {
  const [from, to] = [join(folder(), 'from.h5'), join(folder(), 'to.h5')]
  sample(from)
  for (const [options, filters, chunk] of [
    [['-f', 'NONE'], [], [30, 50]],
    [
      ['-f', 'SHUF', '-f', 'GZIP=9'],
      [2, 1],
      [30, 50],
    ],
    [['-f', 'a/numbers:FLET', '-l', 'a/numbers:CHUNK=7x11'], [3], [7, 11]],
    [['-l', 'CONTI'], [], undefined],
    [['-f', 'a/numbers:NONE', '-l', 'a/numbers:COMPA'], [], undefined],
    // Filters need chunks: where they are to stay, so does the layout.
    [
      ['-l', 'a/numbers:COMPA'],
      [2, 1],
      [30, 50],
    ],
    [[], [2, 1], [30, 50]],
  ] as const) {
    const { status, warned } = await run([...options, '--verify', from, to])
    t.is(status, 0, `${options.join(' ')}: ${warned.join()}`)
    using before = openFile(from)
    using after = openFile(to)
    const dataset = after.dataset('a/numbers')
    t.deepEqual(
      dataset.filters.map(({ id }) => id),
      [...filters],
      options.join(' '),
    )
    t.deepEqual(dataset.chunkShape, chunk && [...chunk])
    t.deepEqual(dataset.read(), before.dataset('a/numbers').read())
    t.deepEqual(after.dataset('texts').read(), ['one', 'two', 'three'])
    t.is(dataset.attribute('unit').value, 'mm')
  }
})

test('the new file is the same for any number of threads, and again the next time', async (t) => {
  const at = folder()
  const made = async (name: string, ...options: string[]): Promise<Buffer> => {
    const { status } = await run([
      '-f',
      'SHUF',
      '-f',
      'GZIP=6',
      '-l',
      'CHUNK=4',
      ...options,
      selections,
      join(at, name),
    ])
    t.is(status, 0)
    return readFileSync(join(at, name))
  }
  const one = await made('one.h5', '--jobs', '1')
  t.true(one.equals(await made('three.h5', '--jobs', '3')))
  t.true(one.equals(await made('again.h5', '--jobs', '1')))
  t.is((await run([join(at, 'one.h5'), join(at, 'copy.h5')])).status, 0)
  t.is((await run([join(at, 'copy.h5'), join(at, 'second.h5')])).status, 0)
  t.true(readFileSync(join(at, 'copy.h5')).equals(readFileSync(join(at, 'second.h5'))))
})

test('shuffling that is lost is told of, or kept', async (t) => {
  const [from, to] = [join(folder(), 'from.h5'), join(folder(), 'to.h5')]
  sample(from)
  const lost = await run(['-f', 'GZIP=6', from, to])
  t.regex(lost.warned.join(), /"\/a\/numbers" is stored without shuffle: \d+ bytes, \d+ before/)
  const kept = await run(['-f', 'GZIP=6', '--keep-prefilters', from, to])
  t.deepEqual(kept.warned, [])
  using file = openFile(to)
  t.deepEqual(
    file.dataset('a/numbers').filters.map(({ id }) => id),
    [2, 1],
  )
})

test('a file is replaced in place and keeps its mode', async (t) => {
  const path = join(folder(), 'file.h5')
  sample(path)
  chmodSync(path, 0o640)
  const before = openFile(path).dataset('a/numbers').read()
  const { status } = await run(['--in-place', '-f', 'NONE', path])
  t.is(status, 0)
  t.is(statSync(path).mode & 0o777, 0o640)
  t.deepEqual(readdirSync(join(path, '..')), ['file.h5'])
  using after = openFile(path)
  t.deepEqual(after.dataset('a/numbers').read(), before)
})

test('other names of a file that is replaced in place: hard links keep the old one, symbolic links lead to the new one', async (t) => {
  const at = folder()
  const [path, hard, symbolic] = ['file.h5', 'hard.h5', 'symbolic.h5'].map((name) => join(at, name))
  sample(path)
  const old = readFileSync(path)
  linkSync(path, hard)
  symlinkSync(path, symbolic)
  utimesSync(path, 0, 0)
  t.is((await run(['--in-place', '-f', 'NONE', symbolic])).status, 0)
  t.true(readFileSync(hard).equals(old))
  t.false(readFileSync(path).equals(old))
  t.is(readlinkSync(symbolic), path)
  t.is(statSync(hard).mtimeMs, 0)
  t.true(statSync(path).mtimeMs > 0)
})

test('on trial nothing is written, and what is left out is not there', async (t) => {
  const at = folder()
  const from = join(at, 'from.h5')
  sample(from)
  const { said } = await run(['--dry-run', '-f', 'NONE', from, join(at, 'to.h5')])
  const lines = said.split('\n')
  t.regex(lines[0], /^\/a\/numbers: chunked 30x50, shuffle, deflate, \d+ bytes; then chunked 30x50, 48000 bytes$/)
  t.is(lines[1], '/texts: contiguous, 48 bytes, as before')
  t.regex(lines[2], /^.*to\.h5: \d+ bytes/)
  const unchanged = await run(['--dry-run', from, join(at, 'to.h5')])
  t.regex(unchanged.said, /^.*to\.h5: \d+ bytes.*\n$/)
  t.false(existsSync(join(at, 'to.h5')))
  t.is((await run(['--drop', '/a', from, join(at, 'to.h5')])).status, 0)
  using file = openFile(join(at, 'to.h5'))
  t.deepEqual(file.keys(), ['texts'])
})

/** A file whose second dataset has a chunk that cannot be decoded. */
function damaged(path: string): void {
  sample(path)
  const bytes = readFileSync(path)
  using file = openFile(path)
  const [{ address, size }] = file.dataset('a/numbers').chunks()
  bytes.fill(0xff, address, address + size)
  spawnSync('sh', ['-c', 'cat > "$0"', path], { input: bytes })
}

test('what cannot be read is named, and leaves nothing behind or what came before it', async (t) => {
  const at = folder()
  const [from, to] = [join(at, 'from.h5'), join(at, 'to.h5')]
  damaged(from)
  const whole = await run(['-f', 'NONE', from, to])
  t.is(whole.status, 1)
  t.regex(whole.warned.join(), /"\/a\/numbers": .*; no file was written/)
  t.deepEqual(readdirSync(at), ['from.h5'])
  const partial = await run(['-f', 'NONE', from, to], false)
  t.is(partial.status, 1)
  t.is(partial.said, 'Error occurred while repacking\n')
  t.regex(partial.warned.join(), /"\/a\/numbers": .* has only what came before it/)
  using file = openFile(to)
  t.deepEqual(file.keys(), ['a'])
})

test('an object that is not there, a folder that is not: one line, no file', async (t) => {
  const at = folder()
  const from = join(at, 'from.h5')
  sample(from)
  const nameless = await run(['-f', 'nothing:GZIP=1', from, join(at, 'to.h5')])
  t.is(nameless.status, 1)
  t.regex(nameless.warned.join(), /no object "nothing"/)
  const nowhere = await run([from, join(at, 'no/such/to.h5')])
  t.is(nowhere.status, 1)
  t.is(nowhere.warned.length, 1)
  t.deepEqual(readdirSync(at), ['from.h5'])
})

test('datasets of references are linked into groups that are otherwise complete', async (t) => {
  for (const low of ['earliest', 'v110'] as const) {
    const [from, to] = [join(folder(), 'from.h5'), join(folder(), 'to.h5')]
    {
      using file = createFile(from, { low })
      const target = file.createDataset('a/b/target', { data: [1, 2, 3] })
      file.createDataset('a/b/references', { data: [target.reference()] })
      file.createDataset('a/other', { data: [4] })
      file.close()
    }
    for (const whole of [true, false]) {
      t.is((await run([from, to], whole)).status, 0)
      using made = openFile(to)
      t.deepEqual(made.group('a/b').keys(), ['references', 'target'])
    }
  }
})

test('a new file may be kept in several, which are complete or not there', async (t) => {
  for (const bounds of [['--low=0'], ['--low=1'], ['-L']]) {
    const at = folder()
    const from = join(at, 'from.h5')
    sample(from)
    writeFileSync(join(at, 'fam4'), 'an old member, which would be taken for a new one')
    for (const [driver, name] of [
      ['split', 'two'],
      ['multi', 'six'],
      ['family', 'fam%d'],
    ] as const) {
      const options = ['--dst-vfd-name', driver, '--dst-vfd-info', '16K', '-f', 'NONE', '--verify', ...bounds]
      t.deepEqual(await run([...options, from, join(at, name)]), { status: 0, said: '', warned: [] })
      using made = openForReading(join(at, name), { driver })
      using source = openFile(from)
      for (const path of ['a/numbers', 'texts']) {
        t.deepEqual(made.dataset(path).read(), source.dataset(path).read(), `${driver} ${bounds} ${path}`)
      }
    }
    const there = ['fam0', 'fam1', 'fam2', 'fam3', 'from.h5', 'six-b.h5', 'six-g.h5', 'six-l.h5', 'six-o.h5']
    t.deepEqual(readdirSync(at), [...there, 'six-r.h5', 'six-s.h5', 'two-m.h5', 'two-r.h5'])
    t.true(statSync(join(at, 'two-r.h5')).size >= 48_000)
    t.true(statSync(join(at, 'two-m.h5')).size < 8_000)
  }
})

test('what a file in several parts has no place for is refused by name, and leaves no part', async (t) => {
  const at = folder()
  const from = join(at, 'from.h5')
  sample(from)
  for (const [options, reason] of [
    [['--dst-vfd-name', 'split', '-S', 'PAGE'], /pages, which a file in two parts does not have/],
    [['--dst-vfd-name', 'split', '-b', '512'], /a user block, which a file in two parts has no place for/],
    [['--dst-vfd-name', 'multi', '-S', 'NONE'], /a superblock that the multi driver cannot find/],
    [['--dst-vfd-name', 'family'], /"[^"]+" is no pattern for the names of a family/],
    [['--dst-vfd-name', 'onion'], /a new file cannot be written with the driver "onion"/],
  ] as const) {
    const { status, warned } = await run([...options, from, join(at, 'to.h5')])
    t.is(status, 1)
    t.regex(warned.join(), reason)
    t.deepEqual(readdirSync(at), ['from.h5'])
  }
})

test('what is to be left out has to be there, and the source is no target by another name', async (t) => {
  const at = folder()
  const from = join(at, 'from.h5')
  sample(from)
  const source = readFileSync(from)
  for (const path of ['/nothing', '/', 'a/numbers/']) {
    const { status, warned } = await run(['--drop', path, from, join(at, 'to.h5')])
    t.is(status, path.startsWith('a') ? 0 : 1, path)
    t.regex(warned.join(), path.startsWith('a') ? /^$/ : /^there is no object "[^"]+" in "[^"]+" to leave out$/)
  }
  symlinkSync(from, join(at, 'again.h5'))
  const { status, warned } = await run([from, join(at, 'again.h5')])
  t.is(status, 1)
  t.regex(warned.join(), /^the output "\S+again.h5" is the input \(--in-place replaces it\)$/)
  t.true(readFileSync(from).equals(source))
})

test('messages from a size on are shared, each kind in an index of its own', async (t) => {
  const [from, to] = [golden('files/attributes-shared-type.h5'), join(folder(), 'to.h5')]
  t.is((await run(['-s', '20:dtype', '-s', '40:attr', from, to])).status, 0)
  using source = openFile(from)
  using packed = openFile(to)
  t.is(packed.image.sharedMessages?.count, 2)
  t.is(source.image.sharedMessages, undefined)
  t.deepEqual(
    [...packed.visit()].map(({ path }) => path),
    [...source.visit()].map(({ path }) => path),
  )
  for (const { path, link } of source.visit()) {
    if (link.kind !== 'hard') continue
    const names = source.get(path).attributeNames()
    t.deepEqual(packed.get(path).attributeNames(), names)
    for (const name of names) {
      t.deepEqual(packed.get(path).attribute(name).value, source.get(path).attribute(name).value, `${path} ${name}`)
    }
  }
})

test('objects that are written early have all their links, and are counted as often', async (t) => {
  for (const low of ['earliest', 'v110'] as const) {
    const [from, to] = [join(folder(), 'from.h5'), join(folder(), 'to.h5')]
    {
      using file = createFile(from, { low })
      for (let i = 0; i < 300; i++) {
        file.createDataset(`runs/${i}/data`, { data: [i, i + 1] }).createAttribute('unit', 'mm')
      }
      file.createHardLink('again', file.get('runs/7/data'))
      file.createHardLink('runs/9/up', file.get('runs'))
      file.createHardLink('runs/12/other', file.get('runs/3'))
      file.createSoftLink('runs/12/soft', '/runs/1')
      file.close()
    }
    t.is((await run([from, to])).status, 0)
    using made = openFile(to)
    for (let i = 0; i < 300; i++) t.deepEqual([...made.dataset(`runs/${i}/data`).read()], [BigInt(i), BigInt(i + 1)])
    t.deepEqual(
      ['runs/7/data', 'runs/8/data', 'runs', 'runs/3', 'runs/12'].map((path) => made.get(path).referenceCount),
      [2, 1, 2, 2, 1],
    )
    t.is(made.get('again').address, made.get('runs/7/data').address)
    t.is(made.get('runs/9/up').address, made.get('runs').address)
    t.is(made.get('runs/12/other/data').attribute('unit').value, 'mm')
    t.deepEqual(made.group('runs/12').keys(), ['data', 'other', 'soft'])
  }
})

test('descriptions are in blocks of the size that is asked for', async (t) => {
  const at = folder()
  const [from, to] = [join(at, 'from.h5'), join(at, 'to.h5')]
  {
    using file = createFile(from)
    for (const name of ['a', 'b']) file.createDataset(name, { data: Float64Array.from({ length: 1000 }, Math.random) })
    file.close()
  }
  t.is((await run(['-M', '100000', from, to])).status, 0)
  using file = openFile(to)
  const [first, second] = ['a', 'b'].map((name) => file.dataset(name).layout)
  const [before, behind] = [first, second].map((layout) => (layout.kind === 'contiguous' ? layout.address : 0))
  t.is(behind, before + 8000 + 100_000)
  t.true(file.dataset('b').address < behind)
})

test('a user block that does not suit the alignment is refused by name', async (t) => {
  const at = folder()
  const [from, to] = [join(at, 'from.h5'), join(at, 'to.h5')]
  sample(from)
  for (const options of [
    ['-b', '512', '-S', 'PAGE', '-G', '4096'],
    ['-b', '512', '-t', '1', '-a', '1024'],
  ]) {
    const { status, warned } = await run([...options, from, to])
    t.is(status, 1)
    t.regex(warned.join(), /a user block of 512 bytes/)
  }
  t.deepEqual(readdirSync(at), ['from.h5'])
})

test('elements in other files stay there where the dataset could not be as it is without them', (t) => {
  using file = openFile(golden('files/external-storage.h5'))
  const options = { ...repackDefaults(), filters: [{ id: 0, values: [], optional: undefined }] }
  const of = (path: string) => decide(file.dataset(path), path, options, false)
  t.like(of('/one unlimited'), { kind: 'written', kept: 'impossible', change: { gathered: undefined } })
  t.like(of('/two files'), { kind: 'written', kept: undefined, change: { gathered: true } })
})

test('progress tells how long the rest will take', (t) => {
  t.is(progressLine(50e6, 200e6, 10), '50 of 200 MB, 5 MB/s, 30 s left')
  t.is(progressLine(1e6, 3601e6, 1), '1 of 3601 MB, 1 MB/s, 1 h 0 min left')
  t.is(progressLine(10e6, 610e6, 5), '10 of 610 MB, 2 MB/s, 5 min left')
  t.is(progressLine(3e6, 2e6, 1), '3 of 2 MB, 3 MB/s')
})
