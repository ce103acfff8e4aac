import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const files = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))
const [first, second] = [join(files, 'diff-1.h5'), join(files, 'diff-2.h5')]
const scratch = mkdtempSync(join(tmpdir(), 'diff-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

let count = 0

async function h5diff(...argv: string[]): Promise<{ stdout: string; stderr: string[]; status: number }> {
  const path = join(scratch, `stdout-${count++}`)
  const fd = openSync(path, 'w')
  const stderr: string[] = []
  try {
    const status = await run('h5diff', argv, new Output(fd), (message) => stderr.push(message))
    return { stdout: readFileSync(path, 'utf8'), stderr, status }
  } finally {
    closeSync(fd)
  }
}

test('numbers that are close in the sense of NumPy are the same', async (t) => {
  const of = (...options: string[]) => h5diff('-r', ...options, first, second, '/floats/f8le')
  const lines = (stdout: string): string[] => stdout.match(/^\[ \d+ \]/gm) ?? []
  // 1 and 1.001, 1e-5 and 1.5e-5 are close then; infinities of one sign are the same, a NaN is close to nothing.
  const loose = await of('--rtol', '0.001', '--atol', '1e-5')
  t.is(loose.status, 1)
  t.deepEqual(lines(loose.stdout), [
    '[ 4 ]',
    '[ 5 ]',
    '[ 6 ]',
    '[ 7 ]',
    '[ 8 ]',
    '[ 10 ]',
    '[ 12 ]',
    '[ 13 ]',
    '[ 15 ]',
  ])
  const equal = await of('--rtol', '0.001', '--atol', '1e-5', '--nan-equal')
  t.deepEqual(lines(equal.stdout), ['[ 4 ]', '[ 6 ]', '[ 8 ]', '[ 10 ]', '[ 12 ]', '[ 13 ]', '[ 15 ]'])
  // The tolerance is a share of the second number: 100 and 101 are 1/101 apart.
  t.false(lines((await of('--rtol', '0.00991')).stdout).includes('[ 4 ]'))
  t.true(lines((await of('--rtol', '0.0099')).stdout).includes('[ 4 ]'))
})

test('a whole file without differences in values has none that are close', async (t) => {
  const { stdout, status } = await h5diff('--rtol', '0', '--nan-equal', first, first)
  t.is(stdout, '')
  t.is(status, 0)
})

test('what is missing is said where it is', async (t) => {
  const { stdout, status } = await h5diff('--ignore-path', '/*s', '--ignore-path', '/a', first, second)
  t.is(status, 1)
  t.regex(stdout, new RegExp(`^Missing: </a b> is only in <${first}>$`, 'm'))
  t.regex(stdout, new RegExp(`^Missing: </only 2/below> is only in <${second}>$`, 'm'))
  t.notRegex(stdout, /shapes|<\/a\/x>/)
})

test('attributes are left out by the pattern of their names', async (t) => {
  const all = await h5diff('-v', first, second, '/attributes/data')
  const some = await h5diff('-v', '--ignore-attr', 'zz *', '--ignore-attr', 'text?', first, second, '/attributes/data')
  t.regex(all.stdout, /zz after texts/)
  t.notRegex(some.stdout, /zz after texts|<texts of/)
  t.regex(some.stdout, /<text of/)
})

test('only what differs is printed where that is asked for', async (t) => {
  const { stdout, status } = await h5diff('-v', '--only-differences', first, second, '/shapes')
  t.is(status, 1)
  t.notRegex(stdout, /shapes\/order/)
  t.regex(stdout, /^Not comparable: <\/shapes\/empty>/m)
  t.regex(stdout, /^dataset: <\/shapes\/scalar> and <\/shapes\/scalar>\nsize:/m)
  t.notRegex(stdout, /^group1/m)
})

test('structure is compared without values', async (t) => {
  const { stdout, status } = await h5diff('--structure-only', first, second, '/shapes')
  t.is(status, 1)
  const differing = [...stdout.matchAll(/^dataset: <\/shapes\/([^>]*)>/gm)].map((found) => found[1])
  t.deepEqual(differing, ['class', 'dimensions', 'float size', 'maximum', 'order', 'rank', 'sign', 'size'])
  const same = await h5diff('--structure-only', first, second, '/integers')
  t.is(same.stdout, '')
  t.is(same.status, 0)
})

test('a JSON document tells the same', async (t) => {
  const { stdout, status } = await h5diff('--json', '--only-differences', first, second, '/attributes')
  t.is(status, 1)
  const document = JSON.parse(stdout)
  t.deepEqual(document.files, [first, second])
  t.is(document.status, 1)
  t.true(document.missing)
  const results: { kind: string; paths: string[]; status: string; differences: number }[] = document.results
  t.deepEqual(
    results.find(({ paths }) => paths[0] === 'different of </attributes>'),
    {
      kind: 'attribute',
      paths: ['different of </attributes>', 'different of </attributes>'],
      status: 'different',
      differences: 1,
    },
  )
  t.false(results.some(({ paths }) => paths[0] === 'common of </attributes>'))
})

test('wrong use is said in one line', async (t) => {
  for (const argv of [
    [],
    ['one.h5'],
    ['--rtol', 'x', first, second],
    ['--rtol', '1', '-d', '1', first, second],
    ['-z', first],
  ]) {
    const { stderr, status } = await h5diff(...argv)
    t.is(status, 1, argv.join(' '))
    t.is(stderr.length, 1, argv.join(' '))
  }
  t.is((await h5diff('-x', first, second)).status, 2)
})
