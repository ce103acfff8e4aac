import type { Io, Structure } from '../../io/structure.ts'
import { structure } from '../../io/structure.ts'
import { ClassBits } from './class-bits.ts'
import { bitfield, fixedPoint, floatingPoint, opaque, reference, string, time } from './datatype-atomic.ts'
import type { DatatypeClass } from './datatype-class.ts'
import { array, complex, compound, enumeration, variableLength } from './datatype-composite.ts'
import type { Datatype } from './datatype-model.ts'

export * from './datatype-model.ts'

const CLASSES: Record<Datatype['class'], DatatypeClass> = {
  'fixed-point': fixedPoint,
  'floating-point': floatingPoint,
  time,
  string,
  bitfield,
  opaque,
  compound,
  reference,
  enum: enumeration,
  'variable-length': variableLength,
  array,
  complex,
}

const BY_NUMBER = new Map(Object.values(CLASSES).map((each) => [each.number, each]))

const LATEST_VERSION = 5

/** No type that means anything is nested deeper; damage could be nested until the stack overflows. */
const DEEPEST = 256

function body(io: Io, given: Datatype, depth: number): Datatype {
  if (depth > DEEPEST) io.fail(`nested more than ${DEEPEST} deep`)
  const head = io.u8('Class and Version', (given.version << 4) | CLASSES[given.class].number)
  const version = head >> 4
  if (version === 0 || version > LATEST_VERSION) io.fail(`unknown version ${version}`, 'Class and Version')
  const definition = BY_NUMBER.get(head & 0x0f) ?? io.fail(`unknown class ${head & 0x0f}`, 'Class and Version')
  const type = io.reading ? definition.blank() : given
  type.version = version
  const bits = new ClassBits(io.reading)
  if (!io.reading) definition.bits(bits, type, io)
  bits.value = io.uint('Class Bit Field', 3, bits.value)
  if (io.reading) definition.bits(bits, type, io)
  if (bits.unnamed !== 0) io.flaw(`unknown bits 0x${bits.unnamed.toString(16)}`, 'Class Bit Field')
  type.size = io.u32('Size', type.size)
  if (type.size === 0) io.fail('elements of no size', 'Size')
  definition.properties(io, type, (field, inner) => io.part(field, nestedDatatype, inner, depth + 1), bits)
  return type
}

/** A datatype inside another one; the parameter is how deep. */
const nestedDatatype: Structure<Datatype, number> = structure<Datatype, number>({
  name: 'Datatype Message',
  spec: 'IV.A.2.d',
  blank: () => fixedPoint.blank(),
  body,
})

/** The datatype of elements, versions 1 to 5. Arrays in version 1 compounds are ArrayTypes of version 1. */
export const datatypeMessage = structure<Datatype>({
  name: 'Datatype Message',
  spec: 'IV.A.2.d',
  blank: () => fixedPoint.blank(),
  body: (io, type) => body(io, type, 0),
})
