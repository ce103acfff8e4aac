import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const scratch = mkdtempSync(join(tmpdir(), 'create-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

let count = 0

async function h5(...argv: string[]): Promise<{ stdout: string; stderr: string[]; status: number }> {
  const path = join(scratch, `stdout-${count++}`)
  const fd = openSync(path, 'w')
  const stderr: string[] = []
  try {
    const status = await run('h5', argv, new Output(fd), (message) => stderr.push(message))
    return { stdout: readFileSync(path, 'latin1'), stderr, status }
  } finally {
    closeSync(fd)
    rmSync(path)
  }
}

function at(name: string): string {
  return join(scratch, name)
}

test.serial('a file is made with what each path says', async (t) => {
  const path = at('whole.h5')
  const made = await h5(
    ...['create', '--low', '1.10', path, '/runs/1', '--track-order', '-a', 'n=[1,2]'],
    ...['/x', '-d', '1 2.5 3', '--scale=along', '/y', '-s', '3', '-t', '>i2', '--fill=-7', '--attach', '0=/x'],
    ...['/log', '-s', '0x3', '-m', 'infx3', '-c', '10x3', '-z', 'gzip=9', '--shuffle', '--fletcher32'],
    ...['/point', '--commit', '{x: f8, y: f8}', '/points', '-t', '/point', '-d', '[{"x": 1, "y": 2}]'],
    ...['/soft', '-l', '/x', '/other', '-l', '/z', '--external', 'o.h5', '/hard', '--hard-link', '/points'],
  )
  t.deepEqual([made.stderr, made.status], [[], 0])
  using file = openFile(path)
  t.is(file.superblock.version, 3)
  t.deepEqual([...file.get('/runs/1').attribute('n').read()], [1n, 2n])
  t.deepEqual([...file.dataset('x').read()], [1, 2.5, 3])
  t.deepEqual([...file.dataset('y').read()], [-7, -7, -7])
  t.true(file.dataset('y').hasAttribute('DIMENSION_LIST'))
  const log = file.dataset('log')
  t.deepEqual(
    [log.maxShape, log.chunkShape],
    [
      [null, 3],
      [10, 3],
    ],
  )
  t.deepEqual(
    log.filters.map(({ id, parameters }) => [id, parameters[0]]),
    [
      [2, 4],
      [1, 9],
      [3, undefined],
    ],
  )
  t.is(file.dataset('points').committed, file.get('point').address)
  t.is(file.get('hard').address, file.get('points').address)
  t.is(file.link('other').kind, 'external')
  t.is(file.get('soft').address, file.get('x').address)
})

test.serial('what is exported comes back as it was', async (t) => {
  const path = at('out.h5')
  const table = at('table.csv')
  writeFileSync(table, 'a,b,name\n1,2.5,x\n-3,4e100,"y, ""z"""\n')
  const image = '[[1,2,3],[4,5,6]]'
  const made = await h5('create', path, '/table', '-i', table, '/image', '-d', image, '-t', 'u2', '-z', 'gzip')
  t.deepEqual([made.stderr, made.status], [[], 0])
  t.is((await h5('export', `${path}/table`)).stdout, 'a,b,name\n1,2.5,x\n-3,4e+100,"y, ""z"""\n')
  t.is((await h5('export', `${path}/image`)).stdout, '1,2,3\n4,5,6\n')
  t.is((await h5('export', `${path}/image`, '-f', 'json', '-s', ':, ::2')).stdout, '[[1, 3],\n[4, 6]]\n')
  t.is((await h5('export', `${path}/image`, '-f', 'json', '-s', '1, 2')).stdout, '6\n')
  const names = ['npy', 'raw', 'json', 'csv'].map((format) => at(`image.${format}`))
  const again = at('again.h5')
  const argv = ['create', again]
  for (const [i, name] of names.entries()) {
    t.is((await h5('export', `${path}/image`, '-o', name)).status, 0)
    argv.push(`/${i}`, '-i', name, '-t', 'u2', ...(i === 1 ? ['-s', '2x3'] : []))
  }
  t.deepEqual((await h5(...argv)).stderr, [])
  using file = openFile(again)
  for (const i of names.keys()) {
    t.deepEqual(file.dataset(String(i)).shape, [2, 3], names[i])
    t.deepEqual([...file.dataset(String(i)).read()], [1, 2, 3, 4, 5, 6], names[i])
  }
})

test.serial('NPY headers are as NumPy writes them', async (t) => {
  const path = at('npy.h5')
  await h5('create', path, '/a', '-t', '{x: >f4, s: S3, v: (2)i1}', '-s', '4', '--fill', '{"x":1,"s":"ab","v":[1,2]}')
  await h5('export', `${path}/a`, '-o', at('a.npy'))
  const bytes = readFileSync(at('a.npy'))
  const head = `{'descr': [('x', '>f4'), ('s', '|S3'), ('v', '|i1', (2,))], 'fortran_order': False, 'shape': (4,), }`
  t.is(bytes.toString('latin1', 0, 10), '\x93NUMPY\x01\x00\x76\x00')
  t.is(bytes.toString('latin1', 10, 128).trimEnd(), head)
  t.is(bytes.length, 128 + 4 * 9)
  t.is(bytes.readFloatBE(128), 1)
})

test.serial('wrong usage is status 2, what cannot be done status 1, and neither leaves a file', async (t) => {
  const path = at('nothing.h5')
  const before = readdirSync(scratch).sort()
  const wrong = [
    ['create'],
    ['create', path, '/x', '--shap', '3'],
    ['create', path, '/x', '-s', '3xz'],
    ['create', path, '/x', '-z', 'gzop'],
    ['create', path, '/x', '-l', '/y', '-s', '3'],
    ['create', path, '/x/', '-s', '3'],
    ['create', '--low', 'v1', path],
    ['export'],
    ['export', path, '-f', 'xls'],
    ['export', path, '-s', 'a:b'],
  ]
  for (const argv of wrong) {
    const { status, stderr } = await h5(...argv)
    t.is(status, 2, argv.join(' '))
    t.is(stderr.length, 1)
  }
  const impossible = [
    ['create', path, '/x', '-d', '1 2', '-s', '3'],
    ['create', path, '/x', '-t', 'f9', '-s', '3'],
    ['create', path, '/x', '-s', '3', '/x', '-s', '3'],
    ['create', path, '/x', '-i', at('none.npy')],
    ['create', path, '/x', '-t', 'f8', '-s', '3', '--attach', '0=/none'],
    ['create', at('none/x.h5')],
    ['export', `${path}/x`],
  ]
  for (const argv of impossible) {
    const { status, stderr } = await h5(...argv)
    t.is(status, 1, argv.join(' '))
    t.is(stderr.length, 1)
  }
  t.deepEqual(readdirSync(scratch).sort(), before)
})
