import type { StringType, VariableLengthType } from '../../format/messages/datatype.ts'
import { NULL_TERMINATED, SPACE_PADDED } from '../../format/messages/datatype.ts'
import type { Conversion, Converter } from './converter.ts'
import { noConversion } from './converter.ts'

/** Strings of either kind; the C library has those between two of fixed or two of variable length alone. */
export type AnyString = StringType | (VariableLengthType & { kind: 'string' })

/** Converts strings: text is cut where it is too long, between bytes rather than characters. */
export function strings(from: AnyString, to: AnyString, conversion: Conversion): Converter {
  if (from.characterSet !== to.characterSet) throw noConversion(from, to, 'character sets are not converted')
  if (conversion.lending !== undefined && from.class !== 'string' && to.class !== 'string') {
    return conversion.lending.sequences(from, to, undefined)
  }
  return (bytes, count) => {
    const into = new Uint8Array(count * to.size)
    for (let i = 0; i < count; i++) {
      const text =
        from.class === 'string'
          ? stringBytes(bytes.subarray(i * from.size, (i + 1) * from.size), from.padding)
          : conversion.source.sequence(from, bytes, i * from.size)
      if (to.class === 'string') writeString(to, into, i * to.size, text)
      else conversion.target.store(to, text.slice(), into, i * to.size)
    }
    return into
  }
}

/** The bytes of a fixed-length string without its padding. */
function stringBytes(element: Uint8Array, padding: number): Uint8Array {
  if (padding === SPACE_PADDED) {
    let end = element.length
    while (end > 0 && element[end - 1] === 0x20) end--
    return element.subarray(0, end)
  }
  const end = element.indexOf(0)
  return end < 0 ? element : element.subarray(0, end)
}

/** Writes text as a fixed-length string: cut where it is too long, with its padding. */
export function writeString(type: StringType, into: Uint8Array, at: number, text: Uint8Array): void {
  const room = type.padding === NULL_TERMINATED ? type.size - 1 : type.size
  const length = Math.min(room, text.length)
  into.set(text.subarray(0, length), at)
  into.fill(type.padding === SPACE_PADDED ? 0x20 : 0, at + length, at + type.size)
}
