import type { OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** What `h5mkgrp` was asked for. */
export interface MkgrpOptions {
  file: string
  groups: string[]
  /** Whether groups are made in the latest form of the format. */
  latest: boolean
  /** Whether groups on the way are made too. */
  parents: boolean
  verbose: boolean
}

export type MkgrpCommand =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }
  | { kind: 'make'; options: MkgrpOptions }

/** Options of the reference that have nothing to act on here. */
const NOT_APPLICABLE = ['vol-value', 'vol-name', 'vol-info', 'vfd-value', 'vfd-name', 'vfd-info']

const RULES: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'V', names: ['version'], value: 'none' },
  { letter: 'l', names: ['latest'], value: 'none' },
  { letter: 'p', names: ['parents'], value: 'none' },
  { letter: 'v', names: ['verbose'], value: 'none' },
  ...NOT_APPLICABLE.map((name): OptionRule => ({ names: [name], value: 'required' })),
]

export function parseMkgrp(argv: readonly string[]): MkgrpCommand {
  // Without any argument the reference tells what there is.
  if (argv.length === 0) return { kind: 'help' }
  const read = readArguments(argv, RULES)
  const has = (name: string): boolean => read.options.some((option) => option.name === name)
  const first = read.options.find(({ name }) => name === 'help' || name === 'version')
  if (first !== undefined) return { kind: first.name === 'help' ? 'help' : 'version' }
  if (read.kind === 'mistake') return { kind: 'mistake', what: read.what }
  const [file, ...groups] = read.files
  if (file === undefined) return { kind: 'mistake', what: 'no file named' }
  if (groups.length === 0) return { kind: 'mistake', what: 'no group named' }
  const options = { file, groups, latest: has('latest'), parents: has('parents'), verbose: has('verbose') }
  return { kind: 'make', options }
}
