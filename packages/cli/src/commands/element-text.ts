import type { ArrayData, Datatype, File, Value } from '@h5kit/core'
import { TypeMismatchError, typeLabel } from '@h5kit/core'

/** Values of a text: JSON, or words between blanks and commas. */
export function readValues(text: string, type: Datatype | undefined): ArrayData {
  const trimmed = text.trim()
  if (/^[[{"]/.test(trimmed)) return readJson(trimmed)
  const words = isText(type) ? [text] : trimmed.split(/[\s,]+/).filter((word) => word !== '')
  return readWords(words, type)
}

/** Values of words, one each; what has parts is JSON. A single word is the value itself. */
export function readWords(words: readonly string[], type: Datatype | undefined): ArrayData {
  const values = words.map((word) => (hasParts(type) && /^\s*[[{]/.test(word) ? readJson(word) : readWord(word, type)))
  const [first] = values
  if (type?.class === 'compound' && values.some((value) => typeof value !== 'object')) {
    const members = type.members.map(({ name }) => `${JSON.stringify(name)}: ...`).join(', ')
    throw new TypeMismatchError(`a value of ${typeLabel(type)} is given as JSON, here or in a file: {${members}}`)
  }
  if (type?.class === 'opaque')
    throw new TypeMismatchError(`${typeLabel(type)}: give the bytes in a file, --format raw`)
  return values.length === 1 ? first : (values as Value[])
}

/** References to the objects that paths lead to. A single path is the value itself. */
export function readReferences(paths: readonly string[], file: File): ArrayData {
  const references = paths.map((path): Value => file.get(path).reference())
  return references.length === 1 ? references[0] : references
}

function hasParts(type: Datatype | undefined): boolean {
  return type !== undefined && !isText(type) && PARTS.has(type.class)
}

const PARTS: ReadonlySet<string> = new Set(['compound', 'array', 'variable-length', 'complex'])

/** Whether elements are texts, in which blanks and commas count. */
export function isText(type: Datatype | undefined): boolean {
  return type?.class === 'string' || (type?.class === 'variable-length' && type.kind === 'string')
}

/** Values of JSON; whole numbers that a double does not hold are bigints. */
export function readJson(text: string): ArrayData {
  try {
    const values = JSON.parse(text) as ArrayData
    return LONG.test(text) ? withLongNumbers(text, values) : values
  } catch (cause) {
    throw new TypeMismatchError(`no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Digits that may be more than a double has. */
const LONG = /\d{16}/

/** Texts, in which digits are none, and numbers. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g

/** @param values of the text, where none of them are long */
function withLongNumbers(text: string, values: ArrayData): ArrayData {
  const mark = crypto.randomUUID()
  let isMarked = false
  const marked = text.replace(TOKENS, (token) => {
    if (!/^-?\d+$/.test(token) || Number.isSafeInteger(Number(token))) return token
    isMarked = true
    return `"${mark}${token}"`
  })
  if (!isMarked) return values
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  ) as ArrayData
}

const NAMED: Record<string, Value> = {
  true: true,
  false: false,
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
}

/** One value: a number, whole ones exactly; a truth value; or the word itself. */
export function readWord(word: string, type: Datatype | undefined): Value {
  if (isText(type)) return word
  const named = NAMED[word.toLowerCase()]
  if (named !== undefined && !(type?.class === 'enum' && typeof named === 'number')) return named
  if (/^[-+]?\d+$/.test(word)) {
    const number = Number(word)
    return Number.isSafeInteger(number) ? number : BigInt(word)
  }
  const number = Number(word)
  return word.trim() === '' || Number.isNaN(number) ? word : number
}

/** A table of comma-separated values: a column for each name, or rows of numbers. */
export interface Table {
  /** Undefined where the first row is no header. */
  names: string[] | undefined
  rows: string[][]
}

/** Takes comma-separated values apart (RFC 4180); empty lines are left out. */
export function readCsv(text: string): Table {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1)
      cell = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    } else {
      const from = at
      while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at++
      cell = text.slice(from, at).trim()
    }
    row.push(cell)
    if (text[at] === ',') {
      at++
      if (at < text.length) continue
      row.push('')
    }
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
  }
  const width = rows[0]?.length ?? 0
  const odd = rows.findIndex((each) => each.length !== width)
  if (odd >= 0) throw new TypeMismatchError(`row ${odd + 1} has ${rows[odd].length} cells, and the first one ${width}`)
  const header = rows.length > 0 && rows[0].every((cell) => typeof readWord(cell, undefined) === 'string')
  return header ? { names: rows[0], rows: rows.slice(1) } : { names: undefined, rows }
}

function closingQuote(text: string, from: number): number {
  let at = from
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) throw new TypeMismatchError('a quote that does not end')
    if (text[quote + 1] !== '"') return quote
    at = quote + 2
  }
}
