import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeText } from '@h5kit/core'
import test from 'ava'
import { Output } from '../../../src/output.ts'
import { XmlWriter } from '../../../src/render/xml/writer.ts'

const scratch = mkdtempSync(join(tmpdir(), 'h5kit-xml-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

let written = 0

/** What is written for a width of so many columns. */
function text(columns: number, write: (writer: XmlWriter, output: Output) => void): string {
  const path = join(scratch, String(written++))
  const fd = openSync(path, 'w')
  try {
    const output = new Output(fd)
    write(new XmlWriter(output, 'a:', columns), output)
    output.flush()
    return readFileSync(path, 'utf8')
  } finally {
    closeSync(fd)
  }
}

function string(columns: number, value: string): string {
  const bytes = encodeText(value)
  return text(columns, (writer) => writer.string(1, bytes, 0, bytes.length))
}

test('elements stand on lines of their own, which begin with newlines behind the first one', (t) => {
  const written = text(80, (writer) => {
    writer.element(0, 'Outer', () => writer.tag(1, 'Inner/'), ' Name="x"')
    writer.comment(2, 'no more')
  })
  t.is(written, '<a:Outer Name="x">\n   <a:Inner/>\n</a:Outer>\n      <!-- no more -->')
})

test('a value that is wider than a line leaves one empty, and a tag does not', (t) => {
  const value = (columns: number): string => text(columns, (writer) => writer.value(1, '12345'))
  t.is(value(9), '   12345')
  t.is(value(8), '   \n   12345')
  t.is(
    text(8, (writer) => writer.tag(1, 'Inner/')),
    '   <a:Inner/>',
  )
})

test('strings are escaped for C and for XML, and lose the mark of breaks', (t) => {
  t.is(string(80, `a"b\\c'd<e>f&g\u0001h\té`), `\n   "a\\"b\\\\c&apos;d&lt;e&gt;f&amp;gh\té"`)
})

test('the width of a string is that of its escapes', (t) => {
  t.is(string(10, 'a&'), '\n   \n   "a&amp;"')
  t.is(string(12, 'a&'), '\n   "a&amp;"')
})

test('long strings are escaped piece by piece, and do not fill memory', (t) => {
  const bytes = new Uint8Array(1 << 20).fill(0x26)
  let room = 0
  const written = text(65_535, (writer, output) => {
    writer.string(1, bytes, 0, bytes.length)
    room = output.bytes.length
  })
  t.is(written.length, 2 * '\n   '.length + 2 + 5 * bytes.length)
  t.true(written.startsWith('\n   \n   "&amp;') && written.endsWith('&amp;"'))
  t.true(room < 1 << 20, `${room} bytes of room`)
})

test('nothing is written without an output', (t) => {
  const writer = new XmlWriter(undefined, '', 80)
  t.notThrows(() => {
    writer.tag(0, 'RootGroup')
    writer.string(1, encodeText('abc'), 0, 3)
  })
})
