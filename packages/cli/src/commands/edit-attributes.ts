import type { ArrayData, Attribute, DatasetOptions, Datatype, File, Value } from '@h5kit/core'
import { parseType, stringType, typeLabel } from '@h5kit/core'
import type { ElementFormat } from '../options/create.ts'
import type { Output } from '../output.ts'
import type { AttributeRow } from '../render/attribute-table.ts'
import { isTerminal } from '../system.ts'
import { reading } from './edit-target.ts'
import { inputValues, openElements } from './element-input.ts'
import { refuseLoss } from './element-loss.ts'
import { readReferences, readWord, readWords } from './element-text.ts'

/** The value of an attribute, as a command line gives it. */
export interface AttributeRequest {
  name: string
  words: string[]
  type: string | undefined
  shape: number[] | null | undefined
  fromFile: string | undefined
  format: ElementFormat | undefined
  /** Whether the attribute keeps its type and shape. */
  modify: boolean
  /** Whether numbers are stored that the type does not hold. */
  lossy: boolean
}

/** Lists attributes with their types and shapes; side by side with their values where someone looks at a terminal. */
export async function listAttributes(name: string, path: string, output: Output): Promise<void> {
  const columns = isTerminal(1) ? process.stdout.columns || 80 : undefined
  if (columns === undefined) {
    reading(name, (file) => {
      for (const attribute of file.get(path).attributes('creation')) output.text(`${headOf(attribute)}\n`)
    })
    return
  }
  const rows = reading(name, (file) => Array.from(file.get(path).attributes('creation'), rowOf))
  if (rows.length === 0) return
  const { attributeTable } = await import('../render/attribute-table.ts')
  output.text(attributeTable(rows, columns))
}

function rowOf(attribute: Attribute): AttributeRow {
  return {
    name: attribute.name,
    type: typeLabel(attribute.type),
    shape: shapeText(attribute),
    value: valueText(attribute),
  }
}

function headOf(attribute: Attribute): string {
  return `${attribute.name}  ${typeLabel(attribute.type)}  ${shapeText(attribute)}`
}

function shapeText({ shape, space }: Attribute): string {
  return space.kind === 'simple' ? `{${shape.join(', ')}}` : space.kind
}

/** As many elements as are looked at. */
const SHOWN = 10

function valueText(attribute: Attribute): string {
  const values = Array.from(attribute.read(), wordOf)
  return values.length > SHOWN ? `${values.slice(0, SHOWN).join(', ')}, ...` : values.join(', ')
}

/** Prints the elements of an attribute, one a line, or as JSON. */
export function getAttribute(file: File, path: string, name: string, json: boolean, output: Output): void {
  const attribute = file.get(path).attribute(name)
  if (json) {
    output.text(`${JSON.stringify(attribute.value ?? null, plain)}\n`)
    return
  }
  for (const value of attribute.read()) output.text(`${wordOf(value)}\n`)
}

function wordOf(value: Value): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? JSON.stringify(value, plain) : String(value)
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return ArrayBuffer.isView(value) ? Array.from(value as Uint8Array, (each) => plain('', each)) : value
}

/** Makes an attribute, or gives it another value. */
export function setAttribute(
  file: File,
  path: string,
  request: AttributeRequest,
  verbose: boolean,
  output: Output,
): void {
  const { name, modify } = request
  const object = file.get(path)
  const known = modify && object.hasAttribute(name) ? object.attribute(name).type : undefined
  const { value, type, shape = request.shape } = requestedValue(file, request, known)
  if (known !== undefined) object.modifyAttribute(name, value)
  else object.createAttribute(name, value, { type, ...(shape === undefined ? {} : { shape }) })
  if (!verbose) return
  const written = object.attribute(name)
  output.text(`${path}: ${headOf(written)} = ${valueText(written)}\n`)
}

interface RequestedValue extends Pick<DatasetOptions, 'type' | 'shape'> {
  value: ArrayData
}

function requestedValue(file: File, request: AttributeRequest, known: Datatype | undefined): RequestedValue {
  const { words, type: text, fromFile, lossy } = request
  if (fromFile !== undefined) return fromElements(fromFile, request, known)
  const asked = known ?? (text === undefined ? undefined : typeOf(text, words))
  if (asked?.class === 'reference') return { value: readReferences(words, file), type: asked }
  // Words among numbers make all of them words.
  const isPlain = asked === undefined && words.some((word) => typeof readWord(word, undefined) === 'string')
  if (isPlain) return { value: words.length === 1 ? words[0] : [...words], type: asked }
  const value = readWords(words, asked)
  if (asked !== undefined && !lossy) refuseLoss(asked, value)
  return { value, type: asked }
}

/** A type by its name; "S" without a length is as long as the longest text. */
function typeOf(text: string, words: readonly string[]): Datatype {
  if (text === 'utf8') return parseType('str')
  if (text !== 'S') return parseType(text)
  return stringType(Math.max(1, ...words.map((word) => Buffer.byteLength(word))))
}

function fromElements(
  name: string,
  { format, type, shape, lossy }: AttributeRequest,
  known: Datatype | undefined,
): RequestedValue {
  const given = known ?? (type === 'utf8' ? 'str' : type)
  const input = openElements(name, format, { type: given, shape: shape ?? undefined }, lossy)
  try {
    const { type: own, shape: size } = input.options
    return { value: inputValues(input.options), type: own, shape: shape ?? size }
  } finally {
    input.close()
  }
}
