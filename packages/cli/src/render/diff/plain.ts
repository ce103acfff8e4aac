import type { Datatype } from '@h5kit/core'
import { typeLabel, UnsupportedError } from '@h5kit/core'
import { tellsSameApart } from '../../options/tolerance.ts'
import type { Comparer, Comparison } from './comparers.ts'
import { complexComparer } from './complexes.ts'
import type { FloatFormat } from './floats.ts'
import { floatArithmetic, floatComparer, sameBits } from './floats.ts'
import { byteComparer, integerComparer } from './integers.ts'
import { padded } from './lines.ts'
import { longArithmetic } from './long-doubles.ts'
import { stringComparer } from './strings.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>

/** Strings that end with a null: H5T_STR_NULLTERM. */
const NULL_TERMINATED = 0

/** Whether elements of a type are all there is to them: they refer to nothing. */
export function isPlain(type: Datatype): boolean {
  switch (type.class) {
    case 'variable-length':
    case 'reference':
      return false
    case 'compound':
      return type.members.every((member) => isPlain(member.type))
    case 'array':
      return isPlain(type.base)
    default:
      return true
  }
}

/** Compares elements of a native type that refer to nothing. */
export function plainComparer(type: Datatype, comparison: Comparison): Comparer {
  switch (type.class) {
    case 'fixed-point':
      return integerComparer({ size: type.size, signed: type.signed }, comparison)
    case 'floating-point':
      if (type.size > 8) return floatComparer(longArithmetic, comparison)
      return floatComparer(floatArithmetic(floatFormat(type)), comparison)
    case 'complex':
      if (type.base.size > 8) return complexComparer(longArithmetic, comparison)
      return complexComparer(floatArithmetic(floatFormat(type.base)), comparison)
    case 'string':
      return stringComparer(type.size, type.padding === NULL_TERMINATED, comparison)
    case 'bitfield':
    case 'opaque':
      return repeated(byteComparer(comparison), 1, type.size)
    case 'enum':
      return enumComparer(type, comparison)
    case 'array':
      return arrayComparer(type, comparison)
    case 'compound':
      return compoundComparer(type, comparison)
    default:
      throw new UnsupportedError(`comparing elements of type ${typeLabel(type)}`)
  }
}

function floatFormat({ size }: Datatype): FloatFormat {
  return size === 2 ? 'f16' : size === 4 ? 'f32' : 'f64'
}

/** Compares several things side by side that count as one element. */
function repeated(compare: Comparer, size: number, count: number): Comparer {
  return (a, at, b, to, element) => {
    let found = 0
    for (let i = 0; i < count; i++) found += compare(a, at + i * size, b, to + i * size, element)
    return found
  }
}

function arrayComparer({ base, dimensions, size }: OfClass<'array'>, comparison: Comparison): Comparer {
  const count = dimensions.reduce((product, n) => product * n, 1)
  const compare = inside(repeated(plainComparer(base, comparison), base.size, count), comparison)
  const always = tellsSameApart(comparison.tolerance)
  return (a, at, b, to, element) => {
    return !always && sameBits(a, at, b, to, size) ? 0 : compare(a, at, b, to, element)
  }
}

function compoundComparer({ members }: OfClass<'compound'>, comparison: Comparison): Comparer {
  const parts = members.map(({ offset, type }) => ({ offset, compare: plainComparer(type, comparison) }))
  return inside((a, at, b, to, element) => {
    let found = 0
    for (const { offset, compare } of parts) found += compare(a, at + offset, b, to + offset, element)
    return found
  }, comparison)
}

/** Compares parts of elements: whether a character stood in the place of coordinates is forgotten behind them. */
export function inside(compare: Comparer, { lines }: Comparison): Comparer {
  return (a, at, b, to, element) => {
    const { characters } = lines
    const found = compare(a, at, b, to, element)
    lines.characters = characters
    return found
  }
}

const NO_NAME = '**INVALID VALUE**'

/** Compares values by their names. */
function enumComparer({ size, members }: OfClass<'enum'>, { lines, compared }: Comparison): Comparer {
  const names = new Map(members.map(({ name, value }) => [value.join(), name]))
  const nameOf = (bytes: Uint8Array, at: number): string => names.get(bytes.subarray(at, at + size).join()) ?? NO_NAME
  return (a, at, b, to, element) => {
    if (sameBits(a, at, b, to, size)) return 0
    if (!lines.shown) return 1
    lines.place(compared, element)
    lines.line(`${padded(nameOf(a, at), 16)} ${padded(nameOf(b, to), 17)}`)
    return 1
  }
}
