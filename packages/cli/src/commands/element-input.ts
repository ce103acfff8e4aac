import { readFileSync } from 'node:fs'
import type { ArrayData, DatasetOptions, Datatype, ElementBytes, Value } from '@h5kit/core'
import {
  compoundType,
  convert,
  decodeValues,
  IoError,
  ieeeType,
  integerType,
  MemorySequences,
  parseType,
  sameType,
  stringType,
  TypeMismatchError,
  typeLabel,
  UnsupportedError,
  variableStringType,
} from '@h5kit/core'
import { FileSource } from '@h5kit/core/node'
import type { ElementFormat } from '../options/create.ts'
import { refuseLoss } from './element-loss.ts'
import { readCsv, readJson, readWord } from './element-text.ts'
import { readNpyHeader } from './npy.ts'

/** Elements of a file, with the type and the shape that they have. */
export interface ElementInput {
  options: Pick<DatasetOptions, 'type' | 'shape' | 'data'>
  close(): void
}

/** The start of a file that its header is in. */
const HEAD = 1 << 20

/**
 * Opens a file with the elements of a dataset.
 *
 * @param given the type and the shape that they are to have; raw bytes need both
 * @param lossy whether numbers are taken that the type does not hold
 */
export function openElements(
  file: string,
  format: ElementFormat | undefined,
  given: Pick<DatasetOptions, 'type' | 'shape'>,
  lossy: boolean,
): ElementInput {
  const asked = typeof given.type === 'string' ? parseType(given.type) : given.type
  const type = asked !== undefined && 'committed' in asked ? asked.type : asked
  switch (format ?? formatOf(file)) {
    case 'csv':
      return whole(fromCsv(textOf(file), type, given, lossy), type, lossy)
    case 'json':
      return whole({ ...given, data: readJson(textOf(file)) }, type, lossy)
    case 'npy':
      return fromNpy(file, type, given, lossy)
    case 'raw':
      return fromRaw(file, type, given)
  }
}

/** Elements that are all in memory. */
function whole(
  options: Pick<DatasetOptions, 'type' | 'shape'> & { data: ArrayData },
  type: Datatype | undefined,
  lossy: boolean,
): ElementInput {
  if (type !== undefined && !lossy) refuseLoss(type, options.data)
  return { options, close: () => {} }
}

const FORMATS: Record<string, ElementFormat> = {
  csv: 'csv',
  json: 'json',
  npy: 'npy',
  raw: 'raw',
  bin: 'raw',
  dat: 'raw',
}

function formatOf(file: string): ElementFormat {
  const found = FORMATS[file.slice(file.lastIndexOf('.') + 1).toLowerCase()]
  if (found === undefined) throw new UnsupportedError(`${file}: say what it is: --format csv, npy, raw or json`)
  return found
}

function textOf(file: string): string {
  return new TextDecoder().decode(bytesOf(file))
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    throw new IoError(`cannot read ${file === '-' ? 'stdin' : file} (${code})`, { file, cause })
  }
}

/** A header makes a table; without one, rows of numbers are an array of two dimensions, single numbers of one. */
function fromCsv(
  text: string,
  type: Datatype | undefined,
  given: Pick<DatasetOptions, 'shape'>,
  lossy: boolean,
): Pick<DatasetOptions, 'type' | 'shape'> & { data: ArrayData } {
  const { names, rows } = readCsv(text)
  if (type === undefined && names !== undefined) return { ...fromTable(names, rows), ...shapeOf(given) }
  if (type?.class === 'compound') {
    const { members } = type
    const width = rows[0]?.length ?? 0
    if (width > members.length && !lossy) {
      throw new TypeMismatchError(`${width} columns for ${typeLabel(type)}; --lossy leaves out what has no member`)
    }
    const order = members.map(({ name }, i) => (names === undefined ? i : names.indexOf(name)))
    if (order.some((column) => column < 0 || column >= width)) {
      throw new TypeMismatchError(`the table has not the columns ${members.map(({ name }) => name).join(', ')}`)
    }
    const data = rows.map((row) =>
      Object.fromEntries(members.map((member, i) => [member.name, readWord(row[order[i]], member.type)])),
    )
    return { type, data, ...shapeOf(given) }
  }
  const flat = rows[0]?.length === 1
  const data: Value[] = rows.map((row) => {
    const values = row.map((cell) => readWord(cell, type))
    return flat ? values[0] : values
  })
  return { type, data, ...shapeOf(given) }
}

function shapeOf({ shape }: Pick<DatasetOptions, 'shape'>): Pick<DatasetOptions, 'shape'> {
  return shape === undefined ? {} : { shape }
}

/** A compound of the columns, each of the type that suits all its cells. */
function fromTable(names: readonly string[], rows: readonly string[][]): { type: Datatype; data: Value[] } {
  const columns = names.map((_, i) => rows.map((row) => readWord(row[i], undefined)))
  const type = compoundType(names.map((name, i) => ({ name, type: columnType(columns[i]) })))
  const data = rows.map((row, k) =>
    Object.fromEntries(
      names.map((name, i) => {
        const text = type.members[i].type.class === 'variable-length'
        return [name, text ? row[i] : columns[i][k]]
      }),
    ),
  )
  return { type, data }
}

function columnType(values: readonly Value[]): Datatype {
  if (values.every((value) => typeof value === 'number' || typeof value === 'bigint')) {
    const whole = values.every((value) => typeof value === 'bigint' || Number.isSafeInteger(value))
    return whole ? integerType(8, true) : ieeeType(8)
  }
  return values.length === 0 ? stringType(1) : variableStringType()
}

function fromNpy(
  file: string,
  type: Datatype | undefined,
  given: Pick<DatasetOptions, 'shape'>,
  lossy: boolean,
): ElementInput {
  const source = sourceOf(file)
  const head = source.view(0, Math.min(HEAD, source.size))
  const header = readNpyHeader(head, file)
  const size = header.shape.reduce((product, n) => product * n, header.type.size)
  if (header.start + size > source.size) {
    throw new UnsupportedError(`${file} ends early: ${source.size} bytes instead of ${header.start + size}`)
  }
  const data = converted(part(source, header.start, size), header.type, type ?? header.type, lossy)
  return { options: { type: type ?? header.type, shape: given.shape ?? header.shape, data }, close: source.close }
}

function fromRaw(file: string, type: Datatype | undefined, given: Pick<DatasetOptions, 'shape'>): ElementInput {
  if (type === undefined) throw new UnsupportedError(`${file}: raw bytes need a type: --type`)
  const source = sourceOf(file)
  const shape = given.shape ?? [Math.floor(source.size / type.size)]
  return { options: { type, shape, data: part(source, 0, source.size) }, close: source.close }
}

interface Closable extends ElementBytes {
  close(): void
}

/** A file whose bytes are read as they are needed, into the same memory. */
function sourceOf(file: string): Closable {
  if (file === '-') {
    const bytes = bytesOf(file)
    return { size: bytes.length, view: (start, length) => bytes.subarray(start, start + length), close: () => {} }
  }
  const source = new FileSource(file)
  let room = new Uint8Array(0)
  return {
    size: source.size,
    view(start, length) {
      if (room.length < length) room = new Uint8Array(length)
      const bytes = room.subarray(0, length)
      source.read(start, bytes)
      return bytes
    },
    close: () => source.close(),
  }
}

function part(source: ElementBytes, first: number, size: number): ElementBytes {
  return { size, view: (start, length) => source.view(first + start, length) }
}

/** Elements in another type. */
function converted(source: ElementBytes, from: Datatype, to: Datatype, lossy: boolean): ElementBytes {
  if (sameType(from, to)) return source
  const size = (source.size / from.size) * to.size
  return {
    size,
    view(start, length) {
      const first = Math.floor(start / to.size)
      const count = Math.ceil((start + length) / to.size) - first
      const elements = source.view(first * from.size, count * from.size)
      if (!lossy) refuseLoss(to, decodeValues(from, elements, count, new MemorySequences()))
      const bytes = convert(from, to, elements, count)
      return bytes.subarray(start - first * to.size, start - first * to.size + length)
    },
  }
}

/** The values of an input, however it has them; numbers of a raw file too. */
export function inputValues({ data, type }: ElementInput['options']): ArrayData {
  if (data === undefined) throw new TypeMismatchError('no values in the file')
  const sequences = new MemorySequences()
  const elements = typeof data === 'function' ? data(sequences) : data
  if (!isElementBytes(elements)) return elements
  const stored = typeof type === 'string' ? parseType(type) : type
  if (stored === undefined || 'committed' in stored) throw new TypeMismatchError('values of no type')
  const bytes = elements.view(0, elements.size)
  return decodeValues(stored, bytes, bytes.length / stored.size, sequences)
}

function isElementBytes(data: ArrayData | ElementBytes): data is ElementBytes {
  return typeof data === 'object' && data !== null && 'view' in data && typeof data.view === 'function'
}
