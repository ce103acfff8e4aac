import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { Output, OutputError, TextBuffer } from '../src/output.ts'

function textOf(buffer: TextBuffer): string {
  return Buffer.from(buffer.bytes.subarray(0, buffer.length)).toString('latin1')
}

test('text of all kinds is appended as UTF-8', (t) => {
  for (const text of ['', 'plain', 'é', 'a longer text that is plain', 'a longer text that is not plain: é, 中, 😀']) {
    const buffer = new TextBuffer(4)
    buffer.write('>')
    buffer.write(text)
    t.is(textOf(buffer), Buffer.from(`>${text}`, 'utf8').toString('latin1'))
  }
})

test('bytes that were not UTF-8 come out as they were', (t) => {
  const buffer = new TextBuffer(4)
  buffer.write('a\udcff')
  buffer.write(`${'x'.repeat(40)}\udc80`)
  t.is(textOf(buffer), `a\xff${'x'.repeat(40)}\x80`)
})

test('what is written straight into the buffer survives its growth', (t) => {
  const buffer = new TextBuffer(1)
  for (let i = 0; i < 1000; i++) {
    buffer.reserve(1)
    buffer.bytes[buffer.length++] = 0x61 + (i % 26)
  }
  buffer.append(Uint8Array.of(0x21))
  t.is(buffer.length, 1001)
  t.is(textOf(buffer).slice(990), 'cdefghijkl!')
})

test('an output writes everything out, in order', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'output-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'text')
  const fd = openSync(path, 'w')
  const output = new Output(fd)
  let expected = ''
  for (let i = 0; i < 20_000; i++) {
    output.text(`${i}\n`)
    expected += `${i}\n`
  }
  output.flush()
  closeSync(fd)
  t.is(readFileSync(path, 'latin1'), expected)
})

test('a full disk is an error', (t) => {
  let fd: number
  try {
    fd = openSync('/dev/full', 'w')
  } catch (error) {
    t.log(`there is no /dev/full here: ${String(error)}`)
    t.pass()
    return
  }
  const output = new Output(fd)
  output.text('something')
  t.throws(() => output.flush(), { instanceOf: OutputError, message: /cannot write/ })
  closeSync(fd)
})
