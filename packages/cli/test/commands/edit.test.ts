import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFile } from '@h5kit/core/node'
import test from 'ava'
import { h5, made, scratch, tool } from '../support/edit-commands.ts'

const drivers = fileURLToPath(new URL('../../../../golden/drivers/', import.meta.url))

test.serial('attributes are set with the types that h5py gives them, or a given one', async (t) => {
  const path = made()
  for (const argv of [
    ['unit', 'm/s'],
    ['count', '42'],
    ['range', '-1.5', '2'],
    ['words', 'one', '2'],
    ['-t', '>i2', '-s', '2,2', 'table', '1', '2', '3', '4'],
    ['-t', 'S', 'fixed', 'abc'],
    ['-t', 'H5T_STD_REF_OBJ', 'ref', '/group'],
    ['-t', 'f4', '-s', 'null', 'nothing'],
  ]) {
    const flags = argv[0] === '-t' ? argv.slice(0, argv[2] === '-s' ? 4 : 2) : []
    const done = await h5('attr', 'set', ...flags, `${path}/log`, ...argv.slice(flags.length))
    t.deepEqual([done.stderr, done.status], [[], 0])
  }
  using file = openFile(path)
  const log = file.dataset('log')
  t.is(log.attribute('unit').value, 'm/s')
  t.is(log.attribute('count').value, 42n)
  t.deepEqual([...log.attribute('range').read()], [-1.5, 2])
  t.deepEqual([...log.attribute('words').read()], ['one', '2'])
  t.deepEqual(
    [log.attribute('table').shape, [...log.attribute('table').read()]],
    [
      [2, 2],
      [1, 2, 3, 4],
    ],
  )
  t.is(log.attribute('fixed').type.size, 3)
  t.is(log.attribute('nothing').space.kind, 'null')
  const reference = log.attribute('ref').value
  t.true(typeof reference === 'object' && reference !== null && 'address' in reference)
  t.is(file.get('/group').address, (reference as { address: number }).address)
})

test.serial('attributes keep their type, get other names, and go', async (t) => {
  const path = made()
  await h5('attr', 'set', '-t', '<f4', path, 'limit', '1', '2')
  const modified = await h5('attr', 'set', '-v', '--modify', path, 'limit', '3', '4.5')
  t.is(modified.stdout, '/: limit  float32  {2} = 3, 4.5\n')
  await h5('attr', 'rename', path, 'limit', 'limits')
  t.is((await h5('attr', 'list', path)).stdout, 'limits  float32  {2}\n')
  t.is((await h5('attr', 'get', path, 'limits')).stdout, '3\n4.5\n')
  t.is((await h5('attr', 'get', '--json', path, 'limits')).stdout, '[3,4.5]\n')
  const before = readFileSync(path)
  t.regex((await h5('attr', 'rm', '-n', path, 'limits')).stdout, /would remove the attribute limits of \/\n\d+ bytes/)
  t.deepEqual(readFileSync(path), before)
  await h5('attr', 'rm', path, 'limits')
  t.is((await h5('attr', 'list', path)).stdout, '')
  const missing = await h5('attr', 'get', path, 'limits')
  t.deepEqual([missing.status, missing.stderr.length], [1, 1])
})

test.serial('values of a file become an attribute, or rows', async (t) => {
  const path = made()
  const csv = join(scratch, 'values.csv')
  writeFileSync(csv, '5\n6\n')
  await h5('attr', 'set', '-i', csv, path, 'values')
  await h5('append', '-i', csv, `${path}/log`)
  using file = openFile(path)
  t.deepEqual([...file.root.attribute('values').read()], [5n, 6n])
  t.deepEqual([...file.dataset('log').read()], [1, 2, 3, 5, 6])
})

test.serial('elements are set, appended and cut off', async (t) => {
  const path = made()
  await h5('set', '-s', '1,1', '-c', '1,2', `${path}/matrix`, '7', '8')
  await h5('append', `${path}/log`, '4', '5.5')
  await h5('set', '-s', '0', `${path}/log`, '9')
  const wrong = await h5('set', `${path}/matrix`, '1', '2')
  t.deepEqual([wrong.status, wrong.stderr.length], [1, 1])
  {
    using file = openFile(path)
    t.deepEqual([...file.dataset('matrix').read()], [0, 0, 0, 0, 0, 7, 8, 0, 0, 0, 0, 0])
    t.deepEqual([...file.dataset('log').read()], [9, 2, 3, 4, 5.5])
  }
  await h5('resize', `${path}/log`, '1')
  await h5('resize', `${path}/log`, '3')
  using file = openFile(path)
  t.deepEqual([...file.dataset('log').read()], [9, 0, 0])
  t.is((await h5('resize', `${path}/matrix`, '5,5')).status, 1)
})

test.serial('links are made, moved and removed', async (t) => {
  const path = made()
  await h5('ln', path, '/group/inner', '/same')
  await h5('ln', '--soft', path, '/log', '/latest')
  await h5('ln', '--external', 'other.h5', path, '/data', '/there')
  await h5('mv', `${path}/matrix`, '/deep/er/matrix')
  const into = await h5('mv', path, '/deep', '/deep/er/deep')
  t.deepEqual([into.status, into.stderr.length], [1, 1])
  {
    using file = openFile(path)
    t.deepEqual(file.keys(), ['deep', 'group', 'latest', 'log', 'same', 'there'])
    t.is(file.get('same').referenceCount, 2)
    t.is(file.dataset('deep/er/matrix').shape.length, 2)
    t.is(file.link('there').kind, 'external')
  }
  const before = readFileSync(path)
  const dry = await h5('rm', '--dry-run', `${path}/group`)
  t.regex(
    dry.stdout,
    /^would remove \/group: the group and 1 objects below it\n\d+ bytes of .* would become reclaimable\n$/,
  )
  t.deepEqual(readFileSync(path), before)
  t.is((await h5('rm', path, 'group', 'latest')).status, 0)
  using file = openFile(path)
  t.deepEqual(file.keys(), ['deep', 'log', 'same', 'there'])
  t.deepEqual([...file.dataset('same').read()], [1n, 2n, 3n])
})

test.serial('groups are made in a new file and in one that is there', async (t) => {
  const path = join(scratch, 'groups.h5')
  t.deepEqual(await tool('h5mkgrp', '-pv', path, 'a/b', 'c'), {
    stdout: "h5mkgrp: Creating parent groups\nh5mkgrp: created group 'a/b'\nh5mkgrp: created group 'c'\n",
    stderr: [],
    status: 0,
  })
  for (const group of ['c', 'x/y']) {
    const failed = await tool('h5mkgrp', path, group)
    t.deepEqual([failed.status, failed.stderr.length], [1, 1])
  }
  t.is((await h5('mkgrp', path, 'a/d')).status, 0)
  using file = openFile(path)
  t.deepEqual(
    Array.from(file.visit(), (each) => each.path),
    ['a', 'a/b', 'a/d', 'c'],
  )
})

test.serial('no file is made in the place of one that is kept in several files', async (t) => {
  for (const part of ['m', 'r']) copyFileSync(`${drivers}split-latest-${part}.h5`, join(scratch, `parts-${part}.h5`))
  const before = readdirSync(scratch).sort()
  const path = join(scratch, 'parts')
  for (const refused of [
    await tool('h5mkgrp', path, 'new'),
    await tool('h5copy', '-i', made(), '-o', path, '-s', '/group', '-d', '/copy'),
  ]) {
    t.is(refused.status, 1)
    t.true(refused.stderr.join().includes(`${path} is kept in several files`), refused.stderr.join())
  }
  t.deepEqual(
    readdirSync(scratch)
      .filter((name) => !name.startsWith('made-'))
      .sort(),
    before.filter((name) => !name.startsWith('made-')),
  )
  const target = join(scratch, 'one.h5')
  t.is((await tool('h5copy', '-i', path, '-o', target, '-s', '/', '-d', '/copy')).status, 0)
  using file = openFile(target)
  using whole = openFile(path, { driver: 'split' })
  t.deepEqual(file.group('copy').keys(), whole.keys())
})

test.serial('what is in another file is not changed, and no address there is taken for one here', async (t) => {
  const [path, other] = [made(), made()]
  await h5('attr', 'set', other, 'before', 'x'.repeat(20_000))
  await h5('ln', '--soft', other, '/log', '/group/later')
  await h5('mkgrp', other, '/group/last')
  await h5('ln', '--external', other, path, '/group', '/there')
  const before = [path, other].map((each) => readFileSync(each))
  for (const argv of [
    ['rm', `${path}/there/last`],
    ['rm', '--dry-run', `${path}/there/last`],
    ['mv', `${path}/there/last`, '/last'],
    ['attr', 'set', `${path}/there/last`, 'unit', 'm'],
    ['set', `${path}/there/inner`, '1'],
  ]) {
    const { status, stderr } = await h5(...argv)
    t.is(status, 1)
    t.true(stderr.length === 1 && stderr[0].includes(other), stderr.join())
  }
  t.deepEqual(
    [path, other].map((each) => readFileSync(each)),
    before,
  )
})

test.serial('what cannot be done leaves the file as it was, and one line', async (t) => {
  const path = made()
  const before = readFileSync(path)
  for (const argv of [
    ['rm', `${path}/none`],
    ['mv', path, '/none', '/some'],
    ['mv', path, '/log', '/matrix'],
    ['ln', path, '/none', '/other'],
    ['attr', 'set', '-t', 'i4', path, 'name', 'word'],
    ['append', `${path}/matrix`, '1', '2', '3', '4'],
  ]) {
    const failed = await h5(...argv)
    t.deepEqual([failed.status, failed.stderr.length], [1, 1], argv.join(' '))
    t.false(failed.stderr[0].includes('internal'), failed.stderr[0])
  }
  for (const argv of [
    ['rm'],
    ['attr', 'change', path],
    ['attr', 'set', path],
    ['attr', 'set', '-s', 'null', path, 'none', '5'],
    ['set', path],
    ['rm', '--dry', path],
  ]) {
    t.is((await h5(...argv)).status, 2, argv.join(' '))
  }
  t.deepEqual(readFileSync(path), before)
  t.false(existsSync(`${path}.journal`) || existsSync(`${path}.lock`))
})

test.serial('new names may stand behind the name of their file, and not of another one', async (t) => {
  const [path, other] = [made(), made()]
  t.deepEqual(await h5('mv', '-v', `${path}/log`, `${path}/group/log`), {
    stdout: 'moved /log to /group/log\n',
    stderr: [],
    status: 0,
  })
  t.is((await h5('ln', `${path}/matrix`, `${path}/group/matrix`)).status, 0)
  for (const command of ['mv', 'ln']) {
    const refused = await h5(command, `${path}/matrix`, `${other}/there`)
    t.is(refused.status, 1)
    t.true(
      refused.stderr.join().includes(`${other} is another file; h5 copy copies objects there`),
      refused.stderr.join(),
    )
  }
  using file = openFile(path)
  t.deepEqual(
    [file.keys(), file.group('group').keys()],
    [
      ['group', 'matrix'],
      ['inner', 'log', 'matrix'],
    ],
  )
})
