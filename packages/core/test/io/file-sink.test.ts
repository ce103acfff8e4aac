import * as fs from 'node:fs'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { IoError } from '../../src/errors.ts'
import type { FileSystem } from '../../src/io/file-sink.node.ts'
import { AtomicFile } from '../../src/io/file-sink.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'h5kit-sink-'))
test.after.always(() => rmSync(folder, { recursive: true }))

function inFolder(name: string): string {
  const path = join(folder, name)
  fs.mkdirSync(path)
  return path
}

/** Writes that overlap, leave gaps, go back, and are larger than what is buffered. */
function scribble(file: AtomicFile, expected: Uint8Array): number {
  let seed = 12345
  const random = (limit: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return Math.floor((seed / 2 ** 32) * limit)
  }
  let end = 0
  for (let i = 0; i < 3000; i++) {
    const far = i % 500 === 0
    const at = i % 3 === 0 ? random(expected.length - 200_000) : Math.min(end, expected.length - 200_000)
    const bytes = new Uint8Array(far ? 150_000 : random(3000)).fill(i % 251)
    file.write(at, bytes)
    expected.set(bytes, at)
    end = Math.max(end, at + bytes.length)
  }
  return end
}

test('what is written anywhere is where it belongs', (t) => {
  const path = join(inFolder('scribble'), 'a')
  const expected = new Uint8Array(12_000_000)
  const file = new AtomicFile(path)
  const end = scribble(file, expected)
  file.commit()
  t.deepEqual(Buffer.compare(readFileSync(path), expected.subarray(0, end)), 0)
  t.deepEqual(readdirSync(join(folder, 'scribble')), ['a'])
})

test('a file appears when it is complete, and keeps the mode of the one that it replaces', (t) => {
  const place = inFolder('replace')
  const path = join(place, 'a')
  writeFileSync(path, 'old')
  chmodSync(path, 0o640)
  const file = new AtomicFile(path)
  file.write(0, Buffer.from('new'))
  t.is(readFileSync(path, 'latin1'), 'old')
  file.commit()
  t.is(readFileSync(path, 'latin1'), 'new')
  t.is(statSync(path).mode & 0o7777, 0o640)
  t.deepEqual(readdirSync(place), ['a'])
  t.throws(() => file.write(0, Buffer.from('x')), { instanceOf: IoError })
})

test('a file that may not be written is not replaced', (t) => {
  const place = inFolder('read-only')
  const path = join(place, 'a')
  writeFileSync(path, 'old')
  chmodSync(path, 0o444)
  const forbidden = (): void => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' })
  }
  // Root may write whatever there is.
  const system: FileSystem = { ...failing(0, { calls: 0 }), accessSync: forbidden }
  t.throws(() => new AtomicFile(path, { system }), { instanceOf: IoError, message: /cannot write .* \(EACCES\)/ })
  t.deepEqual(readdirSync(place), ['a'])
  t.is(readFileSync(path, 'latin1'), 'old')
})

test('the journal of a file that is replaced is none of the new one', (t) => {
  const place = inFolder('journal')
  writeFileSync(join(place, 'a'), 'old')
  for (const name of ['a.journal', 'b.journal']) writeFileSync(join(place, name), 'what was half changed')
  for (const name of ['a', 'b']) {
    const file = new AtomicFile(join(place, name))
    file.write(0, Buffer.from('new'))
    t.true(readdirSync(place).includes(`${name}.journal`))
    file.commit()
  }
  t.deepEqual(readdirSync(place), ['a', 'b'])
})

test('what a symbolic link leads to is replaced', (t) => {
  const place = inFolder('link')
  writeFileSync(join(place, 'a'), 'old')
  symlinkSync('a', join(place, 'b'))
  const file = new AtomicFile(join(place, 'b'))
  file.write(0, Buffer.from('new'))
  file.commit()
  t.is(readFileSync(join(place, 'a'), 'latin1'), 'new')
  t.true(fs.lstatSync(join(place, 'b')).isSymbolicLink())
})

test('nothing is left of a file that is given up', (t) => {
  const place = inFolder('abort')
  const write = (): void => {
    using file = new AtomicFile(join(place, 'a'))
    file.write(100_000, new Uint8Array(100_000))
    throw new RangeError('given up')
  }
  t.throws(write, { instanceOf: RangeError })
  t.deepEqual(readdirSync(place), [])
})

test('a file that is there, or comes to be meanwhile, is not replaced where that was not asked for', (t) => {
  const path = join(inFolder('exclusive'), 'a')
  const file = new AtomicFile(path, { replace: false })
  file.write(0, Buffer.from('mine'))
  writeFileSync(path, 'theirs')
  t.throws(() => file.commit(), { instanceOf: IoError, message: /EEXIST/ })
  t.throws(() => new AtomicFile(path, { replace: false }), { instanceOf: IoError })
  t.is(readFileSync(path, 'latin1'), 'theirs')
  t.deepEqual(readdirSync(join(folder, 'exclusive')), ['a'])
})

test('a folder or a device is not replaced', (t) => {
  t.throws(() => new AtomicFile(folder), { instanceOf: IoError })
  t.throws(() => new AtomicFile('/dev/null'), { instanceOf: IoError })
  t.throws(() => new AtomicFile(join(folder, 'nowhere/a')), { instanceOf: IoError })
})

/** A system on which call number `n` of all those that change something fails. */
function failing(n: number, count: { calls: number }): FileSystem {
  const guarded = <A extends unknown[], R>(call: (...given: A) => R) => {
    return (...given: A): R => {
      if (++count.calls === n) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      return call(...given)
    }
  }
  return {
    accessSync: guarded(fs.accessSync),
    openSync: guarded(fs.openSync) as typeof fs.openSync,
    writeSync: guarded(fs.writeSync as FileSystem['writeSync']),
    fsyncSync: guarded(fs.fsyncSync),
    fdatasync: fs.fdatasync,
    ftruncateSync: guarded(fs.ftruncateSync),
    fchmodSync: guarded(fs.fchmodSync),
    fchownSync: guarded(fs.fchownSync),
    closeSync: guarded(fs.closeSync),
    renameSync: guarded(fs.renameSync),
    linkSync: guarded(fs.linkSync),
  }
}

test('whatever call to the system fails, there is the old file and nothing beside it', (t) => {
  const place = inFolder('faults')
  const path = join(place, 'a')
  writeFileSync(path, 'old')
  const write = (n: number, count: { calls: number }): void => {
    using file = new AtomicFile(path, { system: failing(n, count) })
    for (let i = 0; i < 300; i++) file.write(i * 30_000, new Uint8Array(1000).fill(i))
    file.write(0, new Uint8Array(100_000))
    file.commit()
  }
  const count = { calls: 0 }
  for (let n = 1; ; n++) {
    count.calls = 0
    if (n > 1000) t.fail('no end of calls')
    try {
      write(n, count)
      break
    } catch (error) {
      t.true(error instanceof IoError && error.message.includes('ENOSPC'), String(error))
    }
    t.deepEqual(readdirSync(place), ['a'])
    t.is(readFileSync(path, 'latin1'), 'old')
  }
  t.true(count.calls > 100)
  t.is(statSync(path).size, 299 * 30_000 + 1000)
})

test('a large file is on its way to the disk while it is written, and whole whatever becomes of that', (t) => {
  const place = inFolder('early')
  const path = join(place, 'a')
  const refused = Object.assign(new Error('no such call'), { code: 'EINVAL' })
  for (const fails of [false, true]) {
    let calls = 0
    const fdatasync: FileSystem['fdatasync'] = (fd, done) => {
      calls++
      if (fails) throw refused
      fs.fdatasync(fd, done)
    }
    using file = new AtomicFile(path, { system: { ...failing(0, { calls: 0 }), fdatasync } })
    const piece = new Uint8Array(1 << 20)
    for (let i = 0; i < 40; i++) file.write(i * piece.length, piece.fill(i))
    t.is(calls, 5)
    file.commit()
    const bytes = readFileSync(path)
    t.is(bytes.length, 40 * piece.length)
    t.true(Array.from({ length: 40 }, (_, i) => bytes[i * piece.length + 7]).every((byte, i) => byte === i))
    t.deepEqual(readdirSync(place), ['a'])
  }
})
