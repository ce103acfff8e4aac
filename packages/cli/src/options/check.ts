import { availableParallelism } from 'node:os'
import type { FileLimits } from '@h5kit/core'
import type { ColorChoice } from './color.ts'
import { readColor } from './color.ts'
import { nearest } from './nearest.ts'

/** What `h5 check` was asked for. */
export interface CheckCommandOptions {
  files: string[]
  /** The file with the names of further ones, `-` for stdin. */
  filesFrom: string | undefined
  data: boolean
  policy: 'default' | 'strict'
  /** Limits that are others than the policy's. */
  limits: Partial<FileLimits>
  format: 'text' | 'json' | 'ndjson'
  keepGoing: boolean
  jobs: number
  /** The new file that gets what is still readable. */
  recover: string | undefined
  /** Whether the use of bytes is shown of several files too. */
  verbose: boolean
  color: ColorChoice
}

export type CheckCommand =
  | { kind: 'check'; options: CheckCommandOptions }
  | { kind: 'help' }
  | { kind: 'mistake'; what: string }

type Switch = (options: CheckCommandOptions) => void
type Setting = (options: CheckCommandOptions, value: string) => string | undefined

const SWITCHES: Record<string, Switch> = {
  '--data': (options) => {
    options.data = true
  },
  '--json': (options) => {
    options.format = 'json'
  },
  '--ndjson': (options) => {
    options.format = 'ndjson'
  },
  '--keep-going': (options) => {
    options.keepGoing = true
  },
  '-k': (options) => {
    options.keepGoing = true
  },
  '--verbose': (options) => {
    options.verbose = true
  },
  '-v': (options) => {
    options.verbose = true
  },
  '--color': (options) => {
    options.color = 'always'
  },
}

/** Each gives what is wrong with its value; undefined where nothing is. */
const SETTINGS: Record<string, Setting> = {
  '--policy': (options, value) => {
    if (value !== 'strict' && value !== 'default') return `--policy is strict or default, not "${value}"`
    options.policy = value
    return undefined
  },
  '--files-from': (options, value) => {
    options.filesFrom = value
    return undefined
  },
  '--recover': (options, value) => {
    options.recover = value
    return undefined
  },
  '--color': (options, value) => {
    const read = readColor(value)
    if ('mistake' in read) return read.mistake
    options.color = read.choice
    return undefined
  },
  '--jobs': jobs,
  '-j': jobs,
  '--max-metadata': limit('metadataBytes'),
  '--max-dataset': limit('datasetBytes'),
  '--max-depth': limit('depth'),
  '--max-chunks': limit('chunks'),
  '--max-objects': limit('objects'),
  '--deny': permission(false),
  '--allow': permission(true),
}

/** Names of long options, for those that are wrong. */
const NAMES = [...Object.keys(SWITCHES), ...Object.keys(SETTINGS), '--help']
  .filter((name) => name.startsWith('--'))
  .map((name) => name.slice(2))

/** Limits as arguments, for another process of this command. */
export function limitArguments({ externalLinks, otherStorage, ...numbers }: Partial<FileLimits>): string[] {
  const names: Record<NumberLimit, string> = {
    metadataBytes: 'metadata',
    datasetBytes: 'dataset',
    depth: 'depth',
    chunks: 'chunks',
    objects: 'objects',
  }
  const given = Object.entries(names).map(([limit, name]) => [name, numbers[limit as NumberLimit]] as const)
  const permissions = [
    ['external-links', externalLinks],
    ['other-storage', otherStorage],
  ] as const
  return [
    ...given.flatMap(([name, value]) => (value === undefined ? [] : [`--max-${name}=${value}`])),
    ...permissions.flatMap(([name, allowed]) =>
      allowed === undefined ? [] : [`--${allowed ? 'allow' : 'deny'}=${name}`],
    ),
  ]
}

type NumberLimit = { [name in keyof FileLimits]: FileLimits[name] extends number ? name : never }[keyof FileLimits]

/** Letters behind a number, and what they stand for. */
const UNITS: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

function limit(name: NumberLimit): Setting {
  return ({ limits }, value) => {
    const [, digits, unit] = /^(\d+)([KMGT]?)$/i.exec(value) ?? []
    if (digits === undefined) return `a limit is a number, with K, M, G or T behind it, not "${value}"`
    limits[name] = Number(digits) * UNITS[unit.toUpperCase()]
    return undefined
  }
}

/** What may be denied and allowed. */
const PERMISSIONS: Record<string, 'externalLinks' | 'otherStorage'> = {
  'external-links': 'externalLinks',
  'other-storage': 'otherStorage',
}

function permission(allowed: boolean): Setting {
  return ({ limits }, value) => {
    for (const each of value.split(',')) {
      const name = PERMISSIONS[each]
      if (name === undefined) return `external-links and other-storage can be denied and allowed, not "${each}"`
      limits[name] = allowed
    }
    return undefined
  }
}

const MOST_JOBS = 256

function jobs(options: CheckCommandOptions, value: string): string | undefined {
  const count = value === 'auto' ? availableParallelism() : Number(value)
  if (!Number.isInteger(count) || count < 1 || count > MOST_JOBS) {
    return `--jobs is a number from 1 to ${MOST_JOBS} or auto, not "${value}"`
  }
  options.jobs = count
  return undefined
}

export function parseCheck(argv: readonly string[]): CheckCommand {
  const options: CheckCommandOptions = {
    files: [],
    filesFrom: undefined,
    data: false,
    policy: 'default',
    limits: {},
    format: 'text',
    keepGoing: false,
    jobs: 1,
    recover: undefined,
    verbose: false,
    color: 'auto',
  }
  let onlyFiles = false
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]
    if (onlyFiles || argument === '-' || !argument.startsWith('-')) {
      options.files.push(argument)
      continue
    }
    if (argument === '--') {
      onlyFiles = true
      continue
    }
    if (argument === '--help' || argument === '-h') return { kind: 'help' }
    const chosen = SWITCHES[argument]
    if (chosen !== undefined) {
      chosen(options)
      continue
    }
    const equals = argument.indexOf('=')
    const name = equals < 0 ? argument : argument.slice(0, equals)
    const setting = SETTINGS[name]
    if (setting === undefined) return { kind: 'mistake', what: `no option ${argument}${nearest(name.slice(2), NAMES)}` }
    const value = equals < 0 ? argv[++i] : argument.slice(equals + 1)
    const what = value === undefined ? `${name} needs a value` : setting(options, value)
    if (what !== undefined) return { kind: 'mistake', what }
  }
  if (options.files.length === 0 && options.filesFrom === undefined)
    return { kind: 'mistake', what: 'no file is named' }
  if (options.recover !== undefined && (options.files.length !== 1 || options.filesFrom !== undefined)) {
    return { kind: 'mistake', what: '--recover is for one file' }
  }
  return { kind: 'check', options }
}
