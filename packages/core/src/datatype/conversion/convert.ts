import { FormatError, TypeMismatchError } from '../../errors.ts'
import type { ArrayType, BitfieldType, Datatype, VariableLengthType } from '../../format/messages/datatype.ts'
import { sameType, typeLabel } from '../equality.ts'
import { writeInteger } from '../exact.ts'
import { bitsOf, littleEndian } from '../float.ts'
import type { SequenceSource, SequenceTarget } from '../sequences.ts'
import { MemorySequences } from '../sequences.ts'
import { complexAsNumber, complexes, numberAsComplex, sameLayout } from './complexes.ts'
import { compounds } from './compound.ts'
import type { Conversion, Converter, Lending } from './converter.ts'
import { copied, noConversion } from './converter.ts'
import { enums, enumsAsNumbers, integersAsEnums } from './enums.ts'
import type { NumberType } from './native.ts'
import { convertNumbers } from './numbers.ts'
import type { AnyString } from './strings.ts'
import { strings } from './strings.ts'

/** Where variable-length elements have what they refer to; in memory where nothing is given. */
export interface ConversionOptions {
  source?: SequenceSource
  target?: SequenceTarget
  /** Makes elements refer to where the source has it instead. */
  lending?: Lending
}

/** While elements are lent, there is no place for what they do not refer to yet. */
const NO_TARGET: SequenceTarget = {
  store(type) {
    throw new TypeMismatchError(`no conversion of elements of another dataset to ${typeLabel(type)}`)
  },
}

/**
 * Makes elements of one type into elements of another by the C library's rules (H5Tconvert): numbers are clipped and
 * rounded, compounds go by the names of their members, enums by the names of their values. Strings of fixed length
 * become strings of variable length too, and the other way round.
 *
 * @param bytes `count` elements of the type `from`
 * @returns as many elements of the type `to`
 * @throws TypeMismatchError where there is no conversion; it names both types
 */
export function convert(
  from: Datatype,
  to: Datatype,
  bytes: Uint8Array,
  count: number,
  options: ConversionOptions = {},
): Uint8Array {
  return converter(from, to, options)(bytes, count)
}

/** The conversion between two types, to be used for any number of elements. */
export function converter(from: Datatype, to: Datatype, options: ConversionOptions = {}): Converter {
  const memory = new MemorySequences()
  const conversion: Conversion = {
    source: options.source ?? memory,
    target: options.target ?? (options.lending === undefined ? memory : NO_TARGET),
    lending: options.lending,
    between: (inner, outer) => between(inner, outer, conversion),
  }
  const step = between(from, to, conversion)
  return (bytes, count) => {
    if (bytes.length < count * from.size) {
      throw new FormatError(`${bytes.length} bytes for ${count} elements of ${from.size}`)
    }
    return step(bytes, count)
  }
}

function between(from: Datatype, to: Datatype, conversion: Conversion): Converter {
  const { lending } = conversion
  if (sameType(from, to) && !refersElsewhere(from, lending !== undefined)) return copied(from.size)
  if (isNumber(from) && isNumber(to)) return (bytes, count) => convertNumbers(from, to, bytes, count)
  if (isString(from) && isString(to)) return strings(from, to, conversion)
  if (from.class === 'compound' && to.class === 'compound') return compounds(from, to, conversion)
  if (from.class === 'array' && to.class === 'array') return arrays(from, to, conversion)
  if (from.class === 'enum' && to.class === 'enum') return enums(from, to)
  if (from.class === 'enum' && isNumber(to)) return enumsAsNumbers(from, to, conversion)
  if (from.class === 'fixed-point' && to.class === 'enum') return integersAsEnums(from, to, conversion)
  if (from.class === 'bitfield' && to.class === 'bitfield') return bitfields(from, to)
  if (isSequence(from) && isSequence(to)) return sequences(from, to, conversion)
  if (from.class === 'reference' && to.class === 'reference' && from.kind === to.kind) {
    if (lending !== undefined) return lending.references(from, to)
    if (from.size === to.size) return copied(from.size)
  }
  if (from.class === 'complex' && to.class === 'complex') return complexes(from, to, conversion)
  if (from.class === 'complex' && isNumber(to)) return complexAsNumber(from, to, conversion)
  if (isNumber(from) && to.class === 'complex') return numberAsComplex(from, to, conversion)
  return sameLayout(from, to)
}

function isNumber(type: Datatype): type is NumberType {
  return type.class === 'fixed-point' || type.class === 'floating-point'
}

function isString(type: Datatype): type is AnyString {
  return type.class === 'string' || (type.class === 'variable-length' && type.kind === 'string')
}

function isSequence(type: Datatype): type is VariableLengthType {
  return type.class === 'variable-length' && type.kind === 'sequence'
}

/** Whether elements of a type have parts in another place, or, where that is asked, refer to something. */
export function refersElsewhere(type: Datatype, references = false): boolean {
  switch (type.class) {
    case 'variable-length':
      return true
    case 'reference':
      return references
    case 'array':
      return refersElsewhere(type.base, references)
    case 'compound':
      return type.members.some((member) => refersElsewhere(member.type, references))
    default:
      return false
  }
}

function arrays(from: ArrayType, to: ArrayType, conversion: Conversion): Converter {
  if (from.dimensions.join() !== to.dimensions.join()) throw noConversion(from, to, 'their shapes differ')
  const inner = conversion.between(from.base, to.base)
  const total = from.dimensions.reduce((product, n) => product * n, 1)
  return (bytes, count) => inner(bytes, count * total)
}

function sequences(from: VariableLengthType, to: VariableLengthType, conversion: Conversion): Converter {
  const inner = conversion.between(from.base, to.base)
  if (conversion.lending !== undefined) {
    const same = sameType(from.base, to.base) && !refersElsewhere(from.base, true)
    return conversion.lending.sequences(from, to, same ? undefined : inner)
  }
  return (bytes, count) => {
    const into = new Uint8Array(count * to.size)
    for (let i = 0; i < count; i++) {
      const elements = conversion.source.sequence(from, bytes, i * from.size)
      conversion.target.store(to, inner(elements, elements.length / from.base.size), into, i * to.size)
    }
    return into
  }
}

/** The lower bits are kept, as many as the target has. */
function bitfields(from: BitfieldType, to: BitfieldType): Converter {
  return (bytes, count) => {
    const into = new Uint8Array(count * to.size)
    for (let i = 0; i < count; i++) {
      const element = littleEndian(bytes, i * from.size, from.size, from.order)
      writeInteger(to, into, i * to.size, bitsOf(element, from.bitOffset, from.precision))
    }
    return into
  }
}
