import { readFileSync, statSync } from 'node:fs'
import type { ByteSource, DatasetOptions, Datatype } from '@h5kit/core'
import {
  BufferSource,
  IoError,
  ieeeType,
  integerType,
  LimitError,
  UnsupportedError,
  variableStringType,
} from '@h5kit/core'
import { createFile, editFile, FileSource } from '@h5kit/core/node'
import type { ImportInput } from '../options/import.ts'
import { readConfiguration } from '../options/import-keywords.ts'
import type { ByteOrder, ImportSettings, NumberClass } from '../options/import-settings.ts'
import { numberClass, SettingsMistake } from '../options/import-settings.ts'
import { fileIdentity } from './file-identity.ts'
import type { Elements } from './import-elements.ts'
import { StoredElements } from './import-elements.ts'
import { freeDataset } from './import-free.ts'
import { countLines, LineElements } from './import-lines.ts'
import { TextNumbers } from './import-numbers.ts'

/** A dataset that is to be made. */
export interface ImportedDataset {
  path: string
  options: DatasetOptions
  close(): void
}

/** Makes datasets of files, in a new file or in one that is there. All of them come to be, or none. */
export async function importFiles(inputs: readonly ImportInput[], output: string): Promise<void> {
  const datasets: ImportedDataset[] = []
  try {
    for (const input of inputs) {
      const made = input.kind === 'free' ? freeDataset(input.file, input.options) : setDataset(input)
      if (made !== undefined) datasets.push(made)
    }
    const file = openOutput(output)
    try {
      for (const { path, options } of datasets) await file.add(path, options)
      file.finish()
    } finally {
      file.giveUp()
    }
  } finally {
    for (const { close } of datasets) close()
  }
}

/** Where datasets go; nothing comes to be before it is finished. */
interface OutputFile {
  add(path: string, options: DatasetOptions): unknown
  finish(): void
  /** Without effect on what is finished. */
  giveUp(): void
}

function openOutput(path: string): OutputFile {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0) {
    const file = createFile(path)
    return {
      add: (name, options) => file.createDatasetAsync(name, options),
      finish: () => file.close(),
      giveUp: () => file.abort(),
    }
  }
  const file = editFile(path)
  return {
    add: (name, options) => file.root.createDataset(name, options),
    finish: () => file.editor.commit(),
    giveUp() {
      file.editor.abandon()
      file.close()
    },
  }
}

type SetInput = Extract<ImportInput, { kind: 'set' }>

/** The dataset that the reference's settings describe; undefined where there is nothing in the file for one. */
function setDataset({ file, settings, configuration }: SetInput): ImportedDataset | undefined {
  if (configuration !== undefined) configure(configuration, settings)
  const source = new FileSource(file)
  try {
    const made = settings.inputClass === 'STR' ? lines(source, settings, file) : numbers(source, settings, file)
    if (made === undefined) source.close()
    return made && { path: settings.path.join('/'), close: () => source.close(), ...made }
  } catch (error) {
    source.close()
    throw error
  }
}

type Made = Pick<ImportedDataset, 'options'>

function configure(name: string, settings: ImportSettings): void {
  let text: string
  try {
    text = readFileSync(name, 'utf8')
  } catch (cause) {
    throw new IoError(`cannot read ${name}`, { file: name, cause })
  }
  try {
    readConfiguration(text, settings)
  } catch (error) {
    if (error instanceof SettingsMistake) throw new UnsupportedError(`${name}: ${error.message}`, { file: name })
    throw error
  }
}

/** Lines make an array of strings with as many elements; a dump's have the shape that it says. */
function lines(source: ByteSource, settings: ImportSettings, name: string): Made | undefined {
  const type = variableStringType(ASCII)
  const shape = settings.dumped ? (settings.shape ?? []) : [countLines(source)]
  if (shape.length === 1 && shape[0] === 0) return undefined
  const data: DatasetOptions['data'] = (target) =>
    new LineElements(source, countOf(shape), type, target, { name, quoted: settings.dumped })
  return { options: { shape, type, data, trackTimes: true } }
}

const ASCII = 0

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function numbers(source: ByteSource, settings: ImportSettings, name: string): Made {
  const { shape = [], chunks, maxShape, level, external } = settings
  const type = outputType(settings)
  const from = external !== undefined && fileIdentity(external) === fileIdentity(name) ? inMemory(source, name) : source
  const elements = numbersOf(from, countOf(shape), settings, type, name)
  const options: DatasetOptions = {
    shape,
    type,
    data: elements,
    trackTimes: true,
    chunks,
    maxShape: maxShape?.map((size) => (size === Number.POSITIVE_INFINITY ? null : size)),
    ...(level === undefined ? {} : { compression: 'gzip', compressionOptions: level }),
  }
  if (external === undefined) return { options }
  // The part is as long as the elements are before they are converted, where that is longer.
  const size = Math.max(elements.size, (countOf(shape) * settings.inputSize) / 8)
  return { options: { ...options, external: [{ file: external, offset: 0, size }] } }
}

/** Elements that are written to the file that they come from must not change before they are read. */
function inMemory(source: ByteSource, file: string): ByteSource {
  if (source.size > LARGEST_IN_MEMORY)
    throw new LimitError(`${file} is too large to be its own external file`, { file })
  return new BufferSource(source.view(0, source.size))
}

const LARGEST_IN_MEMORY = 1 << 30

function numbersOf(
  source: ByteSource,
  count: number,
  settings: ImportSettings,
  type: Datatype,
  name: string,
): Elements {
  const { inputClass, inputSize, inputOrder = 'LE' } = settings
  const kind = numberClass(inputClass)
  if (inputClass === 'IN' || inputClass === 'UIN' || inputClass === 'FP') {
    return new StoredElements(source, count, numberType(kind, inputSize, inputOrder), type, name)
  }
  const from = numberType(kind, inputSize, 'LE')
  const text = { kind: kind === 'FP' ? 'real' : kind === 'IN' ? 'signed' : 'unsigned', size: inputSize / 8 } as const
  return new TextNumbers(source, count, text, from, type, name)
}

/** Architectures that leave the order to be said have another one where nothing is. */
function outputType({ outputClass, outputSize, architecture, outputOrder }: ImportSettings): Datatype {
  if (!ARCHITECTURES.includes(architecture)) throw new UnsupportedError(`no types of the architecture ${architecture}`)
  const wrong = outputClass === 'FP' ? 'STD' : 'IEEE'
  if (architecture === wrong) throw new UnsupportedError(`no types of class ${outputClass} in ${architecture}`)
  return numberType(outputClass, outputSize, outputOrder ?? (architecture === 'NATIVE' ? 'LE' : 'BE'))
}

const ARCHITECTURES = ['NATIVE', 'STD', 'IEEE']

function numberType(kind: NumberClass, bits: number, order: ByteOrder): Datatype {
  const size = bits / 8
  if (kind !== 'FP') return integerType(size, kind === 'IN', order)
  if (size === 2 || size === 4 || size === 8) return ieeeType(size, order)
  throw new UnsupportedError(`no floating-point numbers of ${bits} bits`)
}
