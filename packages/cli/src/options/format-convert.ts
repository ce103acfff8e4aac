import type { OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** What is converted. */
export interface ConvertOptions {
  file: string
  /** The one dataset that is converted; undefined for all. */
  dataset: string | undefined
  /** Whether nothing is changed. */
  noop: boolean
  /** Whether each step is told. */
  verbose: boolean
}

/** What a command line asks for; a mistake says what is wrong with it. */
export type ConvertCommand =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }
  | { kind: 'convert'; options: ConvertOptions }

const RULES: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'V', names: ['version'], value: 'none' },
  { letter: 'v', names: ['verbose'], value: 'none' },
  { letter: 'd', names: ['dname'], value: 'required' },
  { letter: 'n', names: ['noop'], value: 'none' },
  { names: ['enable-error-stack'], value: 'none' },
]

export function parseConvert(argv: readonly string[]): ConvertCommand {
  const read = readArguments(argv, RULES)
  const options: ConvertOptions = { file: '', dataset: undefined, noop: false, verbose: false }
  for (const { name, value } of read.options) {
    if (name === 'help') return { kind: 'help' }
    if (name === 'version') return { kind: 'version' }
    if (name === 'noop') options.noop = true
    else if (name === 'verbose') options.verbose = true
    else if (name === 'dname') {
      if (value === undefined || value === '') return { kind: 'mistake', what: 'no name of a dataset' }
      options.dataset = value
    }
  }
  if (read.kind === 'mistake') return { kind: 'mistake', what: read.what }
  const [file] = read.files
  if (file === undefined) return { kind: 'mistake', what: 'no file named' }
  return { kind: 'convert', options: { ...options, file } }
}
