import { availableParallelism } from 'node:os'

/** What `h5 check` was asked for. */
export interface CheckCommandOptions {
  files: string[]
  /** The file with the names of further ones, `-` for stdin. */
  filesFrom: string | undefined
  data: boolean
  policy: 'default' | 'strict'
  format: 'text' | 'json' | 'ndjson'
  keepGoing: boolean
  jobs: number
  /** The new file that gets what is still readable. */
  recover: string | undefined
  /** Whether the use of bytes is shown of several files too. */
  verbose: boolean
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
  '--jobs': jobs,
  '-j': jobs,
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
    format: 'text',
    keepGoing: false,
    jobs: 1,
    recover: undefined,
    verbose: false,
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
    const equals = argument.indexOf('=')
    const name = equals < 0 ? argument : argument.slice(0, equals)
    const setting = SETTINGS[name]
    if (setting !== undefined) {
      const value = equals < 0 ? argv[++i] : argument.slice(equals + 1)
      const what = value === undefined ? `${name} needs a value` : setting(options, value)
      if (what !== undefined) return { kind: 'mistake', what }
      continue
    }
    const chosen = SWITCHES[argument]
    if (chosen === undefined) return { kind: 'mistake', what: `no option ${argument}${nearest(name)}` }
    chosen(options)
  }
  if (options.files.length === 0 && options.filesFrom === undefined)
    return { kind: 'mistake', what: 'no file is named' }
  if (options.recover !== undefined && (options.files.length !== 1 || options.filesFrom !== undefined)) {
    return { kind: 'mistake', what: '--recover is for one file' }
  }
  return { kind: 'check', options }
}

/** What an option may have been meant to be. */
function nearest(name: string): string {
  const known = [...Object.keys(SWITCHES), ...Object.keys(SETTINGS), '--help']
  const close = known.find(
    (each) => name.length > 3 && (each.startsWith(name) || name.startsWith(each)) && each.length > 2,
  )
  return close === undefined ? '' : `; is it ${close}?`
}
