import type { CopyObjectOptions } from '@h5kit/core'
import type { OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** What is copied, and where it goes. */
export interface CopyOptions {
  input: string
  output: string
  /** Of the object, in the input. */
  source: string
  /** Of the new object, in the output. */
  destination: string
  verbose: boolean
  copy: CopyObjectOptions
  /** The flag that was given last; undefined where there was none. */
  flag: string | undefined
}

/** What a command line asks for; a mistake says what is wrong with it. */
export type CopyCommand =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }
  | { kind: 'run'; options: CopyOptions }

const RULES: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'V', names: ['version'], value: 'none' },
  { letter: 'i', names: ['input'], value: 'required' },
  { letter: 'o', names: ['output'], value: 'required' },
  { letter: 's', names: ['source'], value: 'required' },
  { letter: 'd', names: ['destination'], value: 'required' },
  { letter: 'f', names: ['flag'], value: 'required' },
  { letter: 'p', names: ['parents'], value: 'none' },
  { letter: 'v', names: ['verbose'], value: 'none' },
  { letter: 'E', names: ['enable-error-stack'], value: 'optional' },
]

/** Which choices a flag stands for. */
const FLAGS: Record<string, CopyObjectOptions> = {
  shallow: { shallow: true },
  soft: { expandSoft: true },
  ext: { expandExternal: true },
  ref: { expandRefs: true },
  noattr: { withoutAttributes: true },
  allflags: {
    shallow: true,
    expandSoft: true,
    expandExternal: true,
    expandRefs: true,
    withoutAttributes: true,
    mergeCommittedTypes: true,
  },
  // Unused parts of object headers are not copied in any case.
  nullmsg: {},
}

export function parseCopy(argv: readonly string[]): CopyCommand {
  const read = readArguments(argv, RULES)
  const given = new Map<string, string>()
  const copy: CopyObjectOptions = {}
  for (const { name, value = '' } of read.options) {
    if (name === 'help' || name === 'version') return { kind: name }
    given.set(name, value)
    if (name !== 'flag') continue
    if (!Object.hasOwn(FLAGS, value)) return { kind: 'mistake', what: `unknown flag "${value}"` }
    Object.assign(copy, FLAGS[value])
  }
  if (read.kind === 'mistake') return { kind: 'mistake', what: read.what }
  const [input, output, source, destination] = ['input', 'output', 'source', 'destination'].map((name) =>
    given.get(name),
  )
  if (input === undefined) return { kind: 'mistake', what: 'no input file: -i FILE' }
  if (output === undefined) return { kind: 'mistake', what: 'no output file: -o FILE' }
  if (source === undefined) return { kind: 'mistake', what: 'no source object: -s PATH' }
  if (destination === undefined) return { kind: 'mistake', what: 'no destination: -d PATH' }
  copy.parents = given.has('parents')
  const verbose = given.has('verbose')
  return { kind: 'run', options: { input, output, source, destination, verbose, copy, flag: given.get('flag') } }
}
