import { TypeMismatchError } from '../errors.ts'
import type { ByteOrder, Datatype } from '../format/messages/datatype.ts'
import { ASCII, NULL_TERMINATED, SPACE_PADDED } from '../format/messages/datatype.ts'
import * as types from './types.ts'

/**
 * The datatype that a text describes:
 *
 * - as NumPy has it: `<i4`, `>f8`, `u1`, `S10`, `V8`, `?`, `<c16`, `int32`, `float64`, `bool`; without an order
 *   little-endian
 * - as the C library has it: `H5T_STD_I32BE`, `H5T_IEEE_F64LE`, `H5T_NATIVE_INT`, `H5T_C_S1`, ...
 * - `str` and `ascii` for strings of variable length; `bfloat16`, `float8_e4m3`, `float8_e5m2`, `longdouble`
 * - of others: `(2,3)<f4` for an array, `vlen<i4>`, `{x: <f8, name: S10}`, `enum<i1>{OFF: 0, ON: 1}`
 *
 * @throws TypeMismatchError where the text is none of these
 */
export function parseType(text: string): Datatype {
  const parser = new TypeParser(text)
  const type = parser.type(0)
  parser.end()
  return type
}

/** Types within types that a text may have. */
const DEEPEST = 32

class TypeParser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  type(depth: number): Datatype {
    if (depth > DEEPEST) this.#fail('types nested too deeply')
    if (this.#take('(')) return this.#array(depth)
    if (this.#take('{')) return this.#compound(depth)
    if (this.#take('vlen<')) {
      const base = this.type(depth + 1)
      this.#expect('>')
      return types.sequenceType(base)
    }
    if (this.#take('enum<')) return this.#enum(depth)
    const name = this.#match(/[<>=|]?[A-Za-z_?][A-Za-z0-9_]*|\?/y)
    return named(name) ?? this.#fail(`no type is called "${name}"`)
  }

  end(): void {
    this.#space()
    if (this.#at < this.#text.length) this.#fail(`"${this.#text.slice(this.#at)}" follows the type`)
  }

  #array(depth: number): Datatype {
    const dimensions: number[] = []
    while (!this.#take(')')) {
      dimensions.push(Number(this.#match(/[1-9][0-9]{0,9}/y)))
      if (!this.#take(',')) {
        this.#expect(')')
        break
      }
    }
    const base = this.type(depth + 1)
    return dimensions.length === 0 ? base : types.arrayType(dimensions, base)
  }

  #compound(depth: number): Datatype {
    const members: { name: string; type: Datatype }[] = []
    do {
      const name = this.#name()
      this.#expect(':')
      if (members.some((member) => member.name === name)) this.#fail(`two members are called "${name}"`)
      members.push({ name, type: this.type(depth + 1) })
    } while (this.#take(','))
    this.#expect('}')
    return types.compoundType(members)
  }

  #enum(depth: number): Datatype {
    const base = this.type(depth + 1)
    if (base.class !== 'fixed-point') return this.#fail('an enum is of integers')
    this.#expect('>')
    this.#expect('{')
    const members = new Map<string, bigint>()
    do {
      const name = this.#name()
      this.#expect(':')
      members.set(name, BigInt(this.#match(/-?[0-9]{1,20}/y)))
    } while (this.#take(','))
    this.#expect('}')
    return types.enumType(base, members)
  }

  /** A member's name, in quotes where it has other characters than letters, digits and the like. */
  #name(): string {
    this.#space()
    if (this.#text[this.#at] !== '"') return this.#match(/[^\s:,{}<>"]+/y)
    const quoted = this.#match(/"(?:[^"\\]|\\.)+"/y)
    return quoted.slice(1, -1).replace(/\\(.)/g, '$1')
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #take(token: string): boolean {
    this.#space()
    const found = this.#text.startsWith(token, this.#at)
    if (found) this.#at += token.length
    return found
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#fail(`"${token}" is missing at "${this.#text.slice(this.#at)}"`)
  }

  #match(pattern: RegExp): string {
    this.#space()
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return this.#fail(`cannot read "${this.#text.slice(this.#at)}"`)
    this.#at = pattern.lastIndex
    return found[0]
  }

  #fail(what: string): never {
    throw new TypeMismatchError(`not a datatype: "${this.#text}": ${what}`)
  }
}

function named(name: string): Datatype | undefined {
  if (name.startsWith('H5T_')) return libraryType(name.slice(4))
  return entry(WORDS, name)?.() ?? numpyType(name)
}

/** What a table has itself, and not what every object has. */
function entry<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

const WORDS: Record<string, () => Datatype> = {
  bool: types.booleanType,
  str: types.variableStringType,
  ascii: () => types.variableStringType(ASCII),
  bfloat16: () => types.floatType(2, 8, 7),
  float8_e4m3: () => types.floatType(1, 4, 3),
  float8_e5m2: () => types.floatType(1, 5, 2),
  longdouble: types.extendedType,
  float128: () => types.ieeeType(16),
}

const LONG_NAMES: Record<string, string> = { int: 'i', uint: 'u', float: 'f', complex: 'c' }

function numpyType(name: string): Datatype | undefined {
  const long = /^(int|uint|float|complex)(8|16|32|64|128)$/.exec(name)
  const text = long === null ? name : `${LONG_NAMES[long[1]]}${Number(long[2]) / 8}`
  const found = /^([<>=|]?)([a-zA-Z?])([1-9][0-9]{0,9})?$/.exec(text)
  if (found === null) return undefined
  const [, mark, letter, digits] = found
  const order: ByteOrder = mark === '>' ? 'BE' : 'LE'
  const size = digits === undefined ? undefined : Number(digits)
  switch (letter) {
    case '?':
      return size === undefined ? types.booleanType() : undefined
    case 'b':
      return size === 1 ? types.booleanType() : undefined
    case 'i':
    case 'u':
      return size !== undefined && [1, 2, 4, 8].includes(size)
        ? types.integerType(size, letter === 'i', order)
        : undefined
    case 'f':
      return float(size, order)
    case 'c': {
      const base = size === undefined || size % 2 !== 0 ? undefined : float(size / 2, order)
      return base === undefined ? undefined : types.complexPairType(base)
    }
    case 'S':
      return size === undefined ? undefined : types.stringType(size)
    case 'V':
      return size === undefined ? undefined : types.opaqueType(size)
    default:
      return undefined
  }
}

function float(size: number | undefined, order: ByteOrder): Datatype | undefined {
  return size === 2 || size === 4 || size === 8 ? types.ieeeType(size, order) : undefined
}

/** What the C library's names of native types stand for on a 64-bit machine of little-endian order. */
const NATIVE: Record<string, string> = {
  CHAR: 'i1',
  SCHAR: 'i1',
  UCHAR: 'u1',
  SHORT: 'i2',
  USHORT: 'u2',
  INT: 'i4',
  UINT: 'u4',
  LONG: 'i8',
  ULONG: 'u8',
  LLONG: 'i8',
  ULLONG: 'u8',
  HSIZE: 'u8',
  HSSIZE: 'i8',
  FLOAT16: 'f2',
  FLOAT: 'f4',
  DOUBLE: 'f8',
  LDOUBLE: 'longdouble',
}

const SINGLE: Record<string, () => Datatype> = {
  C_S1: () => types.stringType(1, NULL_TERMINATED),
  FORTRAN_S1: () => types.stringType(1, SPACE_PADDED),
  STD_REF_OBJ: () => types.referenceType('object'),
  STD_REF_DSETREG: () => types.referenceType('region'),
  STD_REF: () => types.referenceType('any'),
  NATIVE_OPAQUE: () => types.opaqueType(1),
  VAX_F32: () => types.floatType(4, 8, 23, 'VAX', 0x81),
  VAX_F64: () => types.floatType(8, 11, 52, 'VAX', 0x401),
  FLOAT_F8E4M3: () => types.floatType(1, 4, 3),
  FLOAT_F8E5M2: () => types.floatType(1, 5, 2),
  FLOAT_BFLOAT16LE: () => types.floatType(2, 8, 7, 'LE'),
  FLOAT_BFLOAT16BE: () => types.floatType(2, 8, 7, 'BE'),
}

/** A name of the C library's, without H5T_. */
function libraryType(name: string): Datatype | undefined {
  const single = entry(SINGLE, name)
  if (single !== undefined) return single()
  const native = /^NATIVE_(\w+)$/.exec(name)
  if (native !== null) return nativeType(native[1])
  const found = /^(STD|IEEE|INTEL|ALPHA|MIPS|UNIX|COMPLEX_IEEE)_([IUBFD])(8|16|32|64|128)(LE|BE)?$/.exec(name)
  if (found === null) return undefined
  const [, family, letter, bits, suffix] = found
  const order: ByteOrder = suffix === 'BE' || (suffix === undefined && family === 'MIPS') ? 'BE' : 'LE'
  if (suffix === undefined && family !== 'INTEL' && family !== 'ALPHA' && family !== 'MIPS') return undefined
  const size = Number(bits) / 8
  if (letter === 'F') {
    const base = size === 16 ? types.ieeeType(16, order) : float(size, order)
    return base !== undefined && family === 'COMPLEX_IEEE' ? types.complexType(base) : base
  }
  if (family === 'IEEE' || family === 'COMPLEX_IEEE' || size === 16) return undefined
  if (letter === 'D') return family === 'UNIX' && size >= 4 ? types.timeType(size, order) : undefined
  return letter === 'B' ? types.bitfieldType(size, order) : types.integerType(size, letter === 'I', order)
}

function nativeType(name: string): Datatype | undefined {
  const text = entry(NATIVE, name)
  if (text !== undefined) return named(text)
  const sized = /^(U?)INT(8|16|32|64)$/.exec(name)
  if (sized !== null) return types.integerType(Number(sized[2]) / 8, sized[1] === '')
  const bits = /^B(8|16|32|64)$/.exec(name)
  if (bits !== null) return types.bitfieldType(Number(bits[1]) / 8)
  const complex = /^(FLOAT|DOUBLE|LDOUBLE)_COMPLEX$/.exec(name)
  const base = complex === null ? undefined : named(NATIVE[complex[1]])
  return base === undefined ? undefined : types.complexType(base)
}
