import type { Dataspace } from '../format/messages/dataspace.ts'
import type { Datatype, EnumType } from '../format/messages/datatype.ts'
import {
  ATTRIBUTE_REFERENCE,
  datatypeMessage,
  OBJECT_REFERENCE_1,
  REGION_REFERENCE_1,
  SPACE_PADDED,
  UTF8,
} from '../format/messages/datatype.ts'
import type { Checker } from './checker.ts'
import type { Place } from './finding.ts'

/** What a datatype has to be like beyond what its message lets be read. */
export function checkDatatype(check: Checker, type: Datatype, place: Place): void {
  const here = { structure: datatypeMessage, address: place.address }
  const { sizes } = check.image
  switch (type.class) {
    case 'string':
      checkString(check, type, here)
      break
    case 'time':
      if (type.precision === 0 || type.precision > 8 * type.size) {
        check.error(here, `${type.precision} bits of ${type.size} bytes`, 'Bit Precision')
      }
      break
    case 'reference': {
      const size = type.kind === OBJECT_REFERENCE_1 ? sizes.offsets : sizes.offsets + 4
      const old = type.kind <= REGION_REFERENCE_1
      if (old && type.size !== size) check.error(here, `references of ${type.size} bytes`, 'Size')
      if (!old && type.kind <= ATTRIBUTE_REFERENCE && type.size < sizes.offsets + 3) {
        check.error(here, `references of ${type.size} bytes`, 'Size')
      }
      break
    }
    case 'compound':
      for (const member of type.members) {
        if (member.name === '') check.error(here, 'a member without a name', 'Name')
        checkDatatype(check, member.type, place)
      }
      break
    case 'enum':
      checkEnum(check, type, here)
      checkDatatype(check, type.base, place)
      break
    case 'variable-length':
      if (type.size !== sizes.offsets + 8) {
        check.error(here, `elements of ${type.size} bytes where ${sizes.offsets + 8} belong`, 'Size')
      }
      if (type.kind === 'string') checkString(check, type, here)
      checkDatatype(check, type.base, place)
      break
    case 'array':
      if (type.dimensions.length === 0) check.error(here, 'an array without dimensions', 'Dimensionality')
      checkDatatype(check, type.base, place)
      break
    case 'complex':
      if (type.base.class !== 'floating-point') check.error(here, `parts of class ${type.base.class}`, 'Base Type')
      checkDatatype(check, type.base, place)
      break
  }
}

function checkString(
  check: Checker,
  { padding, characterSet }: { padding: number; characterSet: number },
  place: Place,
): void {
  if (padding > SPACE_PADDED) check.error(place, `unknown padding ${padding}`, 'Class Bit Field')
  if (characterSet > UTF8) check.error(place, `unknown character set ${characterSet}`, 'Class Bit Field')
}

function checkEnum(check: Checker, type: EnumType, place: Place): void {
  if (type.base.class !== 'fixed-point') check.error(place, `values of class ${type.base.class}`, 'Base Type')
  const names = new Set<string>()
  const values = new Set<string>()
  for (const { name, value } of type.members) {
    if (names.has(name)) check.error(place, `two values are named "${name}"`, 'Names')
    const text = value.join(' ')
    if (values.has(text)) check.error(place, `"${name}" has the value of another name`, 'Values')
    names.add(name)
    values.add(text)
  }
}

/** What a dataspace has to be like beyond what its message lets be read. */
export function checkDataspace(check: Checker, space: Dataspace, place: Place): void {
  if (space.kind === 'simple' && space.dimensions.length === 0) {
    check.error(place, 'a simple dataspace without dimensions', 'Dimensionality')
  }
  if (space.permutation !== undefined) check.warn(place, 'permutation indices, which have no meaning', 'Flags')
}
