import type { DriverChoice } from './driver.ts'
import { driverByName } from './driver.ts'
import type { GivenOption, OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'
import type { Subset } from './subset.ts'
import { splitSubset } from './subset.ts'
import type { Tolerance } from './tolerance.ts'

/** What `h5diff` was asked for. */
export interface DiffOptions {
  files: readonly [string, string]
  drivers: readonly [DriverChoice, DriverChoice]
  /** The objects; undefined for the whole files. */
  objects: readonly [string, string] | undefined
  subsets: readonly [Subset | undefined, Subset | undefined]
  report: boolean
  verbose: boolean
  /** 0 where nothing is said. */
  level: number
  quiet: boolean
  listsNotComparable: boolean
  followSymlinks: boolean
  noDanglingLinks: boolean
  tolerance: Tolerance
  /** Differences of an array that are counted at most. */
  count: number | undefined
  /** Paths that are left out, with all that is below them; undefined where there are none. */
  excludedPaths: readonly string[] | undefined
  /** Objects whose attributes are left out. */
  excludedAttributes: readonly string[]
  ignoredPaths: readonly string[]
  ignoredAttributes: readonly string[]
  onlyDifferences: boolean
  structureOnly: boolean
  json: boolean
}

/** Whether anything was asked for that the reference tool does not have. */
export function goesBeyond(options: DiffOptions): boolean {
  const { ignoredPaths, ignoredAttributes, onlyDifferences, structureOnly, json, tolerance } = options
  if (ignoredPaths.length > 0 || ignoredAttributes.length > 0) return true
  return onlyDifferences || structureOnly || json || tolerance.kind === 'close'
}

/** What the command line comes to: a comparison, help, the version, or a mistake. */
export type DiffCommand =
  | { kind: 'diff'; options: DiffOptions; notes: string[] }
  | { kind: 'help' }
  | { kind: 'version' }
  /** `text` is what the reference prints of it. */
  | { kind: 'mistake'; what: string; status: 1 | 2; text?: string }

const VOL = ['vol-value-1', 'vol-name-1', 'vol-info-1', 'vol-value-2', 'vol-name-2', 'vol-info-2']

const RULES: readonly OptionRule[] = [
  { letter: 'c', names: ['compare'], value: 'none' },
  { letter: 'd', names: ['delta'], value: 'required' },
  { letter: 'e', names: ['use-system-epsilon'], value: 'none' },
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'l', names: ['follow-symlinks'], value: 'none' },
  { letter: 'n', names: ['count'], value: 'required' },
  { letter: 'p', names: ['relative'], value: 'required' },
  { letter: 'q', names: ['quiet'], value: 'none' },
  { letter: 'r', names: ['report'], value: 'none' },
  { letter: 'v', names: ['verbose'], value: 'attached' },
  { letter: 'x', names: ['no-dangling-links'], value: 'none' },
  { letter: 'A', names: ['exclude-attribute'], value: 'required' },
  { letter: 'C', names: ['no-compact-subset'], value: 'none' },
  { letter: 'E', names: ['exclude-path'], value: 'required' },
  { letter: 'K', names: ['page-buffer-size'], value: 'required' },
  { letter: 'N', names: ['nan'], value: 'none' },
  { letter: 'S', names: ['enable-error-stack'], value: 'optional' },
  { letter: 'V', names: ['version'], value: 'none' },
  ...['vfd-value-1', 'vfd-name-1', 'vfd-info-1', 'vfd-value-2', 'vfd-name-2', 'vfd-info-2', ...VOL].map(
    (name): OptionRule => ({ names: [name], value: 'required' }),
  ),
  ...['rtol', 'atol', 'ignore-attr', 'ignore-path'].map((name): OptionRule => ({ names: [name], value: 'required' })),
  ...['nan-equal', 'only-differences', 'structure-only', 'json'].map(
    (name): OptionRule => ({ names: [name], value: 'none' }),
  ),
]

/** Reads the command line as the reference does. */
export function parseDiff(argv: readonly string[]): DiffCommand {
  const taken = readArguments(argv, RULES)
  const asked = taken.options.find(({ name }) => name === 'help' || name === 'version')
  if (asked !== undefined) return { kind: asked.name === 'help' ? 'help' : 'version' }
  if (taken.kind === 'mistake') return { kind: 'mistake', what: taken.what, status: 1 }
  const given = new Given(taken.options)
  const wrong = wrongNumber(taken.options)
  if (wrong !== undefined) return wrong
  const tolerances = [given.has('delta'), relativeOf(given) !== undefined, given.has('use-system-epsilon')]
  if (tolerances.filter(Boolean).length > 1) {
    return {
      kind: 'mistake',
      what: 'only one of -d, -p and --use-system-epsilon can be used',
      status: 1,
      text: EXCLUSIVE,
    }
  }
  if (tolerances.some(Boolean) && (given.has('rtol') || given.has('atol'))) {
    return { kind: 'mistake', what: '--rtol and --atol exclude -d, -p and --use-system-epsilon', status: 1 }
  }
  if (taken.files.length < 2) return { kind: 'mistake', what: 'two files are needed', status: 1 }
  const loud = given.has('verbose') || given.has('report')
  if (given.has('quiet') && loud) {
    return { kind: 'mistake', what: '-q excludes -v and -r', status: 2, text: LOUD }
  }
  if (given.has('no-dangling-links') && !given.has('follow-symlinks')) {
    return { kind: 'mistake', what: '--no-dangling-links needs --follow-symlinks', status: 2, text: UNFOLLOWED }
  }
  return { kind: 'diff', options: optionsOf(given, taken.files, argv), notes: given.notes(VOL) }
}

const LOUD = 'Error: -q (quiet mode) cannot be added to verbose or report modes\n'
const UNFOLLOWED = 'Error: --no-dangling-links must be used along with --follow-symlinks option.\n'
const EXCLUSIVE = `h5diff error: -d, -p and --use-system-epsilon options are mutually-exclusive;
use no more than one.
Try '-h' or '--help' option for more information or see the h5diff entry in the 'HDF5 Reference Manual'.
`

/** The options that were given, the last one of a name first. */
class Given {
  readonly #options: readonly GivenOption[]

  constructor(options: readonly GivenOption[]) {
    this.#options = options
  }

  has(name: string): boolean {
    return this.#options.some((option) => option.name === name)
  }

  last(name: string): string | undefined {
    return this.all(name).at(-1)
  }

  all(name: string): string[] {
    return this.#options.flatMap((option) => (option.name === name ? [option.value ?? ''] : []))
  }

  notes(names: readonly string[]): string[] {
    return names
      .filter((name) => this.has(name))
      .map((name) => `--${name} does not apply: files are read without the HDF5 library`)
  }
}

/** C's atof: the number that a text starts with, or else 0. */
function leadingNumber(text: string): number {
  const value = Number.parseFloat(text)
  if (!Number.isNaN(value)) return value
  return /^\s*[+-]?inf/i.test(text) ? Number.POSITIVE_INFINITY : /^\s*[+-]?nan/i.test(text) ? Number.NaN : 0
}

/** The first number that an option cannot have. */
function wrongNumber(options: readonly GivenOption[]): DiffCommand | undefined {
  const letters: Record<string, string> = { delta: 'd', relative: 'p', count: 'n' }
  for (const { name, value = '' } of options) {
    const letter = letters[name]
    const wrong =
      name === 'count'
        ? !/^([1-9][0-9]*)?$/.test(value)
        : letter !== undefined && (/^0x./.test(value) || leadingNumber(value) < 0)
    if (wrong) {
      return {
        kind: 'mistake',
        what: `not a number that -${letter} can have: ${value}`,
        status: 1,
        text: `<-${letter} ${value}> is not a valid option\n`,
      }
    }
    if ((name === 'rtol' || name === 'atol') && !(Number(value) >= 0 && value.trim() !== '')) {
      return { kind: 'mistake', what: `--${name} needs a number that is not negative, not ${value}`, status: 1 }
    }
  }
  return undefined
}

function optionsOf(given: Given, files: readonly string[], argv: readonly string[]): DiffOptions {
  const [one, other, first, second] = files
  const parts = splitObjects(first, second, given.has('no-compact-subset'))
  return {
    files: [one, other],
    drivers: [driver(given, 1), driver(given, 2)],
    ...parts,
    report: given.has('report'),
    verbose: given.has('verbose'),
    level: given.has('verbose') ? verboseLevel(given, argv) : 0,
    quiet: given.has('quiet'),
    listsNotComparable: given.has('compare'),
    followSymlinks: given.has('follow-symlinks'),
    noDanglingLinks: given.has('no-dangling-links'),
    tolerance: toleranceOf(given),
    count: given.has('count') ? Number(given.last('count') || 0) : undefined,
    excludedPaths: given.has('exclude-path') ? given.all('exclude-path') : undefined,
    excludedAttributes: given.all('exclude-attribute'),
    ignoredPaths: given.all('ignore-path'),
    ignoredAttributes: given.all('ignore-attr'),
    onlyDifferences: given.has('only-differences'),
    structureOnly: given.has('structure-only'),
    json: given.has('json'),
  }
}

/** Objects with the parts of them that are compared. */
function splitObjects(
  first: string | undefined,
  second: string | undefined,
  whole: boolean,
): Pick<DiffOptions, 'objects' | 'subsets'> {
  if (first === undefined) return { objects: undefined, subsets: [undefined, undefined] }
  const one = whole ? undefined : splitSubset(first)
  const name = one?.name ?? first
  // A second object that is not named has the first one's name, which the reference has cut off before its part.
  if (second === undefined) return { objects: [name, name], subsets: [one?.subset, undefined] }
  const other = whole ? undefined : splitSubset(second)
  return { objects: [name, other?.name ?? second], subsets: [one?.subset, other?.subset] }
}

/** The level is what follows the first -v of all, whatever else is said. */
function verboseLevel(given: Given, argv: readonly string[]): number {
  const short = argv.find((argument) => argument.startsWith('-v'))
  return Math.trunc(leadingNumber(short === undefined ? (given.last('verbose') ?? '') : short.slice(2)))
}

function relativeOf(given: Given): number | undefined {
  const text = given.last('relative')
  if (text === undefined) return undefined
  const relative = leadingNumber(text)
  // As good as nothing is nothing.
  return Math.abs(relative) < Number.EPSILON ? undefined : relative
}

function toleranceOf(given: Given): Tolerance {
  const nans = !given.has('nan')
  if (given.has('rtol') || given.has('atol')) {
    const [rtol, atol] = ['rtol', 'atol'].map((name) => Number(given.last(name) ?? 0))
    return { kind: 'close', rtol, atol, nanEqual: given.has('nan-equal') }
  }
  if (given.has('delta')) return { kind: 'delta', delta: leadingNumber(given.last('delta') ?? ''), nans }
  const relative = relativeOf(given)
  if (relative !== undefined) return { kind: 'relative', relative, nans }
  return { kind: 'exact', epsilon: given.has('use-system-epsilon'), nans: nans || given.has('nan-equal') }
}

/** The reference takes the driver's name alone; a file without one is opened by whichever driver can. */
function driver(given: Given, side: 1 | 2): DriverChoice {
  const name = given.last(`vfd-name-${side}`)
  const revision = Number.parseInt(given.last(`vfd-info-${side}`) ?? '', 10)
  return {
    driver: name === undefined ? undefined : driverByName(name),
    revision: name === 'onion' ? (Number.isNaN(revision) ? 0 : revision) : undefined,
  }
}
