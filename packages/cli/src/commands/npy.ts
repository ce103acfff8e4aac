import type { Datatype } from '@h5kit/core'
import { arrayType, compoundType, parseType, UnsupportedError } from '@h5kit/core'

/** What the header of an NPY file says of its array. */
export interface NpyHeader {
  type: Datatype
  shape: number[]
  /** Where the elements start, in bytes. */
  start: number
}

type Descr = string | Field[]
type Field = [name: string | [string, string], type: Descr, shape?: number[]]

const MAGIC = '\x93NUMPY'

/** The longest header that is looked at. */
const LONGEST = 1 << 20

/**
 * Reads the header of a file that numpy.save wrote (NumPy's format, versions 1 to 3).
 *
 * @param head the start of the file, its first megabyte at most
 * @throws UnsupportedError where it is none, or an array of a kind that HDF5 has no form for
 */
export function readNpyHeader(head: Uint8Array, name: string): NpyHeader {
  // A TextDecoder takes Latin 1 for Windows-1252.
  const text = Buffer.from(head.subarray(0, LONGEST)).toString('latin1')
  if (!text.startsWith(MAGIC) || head.length < 12) throw new UnsupportedError(`${name} is no NPY file`)
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const wide = head[6] > 1
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true)
  const start = (wide ? 12 : 10) + length
  if (start > head.length) throw new UnsupportedError(`${name}: a header of ${length} bytes`)
  const { descr, fortran_order: fortran, shape } = parseHeader(text.slice(wide ? 12 : 10, start), name)
  if (fortran && shape.length > 1) {
    throw new UnsupportedError(`${name} is in Fortran's order: save numpy.ascontiguousarray(array) instead`)
  }
  return { type: typeOf(descr, name), shape, start }
}

interface Dictionary {
  descr: Descr
  fortran_order: boolean
  shape: number[]
}

/** A dictionary of Python's, which is JSON but for its quotes, tuples and trailing commas. */
function parseHeader(text: string, name: string): Dictionary {
  const json = text
    .replaceAll("'", '"')
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll('False', 'false')
    .replaceAll('True', 'true')
    .replaceAll(/,\s*([\]}])/g, '$1')
  try {
    const found: unknown = JSON.parse(json)
    if (isDictionary(found)) return found
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new UnsupportedError(`${name}: a header that says nothing: ${text.trim().slice(0, 100)}`)
}

function isDictionary(value: unknown): value is Dictionary {
  return (
    typeof value === 'object' &&
    value !== null &&
    'descr' in value &&
    'fortran_order' in value &&
    'shape' in value &&
    Array.isArray(value.shape) &&
    value.shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  )
}

function typeOf(descr: Descr, name: string): Datatype {
  if (typeof descr === 'string') {
    if (/^.?[OUMm]/.test(descr)) throw new UnsupportedError(`${name}: no HDF5 type for elements of type ${descr}`)
    return parseType(descr)
  }
  return compoundType(
    descr.map(([field, type, shape]) => {
      const base = typeOf(type, name)
      const member = Array.isArray(field) ? field[1] : field
      return { name: member, type: shape === undefined ? base : arrayType(shape, base) }
    }),
  )
}

/** The header of an NPY file; undefined for a type that NumPy has no name for. */
export function npyHeader(type: Datatype, shape: readonly number[]): Uint8Array | undefined {
  const descr = descrOf(type)
  if (descr === undefined) return undefined
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dictionary = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${tuple}, }`
  // Elements start at a multiple of 64, behind a newline.
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10
  const bytes = new Uint8Array(10 + length)
  const text = `${MAGIC}\x01\x00${String.fromCharCode(length & 255, length >> 8)}${dictionary.padEnd(length - 1)}\n`
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** How NumPy names a type, as Python writes it. */
function descrOf(type: Datatype): string | undefined {
  const simple = simpleName(type)
  if (simple !== undefined) return `'${simple}'`
  if (type.class !== 'compound') return undefined
  let at = 0
  const fields: string[] = []
  const pad = (to: number): void => {
    if (to > at) fields.push(`('', '|V${to - at}')`)
  }
  for (const { name, offset, type: member } of [...type.members].sort((a, b) => a.offset - b.offset)) {
    const base = member.class === 'array' ? member.base : member
    const inner = descrOf(base)
    if (inner === undefined || offset < at) return undefined
    pad(offset)
    const shape = member.class === 'array' ? `, (${member.dimensions.join(', ')},)` : ''
    fields.push(`('${name.replaceAll(/['\\]/g, '\\$&')}', ${inner}${shape})`)
    at = offset + member.size
  }
  pad(type.size)
  return `[${fields.join(', ')}]`
}

function simpleName(type: Datatype): string | undefined {
  switch (type.class) {
    case 'fixed-point':
      if (type.precision !== 8 * type.size || type.order === 'VAX' || ![1, 2, 4, 8].includes(type.size))
        return undefined
      return `${orderSign(type.order, type.size)}${type.signed ? 'i' : 'u'}${type.size}`
    case 'floating-point':
      if (![2, 4, 8].includes(type.size) || type.precision !== 8 * type.size || type.order === 'VAX') return undefined
      return `${orderSign(type.order, type.size)}f${type.size}`
    case 'enum':
      return type.size === 1 && type.members.map(({ name }) => name).join() === 'FALSE,TRUE'
        ? '|b1'
        : simpleName(type.base)
    case 'string':
      return `|S${type.size}`
    case 'opaque':
      return `|V${type.size}`
    case 'complex':
      return simpleName(type.base)?.replace(/f\d+/, `c${type.size}`)
    default:
      return undefined
  }
}

function orderSign(order: string, size: number): string {
  return size === 1 ? '|' : order === 'BE' ? '>' : '<'
}
