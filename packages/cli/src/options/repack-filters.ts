import { anyInteger, decimalInteger } from './c-numbers.ts'
import type { FilterRequest, LayoutRequest, ObjectRequest } from './repack.ts'

/** A filter or layout that cannot be meant; the message says why. */
export class BadRequest extends Error {}

/** A filter or layout with the objects that it is for; none where it is for all. */
export interface Requested<T> {
  paths: string[]
  request: T
}

const NONE = 0
const DEFLATE = 1
const SHUFFLE = 2
const FLETCHER32 = 3
const SZIP = 4
const NBIT = 5
const SCALE_OFFSET = 6

/** Filters without parameters. */
const PLAIN: Record<string, number> = { SHUF: SHUFFLE, FLET: FLETCHER32, NBIT }

const SZIP_CODINGS: Record<string, number> = { EC: 4, NN: 32 }
const SCALE_TYPES: Record<string, number> = { IN: 2, DS: 0 }

const MOST_PIXELS = 32
const HIGHEST_LEVEL = 9

/** How many parameters the library's own filters have that a user gives. */
const OWN_PARAMETERS: Record<number, number> = {
  [NONE]: 0,
  [DEFLATE]: 1,
  [SHUFFLE]: 0,
  [FLETCHER32]: 0,
  [NBIT]: 0,
  [SCALE_OFFSET]: 2,
}

/** Takes `paths:FILTER=parameters` apart. */
export function parseFilter(text: string): Requested<FilterRequest> {
  const colon = text.indexOf(':')
  const paths = colon > 0 ? text.slice(0, colon).split(',') : []
  const rest = text.slice(colon + 1)
  if (rest === '') throw new BadRequest(`no filter behind the names in <${text}>`)
  const equals = rest.indexOf('=')
  const name = equals < 0 ? rest : rest.slice(0, equals)
  const parameters = equals < 0 ? undefined : rest.slice(equals + 1)
  return { paths, request: filterRequest(name, parameters, text) }
}

function filterRequest(name: string, parameters: string | undefined, text: string): FilterRequest {
  const request = (id: number, ...values: number[]): FilterRequest => ({ id, values, optional: undefined })
  if (name in PLAIN) {
    if (parameters !== undefined && parameters !== '') throw new BadRequest(`${name} has no parameter: <${text}>`)
    return request(PLAIN[name])
  }
  if (name === 'NONE') return request(NONE)
  if (!['GZIP', 'SZIP', 'SOFF', 'UD'].includes(name)) throw new BadRequest(`invalid filter type in <${text}>`)
  if (name === 'UD') return userDefined(parameters ?? '', text)
  if (parameters === undefined) throw new BadRequest(`missing compression parameter in <${text}>`)
  if (name === 'GZIP') {
    const level = digits(parameters, text)
    if (level > HIGHEST_LEVEL) throw new BadRequest(`a level of compression is 0 to 9: <${text}>`)
    return request(DEFLATE, level)
  }
  const [number, word] = pair(parameters)
  const value = digits(number, text)
  if (name === 'SOFF') return request(SCALE_OFFSET, ...scaling(value, word, text))
  if (value % 2 === 1) throw new BadRequest(`the pixels of a block are not even in <${text}>`)
  if (value > MOST_PIXELS) throw new BadRequest(`too many pixels in a block in <${text}>`)
  return request(SZIP, chosen(SZIP_CODINGS, word, 'szip coding', text), value)
}

function pair(parameters: string): [string, string] {
  const comma = parameters.indexOf(',')
  return comma < 0 ? [parameters, ''] : [parameters.slice(0, comma), parameters.slice(comma + 1)]
}

function chosen(choices: Record<string, number>, word: string, what: string, text: string): number {
  if (word in choices) return choices[word]
  const names = Object.keys(choices).map((name) => `'${name}'`)
  throw new BadRequest(`the ${what} must be ${names.join(' or ')} in <${text}>`)
}

function digits(parameter: string, text: string): number {
  if (/^\d*$/.test(parameter)) return anyInteger(parameter)
  throw new BadRequest(`compression parameter is not a digit in <${text}>`)
}

/** The reference takes a number alone for the way of scaling. */
function scaling(value: number, word: string, text: string): number[] {
  return word.length < 2 ? [value, 0] : [chosen(SCALE_TYPES, word.slice(0, 2), 'scale type', text), value]
}

/** The number of a filter, whether it is optional, the number of its values, and the values; what is left out is 0. */
function userDefined(parameters: string, text: string): FilterRequest {
  const [number, flag = '0', count = '0', ...rest] = parameters.split(',')
  if (!/^\d*$/.test(number) || !/^\d+$/.test(flag)) {
    throw new BadRequest(`filter number or flag is not a digit in <${text}>`)
  }
  const wanted = anyInteger(count)
  const values = wanted === 0 ? [] : rest.map(anyInteger)
  if (values.length !== wanted) throw new BadRequest(`incorrect number of compression parameters in <${text}>`)
  const id = decimalInteger(number)
  if (id === SZIP) throw new BadRequest(`szip has a coding, which <${text}> has no place for`)
  if (id === DEFLATE && values[0] > HIGHEST_LEVEL) throw new BadRequest(`no level of compression in <${text}>`)
  const parameterCount = OWN_PARAMETERS[id]
  if (parameterCount === undefined) return { id, values, optional: (anyInteger(flag) & 1) === 1 }
  return { id, values: Array.from({ length: parameterCount }, (_, i) => values[i] ?? 0), optional: undefined }
}

const LAYOUT_WORD = 5

/** Takes `paths:LAYOUT=parameters` apart. */
export function parseLayout(text: string): Requested<LayoutRequest> {
  const colon = text.lastIndexOf(':')
  const paths = colon > 0 ? text.slice(0, colon).split(',') : []
  const rest = text.slice(colon + 1)
  if (rest === '') throw new BadRequest(`no layout behind the names in <${text}>`)
  const word = rest.slice(0, LAYOUT_WORD)
  if (word === 'COMPA') return { paths, request: { kind: 'compact' } }
  if (word === 'CONTI') return { paths, request: { kind: 'contiguous' } }
  if (word !== 'CHUNK') throw new BadRequest(`not a valid layout in <${text}>`)
  if (rest.length === LAYOUT_WORD) throw new BadRequest(`chunk dimensions missing in <${text}>`)
  return { paths, request: chunks(rest.slice(LAYOUT_WORD + 1), text) }
}

/** Sizes with an x between them. Behind the last one there is none, or the shape is unknown. */
function chunks(shape: string, text: string): LayoutRequest {
  const sizes = shape.split('x')
  const last = sizes.pop() ?? ''
  const chunk = sizes.map((size) => chunkSize(size, text))
  if (last === 'NONE') return { kind: 'contiguous', unchunked: true }
  return { kind: 'chunked', chunk: last === '' ? [] : [...chunk, chunkSize(last, text)] }
}

function chunkSize(size: string, text: string): number {
  const value = anyInteger(size)
  if (!/^[\dNOE]+$/.test(size) || value === 0) throw new BadRequest(`<${size}> is no size of a chunk in <${text}>`)
  return value
}

/** Whether the command line says which chunks an object is to have. */
export function hasChunkShape({ layout }: ObjectRequest): boolean {
  return layout?.kind === 'chunked' && layout.chunk.length > 0
}
