import { parseType } from '../../src/datatype/type-text.ts'
import { arrayType, compoundType } from '../../src/datatype/types.ts'
import type { Datatype } from '../../src/format/messages/datatype.ts'

/** An array as numpy.save writes it. */
export interface NpyArray {
  type: Datatype
  shape: number[]
  bytes: Uint8Array
}

type Descr = string | Field[]
type Field = [name: string, type: Descr, shape?: number[]]

/** The array that starts at a byte of a file, in which several may follow one another. */
export function readNpy(file: Uint8Array, at: number): NpyArray {
  const view = new DataView(file.buffer, file.byteOffset + at)
  const wide = view.getUint8(6) > 1
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true)
  const start = at + (wide ? 12 : 10)
  const text = new TextDecoder().decode(file.subarray(start, start + length))
  // A dictionary of Python's, which is JSON but for its quotes, tuples and trailing commas.
  const json = text
    .replaceAll("'", '"')
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll('False', 'false')
    .replaceAll(/,\s*([\]}])/g, '$1')
  const header: { descr: Descr; fortran_order: boolean; shape: number[] } = JSON.parse(json)
  if (header.fortran_order) throw new Error('the array is not in C order')
  const type = typeOf(header.descr)
  const count = header.shape.reduce((product, n) => product * n, 1)
  const from = start + length
  return { type, shape: header.shape, bytes: file.slice(from, from + count * type.size) }
}

function typeOf(descr: Descr): Datatype {
  if (typeof descr === 'string') return parseType(descr)
  return compoundType(
    descr.map(([name, type, shape]) => {
      const base = typeOf(type)
      return { name, type: shape === undefined ? base : arrayType(shape, base) }
    }),
  )
}
