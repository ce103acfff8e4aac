/** What the elements of a file are that is imported; those that begin with TEXT are in words, the others in bytes. */
export type InputClass = 'TEXTIN' | 'TEXTFP' | 'TEXTFPE' | 'FP' | 'IN' | 'STR' | 'TEXTUIN' | 'UIN'

/** Signed integers, floating-point numbers, unsigned integers. */
export type NumberClass = 'IN' | 'FP' | 'UIN'

export type ByteOrder = 'BE' | 'LE'

/** What is made of a file that is imported. */
export interface ImportSettings {
  /** Names of groups, and last of the dataset. */
  path: string[]
  inputClass: InputClass
  /** In bits. */
  inputSize: number
  inputOrder: ByteOrder | undefined
  /** Undefined where nothing was said of it. */
  shape: number[] | undefined
  outputClass: NumberClass
  /** In bits. */
  outputSize: number
  architecture: string
  /** Undefined where the architecture says it. */
  outputOrder: ByteOrder | undefined
  chunks: number[] | undefined
  /** Infinity where there is no limit. */
  maxShape: number[] | undefined
  /** Level of deflate. */
  level: number | undefined
  /** The file that the elements are written to instead of the HDF5 file. */
  external: string | undefined
  /** Whether a dump describes the file: then strings are in quotes. */
  dumped: boolean
}

/** The settings of the file that was named as number `index`, where nothing is said. */
export function defaultSettings(index: number): ImportSettings {
  return {
    path: [`dataset${index}`],
    inputClass: 'FP',
    inputSize: 32,
    inputOrder: undefined,
    shape: undefined,
    outputClass: 'FP',
    outputSize: 32,
    architecture: 'NATIVE',
    outputOrder: undefined,
    chunks: undefined,
    maxShape: undefined,
    level: undefined,
    external: undefined,
    dumped: false,
  }
}

const CLASSES: readonly InputClass[] = ['TEXTIN', 'TEXTFP', 'TEXTFPE', 'FP', 'IN', 'STR', 'TEXTUIN', 'UIN']
const NUMBER_CLASSES: readonly NumberClass[] = ['IN', 'FP', 'UIN']
const SIZES = [8, 16, 32, 64]

/** What is wrong with a command line or a configuration file. */
export class SettingsMistake extends Error {}

/** The names on the way to a dataset. */
export function parsePath(text: string): string[] {
  const names = text.split(/[/"]/).filter((name) => name !== '')
  if (names.length === 0) throw new SettingsMistake(`no path to a dataset: ${text}`)
  return names
}

/** Sets the class of what is read, and with it that of what is written. */
export function setInputClass(settings: ImportSettings, text: string, outputToo: boolean): void {
  const found = CLASSES.find((each) => each === text)
  if (found === undefined) throw new SettingsMistake(`no class of input: ${text} (there are ${CLASSES.join(', ')})`)
  settings.inputClass = found
  if (outputToo && found !== 'STR') settings.outputClass = numberClass(found)
}

/** What elements of a class are. */
export function numberClass(input: InputClass): NumberClass {
  if (input === 'IN' || input === 'TEXTIN') return 'IN'
  return input === 'UIN' || input === 'TEXTUIN' ? 'UIN' : 'FP'
}

export function parseNumberClass(text: string): NumberClass {
  const found = NUMBER_CLASSES.find((each) => each === text)
  if (found === undefined)
    throw new SettingsMistake(`no class of output: ${text} (there are ${NUMBER_CLASSES.join(', ')})`)
  return found
}

/** A size in bits. */
export function parseSize(value: number | undefined): number {
  if (value === undefined || !SIZES.includes(value)) {
    throw new SettingsMistake(`no size: ${value ?? '(nothing)'} (there are ${SIZES.join(', ')} bits)`)
  }
  return value
}

export function parseOrder(text: string): ByteOrder {
  if (text !== 'BE' && text !== 'LE') throw new SettingsMistake(`no byte order: ${text} (there are BE and LE)`)
  return text
}

/** Sizes of dimensions; all of them have to be counts. */
export function checkDimensions(values: readonly number[], what: string): void {
  for (const value of values) {
    if (!Number.isSafeInteger(value) || value < 0) throw new SettingsMistake(`no ${what}: ${value}`)
  }
}
