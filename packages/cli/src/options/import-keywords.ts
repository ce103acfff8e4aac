import { readDumpSettings } from './import-dump.ts'
import type { ImportSettings } from './import-settings.ts'
import {
  checkDimensions,
  parseNumberClass,
  parseOrder,
  parsePath,
  parseSize,
  SettingsMistake,
  setInputClass,
} from './import-settings.ts'
import { Scanner } from './scan.ts'

const ARCHITECTURES = ['NATIVE', 'STD', 'IEEE', 'INTEL', 'CRAY', 'MIPS', 'ALPHA', 'UNIX']

const MOST_DIMENSIONS = 32

/** What a configuration file is read with. */
interface Context {
  settings: ImportSettings
  scan: Scanner
  rank: number
  /** Keywords that there were. */
  seen: Set<string>
}

const KEYWORDS: Record<string, (context: Context) => void> = {
  PATH({ settings, scan }) {
    settings.path = parsePath(value(scan))
  },
  'INPUT-CLASS'({ settings, scan, seen }) {
    setInputClass(settings, value(scan), !seen.has('OUTPUT-CLASS'))
  },
  'INPUT-SIZE'({ settings, scan, seen }) {
    settings.inputSize = parseSize(scan.integer())
    if (!seen.has('OUTPUT-SIZE')) settings.outputSize = settings.inputSize
  },
  'INPUT-BYTE-ORDER'({ settings, scan }) {
    settings.inputOrder = parseOrder(value(scan))
  },
  RANK(context) {
    const rank = context.scan.integer()
    if (rank === undefined || rank < 1 || rank > MOST_DIMENSIONS) throw new SettingsMistake(`no rank: ${rank}`)
    context.rank = rank
  },
  'DIMENSION-SIZES'(context) {
    needs(context, 'RANK')
    context.settings.shape = dimensions(context, 'DIMENSION-SIZES')
    checkDimensions(context.settings.shape, 'size of a dimension')
  },
  'OUTPUT-CLASS'({ settings, scan }) {
    settings.outputClass = parseNumberClass(value(scan))
  },
  'OUTPUT-SIZE'({ settings, scan }) {
    settings.outputSize = parseSize(scan.integer())
  },
  'OUTPUT-ARCHITECTURE'({ settings, scan }) {
    const text = value(scan)
    if (!ARCHITECTURES.includes(text)) {
      throw new SettingsMistake(`no architecture: ${text} (there are ${ARCHITECTURES.join(', ')})`)
    }
    settings.architecture = text
  },
  'OUTPUT-BYTE-ORDER'({ settings, scan }) {
    settings.outputOrder = parseOrder(value(scan))
  },
  'CHUNKED-DIMENSION-SIZES'(context) {
    needs(context, 'DIMENSION-SIZES')
    const chunks = dimensions(context, 'CHUNKED-DIMENSION-SIZES')
    checkDimensions(chunks, 'size of a chunk')
    if (chunks.some((size, i) => size > (context.settings.shape?.[i] ?? 0))) {
      throw new SettingsMistake('CHUNKED-DIMENSION-SIZES larger than DIMENSION-SIZES')
    }
    context.settings.chunks = chunks
  },
  'COMPRESSION-TYPE'({ settings, scan }) {
    const text = value(scan)
    if (text !== 'GZIP') throw new SettingsMistake(`no compression: ${text} (there is GZIP)`)
    settings.level ??= DEFAULT_LEVEL
  },
  'COMPRESSION-PARAM'({ settings, scan }) {
    const level = scan.integer()
    if (level === undefined || level < 0 || level > 9) throw new SettingsMistake(`no level of compression: ${level}`)
    settings.level = level
  },
  'EXTERNAL-STORAGE'({ settings, scan }) {
    settings.external = value(scan)
  },
  'MAXIMUM-DIMENSIONS'(context) {
    needs(context, 'DIMENSION-SIZES')
    const sizes = dimensions(context, 'MAXIMUM-DIMENSIONS').map((size) => (size === -1 ? Infinity : size))
    const { shape = [] } = context.settings
    if (sizes.some((size, i) => size < shape[i])) {
      throw new SettingsMistake('MAXIMUM-DIMENSIONS smaller than DIMENSION-SIZES (-1 is without a limit)')
    }
    context.settings.maxShape = sizes
  },
}

const DEFAULT_LEVEL = 6

/** Reads a configuration file into settings: keywords with their values, or what a dump says of its dataset. */
export function readConfiguration(text: string, settings: ImportSettings): void {
  const scan = new Scanner(text)
  let key = scan.word()
  if (key === 'HDF5') {
    readDumpSettings(scan, settings)
    return
  }
  const context: Context = { settings, scan, rank: 0, seen: new Set() }
  for (; key !== undefined; key = scan.word()) {
    if (!Object.hasOwn(KEYWORDS, key)) throw new SettingsMistake(`unknown keyword ${key}`)
    if (context.seen.has(key)) throw new SettingsMistake(`${key} twice`)
    KEYWORDS[key](context)
    context.seen.add(key)
  }
  checkTogether(context)
}

function value(scan: Scanner): string {
  const word = scan.word()
  if (word === undefined) throw new SettingsMistake('a keyword without a value')
  return word
}

function needs({ seen }: Context, keyword: string): void {
  if (!seen.has(keyword)) throw new SettingsMistake(`${keyword} has to come first`)
}

function dimensions({ scan, rank }: Context, keyword: string): number[] {
  const sizes = scan.integers()
  if (sizes.length !== rank) throw new SettingsMistake(`${sizes.length} ${keyword} for a rank of ${rank}`)
  return sizes
}

function checkTogether({ settings, seen }: Context): void {
  // Lines of text need nothing else.
  if (settings.inputClass === 'STR') return
  const { outputClass, outputSize, architecture } = settings
  const chunked = seen.has('CHUNKED-DIMENSION-SIZES')
  const compressed = seen.has('COMPRESSION-TYPE')
  const growing = seen.has('MAXIMUM-DIMENSIONS')
  if (!seen.has('RANK') || !seen.has('DIMENSION-SIZES')) throw new SettingsMistake('no RANK or no DIMENSION-SIZES')
  if (seen.has('EXTERNAL-STORAGE') && (chunked || compressed || growing)) {
    throw new SettingsMistake('EXTERNAL-STORAGE with chunks, compression or MAXIMUM-DIMENSIONS')
  }
  if ((compressed || growing) && !chunked) {
    throw new SettingsMistake('compression or MAXIMUM-DIMENSIONS without CHUNKED-DIMENSION-SIZES')
  }
  // A level alone compresses nothing.
  if (!compressed) settings.level = undefined
  if (outputClass === 'FP' && architecture === 'STD') throw new SettingsMistake('no OUTPUT-CLASS FP in STD')
  if (outputClass !== 'FP' && architecture === 'IEEE') throw new SettingsMistake('no integers in IEEE')
  if (outputClass === 'FP' && outputSize !== 32 && outputSize !== 64) {
    throw new SettingsMistake(`no OUTPUT-CLASS FP of ${outputSize} bits (there are 32 and 64)`)
  }
}
