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
  t.regex(mistakeOf('-f', 'NONE', '-f', 'a:GZIP=1'), /^repacking: /)
  t.regex(mistakeOf('-l', 'a:CHUNK=2', '-l', 'CHUNK=3'), /^repacking: /)
})

test('a file may have filters and layouts', (t) => {
  const name = join(mkdtempSync(join(tmpdir(), 'repack-')), 'requests')
  writeFileSync(name, '-f a:GZIP=1 -l\na:CHUNK=2x2\n')
  const [{ filters, layout }] = optionsOf('-e', name).objects
  t.is(filters[0].id, 1)
  t.deepEqual(layout, { kind: 'chunked', chunk: [2, 2] })
  t.regex(mistakeOf('-e', `${name}.not`), /^parsing: cannot open/)
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

test('options have to go together', (t) => {
  for (const wrong of [
    ['-j', '3', '-k', '2'],
    ['-j', '0', '-k', '0'],
    ['-c', '3', '-d', '5'],
    ['-t', '5'],
    ['-b', '1000'],
  ]) {
    t.regex(mistakeOf(...wrong), /^repacking: /, wrong.join(' '))
  }
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
