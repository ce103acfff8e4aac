import test from 'ava'
import type { DumpOptions } from '../../src/options/dump.ts'
import { parseDump } from '../../src/options/dump-arguments.ts'
import { resolveSubset, splitSubset } from '../../src/options/subset.ts'

function optionsOf(...argv: string[]): DumpOptions {
  const command = parseDump(argv)
  if (command.kind !== 'dump') throw new Error(JSON.stringify(command))
  return command.options
}

function mistakeOf(...argv: string[]): string {
  const command = parseDump(argv)
  return command.kind === 'mistake' ? command.what : `no mistake but ${command.kind}`
}

test('objects are asked for in their order, over several files', (t) => {
  const options = optionsOf('-d', '/a', '--group=/b', '-a', '/c\\/d', '-t', '/#12', 'one.h5', 'two.h5')
  t.deepEqual(
    options.requests.map(({ kind, name }) => `${kind} ${name}`),
    ['dataset /a', 'group /b', 'attribute /c\\/d', 'datatype /#12'],
  )
  t.deepEqual(options.files, ['one.h5', 'two.h5'])
})

test('a letter takes an optional value only where a file is left behind it', (t) => {
  t.is(optionsOf('-n', '1', 'file.h5').contents, 'attributes')
  t.is(optionsOf('-n', 'file.h5').contents, 'objects')
  t.false(optionsOf('-A', '0', 'file.h5').attributes)
  t.true(optionsOf('-A', 'file.h5').attributes)
  t.false(optionsOf('-A', 'file.h5').data)
  t.is(optionsOf('--contents=1', 'file.h5').contents, 'attributes')
})

test('what is printed where is chosen apart', (t) => {
  const options = optionsOf('-O', '-y', '-o', 'values.txt', 'file.h5')
  t.deepEqual(options.ddlOutput, { kind: 'nowhere' })
  t.deepEqual(options.dataOutput, { kind: 'file', name: 'values.txt' })
  t.deepEqual(options.attributeOutput, { kind: 'stdout' })
  t.is(optionsOf('-b', 'BE', '-o', 'x', '-d', '/a', 'file.h5').binary, 'BE')
  t.is(mistakeOf('-b', 'LE', '-d', '/a', 'file.h5'), 'binary output needs a file to go to: --output=FILE')
})

test('a part belongs to the dataset in front of it', (t) => {
  const [first, second] = optionsOf('-d', '/a', '-s', '1,2', '-c', '3', '-d', '/b[4;;5;]', 'file.h5').requests
  t.deepEqual(first.subset, { start: [1, 2], count: [3] })
  t.deepEqual([second.name, second.subset], ['/b', { start: [4], count: [5] }])
  t.is(optionsOf('--no-compact-subset', '-d', '/b[4]', 'file.h5').requests[0].name, '/b[4]')
  t.is(mistakeOf('-s', '1', 'file.h5'), '--start belongs behind the --dataset that it is about')
  t.deepEqual(splitSubset('/x[0,0;2,2;010;]'), { name: '/x', subset: { start: [0, 0], stride: [2, 2], count: [8] } })
})

test('a part ends with the first option that is about something else', (t) => {
  t.deepEqual(optionsOf('-d', '/a', '-M', '0,4', '-p', '-s', '1', '-c', '2', 'file.h5').requests[0].subset, {
    start: [1],
    count: [2],
  })
  t.is(mistakeOf('-d', '/a', '-s', '1', '-M', '0,4', 'file.h5'), '--packedbits belongs behind a --dataset')
  t.is(
    mistakeOf('-d', '/a', '-s', '1', '-p', '-c', '2', 'f.h5'),
    '--count belongs behind the --dataset that it is about',
  )
})

test('what is left out of a part is filled in, and parts that cannot be are told', (t) => {
  t.deepEqual(resolveSubset({ start: [5] }, 2), { start: [5, 0], stride: [1, 1], count: [1, 1], block: [1, 1] })
  t.is(resolveSubset({ count: [1, 2, 3] }, 2), 'number of count dims (3) exceed dataset dims (2)')
  t.is(resolveSubset({ stride: [1], count: [2], block: [2] }, 1), 'wrong subset selection; blocks overlap')
})

test('bits are pairs of offset and length within 64', (t) => {
  t.deepEqual(optionsOf('-d', '/a', '-M', '0,4,60,4', 'file.h5').packedBits, [
    { offset: 0, length: 4 },
    { offset: 60, length: 4 },
  ])
  for (const list of ['0', '0,0', '64,1', '60,5', '0,1,', 'x,1']) {
    t.not(mistakeOf('-d', '/a', '-M', list, 'file.h5'), 'no mistake but dump', list)
  }
})

test('a wrong option is answered with the nearest right one', (t) => {
  t.is(mistakeOf('--headr', 'file.h5'), 'unknown option --headr (did you mean --header?)')
  t.is(mistakeOf('--nothing-like-it', 'file.h5'), 'unknown option --nothing-like-it')
  t.is(mistakeOf('-q', 'size', 'file.h5'), '--sort_by is one of name, creation_order, not "size"')
  t.is(mistakeOf('-f', 'ros4', 'file.h5'), 'no file driver "ros4"')
  t.is(mistakeOf('-H'), 'no file named')
})
