import type { ImportSettings } from './import-settings.ts'
import { checkDimensions, parsePath, parseSize, SettingsMistake } from './import-settings.ts'
import type { Scanner } from './scan.ts'

/** What a dump says of a dataset, by its keyword. */
const PARTS: Record<string, (scan: Scanner, settings: ImportSettings) => void> = {
  DATASET(scan, settings) {
    settings.path = parsePath(scan.quoted() ?? '')
  },
  DATATYPE(scan, settings) {
    datatype(scan.word() ?? '', settings)
    if (settings.inputClass === 'STR') skipBraces(scan)
  },
  DATASPACE(scan, settings) {
    const kind = scan.word()
    if (kind === 'SCALAR') {
      settings.shape = []
      return
    }
    if (kind !== 'SIMPLE') throw new SettingsMistake(`no dataspace that has elements: ${kind}`)
    expect(scan, '{')
    settings.shape = sizes(scan)
    if (scan.word() !== '/') return
    const most = sizes(scan)
    if (most.includes(Infinity)) settings.maxShape = most
  },
  STORAGE_LAYOUT(scan, settings) {
    expect(scan, '{')
    if (scan.word() === 'CHUNKED') settings.chunks = sizes(scan)
  },
  FILTERS(scan, settings) {
    expect(scan, '{')
    if (scan.word() !== 'COMPRESSION' || scan.word() !== 'DEFLATE') return
    expect(scan, '{')
    expect(scan, 'LEVEL')
    settings.level = scan.integer()
  },
  COUNT(scan, settings) {
    settings.shape = sizes(scan)
  },
  BLOCK(scan, settings) {
    const block = sizes(scan)
    settings.shape = settings.shape?.map((count, i) => count * (block[i] ?? 1))
  },
}

/** Reads what a dump says of its first dataset; its first word was taken. The values are in another file. */
export function readDumpSettings(scan: Scanner, settings: ImportSettings): void {
  settings.dumped = true
  settings.inputOrder = 'LE'
  scan.quoted()
  for (let word = scan.word(); word !== undefined && word !== 'DATA'; word = scan.word()) {
    if (Object.hasOwn(PARTS, word)) PARTS[word](scan, settings)
  }
  if (settings.shape === undefined) throw new SettingsMistake('a dump without a dataspace')
  checkDimensions(settings.shape, 'size of a dimension')
}

/** The library's names of the types that numbers may have. */
const STANDARD = /^H5T_(STD|IEEE)_([IUF])(\d+)(BE|LE)$/
const NATIVE: Record<string, readonly [letter: string, bits: number]> = {
  SCHAR: ['I', 8],
  UCHAR: ['U', 8],
  SHORT: ['I', 16],
  USHORT: ['U', 16],
  INT: ['I', 32],
  UINT: ['U', 32],
  LONG: ['I', 32],
  ULONG: ['U', 32],
  LLONG: ['I', 64],
  ULLONG: ['U', 64],
  FLOAT16: ['F', 16],
  FLOAT: ['F', 32],
  DOUBLE: ['F', 64],
}

function datatype(name: string, settings: ImportSettings): void {
  if (name === 'H5T_STRING') {
    settings.inputClass = 'STR'
    return
  }
  const standard = STANDARD.exec(name)
  const native = NATIVE[name.replace(/^H5T_NATIVE_/, '')]
  if (standard === null && native === undefined) throw new SettingsMistake(`no type that can be imported: ${name}`)
  const [letter, bits] = standard === null ? native : [standard[2], Number(standard[3])]
  settings.inputClass = letter === 'I' ? 'IN' : letter === 'U' ? 'UIN' : 'FP'
  settings.outputClass = settings.inputClass
  settings.inputSize = parseSize(bits)
  settings.outputSize = bits
  settings.architecture = standard?.[1] ?? 'NATIVE'
  if (standard !== null) settings.outputOrder = standard[4] === 'BE' ? 'BE' : 'LE'
}

/** Sizes in parentheses, with commas between them. */
function sizes(scan: Scanner): number[] {
  expect(scan, '(')
  const found: number[] = []
  for (let word = scan.word(); word !== ')' && word !== ');'; word = scan.word()) {
    if (word === undefined) throw new SettingsMistake('a list without an end')
    found.push(word.startsWith('H5S_UNLIMITED') ? Infinity : Number.parseInt(word, 10))
  }
  return found
}

function expect(scan: Scanner, wanted: string): void {
  const word = scan.word()
  if (word !== wanted) throw new SettingsMistake(`${word ?? 'nothing'} where ${wanted} has to be`)
}

function skipBraces(scan: Scanner): void {
  for (let word = scan.word(); word !== undefined && word !== '}'; word = scan.word());
}
