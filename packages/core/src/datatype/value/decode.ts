import { FormatError } from '../../errors.ts'
import type { CompoundType, Datatype, ReferenceType, VariableLengthType } from '../../format/messages/datatype.ts'
import { NULL_TERMINATED, SPACE_PADDED } from '../../format/messages/datatype.ts'
import { decodeText } from '../../io/text.ts'
import { complexBase } from '../conversion/complexes.ts'
import { gather } from '../conversion/converter.ts'
import type { SequencePlaces } from '../sequences.ts'
import type { Columns, Value, ValueOptions, ValueSource, Values } from '../values.ts'
import { decodeNumbers, isNumeric } from './decode-numbers.ts'

/**
 * Decodes `count` elements.
 *
 * - integers, bitfields, times and enums: numbers in up to four bytes, bigints in more; in typed arrays up to 64 bits
 * - the enum that h5py makes of booleans: booleans
 * - floating-point: numbers, in a Float32Array where that holds them exactly
 * - string: text; opaque: the bytes; a reference: what it leads to, null where that is nothing
 * - compound: an object by member name; complex, and compounds of r and i: `{ re, im }`
 * - array and variable length: arrays, those of several dimensions flat in C order
 */
export function decodeValues(
  type: Datatype,
  bytes: Uint8Array,
  count: number,
  source: ValueSource,
  options: ValueOptions = {},
): Values {
  if (bytes.length < count * type.size) {
    throw new FormatError(`${bytes.length} bytes for ${count} elements of ${type.size}`)
  }
  return decode(type, bytes, count, contextOf(source, options))
}

/** Decodes `count` compounds, member by member; compounds within them are arrays of objects. */
export function decodeColumns(
  type: CompoundType,
  bytes: Uint8Array,
  count: number,
  source: ValueSource,
  options: ValueOptions = {},
): Columns {
  if (bytes.length < count * type.size) {
    throw new FormatError(`${bytes.length} bytes for ${count} elements of ${type.size}`)
  }
  const context = contextOf(source, options)
  return Object.fromEntries(
    type.members.map((member, i) => [member.name, columns(type, bytes, count, context, i)] as const),
  )
}

interface Context {
  source: ValueSource
  places: SequencePlaces
  interleaved: boolean
  /** Whether strings that lead nowhere are told from empty ones. */
  nulls: boolean
}

function contextOf(source: ValueSource, { complex, absentStrings }: ValueOptions): Context {
  return {
    source,
    places: source.sequences?.() ?? new PlacesOf(source),
    interleaved: complex === 'interleaved',
    nulls: absentStrings === 'null',
  }
}

/** Sequences of a source that has no faster way to them. */
class PlacesOf implements SequencePlaces {
  readonly start = 0
  bytes: Uint8Array = new Uint8Array(0)
  readonly #source: ValueSource

  constructor(source: ValueSource) {
    this.#source = source
  }

  get end(): number {
    return this.bytes.length
  }

  find(type: VariableLengthType, bytes: Uint8Array, at: number): void {
    this.bytes = this.#source.sequence(type, bytes, at)
  }
}

function decode(type: Datatype, bytes: Uint8Array, count: number, context: Context): Values {
  if (isNumeric(type)) return decodeNumbers(type, bytes, count)
  switch (type.class) {
    case 'string':
      return each(count, (i) => fixedString(bytes, i * type.size, (i + 1) * type.size, type.padding))
    case 'opaque':
      return each(count, (i) => bytes.slice(i * type.size, (i + 1) * type.size))
    case 'reference':
      return references(type, bytes, count, context)
    case 'complex':
      return complexes(type.base, bytes, count, context)
    case 'compound': {
      const base = complexBase(type)
      return base === undefined ? records(type, bytes, count, context) : complexes(base, bytes, count, context)
    }
    case 'array': {
      const total = type.dimensions.reduce((product, n) => product * n, 1)
      const flat = decode(type.base, bytes, count * total, context)
      const length = flat.length / Math.max(1, count)
      return each(count, (i) => part(flat, i * length, (i + 1) * length))
    }
    case 'variable-length':
      return type.kind === 'string'
        ? variableStrings(type, bytes, count, context)
        : sequences(type, bytes, count, context)
  }
}

function each(count: number, make: (i: number) => Value): Value[] {
  const values = new Array<Value>(count)
  for (let i = 0; i < count; i++) values[i] = make(i)
  return values
}

/** Elements of their own, not a view of the others'. */
function part(values: Values, start: number, end: number): Value {
  return values.slice(start, end)
}

function columns(type: CompoundType, bytes: Uint8Array, count: number, context: Context, i: number): Values {
  const member = type.members[i]
  return decode(member.type, gather(bytes, count, type.size, member.offset, member.type.size), count, context)
}

function records(type: CompoundType, bytes: Uint8Array, count: number, context: Context): Value[] {
  const names = type.members.map((member) => member.name)
  const single = { ...context, interleaved: false }
  const parts = names.map((_, i) => columns(type, bytes, count, single, i))
  // A member of that name would become the prototype.
  if (names.includes('__proto__')) {
    return each(count, (i) => Object.fromEntries(names.map((name, m) => [name, parts[m][i]])))
  }
  return each(count, (i) => {
    const record: { [member: string]: Value } = {}
    for (let m = 0; m < names.length; m++) record[names[m]] = parts[m][i]
    return record
  })
}

function complexes(base: Datatype, bytes: Uint8Array, count: number, context: Context): Values {
  const parts = decode(base, bytes, 2 * count, context)
  if (context.interleaved) return parts
  return each(count, (i) => ({ re: parts[2 * i], im: parts[2 * i + 1] }))
}

function references(type: ReferenceType, bytes: Uint8Array, count: number, { source }: Context): Value[] {
  if (source.reference === undefined) return each(count, (i) => bytes.slice(i * type.size, (i + 1) * type.size))
  return each(count, (i) => source.reference?.(type, bytes, i * type.size) ?? null)
}

function variableStrings(
  type: VariableLengthType,
  bytes: Uint8Array,
  count: number,
  { places, nulls }: Context,
): Value[] {
  return each(count, (i) => {
    if (nulls && leadsNowhere(type, bytes, i * type.size)) return null
    places.find(type, bytes, i * type.size)
    return fixedString(places.bytes, places.start, places.end, NULL_TERMINATED)
  })
}

/** Behind the number of its elements there is no address: 0, as the C library has it for a string that is not there. */
function leadsNowhere({ size }: VariableLengthType, bytes: Uint8Array, at: number): boolean {
  return bytes.subarray(at + 4, at + size).every((byte) => byte === 0)
}

function sequences(type: VariableLengthType, bytes: Uint8Array, count: number, context: Context): Value[] {
  const { base } = type
  return each(count, (i) => {
    context.places.find(type, bytes, i * type.size)
    const elements = context.places.bytes.subarray(context.places.start, context.places.end)
    return decode(base, elements, Math.floor(elements.length / base.size), context)
  })
}

function fixedString(bytes: Uint8Array, start: number, limit: number, padding: number): string {
  let end = limit
  if (padding === NULL_TERMINATED) {
    end = start
    while (end < limit && bytes[end] !== 0) end++
  } else {
    const pad = padding === SPACE_PADDED ? 0x20 : 0
    while (end > start && bytes[end - 1] === pad) end--
  }
  return decodeText(bytes, start, end)
}
