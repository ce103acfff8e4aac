import type { Attribute, Dataset, Datatype, Values } from '@h5kit/core'
import {
  convert,
  decodeValues,
  NotFoundError,
  parseType,
  sameType,
  TypeMismatchError,
  UnsupportedError,
} from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import { AtomicFile, openForReading } from '@h5kit/core/node'
import type { ExportOptions } from '../options/export.ts'
import type { Output } from '../output.ts'
import { CsvWriter, JsonWriter } from '../render/export/text.ts'
import { npyHeader } from './npy.ts'

/** Where exported bytes go. */
interface Target {
  text(text: string): void
  binary(bytes: Uint8Array): void
}

/** Writes the elements of a dataset or an attribute in another format. */
export async function exportElements(options: ExportOptions, output: Output): Promise<void> {
  using file = openContaining(options.source)
  const object = file.get(file.name.length === options.source.length ? '/' : options.source.slice(file.name.length))
  const elements = elementsOf(object, options)
  if (options.output === undefined) {
    await write(options, elements, file, output)
    return
  }
  using target = new FileTarget(options.output)
  await write(options, elements, file, target)
  target.commit()
}

/** Elements that are exported, some at a time. */
interface Elements {
  type: Datatype
  shape: readonly number[]
  parts(): AsyncIterable<{ count: number; bytes: Uint8Array }> | Iterable<{ count: number; bytes: Uint8Array }>
}

function elementsOf(object: ReturnType<File['get']>, options: ExportOptions): Elements {
  const { attribute, selection } = options
  if (attribute !== undefined) return ofAttribute(object.attribute(attribute))
  if (object.kind !== 'dataset') throw new TypeMismatchError(`"${object.path}" is a ${object.kind}, not a dataset`)
  return ofDataset(object, selection)
}

function ofAttribute(attribute: Attribute): Elements {
  const { type, shape } = attribute
  const count = attribute.space.kind === 'null' ? 0 : shape.reduce((product, size) => product * size, 1)
  return {
    type,
    shape: attribute.space.kind === 'null' ? [0] : shape,
    parts: () => [{ count, bytes: attribute.raw() }],
  }
}

function ofDataset(dataset: Dataset, selection: ExportOptions['selection']): Elements {
  const { type, space } = dataset
  if (space.kind === 'null') return { type, shape: [0], parts: () => [] }
  const shape = selection === undefined ? dataset.shape : dataset.shapeOf(selection)
  return { type, shape, parts: () => dataset.slabsAsync(undefined, selection) }
}

async function write(options: ExportOptions, elements: Elements, file: File, target: Target): Promise<void> {
  const { format } = options
  if (format === 'raw' || format === 'npy') {
    await writeBytes(options, elements, target)
    return
  }
  const { type, shape } = elements
  const members = type.class === 'compound' ? type.members.map(({ name }) => name) : undefined
  const writer =
    format === 'csv'
      ? new CsvWriter(target, shape.length > 1 ? shape[shape.length - 1] : 1, members)
      : new JsonWriter(target, shape)
  for await (const { bytes, count } of elements.parts()) writer.values(valuesOf(type, bytes, count, file))
  writer.finish()
}

function valuesOf(type: Datatype, bytes: Uint8Array, count: number, file: File): Values {
  return decodeValues(type, bytes, count, file)
}

/** Elements as they are, or converted; what refers to something else is not in its bytes. */
async function writeBytes(options: ExportOptions, elements: Elements, target: Target): Promise<void> {
  const from = elements.type
  const to = options.type === undefined ? from : parseType(options.type)
  if (refers(from)) {
    throw new UnsupportedError(`elements of variable length and references are no plain bytes: --format json or csv`)
  }
  if (options.format === 'npy') {
    const header = npyHeader(to, elements.shape)
    if (header === undefined)
      throw new UnsupportedError('NumPy has no such type: convert with --type, or --format json')
    target.binary(header)
  }
  const same = sameType(from, to)
  for await (const { bytes, count } of elements.parts()) {
    const own = bytes.subarray(0, count * from.size)
    target.binary(same ? own : convert(from, to, own, count))
  }
}

function refers(type: Datatype): boolean {
  switch (type.class) {
    case 'variable-length':
    case 'reference':
      return true
    case 'array':
      return refers(type.base)
    case 'compound':
      return type.members.some((member) => refers(member.type))
    default:
      return false
  }
}

/** Opens the file that FILE/OBJECT begins with: which slash parts the two is found by trying. */
function openContaining(argument: string): File {
  let name = argument
  let first: NotFoundError | undefined
  for (;;) {
    try {
      return openForReading(name)
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
      first ??= error
    }
    const slash = name.lastIndexOf('/')
    if (slash <= 0) throw first
    name = name.slice(0, slash)
  }
}

const PIECE = 1 << 16

/** A file that appears whole. */
class FileTarget implements Target {
  readonly #file: AtomicFile
  #end = 0
  #waiting = ''

  constructor(path: string) {
    this.#file = new AtomicFile(path)
  }

  text(text: string): void {
    this.#waiting += text
    if (this.#waiting.length >= PIECE) this.#flush()
  }

  binary(bytes: Uint8Array): void {
    this.#flush()
    this.#put(bytes)
  }

  commit(): void {
    this.#flush()
    this.#file.commit()
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  #flush(): void {
    if (this.#waiting !== '') this.#put(new TextEncoder().encode(this.#waiting))
    this.#waiting = ''
  }

  #put(bytes: Uint8Array): void {
    this.#file.write(this.#end, bytes)
    this.#end += bytes.length
  }
}
