import type { DriverChoice } from './driver.ts'
import { ANY_DRIVER, driverByName, driverByValue } from './driver.ts'
import type { GivenOption, OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** A part of what `h5stat` tells. */
export type StatSection =
  | 'file'
  | 'file-metadata'
  | 'group'
  | 'group-metadata'
  | 'dataset'
  | 'dataset-metadata'
  | 'datatype'
  | 'attribute'
  | 'free-space'
  | 'summary'

/** What `h5stat` was asked for. */
export interface StatOptions {
  /** The parts that are asked for; undefined for all of them. */
  sections: Set<StatSection> | undefined
  /** The object of which only the name is told, and how often; undefined for the file. */
  object: { path: string; times: number } | undefined
  /** Groups with fewer links are small. */
  links: number
  /** Datasets of one dimension with fewer elements are small. */
  dimensions: number
  /** Objects with at most so many attributes have few. */
  attributes: number
  json: boolean
  driver: DriverChoice
  file: string
}

/** What the command line comes to: a report, help, the version and perhaps a report, or a mistake. */
export type StatCommand =
  | { kind: 'report'; options: StatOptions; notes: string[]; version: boolean }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }

const SECTIONS: Record<string, StatSection> = {
  file: 'file',
  filemetadata: 'file-metadata',
  group: 'group',
  groupmetadata: 'group-metadata',
  dset: 'dataset',
  dsetmetadata: 'dataset-metadata',
  dtypemetadata: 'datatype',
  attribute: 'attribute',
  freespace: 'free-space',
  summary: 'summary',
}

const THRESHOLDS: Record<string, 'links' | 'dimensions' | 'attributes'> = {
  links: 'links',
  dims: 'dimensions',
  numattrs: 'attributes',
}

const RULES: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'V', names: ['version'], value: 'none' },
  { letter: 'E', names: ['enable-error-stack'], value: 'optional' },
  { letter: 'f', names: ['file'], value: 'none' },
  { letter: 'F', names: ['filemetadata'], value: 'none' },
  { letter: 'g', names: ['group'], value: 'none' },
  { letter: 'G', names: ['groupmetadata'], value: 'none' },
  { letter: 'l', names: ['links'], value: 'expected' },
  { letter: 'd', names: ['dset'], value: 'none' },
  { letter: 'D', names: ['dsetmetadata'], value: 'none' },
  { letter: 'm', names: ['dims'], value: 'expected' },
  { letter: 'T', names: ['dtypemetadata'], value: 'none' },
  { letter: 'O', names: ['object'], value: 'required' },
  { letter: 'A', names: ['attribute'], value: 'none' },
  { letter: 'a', names: ['numattrs'], value: 'expected' },
  { letter: 's', names: ['freespace'], value: 'none' },
  { letter: 'S', names: ['summary'], value: 'none' },
  { letter: 'K', names: ['page-buffer-size'], value: 'required' },
  { letter: 'w', names: ['s3-cred'], value: 'required' },
  { letter: 'H', names: ['hdfs-attrs'], value: 'required' },
  { names: ['endpoint-url'], value: 'required' },
  { names: ['vol-value'], value: 'required' },
  { names: ['vol-name'], value: 'required' },
  { names: ['vol-info'], value: 'required' },
  { names: ['vfd-value'], value: 'required' },
  { names: ['vfd-name'], value: 'required' },
  { names: ['vfd-info'], value: 'required' },
  { names: ['json'], value: 'none' },
]

/** A command line that cannot be carried out; the message says why. */
class Mistake extends Error {}

/** C's atoi: the number that a text starts with, in 32 bits. */
function integer(text: string): number {
  const digits = /^\s*[+-]?\d+/.exec(text)?.[0] ?? '0'
  return Number(BigInt.asIntN(32, BigInt(digits.trim().replace(/^\+/, ''))))
}

/** Reads the command line as the reference does: options in their order, then a file; what is behind it is not looked at. */
export function parseStat(argv: readonly string[]): StatCommand {
  const given = readArguments(argv, RULES)
  const parser = new Parser()
  let version = false
  try {
    for (const option of given.options) {
      if (option.name === 'help') return { kind: 'help' }
      if (option.name === 'version') version = true
      // Behind the version comes the file.
      if (version) break
      parser.take(option, argv.length + 1)
    }
    if (given.kind === 'mistake' && !version) return given
    const file = given.kind === 'mistake' ? undefined : given.files[0]
    if (file === undefined) return version ? { kind: 'version' } : { kind: 'mistake', what: 'no file named' }
    return { kind: 'report', options: { ...parser.options, file }, notes: parser.notes, version }
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'mistake', what: error.message }
    throw error
  }
}

class Parser {
  readonly notes: string[] = []
  readonly options: StatOptions = {
    sections: undefined,
    object: undefined,
    links: 10,
    dimensions: 10,
    attributes: 10,
    json: false,
    driver: { ...ANY_DRIVER },
    file: '',
  }

  /** @param words words of the command line: the reference tells of an object once for each of them */
  take({ name, value }: GivenOption, words: number): void {
    const { options } = this
    const section = SECTIONS[name]
    const threshold = THRESHOLDS[name]
    if (section !== undefined) {
      options.sections ??= new Set()
      options.sections.add(section)
    } else if (threshold !== undefined) this.#threshold(threshold, name, value)
    else if (name === 'object') options.object = { path: value ?? '', times: words }
    else if (name === 'json') options.json = true
    else this.#access(name, value ?? '')
  }

  #threshold(threshold: 'links' | 'dimensions' | 'attributes', name: string, value: string | undefined): void {
    if (value === undefined) {
      this.notes.push(`--${name} has no value, and is left as it was`)
      return
    }
    const limit = integer(value)
    if (limit < 1) throw new Mistake(`--${name} needs a number above 0, not "${value}"`)
    this.options[threshold] = limit
  }

  /** Options about how the file is reached. */
  #access(name: string, value: string): void {
    const { driver } = this.options
    switch (name) {
      case 's3-cred':
      case 'endpoint-url':
      case 'hdfs-attrs':
        throw new Mistake(`--${name} is not available: files are read from where they can be opened by name`)
      case 'vol-name':
      case 'vol-value':
        if (value !== 'native' && (name === 'vol-name' || integer(value) !== 0)) {
          throw new Mistake(`--${name}: there is no connector but the native one`)
        }
        return
      case 'vfd-name':
      case 'vfd-value':
        driver.driver = name === 'vfd-name' ? driverByName(value) : driverByValue(value)
        if (driver.driver === undefined) throw new Mistake(`no file driver "${value}"`)
        return
      case 'vfd-info':
        driver.revision = integer(value)
    }
  }
}
