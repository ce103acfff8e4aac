import type { FilterRequest, LayoutRequest } from './repack.ts'

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
  if (parameters === undefined) throw new BadRequest(`missing compression parameter in <${text}>`)
  if (name === 'UD') return userDefined(parameters, text)
  if (name === 'GZIP') {
    const level = digits(parameters, text)
    if (level > 9) throw new BadRequest(`a level of compression is 0 to 9: <${text}>`)
    return request(DEFLATE, level)
  }
  const [number, word] = pair(parameters)
  const value = digits(number, text)
  if (name === 'SOFF') return request(SCALE_OFFSET, chosen(SCALE_TYPES, word, 'scale type', text), value)
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
  if (/^\d*$/.test(parameter)) return Number(parameter)
  throw new BadRequest(`compression parameter is not a digit in <${text}>`)
}

/** The number of a filter, whether it is optional, the number of its values, and the values. */
function userDefined(parameters: string, text: string): FilterRequest {
  const parts = parameters.split(',')
  const [id, flag, count, ...values] = parts.map((part) => digits(part, text))
  if (parts.length < 4 || values.length !== count) {
    throw new BadRequest(`incorrect number of compression parameters in <${text}>`)
  }
  if (id === 0 || id > 0xffff) throw new BadRequest(`${id} is no filter's number (1 to 65535) in <${text}>`)
  return { id, values, optional: (flag & 1) === 1 }
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
  const shape = rest.slice(LAYOUT_WORD + 1)
  if (shape === 'NONE') return { paths, request: { kind: 'contiguous' } }
  const chunk = shape === '' ? [] : shape.split('x').map((size) => chunkSize(size, text))
  return { paths, request: { kind: 'chunked', chunk } }
}

function chunkSize(size: string, text: string): number {
  const value = Number(size)
  if (!/^\d+$/.test(size) || value === 0) throw new BadRequest(`<${size}> is no size of a chunk in <${text}>`)
  return value
}
