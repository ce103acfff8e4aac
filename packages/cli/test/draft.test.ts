import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IoError } from '@h5kit/core'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import { Draft } from '../src/draft.ts'
import { Output } from '../src/output.ts'

/** Bytes that tell where they are. */
function piece(number: number): Uint8Array {
  return Uint8Array.from({ length: 100_000 }, (_, i) => (number * 31 + i) % 251)
}

/** A folder for temporary files, which is gone after the test. */
function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'h5kit-draft-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Makes another folder the one for temporary files. */
function useFolder(t: ExecutionContext, path: string): void {
  const { TMPDIR } = process.env
  process.env.TMPDIR = path
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
}

function content(draft: Draft): Buffer {
  const copies: Buffer[] = []
  for (const bytes of draft.pieces()) copies.push(Buffer.from(bytes))
  return Buffer.concat(copies)
}

test.serial('a draft gives back what it was given, however much that is, and leaves no file', (t) => {
  const temporary = folder(t)
  useFolder(t, temporary)
  for (const count of [0, 1, 10, 11, 40]) {
    const draft = new Draft()
    const pieces = Array.from({ length: count }, (_, i) => piece(i))
    for (const bytes of pieces) {
      const given = bytes.slice()
      draft.keep(given)
      // The draft has a copy.
      given.fill(0)
    }
    t.is(draft.length, count * 100_000)
    t.true(content(draft).equals(Buffer.concat(pieces)), `${count} pieces`)
    draft.close()
  }
  t.deepEqual(readdirSync(temporary), [])
})

test.serial('what a draft has no room for is an error, and what it had stays', (t) => {
  useFolder(t, join(folder(t), 'missing'))
  const draft = new Draft()
  for (let i = 0; i < 10; i++) draft.keep(piece(i))
  t.throws(() => draft.keep(piece(10)), { instanceOf: IoError })
  t.true(content(draft).equals(Buffer.concat(Array.from({ length: 10 }, (_, i) => piece(i)))))
})

test.serial('an output that can keep no more asks whether it may print', (t) => {
  const place = folder(t)
  useFolder(t, join(place, 'missing'))
  const path = join(place, 'out')
  const fd = openSync(path, 'w')
  const output = new Output(fd)
  let asked = 0
  output.hold(1 << 30, () => asked++)
  for (let i = 0; i < 20; i++) output.binary(piece(i))
  output.release()
  closeSync(fd)
  t.is(asked, 1)
  t.true(readFileSync(path).equals(Buffer.concat(Array.from({ length: 20 }, (_, i) => piece(i)))))
})
