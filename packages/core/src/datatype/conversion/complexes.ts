import type { ComplexType, CompoundType, Datatype } from '../../format/messages/datatype.ts'
import { sameType } from '../equality.ts'
import type { Conversion, Converter } from './converter.ts'
import { gather, noConversion, scatter } from './converter.ts'

/** Both parts are converted. */
export function complexes(from: ComplexType, to: ComplexType, conversion: Conversion): Converter {
  const convert = conversion.between(from.base, to.base)
  return (bytes, count) => convert(bytes, 2 * count)
}

/** The real part, as a number; the other one is dropped. */
export function complexAsNumber(from: ComplexType, to: Datatype, conversion: Conversion): Converter {
  const convert = conversion.between(from.base, to)
  return (bytes, count) => convert(gather(bytes, count, from.size, 0, from.base.size), count)
}

/** A number without an imaginary part. */
export function numberAsComplex(from: Datatype, to: ComplexType, conversion: Conversion): Converter {
  const convert = conversion.between(from, to.base)
  return (bytes, count) => {
    const into = new Uint8Array(count * to.size)
    scatter(convert(bytes, count), count, into, to.size, 0)
    return into
  }
}

/** Complex numbers and what is laid out as they are: arrays of two numbers, and compounds of r and i. */
export function sameLayout(from: Datatype, to: Datatype): Converter {
  const [complex, other] = from.class === 'complex' ? [from, to] : [to, from]
  if (complex.class !== 'complex' || !holdsTwo(complex.base, other)) throw noConversion(from, to)
  return (bytes, count) => bytes.slice(0, count * from.size)
}

function holdsTwo(base: Datatype, type: Datatype): boolean {
  if (type.class === 'array') return type.dimensions.join() === '2' && sameType(type.base, base)
  return type.class === 'compound' && complexBase(type) !== undefined && sameType(type.members[0].type, base)
}

/** The type of the parts of a compound that stands for a complex number: two numbers r and i, one behind the other. */
export function complexBase(type: CompoundType): Datatype | undefined {
  if (type.members.length !== 2) return undefined
  const [re, im] = type.members
  const named = re.name === 'r' && im.name === 'i'
  const placed = re.offset === 0 && im.offset === re.type.size && type.size === 2 * re.type.size
  return named && placed && re.type.class === 'floating-point' && sameType(re.type, im.type) ? re.type : undefined
}
