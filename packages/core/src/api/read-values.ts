import { converter } from '../datatype/conversion/convert.ts'
import { MemorySequences } from '../datatype/sequences.ts'
import { parseType } from '../datatype/type-text.ts'
import { compoundType } from '../datatype/types.ts'
import { decodeColumns, decodeValues } from '../datatype/value/decode.ts'
import { typeOfArray } from '../datatype/value/encode-numbers.ts'
import type { Columns, TypedNumbers, ValueOptions, ValueSource, Values } from '../datatype/values.ts'
import { NotFoundError, TypeMismatchError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'

/** What elements are read as. */
export interface ReadOptions extends ValueOptions {
  /** The datatype that elements are converted to first, as such or as a text that `parseType` reads: '<f4', 'S10'. */
  as?: Datatype | string
  /** Members of compounds: those that are read, in that order; a single name gives its values alone. */
  fields?: string | readonly string[]
}

/** Elements as they are stored. */
interface Stored {
  type: Datatype
  bytes: Uint8Array
  count: number
}

/** The values of elements, converted and picked as the options say. */
export function readValues(stored: Stored, file: ValueSource, options: ReadOptions): Values {
  const { type, bytes, count, source } = prepared(stored, file, options)
  const single = typeof options.fields === 'string' ? options.fields : undefined
  if (single === undefined || type.class !== 'compound') return decodeValues(type, bytes, count, source, options)
  return decodeColumns(type, bytes, count, source, options)[single]
}

/** The values of compounds, member by member. */
export function readColumns(stored: Stored, file: ValueSource, options: ReadOptions): Columns {
  const { type, bytes, count, source } = prepared(stored, file, options)
  if (type.class !== 'compound') throw new TypeMismatchError(`elements of class ${type.class} have no members`)
  return decodeColumns(type, bytes, count, source, options)
}

/** Writes the elements as numbers of the kind that an array has to its start. */
export function readInto(stored: Stored, target: TypedNumbers): void {
  const to = typeOfArray(target)
  if (to === undefined) throw new TypeMismatchError('no typed array of numbers')
  const bytes = converter(stored.type, to)(stored.bytes, stored.count)
  new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes)
}

function prepared(stored: Stored, file: ValueSource, options: ReadOptions): Stored & { source: ValueSource } {
  const { as, fields } = options
  const wanted = as === undefined ? stored.type : typeof as === 'string' ? parseType(as) : as
  const type = fields === undefined ? wanted : withFields(wanted, typeof fields === 'string' ? [fields] : fields)
  if (type === stored.type) return { ...stored, source: file }
  const memory = new MemorySequences()
  const step = converter(stored.type, type, { source: file, target: memory })
  const reference = file.reference?.bind(file)
  const source: ValueSource = { sequence: (inner, bytes, at) => memory.sequence(inner, bytes, at) }
  if (reference !== undefined) source.reference = reference
  return { type, bytes: step(stored.bytes, stored.count), count: stored.count, source }
}

function withFields(type: Datatype, fields: readonly string[]): Datatype {
  if (type.class !== 'compound') throw new TypeMismatchError(`elements of class ${type.class} have no members`)
  return compoundType(
    fields.map((name) => {
      const member = type.members.find((each) => each.name === name)
      if (member === undefined) {
        throw new NotFoundError(`no member "${name}": there are ${type.members.map((each) => each.name).join(', ')}`)
      }
      return { name, type: member.type }
    }),
  )
}
