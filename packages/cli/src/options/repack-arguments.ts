import { anyInteger, decimalInteger } from './c-numbers.ts'
import { driverByName, driverByValue } from './driver.ts'
import type { GivenOption } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'
import type { ObjectRequest, RepackCommand, RepackOptions, SharedSizes } from './repack.ts'
import { repackDefaults } from './repack.ts'
import { BadRequest, hasChunkShape, parseFilter, parseLayout } from './repack-filters.ts'
import { filedRequests, readRequests } from './repack-request-file.ts'
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
    const options = parser.finish(given.files)
    return { kind: 'repack', options, notes: parser.notes, surplus: parser.surplus }
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
  'enable-error-stack': () => {},
  minimum: (o, value) => {
    o.minimum = decimalInteger(value)
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
    o.userBlock = decimalInteger(value)
  },
  metadata_block_size: (o, value) => {
    o.metadataBlock = decimalInteger(value)
  },
  threshold: (o, value) => {
    o.threshold = decimalInteger(value)
  },
  alignment: (o, value) => {
    o.alignment = anyInteger(value)
    if (o.alignment < 1) throw new Mistake(`invalid alignment <${value}>`)
  },
  fs_strategy: (o, value) => {
    if (!(value in STRATEGIES)) throw new Mistake(`invalid file space management strategy <${value}>`)
    o.space.strategy = STRATEGIES[value as keyof typeof STRATEGIES]
  },
  fs_persist: (o, value) => {
    o.space.persist = decimalInteger(value) !== 0
  },
  fs_threshold: (o, value) => {
    o.space.threshold = decimalInteger(value)
  },
  fs_pagesize: (o, value) => {
    o.space.pageSize = anyInteger(value)
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
  surplus: readonly string[] = []
  readonly #options = repackDefaults()
  #latest = false
  #inputs: string[] = []
  #outputs: string[] = []
  #revision: string | undefined
  #information: string | undefined
  #objects = new Map<string, ObjectRequest>()
  #wrongFile: Mistake | undefined

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
    else if (decimalInteger(value) === 2) this.#options.verbose = 2
  }

  /** Options that say how groups and messages are stored. */
  #format(name: string, value: string): void {
    const options = this.#options
    switch (name) {
      case 'latest':
        this.#latest = true
        return
      case 'compact':
        options.compactLinks = decimalInteger(value)
        this.#latest ||= options.compactLinks > 0
        return
      case 'indexed':
        options.indexedLinks = decimalInteger(value)
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
    const { filters } = this.#options
    const { paths, request } = parseFilter(text)
    if (paths.length === 0) {
      filters.push(request)
      if (filters.length > MOST_FILTERS) throw new Mistake(`more than ${MOST_FILTERS} filters with <${text}>`)
    }
    for (const object of this.#named(paths)) {
      if (object.filters.length < MOST_FILTERS) object.filters.push(request)
      else this.notes.push(`<${object.path}> gets ${MOST_FILTERS} filters at most, and not <${text}>`)
    }
  }

  #layout(text: string): void {
    const options = this.#options
    if (options.layout !== undefined) throw new Mistake(`a layout for all objects leaves no room for <${text}>`)
    const { paths, request } = parseLayout(text)
    // A dataset that is to lose its chunks is one of those that get some, for the reference.
    const unchunked = paths.length > 0 && request.kind === 'contiguous' && request.unchunked
    options.lastLayout = unchunked ? { kind: 'chunked', chunk: [] } : request
    if (paths.length === 0) options.layout = request
    for (const object of this.#named(paths)) {
      if (hasChunkShape(object)) throw new Mistake(`<${object.path}> has two layouts`, 'option')
      object.layout = request
    }
  }

  /** Objects by their paths; one that is named twice at once is two of them, of which the first counts. */
  #named(paths: readonly string[]): ObjectRequest[] {
    const objects = paths.map((path) => this.#objects.get(path) ?? { path, filters: [], layout: undefined })
    for (const object of objects) {
      if (this.#objects.get(object.path) === object) continue
      this.#options.objects.push(object)
      if (!this.#objects.has(object.path)) this.#objects.set(object.path, object)
    }
    return objects
  }

  /** A file with -f and -l options. One that is wrong is told of when all options are read. */
  #requestsOf(fileName: string): void {
    this.#wrongFile = undefined
    const found = readRequests(fileName)
    if ('what' in found) {
      this.#wrongFile = new Mistake(found.what, 'file')
      return
    }
    try {
      for (const { option, value } of filedRequests(found.text)) {
        if (option === undefined) throw new Mistake(`"${fileName}" has not just -f and -l with their values`)
        if (option === 'filter') this.#filter(value)
        else this.#layout(value)
      }
    } catch (error) {
      if (!(error instanceof Mistake) || error.during === 'option') throw error
      this.#wrongFile = new Mistake(error.message, 'file')
    }
  }

  /** Checks what options say together. */
  finish(files: readonly string[]): RepackOptions {
    const options = this.#options
    this.#files(files)
    if (this.#wrongFile !== undefined) throw this.#wrongFile
    if (this.#latest) options.low = LATEST
    if (this.#latest) options.high = LATEST
    if (this.#revision !== undefined && options.source.driver === 'onion') {
      if (!/^\d+$/.test(this.#revision)) throw new Mistake(`"${this.#revision}" is no number of a revision`)
      options.source = { ...options.source, revision: Number(this.#revision) }
    }
    if (this.#information !== undefined && options.target === 'family') {
      options.memberSize = bytes(this.#information, '--dst-vfd-info')
    }
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
    const [input, output, ...surplus] = named > 0 ? [...this.#inputs, ...this.#outputs, ...files] : files
    this.surplus = surplus
    if (input === undefined || output === undefined)
      throw new Mistake('file names missing: what to read, what to write')
    if (input === output) throw new Mistake(`the output cannot be the input "${input}" (--in-place replaces it)`)
    options.input = input
    options.output = output
  }
}

function sharedSizes(sizes: SharedSizes, value: string): void {
  const [size, kind] = value.split(':')
  for (const [name, field] of SHARED)
    if (kind === undefined || kind.startsWith(name)) sizes[field] = decimalInteger(size)
}

function bound(value: string, which: string): number {
  const number = decimalInteger(value)
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
