import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const scratch = mkdtempSync(join(tmpdir(), 'h5kit-import-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

function folder(files: Record<string, string | Uint8Array>): (name: string) => string {
  const path = mkdtempSync(join(scratch, 'files-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return (name) => join(path, name)
}

async function importing(...argv: string[]): Promise<{ status: number; said: string }> {
  const said: string[] = []
  const status = await run('h5import', argv, new Output(1), (message) => said.push(message))
  return { status, said: said.join('\n') }
}

test('many numbers of a text come in chunks, whatever their order in the file', async (t) => {
  const rows = 400
  const columns = 500
  const at = folder({
    'numbers.txt': Array.from({ length: rows * columns }, (_, i) => `${i * 7 - 3}${i % 11 === 0 ? '\n' : ' \t'}`).join(
      '',
    ),
    'numbers.conf': `PATH /x INPUT-CLASS TEXTIN INPUT-SIZE 32 RANK 2 DIMENSION-SIZES ${rows} ${columns}
      OUTPUT-CLASS FP OUTPUT-SIZE 64 CHUNKED-DIMENSION-SIZES 64 128 COMPRESSION-TYPE GZIP`,
  })
  t.deepEqual(await importing(at('numbers.txt'), '-c', at('numbers.conf'), '-o', at('o.h5')), { status: 0, said: '' })
  using file = openFile(at('o.h5'))
  const dataset = file.dataset('x')
  t.deepEqual(dataset.shape, [rows, columns])
  t.deepEqual(dataset.chunkShape, [64, 128])
  t.deepEqual(
    dataset.read(),
    Float64Array.from({ length: rows * columns }, (_, i) => i * 7 - 3),
  )
})

test('integers of 64 bits are exact, and bytes are read in either order', async (t) => {
  const at = folder({
    'signed.txt': '9223372036854775807 -9223372036854775808 +5',
    'unsigned.txt': '18446744073709551615 0',
    'order.conf': 'INPUT-CLASS IN INPUT-SIZE 16 INPUT-BYTE-ORDER BE RANK 1 DIMENSION-SIZES 2 PATH order',
    'order.bin': Uint8Array.of(1, 2, 0xff, 0xfe),
  })
  const { status } = await importing(
    ...[at('signed.txt'), '-d', '3', '-p', 's', '-t', 'TEXTIN', '-s', '64'],
    ...[at('unsigned.txt'), '-d', '2', '-p', 'u', '-t', 'TEXTUIN', '-s', '64'],
    ...[at('order.bin'), '-c', at('order.conf'), '-o', at('o.h5')],
  )
  t.is(status, 0)
  using file = openFile(at('o.h5'))
  t.deepEqual(file.dataset('s').value, BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 5n))
  t.deepEqual(file.dataset('u').value, BigUint64Array.of(2n ** 64n - 1n, 0n))
  t.deepEqual(file.dataset('order').value, Int16Array.of(0x102, -2))
})

test('lines become strings, empty ones too', async (t) => {
  const count = 70_000
  const at = folder({
    'lines.txt': `${Array.from({ length: count }, (_, i) => (i % 3 === 0 ? '' : `line ${i}`)).join('\n')}\n`,
  })
  t.is((await importing(at('lines.txt'), '-d', '1', '-p', 'x', '-t', 'STR', '-o', at('o.h5'))).status, 0)
  using file = openFile(at('o.h5'))
  const values = file.dataset('x').value
  t.true(Array.isArray(values))
  if (!Array.isArray(values)) return
  t.is(values.length, count)
  t.deepEqual(values.slice(-3), ['line 69997', 'line 69998', ''])
})

test.serial('elements may go to a file of their own', async (t) => {
  const at = folder({
    'a.bin': Uint8Array.of(1, 2, 3, 4),
    'a.conf': 'PATH a INPUT-CLASS IN INPUT-SIZE 8 RANK 1 DIMENSION-SIZES 4 EXTERNAL-STORAGE outside.bin',
    'outside.bin': Uint8Array.of(9, 9, 9, 9, 7, 7),
  })
  process.chdir(at(''))
  t.is((await importing('a.bin', '-c', 'a.conf', '-o', 'o.h5')).status, 0)
  t.deepEqual([...readFileSync(at('outside.bin'))], [1, 2, 3, 4, 7, 7])
  using file = openFile(at('o.h5'))
  t.deepEqual(file.dataset('a').value, Int8Array.of(1, 2, 3, 4))
})

test.serial('elements may go to the file that they come from', async (t) => {
  const at = folder({
    'a.bin': Uint8Array.of(1, 2, 3, 4),
    'a.conf': 'PATH a INPUT-CLASS IN INPUT-SIZE 8 RANK 1 DIMENSION-SIZES 4 OUTPUT-SIZE 16 EXTERNAL-STORAGE a.bin',
  })
  process.chdir(at(''))
  t.is((await importing('a.bin', '-c', 'a.conf', '-o', 'o.h5')).status, 0)
  t.deepEqual([...readFileSync(at('a.bin'))], [1, 0, 2, 0, 3, 0, 4, 0])
})

test('CSV, NPY and raw bytes say themselves what they are, or are told', async (t) => {
  const header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)
  const npy = Buffer.concat([
    Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(118, 0)}${header}\n`, 'latin1'),
    Buffer.from(Int16Array.of(1, 2, 3, 4, 5, -6).buffer),
  ])
  const at = folder({ 't.csv': 'time,name\n1,a\n2.5,b c\n', 'a.npy': npy, 'r.bin': Uint8Array.of(0, 1, 0, 2) })
  const { status, said } = await importing(
    ...[at('t.csv'), '-p', '/run/table'],
    ...[at('a.npy'), '--path', 'array', '--chunks', '2x2', '--max-shape', 'unlimitedx3', '--gzip', '9', '--shuffle'],
    ...[at('r.bin'), '--type', '>u2', '--shape=2', '-o', at('o.h5')],
  )
  t.is(said, '')
  t.is(status, 0)
  using file = openFile(at('o.h5'))
  t.is(file.dataset('/run/table').type.class, 'compound')
  const array = file.dataset('array')
  t.deepEqual(array.value, Int16Array.of(1, 2, 3, 4, 5, -6))
  t.deepEqual(array.chunkShape, [2, 2])
  t.deepEqual(
    array.filters.map(({ id }) => id),
    [2, 1],
  )
  t.deepEqual(file.dataset('dataset2').value, Uint16Array.of(1, 2))
})

test('a file that is there gets more datasets, or stays as it was', async (t) => {
  const at = folder({ 'a.txt': '1 2 3', 'b.txt': '4 5 six' })
  const numbers = ['-d', '3', '-p', '/g/h/x', '-t', 'TEXTIN', '-s', '8']
  t.is((await importing(at('a.txt'), ...numbers, '-o', at('o.h5'))).status, 0)
  const first = readFileSync(at('o.h5'))
  for (const argv of [
    [at('a.txt'), ...numbers],
    [at('a.txt'), '-d', '3', '-p', 'g/y', '-t', 'TEXTIN', at('b.txt'), '-d', '3', '-p', 'g/z', '-t', 'TEXTIN'],
    [at('a.txt'), '-d', '3', '-p', 'g/h/x/y', '-t', 'TEXTIN'],
  ]) {
    const { status, said } = await importing(...argv, '-o', at('o.h5'))
    t.is(status, 1)
    t.regex(said, /there already|is no signed integer|not a group/)
    t.true(readFileSync(at('o.h5')).equals(first))
  }
  const more = await importing(
    ...[at('a.txt'), '-d', '3', '-p', 'g/y', '-t', 'TEXTFP', '-s', '64'],
    ...[at('b.txt'), '-d', '1', '-p', 'lines', '-t', 'STR', at('a.txt'), '-d', '3,1', '-p', 'new/z', '-t', 'TEXTUIN'],
    ...['-o', at('o.h5')],
  )
  t.deepEqual(more, { status: 0, said: '' })
  using file = openFile(at('o.h5'))
  t.deepEqual(file.dataset('g/h/x').value, Int8Array.of(1, 2, 3))
  t.deepEqual(file.dataset('g/y').value, Float64Array.of(1, 2, 3))
  t.deepEqual(file.dataset('new/z').value, Uint32Array.of(1, 2, 3))
  t.false(file.has('lines'), 'a text without the end of a line has no lines')
  t.deepEqual(readdirSync(at('')).sort(), ['a.txt', 'b.txt', 'o.h5'])
})

test('where one file is wrong there is no output, and one line says why', async (t) => {
  const at = folder({
    'good.txt': '1 2 3',
    'few.txt': '1 2',
    'word.txt': '1 two 3',
    'large.txt': '1 2 300',
    'float.txt': '1 2.5 3',
    'wrong.conf': 'RANK 1 DIMENSION-SIZES 3 INPUT-CLASS IN INPUT-SIZE 8 OUTPUT-ARCHITECTURE CRAY',
    'same.h5': 'not HDF5',
  })
  const before = readdirSync(at('')).length
  const good = [at('good.txt'), '-d', '3', '-t', 'TEXTIN', '-s', '8']
  const wrong: [string[], RegExp][] = [
    [[at('few.txt'), '-d', '3', '-t', 'TEXTIN', '-s', '8'], /2 numbers; more are needed/],
    [[at('word.txt'), '-d', '3', '-t', 'TEXTIN', '-s', '8'], /"two" is no signed integer of 8 bits \(number 2\)/],
    [[at('large.txt'), '-d', '3', '-t', 'TEXTUIN', '-s', '8'], /"300" is no unsigned integer of 8 bits/],
    [[at('float.txt'), '-d', '3', '-t', 'TEXTIN', '-s', '32'], /"2.5" is no/],
    [[at('good.txt'), '-d', '3', '-t', 'IN', '-s', '32'], /has 5 bytes; 12 are needed/],
    [[at('good.txt'), '-c', at('wrong.conf')], /architecture CRAY/],
    [[at('good.txt'), '-c', at('absent.conf')], /cannot read/],
    [[at('absent.txt'), '-d', '3'], /no such file|absent/],
    [[at('good.txt')], /say what it is/],
    [[at('good.txt'), '-d', '3', '-p', 'dataset0/x', '-t', 'TEXTIN'], /group|dataset/],
  ]
  for (const [argv, message] of wrong) {
    const { status, said } = await importing(...good, ...argv, '-o', at('o.h5'))
    t.is(status, 1, argv.join(' '))
    t.regex(said, message)
    t.false(said.includes('\n') || said.includes('internal'))
    t.is(readdirSync(at('')).length, before, argv.join(' '))
  }
  t.is((await importing(...good, '-o', at('same.h5'))).status, 1)
  t.is(readFileSync(at('same.h5'), 'utf8'), 'not HDF5')
})
