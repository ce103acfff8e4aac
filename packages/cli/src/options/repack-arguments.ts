import { readFileSync } from 'node:fs'
import { driverByName, driverByValue } from './driver.ts'
import type { GivenOption } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'
import type { LayoutRequest, ObjectRequest, RepackCommand, RepackOptions, SharedSizes } from './repack.ts'
import { repackDefaults } from './repack.ts'
import { BadRequest, parseFilter, parseLayout } from './repack-filters.ts'
import { NOT_APPLICABLE, RULES } from './repack-rules.ts'

/** The latest release of which a file can be said to be for. */
const LATEST = 5
const MOST_FILTERS = 6
const DEFAULT_USER_BLOCK = 1024

const STRATEGIES = { FSM_AGGR: 'fsm-aggr', PAGE: 'page', AGGR: 'aggr', NONE: 'none' } as const
const SUFFIXES: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }
const SHARED: readonly (readonly [string, keyof SharedSizes])[] = [
  ['dspace', 'dataspace'],
  ['dtype', 'datatype'],
  ['fill', 'fillValue'],
  ['pline', 'filterPipeline'],
  ['attr', 'attribute'],
]

type During = Extract<RepackCommand, { kind: 'mistake' }>['during']

/** A command line that cannot be carried out; the message says why. */
class Mistake extends Error {
  readonly during: During

  constructor(what: string, during: During = 'parsing') {
    super(what)
    this.during = during
  }
}

/** Reads the command line as the reference does: options in their order, then the files. */
export function parseRepack(argv: readonly string[]): RepackCommand {
  const given = readArguments(argv, RULES)
  const parser = new Parser()
  try {
    for (const option of given.options) {
      if (option.name === 'help' || option.name === 'version') return { kind: option.name }
      parser.take(option)
    }
    if (given.kind === 'mistake') return { ...given, during: 'option' }
    return { kind: 'repack', options: parser.finish(given.files), notes: parser.notes }
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'mistake', what: error.message, during: error.during }
    if (error instanceof BadRequest) return { kind: 'mistake', what: error.message, during: 'option' }
    throw error
  }
}

type Setter = (options: RepackOptions, value: string) => void

const SWITCHES: Record<string, Setter> = {
  native: (o) => {
    o.native = true
  },
  merge: (o) => {
    o.merge = true
  },
  prune: (o) => {
    o.prune = true
  },
  'in-place': (o) => {
    o.inPlace = true
  },
  verify: (o) => {
    o.verify = true
  },
  'dry-run': (o) => {
    o.dryRun = true
  },
  'keep-prefilters': (o) => {
    o.keepPrefilters = true
  },
  drop: (o, value) => {
    o.drop.push(value)
  },
  jobs: (o, value) => {
    o.jobs = /^\d+$/.test(value) ? Number(value) : 0
    if (o.jobs < 1) throw new Mistake(`--jobs needs a number of threads, not "${value}"`)
  },
  'max-memory': (o, value) => {
    o.maxMemory = bytes(value, '--max-memory')
  },
  'enable-error-stack': (o) => {
    o.errorStack = true
  },
  minimum: (o, value) => {
    o.minimum = integer(value)
    if (o.minimum <= 0) throw new Mistake(`invalid minimum size of what is compressed <${value}>`)
  },
  low: (o, value) => {
    o.low = bound(value, 'low')
  },
  high: (o, value) => {
    o.high = bound(value, 'high')
  },
  ublock: (o, value) => {
    o.userBlockFile = value
  },
  block: (o, value) => {
    o.userBlock = integer(value)
  },
  metadata_block_size: (o, value) => {
    o.metadataBlock = integer(value)
  },
  threshold: (o, value) => {
    o.threshold = integer(value)
  },
  alignment: (o, value) => {
    o.alignment = integer(value)
    if (o.alignment < 1) throw new Mistake(`invalid alignment <${value}>`)
  },
  fs_strategy: (o, value) => {
    if (!(value in STRATEGIES)) throw new Mistake(`invalid file space management strategy <${value}>`)
    o.space.strategy = STRATEGIES[value as keyof typeof STRATEGIES]
  },
  fs_persist: (o, value) => {
    o.space.persist = integer(value) !== 0
  },
  fs_threshold: (o, value) => {
    o.space.threshold = integer(value)
  },
  fs_pagesize: (o, value) => {
    o.space.pageSize = integer(value)
  },
  sort_by: (o, value) => {
    if (value !== 'name' && value !== 'creation_order') throw new Mistake(`there is no sorting by <${value}>`)
    o.sortBy = value === 'name' ? 'name' : 'creation'
  },
  sort_order: (o, value) => {
    if (value !== 'ascending' && value !== 'descending') throw new Mistake(`<${value}> is no order of sorting`)
    o.descending = value === 'descending'
  },
}

class Parser {
  readonly notes: string[] = []
  readonly #options = repackDefaults()
  #latest = false
  #inputs: string[] = []
  #outputs: string[] = []
  #revision: string | undefined
  #information: string | undefined
  #objects = new Map<string, ObjectRequest>()

  take({ name, value }: GivenOption): void {
    const options = this.#options
    const text = value ?? ''
    if (name in SWITCHES) SWITCHES[name](options, text)
    else if (name === 'verbose') this.#verbose(value)
    else if (name === 'infile') this.#inputs.push(text)
    else if (name === 'outfile') this.#outputs.push(text)
    else if (name === 'filter') this.#filter(text)
    else if (name === 'layout') this.#layout(text)
    else if (name === 'file') this.#requestsOf(text)
    else if (NOT_APPLICABLE.includes(name)) {
      if (name.endsWith('name') && text !== 'native') throw new Mistake(`there is no VOL connector "${text}" here`)
      this.notes.push(`--${name} does not apply: files are read and written without the HDF5 library`)
    } else if (name.includes('vfd')) this.#driver(name, text)
    else this.#format(name, text)
  }

  #verbose(value: string | undefined): void {
    if (value === undefined) this.#options.verbose = 1
    else if (integer(value) === 2) this.#options.verbose = 2
  }

  /** Options that say how groups and messages are stored. */
  #format(name: string, value: string): void {
    const options = this.#options
    switch (name) {
      case 'latest':
        this.#latest = true
        return
      case 'compact':
        options.compactLinks = integer(value)
        this.#latest ||= options.compactLinks > 0
        return
      case 'indexed':
        options.indexedLinks = integer(value)
        this.#latest ||= options.indexedLinks > 0
        return
      case 'ssize':
        this.#latest = true
        sharedSizes(options.shared, value)
        return
    }
  }

  #driver(name: string, value: string): void {
    const options = this.#options
    const driver = name.endsWith('name') ? driverByName(value) : driverByValue(value)
    if (name.endsWith('info')) {
      if (name.startsWith('src')) this.#revision = value
      else this.#information = value
    } else if (driver === undefined) throw new Mistake(`there is no file driver "${value}" here`)
    else if (name.startsWith('src')) options.source = { ...options.source, driver }
    else options.target = driver
  }

  #filter(text: string): void {
    const options = this.#options
    const { paths, request } = parseFilter(text)
    if (paths.length === 0) options.filters.push(request)
    for (const path of paths) this.#object(path).filters.push(request)
    const lists = [options.filters, ...paths.map((path) => this.#object(path).filters)]
    if (lists.some(({ length }) => length > MOST_FILTERS)) {
      throw new Mistake(`more than ${MOST_FILTERS} filters with <${text}>`)
    }
  }

  #layout(text: string): void {
    const options = this.#options
    if (options.layout !== undefined) throw new Mistake(`a layout for all objects leaves no room for <${text}>`)
    const { paths, request } = parseLayout(text)
    options.lastLayout = request
    if (paths.length === 0) options.layout = request
    for (const path of paths) this.#layoutOf(path, request)
  }

  #layoutOf(path: string, request: LayoutRequest): void {
    const object = this.#object(path)
    if (object.layout?.kind === 'chunked') throw new Mistake(`<${path}> has two layouts`, 'option')
    object.layout = request
  }

  #object(path: string): ObjectRequest {
    const known = this.#objects.get(path)
    if (known !== undefined) return known
    const object: ObjectRequest = { path, filters: [], layout: undefined }
    this.#objects.set(path, object)
    this.#options.objects.push(object)
    return object
  }

  /** A file with -f and -l options. */
  #requestsOf(fileName: string): void {
    const words = readText(fileName)
      .split(/\s+/)
      .filter((word) => word !== '')
    for (let i = 0; i < words.length; i += 2) {
      const request = words[i + 1]
      if (request === undefined || (words[i] !== '-f' && words[i] !== '-l')) {
        throw new Mistake(`"${fileName}" has not just -f and -l with their values`)
      }
      if (words[i] === '-f') this.#filter(request)
      else this.#layout(request)
    }
  }

  /** Checks what options say together. */
  finish(files: readonly string[]): RepackOptions {
    const options = this.#options
    this.#files(files)
    if (this.#latest) options.low = LATEST
    if (this.#latest) options.high = LATEST
    if (this.#revision !== undefined && options.source.driver === 'onion') {
      if (!/^\d+$/.test(this.#revision)) throw new Mistake(`"${this.#revision}" is no number of a revision`)
      options.source = { ...options.source, revision: Number(this.#revision) }
    }
    if (this.#information !== undefined && options.target === 'family') {
      options.memberSize = bytes(this.#information, '--dst-vfd-info')
    }
    const wrong = contradiction(options)
    if (wrong !== undefined) throw new Mistake(wrong, 'repacking')
    if (options.userBlockFile !== undefined && options.userBlock === 0) {
      options.userBlock = DEFAULT_USER_BLOCK
      options.userBlockGuessed = true
    }
    return options
  }

  #files(files: readonly string[]): void {
    const options = this.#options
    const named = this.#inputs.length + this.#outputs.length
    if (options.inPlace) {
      const given = [...this.#inputs, ...this.#outputs, ...files]
      if (given.length !== 1) throw new Mistake('--in-place is for one file')
      options.input = given[0]
      options.output = given[0]
      if (options.target !== undefined) throw new Mistake('--in-place keeps how a file is stored, and takes no driver')
      return
    }
    if (named > 0 && (this.#inputs.length !== 1 || this.#outputs.length !== 1)) {
      throw new Mistake('files are named either both by -i and -o or both at the end')
    }
    const [input, output] = named > 0 ? [...this.#inputs, ...this.#outputs] : files
    if (input === undefined || output === undefined)
      throw new Mistake('file names missing: what to read, what to write')
    if (input === output) throw new Mistake(`the output cannot be the input "${input}" (--in-place replaces it)`)
    options.input = input
    options.output = output
  }
}

/** Why options do not go together; undefined where they do. */
function contradiction(options: RepackOptions): string | undefined {
  const { objects, filters, layout, compactLinks, indexedLinks, shared, alignment, threshold, userBlock } = options
  if (layout !== undefined && objects.some((object) => object.layout?.kind === 'chunked')) {
    return 'a layout for all objects and another for some'
  }
  if (filters.length > 0 && objects.some((object) => object.filters.length > 0)) {
    return 'filters for all objects and others for some'
  }
  if (compactLinks < 0 || indexedLinks < 0) return 'a number of links is not negative'
  if (indexedLinks > compactLinks) return 'fewest links outside a header (-d) are more than the most in one (-c)'
  if (Object.values(shared).some((size) => size < 0)) return 'the size of a shared message is not negative'
  if (options.metadataBlock < 0) return `blocks of ${options.metadataBlock} bytes (-M)`
  if (alignment === 0 && threshold !== 0) return 'a threshold (-t) without an alignment (-a)'
  if (options.low > options.high || options.high === 0) {
    return `a file cannot be for releases from number ${options.low} to ${options.high}`
  }
  if (userBlock !== 0 && (userBlock < 512 || !Number.isInteger(Math.log2(userBlock)))) {
    return `a user block has 512 bytes or twice as many, and so on, not ${userBlock}`
  }
  return undefined
}

function sharedSizes(sizes: SharedSizes, value: string): void {
  const [size, kind] = value.split(':')
  for (const [name, field] of SHARED) if (kind === undefined || kind.startsWith(name)) sizes[field] = integer(size)
}

function bound(value: string, which: string): number {
  const number = integer(value)
  if (number < 0 || number > LATEST) throw new Mistake(`the ${which} release is a number from 0 to ${LATEST}`)
  return number
}

/** Bytes, or with a K, M or G behind them more. */
function bytes(value: string, option: string): number {
  const match = /^(\d+)([KMG]?)(i?B)?$/i.exec(value)
  const number = match === null ? 0 : Number(match[1]) * SUFFIXES[match[2].toUpperCase()]
  if (number < 1) throw new Mistake(`${option} needs bytes, as 256M, not "${value}"`)
  return number
}

/** C's strtol: the number that a text starts with, 0 where there is none. */
function integer(text: string): number {
  return Number.parseInt(text, 10) || 0
}

function readText(fileName: string): string {
  try {
    return readFileSync(fileName, 'utf8')
  } catch (error) {
    throw new Mistake(`cannot open options file "${fileName}": ${error instanceof Error ? error.message : error}`)
  }
}
