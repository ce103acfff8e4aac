import type { DatasetOptions, LibraryVersion } from '@h5kit/core'
import type { GivenOption, OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** What an object of a new file is to be. */
export interface ObjectRequest {
  path: string
  kind: 'group' | 'dataset' | 'datatype' | 'soft link' | 'external link' | 'hard link'
  dataset: Omit<DatasetOptions, 'data' | 'fillValue'>
  /** The fill value as text. */
  fillText: string | undefined
  /** Elements as text: of the command line. */
  dataText: string | undefined
  /** Whether numbers are stored that the type does not hold. */
  lossy: boolean
  /** The file with the elements, "-" for stdin, and how they are there. */
  from: { file: string; format: ElementFormat | undefined } | undefined
  /** What a link leads to. */
  target: string
  file: string
  attributes: { name: string; text: string }[]
  /** The name as a dimension scale, empty for none; undefined where it is no scale. */
  scale: string | undefined
  attached: { axis: number; scale: string }[]
  labels: { axis: number; text: string }[]
  trackOrder: boolean
}

/** How elements are in a file. */
export const ELEMENT_FORMATS = ['csv', 'npy', 'raw', 'json'] as const
export type ElementFormat = (typeof ELEMENT_FORMATS)[number]

export function isElementFormat(text: string): text is ElementFormat {
  return ELEMENT_FORMATS.some((each) => each === text)
}

/** A new file and what goes into it. */
export interface CreateOptions {
  file: string
  /** Whether a file that is there is replaced. */
  force: boolean
  low: LibraryVersion | undefined
  high: LibraryVersion | undefined
  userBlock: number
  trackOrder: boolean
  objects: ObjectRequest[]
}

export type CreateCommand =
  | { kind: 'help' }
  | { kind: 'mistake'; what: string }
  | { kind: 'run'; options: CreateOptions }

const FILE_RULES: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'f', names: ['force'], value: 'none' },
  { names: ['low'], value: 'required' },
  { names: ['high'], value: 'required' },
  { names: ['user-block'], value: 'required' },
  { names: ['track-order'], value: 'none' },
]

const OBJECT_RULES: readonly OptionRule[] = [
  { letter: 't', names: ['type'], value: 'required' },
  { letter: 's', names: ['shape'], value: 'required' },
  { letter: 'm', names: ['max-shape'], value: 'required' },
  { letter: 'c', names: ['chunks'], value: 'required' },
  { letter: 'z', names: ['compress'], value: 'required' },
  { names: ['shuffle'], value: 'none' },
  { names: ['fletcher32'], value: 'none' },
  { names: ['scale-offset'], value: 'required' },
  { names: ['compact'], value: 'none' },
  { names: ['fill'], value: 'required' },
  { letter: 'd', names: ['data'], value: 'required' },
  { letter: 'i', names: ['from'], value: 'required' },
  { names: ['format'], value: 'required' },
  { names: ['lossy'], value: 'none' },
  { names: ['commit'], value: 'required' },
  { letter: 'l', names: ['link'], value: 'required' },
  { names: ['hard-link'], value: 'required' },
  { names: ['external'], value: 'required' },
  { letter: 'a', names: ['attr'], value: 'required' },
  { names: ['scale'], value: 'optional' },
  { names: ['attach'], value: 'required' },
  { names: ['label'], value: 'required' },
  { names: ['track-order'], value: 'none' },
]

const VERSIONS: readonly LibraryVersion[] = ['earliest', 'v108', 'v110', 'v112', 'v114', 'v200']

/** What is wrong with a command line. */
class Mistake extends Error {}

/** Reads `h5 create`'s command line: a file with its options, then objects, each with its own. */
export function parseCreate(argv: readonly string[]): CreateCommand {
  try {
    return parse(argv)
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'mistake', what: error.message }
    throw error
  }
}

function parse(argv: readonly string[]): CreateCommand {
  let { options, files } = taken(argv, FILE_RULES)
  if (options.some(({ name }) => name === 'help')) return { kind: 'help' }
  const [file] = files
  if (file === undefined) throw new Mistake('no file')
  // Options of the file may stand behind its name too, but for those that objects have.
  const given = [...options]
  const objects: ObjectRequest[] = []
  let rest = files.slice(1)
  if (rest[0]?.startsWith('-')) {
    ;({ options, files } = taken(rest, FILE_RULES))
    given.push(...options)
    rest = files
  }
  while (rest.length > 0) {
    const [path] = rest
    ;({ options, files } = taken(rest.slice(1), OBJECT_RULES))
    objects.push(objectRequest(path, options))
    rest = files
  }
  const value = lastOf(given)
  return {
    kind: 'run',
    options: {
      file,
      force: value('force') !== undefined,
      low: version(value('low')?.value),
      high: version(value('high')?.value),
      userBlock: whole(value('user-block')?.value ?? '0', 'a user block'),
      trackOrder: value('track-order') !== undefined,
      objects,
    },
  }
}

function taken(argv: readonly string[], rules: readonly OptionRule[]): { options: GivenOption[]; files: string[] } {
  const found = readArguments(argv, rules)
  if (found.kind === 'mistake') throw new Mistake(found.what)
  return found
}

function lastOf(options: readonly GivenOption[]): (name: string) => GivenOption | undefined {
  return (name) => options.findLast((option) => option.name === name)
}

function version(text: string | undefined): LibraryVersion | undefined {
  if (text === undefined) return undefined
  const alike = text === 'latest' ? 'v200' : text.replace(/^([12])\.(\d+)$/, (_, a, b) => `v${a}${b.padStart(2, '0')}`)
  const found = VERSIONS.find((name) => name === alike)
  if (found === undefined) throw new Mistake(`no version bound is called "${text}": ${VERSIONS.join(', ')}, latest`)
  return found
}

function whole(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Mistake(`${what} of "${text}"`)
  return Number(text)
}

function objectRequest(path: string, options: readonly GivenOption[]): ObjectRequest {
  const option = lastOf(options)
  const value = (name: string): string | undefined => option(name)?.value
  const all = (name: string): string[] => options.filter((each) => each.name === name).map((each) => each.value ?? '')
  const has = (name: string): boolean => option(name) !== undefined
  const format = value('format')
  const found = ELEMENT_FORMATS.find((each) => each === format)
  if (format !== undefined && found === undefined) {
    throw new Mistake(`no format is called "${format}": ${ELEMENT_FORMATS.join(', ')}`)
  }
  const from = value('from')
  return {
    path,
    kind: kindOf(path, options),
    dataset: {
      type: value('type') ?? value('commit'),
      shape: shape(value('shape')),
      maxShape: maxShape(value('max-shape')),
      chunks: chunks(value('chunks')),
      ...compression(value('compress')),
      shuffle: has('shuffle'),
      fletcher32: has('fletcher32'),
      scaleOffset: scaleOffset(value('scale-offset')),
      compact: has('compact'),
      trackOrder: has('track-order'),
    },
    fillText: value('fill'),
    dataText: value('data'),
    lossy: has('lossy'),
    from: from === undefined ? undefined : { file: from, format: found },
    target: value('link') ?? value('hard-link') ?? '/',
    file: value('external') ?? '',
    attributes: all('attr').map((text) => {
      const [name, rest] = split(text, 'an attribute', 'NAME=VALUE')
      return { name, text: rest }
    }),
    scale: has('scale') ? (value('scale') ?? '') : undefined,
    attached: all('attach').map((text) => {
      const [axis, scale] = split(text, 'a scale', 'AXIS=PATH')
      return { axis: whole(axis, 'an axis'), scale }
    }),
    labels: all('label').map((text) => {
      const [axis, label] = split(text, 'a label', 'AXIS=TEXT')
      return { axis: whole(axis, 'an axis'), text: label }
    }),
    trackOrder: has('track-order'),
  }
}

/** Options that only datasets have. */
const OF_DATASETS = ['type', 'shape', 'max-shape', 'chunks', 'compress', 'scale-offset', 'fill', 'data', 'from']

function kindOf(path: string, options: readonly GivenOption[]): ObjectRequest['kind'] {
  const has = (name: string): boolean => options.some((option) => option.name === name)
  const dataset = OF_DATASETS.find(has)
  const kinds: [string, ObjectRequest['kind']][] = [
    ['external', 'external link'],
    ['link', 'soft link'],
    ['hard-link', 'hard link'],
    ['commit', 'datatype'],
  ]
  const found = kinds.find(([name]) => has(name))
  if (found !== undefined && dataset !== undefined) throw new Mistake(`${path}: --${found[0]} with --${dataset}`)
  if (found !== undefined) return found[1]
  if (dataset === undefined) return 'group'
  if (path.endsWith('/')) throw new Mistake(`${path} is a group's name, but --${dataset} is for a dataset`)
  return 'dataset'
}

function split(text: string, what: string, form: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new Mistake(`${what} is given as ${form}, and not as "${text}"`)
  return [text.slice(0, at), text.slice(at + 1)]
}

function sizes(text: string, what: string): number[] {
  return text.split(/[x,]/).map((size) => whole(size, what))
}

function shape(text: string | undefined): number[] | null | undefined {
  if (text === undefined) return undefined
  if (text === 'scalar') return []
  return text === 'null' ? null : sizes(text, 'a shape')
}

function maxShape(text: string | undefined): (number | null)[] | undefined {
  if (text === undefined) return undefined
  return text.split(/[x,]/).map((size) => (size === 'inf' || size === '*' ? null : whole(size, 'a largest shape')))
}

function chunks(text: string | undefined): number[] | boolean | undefined {
  if (text === undefined) return undefined
  if (text === 'auto') return true
  return text === 'none' ? false : sizes(text, 'chunks')
}

const COMPRESSIONS = ['gzip', 'lzf', 'szip', 'zstd', 'lz4', 'bzip2', 'blosc', 'bitshuffle'] as const

function compression(text: string | undefined): Pick<DatasetOptions, 'compression' | 'compressionOptions'> {
  if (text === undefined) return {}
  const [name, rest] = text.split('=', 2)
  const list = rest === undefined ? undefined : rest.split(',').map((each) => parameter(each))
  if (/^\d+$/.test(name)) return { compression: Number(name), compressionOptions: list }
  const known = COMPRESSIONS.find((each) => each === name)
  if (known === undefined) throw new Mistake(`no compression is called "${name}": ${COMPRESSIONS.join(', ')}`)
  return { compression: known, compressionOptions: list }
}

function parameter(text: string): number | 'nn' | 'ec' {
  return text === 'nn' || text === 'ec' ? text : whole(text, "a filter's parameter")
}

function scaleOffset(text: string | undefined): number | true | undefined {
  if (text === undefined) return undefined
  return text === 'auto' ? true : whole(text, 'scale-offset')
}
