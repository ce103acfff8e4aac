import type { FreeOptions } from './import-free.ts'
import { defaultFreeOptions, freeOption } from './import-free.ts'
import type { ImportSettings } from './import-settings.ts'
import {
  checkDimensions,
  defaultSettings,
  parsePath,
  parseSize,
  SettingsMistake,
  setInputClass,
} from './import-settings.ts'

/** A file that is imported: with the reference's settings, or as its format says. */
export type ImportInput =
  | { kind: 'set'; file: string; settings: ImportSettings; configuration: string | undefined }
  | { kind: 'free'; file: string; options: FreeOptions }

/** What a command line asks for; a mistake says what is wrong with it. */
export type ImportCommand =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }
  | { kind: 'import'; inputs: ImportInput[]; output: string }

const WORDS: Record<string, string> = {
  o: 'outfile',
  c: 'config',
  h: 'help',
  d: 'dims',
  p: 'path',
  t: 'type',
  s: 'size',
}

/** The letter of an option, which may be written out in part: -o, -out, -outfile. Undefined for a name of a file. */
function letterOf(argument: string | undefined): string | undefined {
  if (argument?.startsWith('-') !== true || argument.startsWith('--') || argument === '-') return undefined
  const word = argument.slice(1)
  if (WORDS[word[0]]?.startsWith(word) !== true) throw new SettingsMistake(`no option ${argument}`)
  return word[0]
}

export function parseImport(argv: readonly string[]): ImportCommand {
  try {
    return parse(argv)
  } catch (error) {
    if (error instanceof SettingsMistake) return { kind: 'mistake', what: error.message }
    throw error
  }
}

function parse(argv: readonly string[]): ImportCommand {
  if (argv[0] === '-V' || argv[0] === '--version') return { kind: 'version' }
  if (argv[0] === '--help' || letterOf(argv[0]) === 'h') return { kind: 'help' }
  const inputs: ImportInput[] = []
  let at = 0
  const take = (after: string): string => {
    const value = argv[at++]
    if (value === undefined || (value.startsWith('-') && value !== '-'))
      throw new SettingsMistake(`nothing that ${after} needs`)
    return value
  }
  while (at < argv.length) {
    const letter = letterOf(argv[at])
    if (letter === 'o') {
      const output = take(argv[at++])
      if (inputs.length === 0) throw new SettingsMistake('no file to import')
      if (at < argv.length) throw new SettingsMistake(`${argv[at]} behind the output file`)
      return { kind: 'import', inputs, output }
    }
    const file = take('an import')
    const index = inputs.length
    const next = letterOf(argv[at])
    if (next === 'c') {
      const configuration = take(argv[at++])
      inputs.push({ kind: 'set', file, settings: defaultSettings(index), configuration })
    } else if (next === 'd') {
      const settings = defaultSettings(index)
      for (const { letter, set } of LETTERS) if (letterOf(argv[at]) === letter) set(settings, take(argv[at++]))
      inputs.push({ kind: 'set', file, settings, configuration: undefined })
    } else {
      const options = defaultFreeOptions(index)
      while (argv[at]?.startsWith('-') && letterOf(argv[at]) !== 'o') {
        const name = argv[at++]
        freeOption(options, name, () => take(name))
      }
      inputs.push({ kind: 'free', file, options })
    }
  }
  throw new SettingsMistake('no output file: -o FILE')
}

/** In the one order that the reference has them in. */
const LETTERS: readonly { letter: string; set(settings: ImportSettings, value: string): void }[] = [
  {
    letter: 'd',
    set(settings, value) {
      settings.shape = value.split(',').map((size) => Number.parseInt(size, 10))
      checkDimensions(settings.shape, 'size of a dimension')
    },
  },
  {
    letter: 'p',
    set(settings, value) {
      settings.path = parsePath(value)
    },
  },
  {
    letter: 't',
    set(settings, value) {
      setInputClass(settings, value, true)
    },
  },
  {
    letter: 's',
    set(settings, value) {
      settings.inputSize = parseSize(Number.parseInt(value, 10))
      settings.outputSize = settings.inputSize
    },
  },
]
