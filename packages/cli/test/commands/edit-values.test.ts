import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFile } from '@h5kit/core/node'
import test from 'ava'
import { h5, made, scratch } from '../support/edit-commands.ts'

test.serial('numbers that a type does not hold are refused, unless that is asked for', async (t) => {
  const path = made()
  await h5('attr', 'set', '-t', 'u1', path, 'level', '9')
  const [json, csv] = [join(scratch, 'loss.json'), join(scratch, 'loss.csv')]
  writeFileSync(json, '[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 2147483648]]')
  writeFileSync(csv, '1\n1e40\n')
  const before = readFileSync(path)
  for (const [argv, says] of [
    [['set', '-s', '1,1', `${path}/matrix`, '7.5'], '7.5 would become 7 as int32'],
    [['set', `${path}/matrix`, 'nan'], 'NaN would become -2147483648 as int32'],
    [['set', '-i', json, `${path}/matrix`], '2147483648 would become 2147483647 as int32'],
    [['attr', 'set', '--modify', path, 'level', '256'], '256 would become 255 as uint8'],
    [['attr', 'set', '-t', 'u8', path, 'more', '1', '-1'], '-1 would become 0 as uint64'],
    [['attr', 'set', '-t', 'f4', '-i', csv, path, 'more'], '1e+40 would become Infinity as float32'],
    [['attr', 'set', '-t', '(2)i1', path, 'more', '[1, 200]'], '200 would become 127 as int8'],
    [['attr', 'set', '-t', '{a: i1}', path, 'more', '{"a": 1, "b": 2}'], 'no member "b" in compound { a }'],
  ] as const) {
    const { status, stderr } = await h5(...argv)
    t.is(status, 1, argv.join(' '))
    t.true(stderr.join().includes(says) && stderr.join().includes('--lossy'), stderr.join())
  }
  t.deepEqual(readFileSync(path), before)
  t.is((await h5('set', '--lossy', '-s', '1,1', `${path}/matrix`, '7.5')).status, 0)
  t.is((await h5('set', '--lossy', '-i', csv, `${path}/log`, '-s', '0', '-c', '2')).status, 0)
  t.is((await h5('append', `${path}/log`, '0.1')).status, 0)
  t.is((await h5('attr', 'set', '--lossy', '--modify', path, 'level', '256')).status, 0)
  using file = openFile(path)
  t.is(file.dataset('matrix').read()[5], 7)
  t.deepEqual([...file.dataset('log').read()], [1, 1e40, 3, 0.1])
  t.is(file.root.attribute('level').value, 255)
})

test.serial(
  'texts of an NPY file that a type has no room for are refused, and numbers that it does not hold',
  async (t) => {
    const [path, npy] = [join(scratch, 'npy.h5'), join(scratch, 'texts.npy')]
    const made = await h5('create', path, '/long', '-t', 'S6', '-d', '["abcdef", "x"]', '/short', '-t', 'S3', '-s', '2')
    t.is(made.status, 0)
    await h5('export', `${path}/long`, '-o', npy)
    const { status, stderr } = await h5('set', '-i', npy, `${path}/short`)
    t.is(status, 1)
    t.regex(stderr.join(), /"abcdef" would be cut off as string of 3 bytes .*--lossy/)
    t.is((await h5('set', '--lossy', '-i', npy, `${path}/short`)).status, 0)
    const numbers = join(scratch, 'numbers.npy')
    await h5('create', '-f', join(scratch, 'n.h5'), '/n', '-d', '1 2.5')
    await h5('export', `${join(scratch, 'n.h5')}/n`, '-o', numbers)
    t.regex(
      (await h5('create', join(scratch, 'm.h5'), '/n', '-t', 'i1', '-i', numbers)).stderr.join(),
      /2.5 would become 2/,
    )
    using file = openFile(path)
    t.deepEqual([...file.dataset('short').read()], ['abc', 'x'])
  },
)

test.serial('a value is written to elements of which there are many, and to part of them', async (t) => {
  const path = join(scratch, 'many.h5')
  await h5(
    'create',
    path,
    '/many',
    '-t',
    'i1',
    '-s',
    '70x1000001',
    '-c',
    '7x1000001',
    '-z',
    'gzip=1',
    '/row',
    '-s',
    '3x4',
  )
  t.deepEqual(await h5('set', `${path}/many`, '7'), { stdout: '', stderr: [], status: 0 })
  t.deepEqual(await h5('set', `${path}/many`, '-s', '1,2', '-c', '68,999999', '--', '-3'), {
    stdout: '',
    stderr: [],
    status: 0,
  })
  using file = openFile(path)
  const values = file.dataset('many').read()
  const sum = (values as Int8Array).reduce((total, value) => total + value, 0)
  t.is(sum, 7 * 70 * 1_000_001 - 10 * 68 * 999_999)
  for (const argv of [
    ['-s', '1'],
    ['-s', '1,1,1'],
    ['-c', '2'],
    ['-s', '0,0', '-k', '1'],
  ]) {
    const { status, stderr } = await h5('set', ...argv, `${path}/row`, '1')
    t.is(status, 1)
    t.regex(stderr.join(), /and 2 axes/)
  }
})

test.serial('values with parts are JSON, of which whole numbers keep all their digits', async (t) => {
  const path = made()
  const json = join(scratch, 'long.json')
  writeFileSync(json, '[{"text": "12345678901234567890", "n": [9007199254740993, -9223372036854775808]}]')
  const done = [
    await h5('attr', 'set', '-t', '{a: i4, b: f8}', path, 'pair', '{"a": 1, "b": 2.5}', '{"a": 3, "b": 4}'),
    await h5('attr', 'set', '-t', 'vlen<i8>', path, 'lists', '[1, 9007199254740993]', '[]'),
    await h5('attr', 'set', '-t', '{text: str, n: (2)i8}', '-i', json, path, 'long'),
  ]
  t.deepEqual(
    done.map(({ stderr }) => stderr),
    [[], [], []],
  )
  const refused = await h5('attr', 'set', '-t', '{a: i4, "b c": f8}', path, 'more', '1', '2.5')
  t.is(refused.status, 1)
  t.true(refused.stderr.join().includes('as JSON, here or in a file: {"a": ..., "b c": ...}'), refused.stderr.join())
  using file = openFile(path)
  t.deepEqual(
    [...file.root.attribute('pair').read()],
    [
      { a: 1, b: 2.5 },
      { a: 3, b: 4 },
    ],
  )
  const [first, second] = file.root.attribute('lists').read()
  t.deepEqual([first, second], [BigInt64Array.of(1n, 9007199254740993n), new BigInt64Array(0)])
  const [{ text, n }] = file.root.attribute('long').read() as [{ text: string; n: BigInt64Array }]
  t.is(text, '12345678901234567890')
  t.deepEqual([...n], [9007199254740993n, -9223372036854775808n])
})
