import test from 'ava'
import { parseImport } from '../../src/options/import.ts'
import { readConfiguration } from '../../src/options/import-keywords.ts'
import { defaultSettings, SettingsMistake } from '../../src/options/import-settings.ts'
import { parseReal } from '../../src/options/real-number.ts'

function configured(text: string) {
  const settings = defaultSettings(0)
  readConfiguration(text, settings)
  return settings
}

test('keywords say what is read and what is written', (t) => {
  const settings = configured(`PATH /work/h5/first
    INPUT-CLASS TEXTFP RANK 3 DIMENSION-SIZES 5 2 4
    OUTPUT-CLASS FP OUTPUT-SIZE 64 OUTPUT-ARCHITECTURE IEEE OUTPUT-BYTE-ORDER LE
    CHUNKED-DIMENSION-SIZES 2 2 2 MAXIMUM-DIMENSIONS -1 2 8 COMPRESSION-PARAM 7 COMPRESSION-TYPE GZIP`)
  t.deepEqual(settings, {
    ...defaultSettings(0),
    path: ['work', 'h5', 'first'],
    inputClass: 'TEXTFP',
    shape: [5, 2, 4],
    outputSize: 64,
    architecture: 'IEEE',
    outputOrder: 'LE',
    chunks: [2, 2, 2],
    maxShape: [Number.POSITIVE_INFINITY, 2, 8],
    level: 7,
  })
})

test('what is written is like what is read, where nothing else is said', (t) => {
  const head = 'RANK 1 DIMENSION-SIZES 2 '
  t.like(configured(`${head} INPUT-CLASS UIN INPUT-SIZE 16`), { outputClass: 'UIN', outputSize: 16 })
  t.like(configured(`${head} OUTPUT-SIZE 64 INPUT-SIZE 32 INPUT-CLASS TEXTIN`), { outputClass: 'IN', outputSize: 64 })
  t.like(configured(`${head} OUTPUT-CLASS IN INPUT-CLASS FP`), { outputClass: 'IN', inputClass: 'FP' })
  t.is(configured(`${head} COMPRESSION-PARAM 5`).level, undefined)
  t.is(configured(`${head} CHUNKED-DIMENSION-SIZES 2 COMPRESSION-TYPE GZIP`).level, 6)
  t.is(configured('PATH x INPUT-CLASS STR').inputClass, 'STR')
})

test('a mistake in a configuration is named', (t) => {
  const wrong: Record<string, RegExp> = {
    'INPUT-CLAS FP': /unknown keyword INPUT-CLAS/,
    'RANK 2 RANK 2': /RANK twice/,
    'DIMENSION-SIZES 2': /RANK has to come first/,
    'RANK 2 DIMENSION-SIZES 2': /1 DIMENSION-SIZES for a rank of 2/,
    'RANK 0': /no rank/,
    'INPUT-SIZE 12': /no size: 12/,
    'INPUT-CLASS FLOAT': /no class of input: FLOAT/,
    'RANK 1 DIMENSION-SIZES 4 CHUNKED-DIMENSION-SIZES 5': /larger/,
    'RANK 1 DIMENSION-SIZES 4 MAXIMUM-DIMENSIONS 3': /smaller/,
    'RANK 1 DIMENSION-SIZES 4 COMPRESSION-TYPE GZIP': /without CHUNKED/,
    'RANK 1 DIMENSION-SIZES 4 EXTERNAL-STORAGE x CHUNKED-DIMENSION-SIZES 2': /EXTERNAL-STORAGE with/,
    'RANK 1 DIMENSION-SIZES 4 OUTPUT-ARCHITECTURE STD': /no OUTPUT-CLASS FP in STD/,
    'RANK 1 DIMENSION-SIZES 4 OUTPUT-SIZE 16': /of 16 bits/,
    'INPUT-CLASS': /without a value/,
    'RANK 1': /no DIMENSION-SIZES/,
    'HDF5 "x" { DATASET "/y" { DATATYPE H5T_COMPOUND': /no type that can be imported/,
    'HDF5 "x" { DATASET "/y" { DATATYPE H5T_STD_I8LE DATASPACE NULL': /no dataspace/,
  }
  for (const [text, message] of Object.entries(wrong)) {
    t.throws(() => configured(text), { instanceOf: SettingsMistake, message }, text)
  }
})

test('a dump describes the file with its values', (t) => {
  const settings = configured(`HDF5 "a b.h5" {
DATASET "/group/my data" {
   DATATYPE  H5T_STD_U16BE
   DATASPACE  SIMPLE { ( 10, 12 ) / ( H5S_UNLIMITED, 12 ) }
   STORAGE_LAYOUT { CHUNKED ( 5, 6 ) SIZE 240 (1:1 COMPRESSION) }
   FILTERS { COMPRESSION DEFLATE { LEVEL 3 } }
   SUBSET { START ( 0, 0 ); STRIDE ( 1, 1 ); COUNT ( 2, 3 ); BLOCK ( 4, 2 ); DATA { } }
}
}`)
  t.like(settings, {
    path: ['group', 'my data'],
    inputClass: 'UIN',
    inputSize: 16,
    outputOrder: 'BE',
    shape: [8, 6],
    chunks: [5, 6],
    level: 3,
    dumped: true,
  })
  t.deepEqual(settings.maxShape, [Number.POSITIVE_INFINITY, 12])
})

test('files come with options of their own, and the output last', (t) => {
  const command = parseImport([
    'a',
    '-c',
    'a.conf',
    'b',
    '-dims',
    '2,3',
    '-t',
    'IN',
    'c.npy',
    '-p',
    '/x',
    '--gzip=3',
    '-out',
    'o.h5',
  ])
  if (command.kind !== 'import') return t.fail(JSON.stringify(command))
  t.is(command.output, 'o.h5')
  t.like(command.inputs[0], { kind: 'set', file: 'a', configuration: 'a.conf' })
  const [, second, third] = command.inputs
  t.like(second.kind === 'set' ? second.settings : {}, { inputClass: 'IN', outputClass: 'IN', path: ['dataset1'] })
  t.like(third.kind === 'free' ? third.options : {}, { path: '/x', gzip: 3 })
})

test('a mistake on the command line is named', (t) => {
  const wrong: [string[], RegExp][] = [
    [[], /no output file/],
    [['-o', 'x'], /no file to import/],
    [['a', '-d', '2'], /no output file/],
    [['a', '-d', 'x', '-o', 'o'], /no size of a dimension/],
    [['a', '-d', '2', '-t', 'INT', '-o', 'o'], /no class of input: INT/],
    [['a', '-d', '2', '-s', '4', '-o', 'o'], /no size: 4/],
    [['a', '-x'], /no option -x/],
    [['a', '--jzip', '4'], /no option --jzip/],
    [['a', '--gzip', '10', '-o', 'o'], /--gzip takes/],
    [['a', '-c'], /nothing that -c needs/],
    [['a', '-c', 'b', '-o', 'o', 'c'], /c behind the output file/],
  ]
  for (const [argv, message] of wrong) {
    const command = parseImport(argv)
    t.regex(command.kind === 'mistake' ? command.what : command.kind, message, argv.join(' '))
  }
})

test('numbers are those of strtod', (t) => {
  const numbers: Record<string, number> = {
    '1': 1,
    '-2.5e-3': -0.0025,
    '.5': 0.5,
    '3.': 3,
    inf: Number.POSITIVE_INFINITY,
    '-Infinity': Number.NEGATIVE_INFINITY,
    nan: Number.NaN,
    'NAN(x)': Number.NaN,
    '0x1.8p1': 3,
    '-0x10': -16,
    '0x.8': 0.5,
  }
  for (const [word, value] of Object.entries(numbers)) t.is(parseReal(word), value, word)
  for (const word of ['', 'e5', '1e', '1_0', '0b1', '0x', 'infi', '--1', '1,2', '1f'])
    t.is(parseReal(word), undefined, word)
})
