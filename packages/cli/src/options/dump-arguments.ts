import { decimalInteger } from './c-numbers.ts'
import { driverByName, driverByValue } from './driver.ts'
import type { Destination, DumpCommand, DumpOptions, PackedBits, Request, XmlOptions } from './dump.ts'
import { dumpDefaults } from './dump.ts'
import type { GivenOption, OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'
import type { Subset } from './subset.ts'
import { integerList, splitSubset } from './subset.ts'

const WIDEST = 65_535

/** Options that have nothing to act on here. */
const NOT_APPLICABLE = ['endpoint-url', 's3-cred', 'hdfs-attrs', 'vol-value', 'vol-name', 'vol-info']

const RULES: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'V', names: ['version'], value: 'none' },
  { letter: 'E', names: ['enable-error-stack'], value: 'optional' },
  { letter: 'n', names: ['contents'], value: 'optional' },
  { letter: 'B', names: ['superblock', 'boot-block'], value: 'none' },
  { letter: 'H', names: ['header'], value: 'none' },
  { letter: 'f', names: ['filedriver'], value: 'required' },
  { letter: 'o', names: ['output'], value: 'optional' },
  { letter: 'b', names: ['binary'], value: 'optional' },
  { letter: 'O', names: ['ddl'], value: 'optional' },
  { letter: 'K', names: ['page-buffer-size'], value: 'required' },
  { letter: 'a', names: ['attribute'], value: 'required' },
  { letter: 'd', names: ['dataset'], value: 'required' },
  { letter: 'g', names: ['group'], value: 'required' },
  { letter: 'l', names: ['soft-link'], value: 'required' },
  { letter: 't', names: ['datatype'], value: 'required' },
  { letter: 'N', names: ['any_path'], value: 'required' },
  { letter: 'A', names: ['onlyattr'], value: 'optional' },
  { letter: 'v', names: ['vds-view-first-missing'], value: 'none' },
  { letter: 'G', names: ['vds-gap-size'], value: 'required' },
  { letter: 'i', names: ['object-ids'], value: 'none' },
  { letter: 'p', names: ['properties'], value: 'none' },
  { letter: 'M', names: ['packed-bits', 'packedbits'], value: 'required' },
  { letter: 'R', names: ['region'], value: 'none' },
  { letter: 'e', names: ['escape'], value: 'none' },
  { letter: 'r', names: ['string'], value: 'none' },
  { letter: 'y', names: ['noindex'], value: 'none' },
  { letter: 'm', names: ['format'], value: 'required' },
  { letter: 'L', names: ['lformat'], value: 'required' },
  { letter: 'q', names: ['sort_by'], value: 'required' },
  { letter: 'z', names: ['sort_order'], value: 'required' },
  { letter: 'C', names: ['no-compact-subset'], value: 'none' },
  { letter: 'w', names: ['width'], value: 'required' },
  { letter: 'x', names: ['xml'], value: 'none' },
  { letter: 'u', names: ['use-dtd'], value: 'none' },
  { letter: 'D', names: ['xml-dtd'], value: 'required' },
  { letter: 'X', names: ['xml-ns'], value: 'required' },
  { letter: 's', names: ['start'], value: 'required' },
  { letter: 'S', names: ['stride'], value: 'required' },
  { letter: 'c', names: ['count'], value: 'required' },
  { letter: 'k', names: ['block'], value: 'required' },
  { names: ['vfd-name'], value: 'required' },
  { names: ['vfd-value'], value: 'required' },
  { names: ['vfd-info'], value: 'required' },
  ...NOT_APPLICABLE.map((name): OptionRule => ({ names: [name], value: 'required' })),
  { names: ['max-bytes'], value: 'required' },
  { names: ['utf8'], value: 'none' },
]

const REQUESTS: Record<string, Request['kind']> = {
  attribute: 'attribute',
  dataset: 'dataset',
  group: 'group',
  'soft-link': 'link',
  datatype: 'datatype',
  any_path: 'any',
}

/** Options behind which the subset of the dataset before them can still begin. */
const KEEPS_DATASET = new Set([
  ...['region', 'properties', 'noindex', 'escape', 'string', 'filedriver', 'ddl', 'sort_by', 'sort_order', 'format'],
  ...['lformat', 'packed-bits', 'vds-view-first-missing', 'vds-gap-size', 'page-buffer-size', 'no-compact-subset'],
  ...['enable-error-stack', 'utf8', 'max-bytes', 'vfd-name', 'vfd-value', 'vfd-info', 'binary', 'xml-dtd', 'xml-ns'],
  ...NOT_APPLICABLE,
])

/** A command line that cannot be carried out; the message says why. */
class Mistake extends Error {}

/** Reads the command line as the reference does: options in their order, then files. */
export function parseDump(argv: readonly string[]): DumpCommand {
  const given = readArguments(argv, RULES)
  const parser = new Parser()
  try {
    for (const option of given.options) {
      if (option.name === 'help' || option.name === 'version') return { kind: option.name }
      parser.take(option)
    }
    if (given.kind === 'mistake') return given
    return { kind: 'dump', options: parser.finish(given.files), notes: parser.notes }
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'mistake', what: error.message }
    throw error
  }
}

class Parser {
  readonly notes: string[] = []
  readonly #options = dumpDefaults()
  /** The request that a subset or packed bits belong to; undefined where something else came behind it. */
  #dataset: Request | undefined
  /** Whether a part of it was begun: then it ends with the first option that is about something else. */
  #inSubset = false
  #compactSubset = true
  #outputName: string | undefined
  #prefix = 'hdf5:'
  #uri: string | undefined
  #driverInformation: string | undefined

  take({ name, value = '' }: GivenOption): void {
    const options = this.#options
    const kind = REQUESTS[name]
    if (kind !== undefined) {
      this.#request(kind, value)
      return
    }
    if (!(name in SUBSET_FIELDS) && (this.#inSubset || !KEEPS_DATASET.has(name))) this.#dataset = undefined
    const set = SWITCHES[name]
    if (set !== undefined) set(options)
    else if (name === 'no-compact-subset') this.#compactSubset = false
    else if (name in SUBSET_FIELDS) this.#subset(name, value)
    else if (NOT_APPLICABLE.includes(name)) this.#notApplicable(name)
    else if (name in XML_OPTIONS) this.#xml(name, value)
    else this.#valued(name, value)
  }

  #request(kind: Request['kind'], name: string): void {
    const compact = kind === 'dataset' && this.#compactSubset ? splitSubset(name) : undefined
    const request = { kind, name: compact?.name ?? name, subset: compact?.subset }
    this.#options.requests.push(request)
    this.#dataset = kind === 'dataset' ? request : undefined
    this.#inSubset = false
  }

  #subset(name: string, value: string): void {
    if (this.#dataset === undefined) throw new Mistake(`--${name} belongs behind the --dataset that it is about`)
    this.#inSubset = true
    this.#dataset.subset ??= {}
    const { subset } = this.#dataset
    const list = integerList(value)
    if (list !== undefined) subset[SUBSET_FIELDS[name]] = list
  }

  #notApplicable(name: string): void {
    if (name === 's3-cred' || name === 'hdfs-attrs') {
      throw new Mistake(`--${name} does not apply: remote files are not opened through a file driver`)
    }
    this.notes.push(`--${name} does not apply: files are read without the HDF5 library`)
  }

  #xml(name: string, value: string): void {
    const options = this.#options
    if (name === 'xml-dtd') this.#uri = value
    else if (name === 'xml-ns') {
      if (options.xml?.schema === false) throw new Mistake('--xml-ns is for a schema: --use-dtd has no qualified names')
      this.#prefix = value === ':' ? '' : value
    } else {
      options.xml = { schema: XML_OPTIONS[name], uri: undefined, prefix: '' }
      if (name === 'use-dtd') this.#prefix = ''
    }
    this.#unlimitedLines()
  }

  /** Long lines, each with one element, as the reference has them where numbers are formatted otherwise. */
  #unlimitedLines(): void {
    this.#options.width = WIDEST
    this.#options.perLine = 1
  }

  #valued(name: string, value: string): void {
    const options = this.#options
    switch (name) {
      case 'contents':
        options.contents = decimalInteger(value) > 0 ? 'attributes' : 'objects'
        return
      case 'onlyattr':
        if (value !== '') {
          if (decimalInteger(value) === 0) options.attributes = false
        } else {
          options.data = false
          options.attributeData = true
        }
        return
      case 'width':
        options.width = decimalInteger(value) > 0 ? decimalInteger(value) : WIDEST
        options.perLine = 0
        return
      case 'format':
        if (!value.includes('%')) throw new Mistake(`not a format of numbers: "${value}" has no %`)
        options.floatFormat = value
        this.#unlimitedLines()
        return
      case 'lformat':
        options.longFloatFormat = value
        this.#unlimitedLines()
        return
      case 'sort_by':
        options.sortBy = oneOf(name, value, { name: 'name', creation_order: 'creation' })
        return
      case 'sort_order':
        options.descending = oneOf(name, value, { ascending: false, descending: true })
        return
      case 'packed-bits':
        if (this.#dataset === undefined) throw new Mistake('--packedbits belongs behind a --dataset')
        options.packedBits = packedBits(value)
        return
      case 'vds-gap-size':
        options.virtualGap = decimalInteger(value)
        if (options.virtualGap < 0) throw new Mistake(`not a number of files: ${value}`)
        return
      case 'max-bytes':
        options.maxBytes = /^\d+$/.test(value) ? Number(value) : undefined
        if (options.maxBytes === undefined) throw new Mistake(`--max-bytes needs a number of bytes, not "${value}"`)
        return
      case 'binary':
        options.binary = value === '' ? 'NATIVE' : oneOf(name, value, BINARY_FORMS)
        if (this.#outputName !== undefined) options.dataOutput = { kind: 'file', name: this.#outputName }
        return
      default:
        this.#place(name, value)
    }
  }

  /** Options about files. */
  #place(name: string, value: string): void {
    const options = this.#options
    const destination: Destination = value === '' ? { kind: 'nowhere' } : { kind: 'file', name: value }
    switch (name) {
      case 'ddl':
        options.ddlOutput = destination
        return
      case 'output':
        if (options.binary === undefined && options.attributeData && !options.data) {
          options.attributeOutput = destination
        }
        if (options.binary !== undefined || options.data || options.requests.length === 0) {
          options.dataOutput = destination
        }
        this.#outputName = value
        return
      default:
        this.#driver(name, value)
    }
  }

  #driver(name: string, value: string): void {
    if (name === 'vfd-info') {
      this.#driverInformation = value
      return
    }
    const driver = name === 'vfd-value' ? driverByValue(value) : driverByName(value)
    if (driver === undefined) throw new Mistake(`no file driver "${value}"`)
    this.#options.driver.driver = driver
  }

  finish(files: string[]): DumpOptions {
    const options = this.#options
    if (files.length === 0) throw new Mistake('no file named')
    if (options.binary !== undefined && this.#outputName === undefined) {
      throw new Mistake('binary output needs a file to go to: --output=FILE')
    }
    if (options.driver.driver === 'onion') this.#revision(this.#driverInformation)
    if (options.xml !== undefined) this.#finishXml(options.xml)
    else if (this.#uri !== undefined) this.notes.push('--xml-dtd applies to XML only')
    options.files = files
    return options
  }

  /** What the driver of files with revisions is told: the number of one, or to count them. */
  #revision(information: string | undefined): void {
    const { driver } = this.#options
    this.#options.revisionCount = information === 'revision_count'
    if (information !== undefined && !this.#options.revisionCount) driver.revision = decimalInteger(information)
  }

  #finishXml(xml: XmlOptions): void {
    const { requests, superblock, objectIds, characters } = this.#options
    const refused =
      requests.length > 0
        ? 'a choice of objects'
        : superblock
          ? '--superblock'
          : objectIds
            ? '--object-ids'
            : characters
              ? '--string'
              : this.#outputName !== undefined
                ? '--output'
                : undefined
    if (refused !== undefined) throw new Mistake(`${refused} is not available in XML`)
    xml.uri = this.#uri
    xml.prefix = this.#prefix
  }
}

const SUBSET_FIELDS: Record<string, keyof Subset> = { start: 'start', stride: 'stride', count: 'count', block: 'block' }

/** Whether an option about XML asks for a schema. */
const XML_OPTIONS: Record<string, boolean> = { xml: true, 'use-dtd': false, 'xml-dtd': false, 'xml-ns': true }

const BINARY_FORMS = { NATIVE: 'NATIVE', MEMORY: 'NATIVE', FILE: 'FILE', LE: 'LE', BE: 'BE' } as const

const SWITCHES: Record<string, (options: DumpOptions) => void> = {
  'enable-error-stack': () => {},
  'page-buffer-size': () => {},
  superblock: (o) => {
    o.superblock = true
  },
  header: (o) => {
    o.data = false
    o.attributeData = false
  },
  'vds-view-first-missing': (o) => {
    o.virtualFirstMissing = true
  },
  'object-ids': (o) => {
    o.objectIds = true
  },
  properties: (o) => {
    o.properties = true
  },
  region: (o) => {
    o.regions = true
  },
  escape: (o) => {
    o.escape = true
  },
  string: (o) => {
    o.characters = true
  },
  noindex: (o) => {
    o.indices = false
  },
  utf8: (o) => {
    o.utf8 = true
  },
}

function oneOf<T>(option: string, value: string, choices: Record<string, T>): T {
  if (!Object.hasOwn(choices, value)) {
    throw new Mistake(`--${option} is one of ${Object.keys(choices).join(', ')}, not "${value}"`)
  }
  return choices[value]
}

const MOST_MASKS = 8
const MOST_BITS = 64

/** Pairs of offset and length: 0,4,4,4. */
function packedBits(text: string): PackedBits[] {
  if (!/^(\d+,\d+)(,?\d+,\d+)*$/.test(text)) throw new Mistake(`not a list of offset,length pairs: ${text}`)
  const numbers = text.split(',').map(Number)
  if (numbers.length > 2 * MOST_MASKS) throw new Mistake(`more than ${MOST_MASKS} masks: ${text}`)
  return Array.from({ length: numbers.length / 2 }, (_, i) => {
    const offset = numbers[2 * i]
    const length = numbers[2 * i + 1]
    if (offset >= MOST_BITS) throw new Mistake(`the offset ${offset} is not between 0 and ${MOST_BITS - 1}`)
    if (length === 0) throw new Mistake('a mask of no bits')
    if (offset + length > MOST_BITS)
      throw new Mistake(`offset and length of ${offset},${length} exceed ${MOST_BITS} bits`)
    return { offset, length }
  })
}
