import type { ElementFormat } from './create.ts'
import { ELEMENT_FORMATS } from './create.ts'
import { checkDimensions, SettingsMistake } from './import-settings.ts'

/** What is made of a file whose format says what is in it, or that is described on the command line. */
export interface FreeOptions {
  /** The path of the dataset. */
  path: string
  /** Undefined where the file's name has to tell. */
  format: ElementFormat | undefined
  /** As parseType takes it; undefined where the file has to tell. */
  type: string | undefined
  shape: number[] | undefined
  /** null where there is no limit. */
  maxShape: (number | null)[] | undefined
  chunks: number[] | true | undefined
  /** Level of deflate. */
  gzip: number | undefined
  shuffle: boolean
  fletcher32: boolean
  /** Whether numbers are stored that the type does not hold. */
  lossy: boolean
}

/** The options of the file that was named as number `index`, where nothing is said. */
export function defaultFreeOptions(index: number): FreeOptions {
  return {
    path: `dataset${index}`,
    format: undefined,
    type: undefined,
    shape: undefined,
    maxShape: undefined,
    chunks: undefined,
    gzip: undefined,
    shuffle: false,
    fletcher32: false,
    lossy: false,
  }
}

const MOST_DEFLATE = 9

const OPTIONS: Record<string, (options: FreeOptions, value: () => string) => void> = {
  '--path'(options, value) {
    options.path = value()
  },
  '--format'(options, value) {
    const text = value()
    options.format = ELEMENT_FORMATS.find((each) => each === text)
    if (options.format === undefined) {
      throw new SettingsMistake(`no format ${text} (there are ${ELEMENT_FORMATS.join(', ')})`)
    }
  },
  '--type'(options, value) {
    options.type = value()
  },
  '--shape'(options, value) {
    options.shape = sizes(value())
  },
  '--max-shape'(options, value) {
    const found = value().split(/[x,]/)
    options.maxShape = found.map((size) => (size === 'unlimited' ? null : sizes(size)[0]))
  },
  '--chunks'(options, value) {
    const text = value()
    options.chunks = text === 'auto' ? true : sizes(text)
  },
  '--gzip'(options, value) {
    const level = Number(value())
    if (!Number.isInteger(level) || level < 0 || level > MOST_DEFLATE) {
      throw new SettingsMistake('--gzip takes a level from 0 to 9')
    }
    options.gzip = level
  },
  '--shuffle'(options) {
    options.shuffle = true
  },
  '--fletcher32'(options) {
    options.fletcher32 = true
  },
  '--lossy'(options) {
    options.lossy = true
  },
}

/** Reads one option; what follows it is asked for where it has a value, which may also stand behind "=". */
export function freeOption(options: FreeOptions, argument: string, next: () => string): void {
  const equals = argument.indexOf('=')
  const name = equals < 0 ? argument : argument.slice(0, equals)
  const known = name === '-p' ? '--path' : name
  if (!Object.hasOwn(OPTIONS, known)) throw new SettingsMistake(`no option ${name}`)
  OPTIONS[known](options, equals < 0 ? next : () => argument.slice(equals + 1))
}

/** A shape: 10x20 or 10,20. */
function sizes(text: string): number[] {
  const found = text.split(/[x,]/).map((size) => (size === '' ? Number.NaN : Number(size)))
  checkDimensions(found, 'size of a dimension')
  return found
}
