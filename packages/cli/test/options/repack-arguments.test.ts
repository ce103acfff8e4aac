import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { RepackOptions } from '../../src/options/repack.ts'
import { parseRepack } from '../../src/options/repack-arguments.ts'

function optionsOf(...argv: string[]): RepackOptions {
  const command = parseRepack([...argv, 'in.h5', 'out.h5'])
  if (command.kind !== 'repack') throw new Error(JSON.stringify(command))
  return command.options
}

function mistakeOf(...argv: string[]): string {
  const command = parseRepack([...argv, 'in.h5', 'out.h5'])
  return command.kind === 'mistake' ? `${command.during}: ${command.what}` : `no mistake but ${command.kind}`
}

test('filters are for all objects or for those that are named', (t) => {
  t.deepEqual(optionsOf('-f', 'SHUF', '--filter=GZIP=6').filters, [
    { id: 2, values: [], optional: undefined },
    { id: 1, values: [6], optional: undefined },
  ])
  const { objects } = optionsOf('-f', 'a,/b:SZIP=8,NN', '-f', 'a:SOFF=3,DS', '-l', '/b:CHUNK=20x10')
  t.deepEqual(
    objects.map(({ path, filters, layout }) => [path, filters.map(({ id, values }) => [id, ...values]), layout]),
    [
      [
        'a',
        [
          [4, 32, 8],
          [6, 0, 3],
        ],
        undefined,
      ],
      ['/b', [[4, 32, 8]], { kind: 'chunked', chunk: [20, 10] }],
    ],
  )
  t.deepEqual(optionsOf('-f', 'UD=307,1,2,9,0').filters, [{ id: 307, values: [9, 0], optional: true }])
})

test('what filters and layouts cannot be is said', (t) => {
  for (const wrong of [
    'GZIP',
    'GZIP=10',
    'GZIP=x',
    'FOO',
    'a:',
    'SHUF=1',
    'SZIP=7,NN',
    'SZIP=8',
    'SOFF=1,XX',
    'UD=1,0,2,3',
  ]) {
    t.regex(mistakeOf('-f', wrong), /^option: /, wrong)
  }
  for (const wrong of ['CHUNK', 'CHUNK=0x1', 'CHUNK=axb', 'CHUNX=2', 'a:']) {
    t.regex(mistakeOf('-l', wrong), /^option: /, wrong)
  }
  t.regex(mistakeOf('-l', 'COMPA', '-l', 'a:CONTI'), /^parsing: /)
})

test('numbers are such as C takes, and what is forgotten is noted', (t) => {
  const layoutOf = (shape: string) => optionsOf('-l', `a:CHUNK=${shape}`).objects[0].layout
  t.deepEqual(layoutOf('010x5'), { kind: 'chunked', chunk: [8, 5] })
  t.deepEqual(layoutOf('4Nx5'), { kind: 'chunked', chunk: [4, 5] })
  t.deepEqual(layoutOf(''), { kind: 'chunked', chunk: [] })
  t.deepEqual(layoutOf('4x'), { kind: 'chunked', chunk: [] })
  t.deepEqual(layoutOf('4xNONE'), { kind: 'contiguous', unchunked: true })
  t.is(optionsOf('-a', '0x200').alignment, 512)
  const filterOf = (text: string) => {
    const [{ id, values, optional }] = optionsOf('-f', text).filters
    return [id, values, optional]
  }
  t.deepEqual(filterOf('GZIP=09'), [1, [0], undefined])
  t.deepEqual(filterOf('SOFF=3'), [6, [3, 0], undefined])
  t.deepEqual(filterOf('UD'), [0, [], undefined])
  t.deepEqual(filterOf('UD=307,1'), [307, [], true])
  t.deepEqual(filterOf('UD=307,0,0,9'), [307, [], false])
  t.deepEqual(filterOf('UD=307,2,2,0x10,x'), [307, [16, 0], false])
  t.deepEqual(filterOf('UD=1,1,1,6'), [1, [6], undefined])
  t.deepEqual(filterOf('UD=6,1,0'), [6, [0, 0], undefined])
})

test('an object that is named twice at once is two, and gets six filters at most', (t) => {
  t.is(optionsOf('-l', 'a,a:CHUNK=2').objects.length, 2)
  t.regex(mistakeOf('-l', 'a:CHUNK=2', '-l', 'a:CHUNK=3'), /^option: /)
  const command = parseRepack([...Array(7).fill('-fa:SHUF'), 'in.h5', 'out.h5'])
  if (command.kind !== 'repack') return t.fail()
  t.is(command.options.objects[0].filters.length, 6)
  t.deepEqual(command.notes, ['<a> gets 6 filters at most, and not <a:SHUF>'])
  t.regex(mistakeOf(...Array(7).fill('-fSHUF')), /^parsing: /)
})

test('a file may have filters and layouts', (t) => {
  const name = join(mkdtempSync(join(tmpdir(), 'repack-')), 'requests')
  writeFileSync(name, '-f a:GZIP=1\n-l a:CHUNK=2x2\n')
  const [{ filters, layout }] = optionsOf('-e', name).objects
  t.is(filters[0].id, 1)
  t.deepEqual(layout, { kind: 'chunked', chunk: [2, 2] })
  t.regex(mistakeOf('-e', `${name}.not`), /^file: cannot open/)
  // What is wrong in such a file is told of behind all other mistakes, and another file makes up for it.
  t.regex(mistakeOf('-e', `${name}.not`, '-q', 'size'), /^parsing: /)
  t.is(optionsOf('-e', `${name}.not`, '-e', name).objects.length, 1)
  for (const wrong of ['a:GZIP=1\n', '-l CHUNK=2\n-l CHUNK=3\n']) {
    writeFileSync(name, wrong)
    t.regex(mistakeOf('-e', name), /^file: /, wrong)
  }
  for (const wrong of ['-f', '-f  GZIP=1', '-f GZIP=x']) {
    writeFileSync(name, wrong)
    t.regex(mistakeOf('-e', name), /^option: /, wrong)
  }
})

test('options of the newest format ask for it', (t) => {
  t.deepEqual([optionsOf().low, optionsOf().high], [1, 5])
  for (const option of [['-L'], ['-c', '8', '-d', '6'], ['-s', '20:dtype']])
    t.is(optionsOf(...option).low, 5, option[0])
  t.deepEqual([optionsOf('-j', '0', '-k', '2').low, optionsOf('--low=0', '--high', '2').high], [0, 2])
  t.deepEqual(optionsOf('-s', '20:dtype').shared, {
    dataspace: 0,
    datatype: 20,
    fillValue: 0,
    filterPipeline: 0,
    attribute: 0,
  })
  t.is(optionsOf('-s', '8[:dtype]').shared.datatype, 8)
  t.is(optionsOf('-s', '8').shared.attribute, 8)
})

test('what an option cannot be is said', (t) => {
  for (const wrong of [
    ['-m', '0'],
    ['-a', '0'],
    ['-S', 'FOO'],
    ['-q', 'foo'],
    ['-z', 'foo'],
    ['--jobs', '0'],
    ['--src-vfd-name', 'x'],
  ]) {
    t.regex(mistakeOf(...wrong), /^parsing: /, wrong.join(' '))
  }
})

test('files are named at the end, by -i and -o, or one alone that is replaced', (t) => {
  const parsed = (...argv: string[]) => parseRepack(argv)
  const named = parsed('-i', 'a.h5', '-o', 'b.h5')
  t.true(named.kind === 'repack' && named.options.input === 'a.h5' && named.options.output === 'b.h5')
  const replaced = parsed('--in-place', 'a.h5')
  t.true(replaced.kind === 'repack' && replaced.options.output === 'a.h5')
  for (const wrong of [['a.h5'], ['a.h5', 'a.h5'], ['-i', 'a.h5', 'b.h5'], ['--in-place', 'a.h5', 'b.h5'], []]) {
    t.is(parsed(...wrong).kind, 'mistake', wrong.join(' '))
  }
})

test('a user block has a usual size, alignment a unit, memory a suffix', (t) => {
  t.is(optionsOf('-u', 'file').userBlock, 1024)
  t.is(optionsOf('-u', 'file', '-b', '512').userBlock, 512)
  t.is(optionsOf('--max-memory', '64M').maxMemory, 64 << 20)
  t.is(optionsOf('--jobs=3').jobs, 3)
  t.deepEqual(optionsOf('-S', 'PAGE', '-P', '1', '-T', '10', '-G', '512').space, {
    strategy: 'page',
    persist: true,
    threshold: 10,
    pageSize: 512,
  })
  t.deepEqual(optionsOf('--src-vfd-name', 'onion', '--src-vfd-info', '1').source, { driver: 'onion', revision: 1 })
})
