import { FilterError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'

const COUNT = 20
/** From here on are the words of the fill value. */
const FILL = 8

/**
 * Filter 6: scale type and scale factor are given; elements of a chunk, class, size, sign, byte order, whether there is a
 * fill value, and the fill value follow.
 */
export function scaleOffsetParameters(
  parameters: readonly number[],
  type: Datatype,
  elements: number,
  fill: Uint8Array | 'default' | 'undefined',
): number[] {
  if (type.class !== 'fixed-point' && type.class !== 'floating-point')
    throw new FilterError(`scaleoffset: elements of class ${type.class} cannot be scaled`)
  if (type.order === 'VAX') throw new FilterError('scaleoffset: numbers in VAX order cannot be scaled')
  const float = type.class === 'floating-point'
  if (!(float ? [4, 8] : [1, 2, 4, 8]).includes(type.size))
    throw new FilterError(`scaleoffset: numbers of ${type.size} bytes cannot be scaled`)
  const [scaleType = 0, factor = 0] = parameters
  const all: number[] = new Array(COUNT).fill(0)
  all[0] = scaleType
  all[1] = factor >>> 0
  all[2] = elements
  all[3] = float ? 1 : 0
  all[4] = type.size
  all[5] = !float && type.signed ? 1 : 0
  all[6] = type.order === 'LE' ? 0 : 1
  if (fill === 'undefined') return all
  all[7] = 1
  if (fill === 'default') return all
  if (fill.length !== type.size) throw new FilterError(`scaleoffset: a fill value of ${fill.length} bytes`)
  const words = new Uint8Array(8)
  words.set(type.order === 'LE' ? fill : Uint8Array.from(fill).reverse())
  const view = new DataView(words.buffer)
  all[FILL] = view.getUint32(0, true)
  all[FILL + 1] = view.getUint32(4, true)
  return all
}
