import type { ClearOptions } from '@h5kit/core/node'
import { decimalInteger } from './c-numbers.ts'
import type { OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** What a command line asks for; a mistake says what is wrong with it. */
export type ClearCommand =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }
  | { kind: 'sizes'; file: string }
  | { kind: 'clear'; file: string; options: ClearOptions }

const RULES: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'V', names: ['version'], value: 'none' },
  { letter: 's', names: ['status'], value: 'none' },
  { letter: 'm', names: ['image'], value: 'none' },
  { letter: 'z', names: ['filesize'], value: 'none' },
  { letter: 'i', names: ['increment'], value: 'optional' },
]

const DEFAULT_INCREMENT = 2 ** 20

export function parseClear(argv: readonly string[]): ClearCommand {
  const read = readArguments(argv, RULES)
  const options: ClearOptions = {}
  let sizes = false
  for (const { name, value } of read.options) {
    if (name === 'help') return { kind: 'help' }
    if (name === 'version') return { kind: 'version' }
    if (name === 'status') options.status = true
    else if (name === 'image') options.cacheImage = true
    else if (name === 'filesize') sizes = true
    else {
      // What is no number is 0, as C's atoi has it; what is negative makes the reference tell what there is.
      options.increment = value === undefined ? DEFAULT_INCREMENT : decimalInteger(value)
      if (options.increment < 0) return { kind: 'help' }
    }
  }
  if (read.kind === 'mistake') return { kind: 'mistake', what: read.what }
  const [file] = read.files
  if (file === undefined) return { kind: 'mistake', what: 'no file named' }
  const asked = Object.keys(options).length
  if (sizes && asked > 0) return { kind: 'mistake', what: '--filesize cannot be combined with other options' }
  if (sizes) return { kind: 'sizes', file }
  if (asked === 0) return { kind: 'mistake', what: 'nothing to do: --status, --image, --increment or --filesize' }
  return { kind: 'clear', file, options }
}
