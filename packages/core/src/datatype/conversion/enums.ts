import type { Datatype, EnumType } from '../../format/messages/datatype.ts'
import type { Conversion, Converter } from './converter.ts'
import { noConversion } from './converter.ts'

/** Values go by their names. A value without one becomes an element whose bits are all set. */
export function enums(from: EnumType, to: EnumType): Converter {
  const targets = new Map(to.members.map((member) => [member.name, member.value]))
  const values = new Map<string, Uint8Array>()
  for (const { name, value } of from.members) {
    const target = targets.get(name)
    if (target === undefined) throw noConversion(from, to, `the latter has no "${name}"`)
    values.set(value.join(), target)
  }
  return (bytes, count) => {
    const into = new Uint8Array(count * to.size).fill(0xff)
    for (let i = 0; i < count; i++) {
      const value = values.get(bytes.subarray(i * from.size, (i + 1) * from.size).join())
      if (value !== undefined) into.set(value, i * to.size)
    }
    return into
  }
}

/** The values as numbers. */
export function enumsAsNumbers(from: EnumType, to: Datatype, conversion: Conversion): Converter {
  return conversion.between(from.base, to)
}

/** Integers as values, whether or not they have a name. */
export function integersAsEnums(from: Datatype, to: EnumType, conversion: Conversion): Converter {
  return conversion.between(from, to.base)
}
