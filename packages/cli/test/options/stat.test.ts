import test from 'ava'
import type { StatOptions } from '../../src/options/stat.ts'
import { parseStat } from '../../src/options/stat.ts'

function options(...argv: string[]): StatOptions {
  const command = parseStat(argv)
  if (command.kind !== 'report') throw new Error(`${argv.join(' ')} is a ${command.kind}`)
  return command.options
}

test('everything is asked for where nothing is', (t) => {
  t.is(options('a.h5').sections, undefined)
  t.deepEqual([...(options('-fS', '--dtypemetadata', 'a.h5').sections ?? [])], ['file', 'summary', 'datatype'])
})

test('the first file is the one', (t) => {
  t.is(options('-f', 'a.h5', 'b.h5', '-S').file, 'a.h5')
  t.is(parseStat(['-f']).kind, 'mistake')
})

test('thresholds are read as C reads numbers', (t) => {
  const { links, dimensions, attributes } = options('-l3x', '-m', ' 7', '--numattrs=+20', 'a.h5')
  t.deepEqual([links, dimensions, attributes], [3, 7, 20])
  for (const value of ['0', '-1', 'x', '0x5']) t.is(parseStat(['-l', value, 'a.h5']).kind, 'mistake', value)
  t.is(options('-l', '4294967299', 'a.h5').links, 3)
})

test('a long name in front of another option may lack its number', (t) => {
  const command = parseStat(['--links', '-g', 'a.h5'])
  t.is(command.kind === 'report' && command.options.links, 10)
  t.is(command.kind === 'report' && command.notes.length, 1)
  t.is(parseStat(['-l']).kind, 'mistake')
})

test('an object is told as often as the command line has words', (t) => {
  t.deepEqual(options('-O', '/g', '-f', 'a.h5').object, { path: '/g', times: 5 })
  t.deepEqual(options('--object=/g', 'a.h5').object, { path: '/g', times: 3 })
})

test('the version may come with a report, which what is behind it does not change', (t) => {
  t.deepEqual(parseStat(['-V']), { kind: 'version' })
  const command = parseStat(['-f', '-V', 'a.h5'])
  t.true(command.kind === 'report' && command.version)
  t.is(parseStat(['-h', 'a.h5']).kind, 'help')
})

test('drivers by name and number; none that is not there', (t) => {
  t.is(options('--vfd-name=family', 'a.h5').driver.driver, 'family')
  t.is(options('--vfd-value=1', 'a.h5').driver.driver, 'core')
  t.is(options('--vfd-name=onion', '--vfd-info=2', 'a.h5').driver.revision, 2)
  for (const option of ['--vfd-name=x', '--vfd-value=99', '--vol-name=x', '--vol-value=7', '--s3-cred=(,,)', '-Z']) {
    t.is(parseStat([option, 'a.h5']).kind, 'mistake', option)
  }
})
