import { integerAndRest } from './c-numbers.ts'
import type { ColorChoice } from './color.ts'
import { readColor } from './color.ts'
import type { DriverChoice } from './driver.ts'
import { ANY_DRIVER, driverByName, driverByValue } from './driver.ts'
import { nearest } from './nearest.ts'

/** What `h5ls` was asked for. */
export interface LsOptions {
  verbose: boolean
  /** Columns of a line of data; 0 for lines without an end, each element on one of its own. */
  width: number
  address: boolean
  data: boolean
  label: boolean
  string: boolean
  fullNames: boolean
  recursive: boolean
  followSymlinks: boolean
  noDanglingLinks: boolean
  followExternal: boolean
  groupItself: boolean
  hexadecimal: boolean
  simple: boolean
  /** Whether characters beyond ASCII that can be printed stay as they are. */
  utf8: boolean
  color: ColorChoice
  driver: DriverChoice
  files: string[]
}

/** What the command line comes to: a listing, help, the version, or a mistake. */
export type LsCommand =
  | { kind: 'list'; options: LsOptions; notes: string[] }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }

type Switch = (options: LsOptions) => void

const SWITCHES: Record<string, Switch> = {
  a: (o) => {
    o.address = true
  },
  d: (o) => {
    o.data = true
  },
  e: () => {},
  E: (o) => {
    o.followExternal = true
  },
  f: (o) => {
    o.fullNames = true
  },
  g: (o) => {
    o.groupItself = true
  },
  l: (o) => {
    o.label = true
  },
  r: (o) => {
    o.recursive = true
    o.fullNames = true
  },
  S: (o) => {
    o.simple = true
  },
  s: (o) => {
    o.string = true
  },
  v: (o) => {
    o.verbose = true
  },
  x: (o) => {
    o.hexadecimal = true
  },
}

const LONG: Record<string, string | Switch> = {
  address: 'a',
  data: 'd',
  'enable-error-stack': 'e',
  errors: 'e',
  external: 'E',
  full: 'f',
  group: 'g',
  label: 'l',
  recursive: 'r',
  simple: 'S',
  string: 's',
  verbose: 'v',
  hexdump: 'x',
  'follow-symlinks': (o) => {
    o.followSymlinks = true
  },
  'no-dangling-links': (o) => {
    o.noDanglingLinks = true
  },
  utf8: (o) => {
    o.utf8 = true
  },
  color: (o) => {
    o.color = 'always'
  },
}

/** Options of the reference that have nothing to act on here. */
const NOT_APPLICABLE = ['vol-value', 'vol-name', 'vol-info', 's3-cred', 'hdfs-attrs']
const WITH_VALUE = ['vfd', 'vfd-name', 'vfd-value', 'vfd-info', 'page-buffer-size', 'width', ...NOT_APPLICABLE]

/** Reads the command line as the reference does: switches first, then files. */
export function parseLs(argv: readonly string[], defaultWidth: number): LsCommand {
  const options: LsOptions = {
    verbose: false,
    width: defaultWidth,
    address: false,
    data: false,
    label: false,
    string: false,
    fullNames: false,
    recursive: false,
    followSymlinks: false,
    noDanglingLinks: false,
    followExternal: false,
    groupItself: false,
    hexadecimal: false,
    simple: false,
    utf8: false,
    color: 'auto',
    driver: { ...ANY_DRIVER },
    files: [],
  }
  const notes: string[] = []
  let at = 0
  for (; at < argv.length && argv[at].startsWith('-'); at++) {
    const argument = argv[at]
    if (argument === '--') {
      at++
      break
    }
    if (argument.startsWith('-w') || argument === '--width') {
      const attached = argument === '--width' ? '' : argument.slice(2)
      const text = attached === '' ? argv[++at] : attached
      const problem = setWidth(options, text, argument === '--width')
      if (problem !== undefined) return { kind: 'mistake', what: problem }
    } else if (argument.startsWith('--')) {
      const result = long(argument.slice(2), options, notes)
      if (result !== undefined) return result
    } else {
      const result = letters(argument.slice(1), options)
      if (result !== undefined) return result
    }
  }
  options.files = argv.slice(at)
  if (options.files.length === 0) return { kind: 'mistake', what: 'no file named' }
  if (options.recursive && options.groupItself)
    return { kind: 'mistake', what: '--recursive and --group exclude each other' }
  if (options.noDanglingLinks && !options.followSymlinks) {
    return { kind: 'mistake', what: '--no-dangling-links needs --follow-symlinks' }
  }
  return { kind: 'list', options, notes }
}

/** A width of 0, whatever follows it, is a line without an end; the long option with a blank does not take it. */
function setWidth(options: LsOptions, text: string | undefined, positive: boolean): string | undefined {
  const { value, rest } = integerAndRest(text ?? '')
  const good = value > 0 ? rest === '' : value === 0 && !positive
  if (text === undefined || !good) return `not a width: ${text ?? '(nothing)'}`
  options.width = value
  return undefined
}

function letters(text: string, options: LsOptions): LsCommand | undefined {
  for (const letter of text) {
    if (letter === 'h' || letter === '?') return { kind: 'help' }
    if (letter === 'V') return { kind: 'version' }
    const set = SWITCHES[letter]
    if (set === undefined) return { kind: 'mistake', what: `unknown option -${letter}` }
    set(options)
  }
  return undefined
}

function long(text: string, options: LsOptions, notes: string[]): LsCommand | undefined {
  if (text === 'help') return { kind: 'help' }
  if (text === 'version') return { kind: 'version' }
  const [name, value] = splitOnce(text)
  if (name === 'color' && value !== undefined) return color(value, options)
  if (value !== undefined && WITH_VALUE.includes(name)) return valued(name, value, options, notes)
  if (value === undefined && WITH_VALUE.includes(name)) return { kind: 'mistake', what: `--${name} needs =VALUE` }
  const found = value === undefined ? LONG[name] : undefined
  if (found === undefined)
    return {
      kind: 'mistake',
      what: `unknown option --${text}${nearest(name, [...Object.keys(LONG), ...WITH_VALUE, 'help', 'version'])}`,
    }
  const set = typeof found === 'string' ? SWITCHES[found] : found
  set(options)
  return undefined
}

function color(word: string, options: LsOptions): LsCommand | undefined {
  const read = readColor(word)
  if ('mistake' in read) return { kind: 'mistake', what: read.mistake }
  options.color = read.choice
  return undefined
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function valued(name: string, value: string, options: LsOptions, notes: string[]): LsCommand | undefined {
  if (name === 'width') {
    const problem = setWidth(options, value, false)
    return problem === undefined ? undefined : { kind: 'mistake', what: problem }
  }
  if (name === 'vfd' || name === 'vfd-name' || name === 'vfd-value') {
    const driver = name === 'vfd-value' ? driverByValue(value) : driverByName(value)
    if (driver === undefined) return { kind: 'mistake', what: `no file driver "${value}"` }
    options.driver.driver = driver
  } else if (name === 'vfd-info') {
    const { value: revision, rest } = integerAndRest(value)
    options.driver.revision = rest === '' ? revision : undefined
  } else if (NOT_APPLICABLE.includes(name))
    notes.push(`--${name} does not apply: files are read without the HDF5 library`)
  return undefined
}
