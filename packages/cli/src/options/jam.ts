import type { GivenOption, OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** What is put in front of which file. */
export interface JamOptions {
  /** The HDF5 file. */
  input: string
  /** What goes into its user block. */
  userBlock: string
  /** Undefined where the input is to be changed itself. */
  output: string | undefined
  /** Whether a user block that is there is given up. */
  clobber: boolean
}

/** What is taken off which file. */
export interface UnjamOptions {
  /** The HDF5 file. */
  input: string
  /** Where the user block goes: a file's name; undefined for stdout. */
  userBlock: string | undefined
  /** Whether the user block is given up. */
  remove: boolean
  /** Where the rest goes: a file's name, or the input itself. */
  output: string
}

/** What a command line asks for; a mistake says what is wrong with it. */
export type JamCommand<T> =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }
  | { kind: 'run'; options: T }

const COMMON: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'V', names: ['version'], value: 'none' },
  { letter: 'i', names: ['i'], value: 'required' },
  { letter: 'u', names: ['u'], value: 'required' },
  { letter: 'o', names: ['o'], value: 'required' },
]

const JAM: readonly OptionRule[] = [...COMMON, { letter: 'c', names: ['clobber'], value: 'none' }]

// The letter has a value that nothing is done with, and the name has none.
const UNJAM: readonly OptionRule[] = [
  ...COMMON,
  { letter: 'd', names: ['d'], value: 'required' },
  { names: ['delete'], value: 'none' },
  { names: ['in-place'], value: 'none' },
]

export function parseJam(argv: readonly string[]): JamCommand<JamOptions> {
  return parse(argv, JAM, (option) => {
    const userBlock = option('u')
    const input = option('i')
    if (userBlock === undefined) return 'no file for the user block: -u FILE'
    if (input === undefined) return 'no HDF5 file: -i FILE'
    return { input, userBlock, output: option('o'), clobber: option('clobber') !== undefined }
  })
}

export function parseUnjam(argv: readonly string[]): JamCommand<UnjamOptions> {
  return parse(argv, UNJAM, (option) => {
    const input = option('i')
    const userBlock = option('u')
    const remove = option('delete') !== undefined || option('d') !== undefined
    const inPlace = option('in-place') !== undefined
    const output = option('o') ?? (inPlace ? input : undefined)
    if (input === undefined) return 'no HDF5 file: -i FILE'
    if (remove && userBlock !== undefined) return `-u ${userBlock} and --delete exclude each other`
    if (inPlace && option('o') !== undefined) return '-o and --in-place exclude each other'
    if (output === undefined) return 'no output: -o FILE, or --in-place to change the file itself'
    return { input, userBlock, remove, output }
  })
}

/** Takes a command line apart; the last one of several options with the same name counts. */
function parse<T>(
  argv: readonly string[],
  rules: readonly OptionRule[],
  finish: (option: (name: string) => string | undefined) => T | string,
): JamCommand<T> {
  const read = readArguments(argv, rules)
  const asked = read.options.find(({ name }) => name === 'help' || name === 'version')
  if (asked !== undefined) return { kind: asked.name === 'help' ? 'help' : 'version' }
  if (read.kind === 'mistake') return { kind: 'mistake', what: read.what }
  const given = new Map(read.options.map(({ name, value }: GivenOption) => [name, value ?? '']))
  const finished = finish((name) => given.get(name))
  return typeof finished === 'string' ? { kind: 'mistake', what: finished } : { kind: 'run', options: finished }
}
