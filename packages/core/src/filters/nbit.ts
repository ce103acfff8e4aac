import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'

/** The kinds of type that the parameters describe. */
export const NBIT_ATOMIC = 1
export const NBIT_ARRAY = 2
export const NBIT_COMPOUND = 3
export const NBIT_UNCHANGED = 4

/** Types within types that are followed; deeper ones can only be damage or malice. */
const DEEPEST = 64

/** A type as the filter sees it: its size in bytes, and the bits that an element takes in the stream. */
type Packing = { size: number; bits: number } & (
  | {
      kind: 'atomic'
      /** The bits that are stored, the highest first: triples of byte, number of bits, and lowest bit in that byte. */
      pieces: Int32Array
    }
  | { kind: 'unchanged' }
  | { kind: 'array'; count: number; base: Packing }
  | { kind: 'compound'; members: { at: number; packing: Packing }[] }
)

/**
 * Filter 5, n-bit: of each number only the bits that mean something, packed tightly. Parameters: how many there are,
 * whether everything stays as it is, elements of the chunk, then a description of the type.
 */
export const nbit: Filter = {
  id: 5,
  name: 'nbit',
  decode(bytes, parameters, limit) {
    if (isUnchanged(parameters)) return bytes
    const { count, packing } = elementsOf(parameters)
    const size = count * packing.size
    if (size > limit) throw new FilterError(`nbit: ${size} bytes instead of at most ${limit} come out`)
    if (count * packing.bits > bytes.length * 8) throw new FilterError('nbit: the data ends too early')
    const plain = new Uint8Array(size)
    const cursor = new BitCursor(bytes)
    for (let at = 0; at < size; at += packing.size) unpack(packing, plain, at, cursor)
    return plain
  },
  encode(bytes, parameters) {
    if (isUnchanged(parameters)) return bytes
    const { count, packing } = elementsOf(parameters)
    const size = count * packing.size
    if (size !== bytes.length) throw new FilterError(`nbit: ${bytes.length} bytes instead of ${size}`)
    const cursor = new BitCursor(new Uint8Array(Math.ceil((count * packing.bits) / 8)))
    for (let at = 0; at < size; at += packing.size) pack(packing, bytes, at, cursor)
    // As the C library has it, a byte of zeros follows where the last bit fills a byte.
    return cursor.bytes.subarray(0, Math.floor((count * packing.bits) / 8) + 1)
  },
}

function isUnchanged(parameters: readonly number[]): boolean {
  if (parameters.length < 2 || parameters[0] !== parameters.length)
    throw new FilterError(`nbit: ${parameters.length} parameters instead of ${parameters[0] ?? 'some'}`)
  return parameters[1] !== 0
}

function elementsOf(parameters: readonly number[]): { count: number; packing: Packing } {
  let next = 2
  const take = (): number => {
    if (next >= parameters.length) throw new FilterError('nbit: the parameters end too early')
    return parameters[next++]
  }
  const count = take()
  return { count, packing: packingOf(take, 0) }
}

function packingOf(take: () => number, depth: number): Packing {
  if (depth > DEEPEST) throw new FilterError(`nbit: types nested more than ${DEEPEST} deep`)
  const kind = take()
  const size = take()
  if (size === 0) throw new FilterError('nbit: a type without size')
  switch (kind) {
    case NBIT_ATOMIC: {
      const [order, precision, offset] = [take(), take(), take()]
      if (precision === 0 || precision + offset > size * 8)
        throw new FilterError(`nbit: ${precision} bits from bit ${offset} on of ${size} bytes`)
      return { kind: 'atomic', size, bits: precision, pieces: piecesOf(size, order !== 0, precision, offset) }
    }
    case NBIT_UNCHANGED:
      return { kind: 'unchanged', size, bits: size * 8 }
    case NBIT_ARRAY:
      return arrayOf(size, packingOf(take, depth + 1))
    case NBIT_COMPOUND:
      return compoundOf(size, take, depth)
    default:
      throw new FilterError(`nbit: no kind of type ${kind}`)
  }
}

function arrayOf(size: number, base: Packing): Packing {
  // Elements that stay as they are have no size of their own here: strings of variable length would give a wrong one.
  if (base.kind === 'unchanged') return { kind: 'unchanged', size, bits: size * 8 }
  const count = Math.floor(size / base.size)
  return { kind: 'array', size, bits: count * base.bits, count, base }
}

function compoundOf(size: number, take: () => number, depth: number): Packing {
  const count = take()
  const members: { at: number; packing: Packing }[] = []
  let used = 0
  let bits = 0
  for (let i = 0; i < count; i++) {
    const at = take()
    const packing = packingOf(take, depth + 1)
    used += packing.size
    bits += packing.bits
    if (used > size || at + packing.size > size) throw new FilterError('nbit: members larger than their compound')
    members.push({ at, packing })
  }
  if (members.slice(0, -1).some((member) => losesPlace(member.packing)))
    throw new FilterError('nbit: an array of arrays or compounds in front of other members cannot be coded')
  return { kind: 'compound', size, bits, members }
}

/**
 * Behind an array of arrays or of compounds the C library goes on at the wrong parameter: what it wrote of the members
 * that follow is lost, and what could be written here it could not read.
 */
function losesPlace(packing: Packing): boolean {
  if (packing.kind === 'array') return packing.base.kind !== 'atomic'
  const last = packing.kind === 'compound' ? packing.members.at(-1) : undefined
  return last !== undefined && losesPlace(last.packing)
}

/** The bytes that the bits of a number are in, from the highest bit to the lowest. */
function piecesOf(size: number, bigEndian: boolean, precision: number, offset: number): Int32Array {
  const pieces: number[] = []
  let end = offset + precision
  while (end > offset) {
    const byte = (end - 1) >> 3
    const low = Math.max(offset, byte * 8)
    pieces.push(bigEndian ? size - 1 - byte : byte, end - low, low - byte * 8)
    end = low
  }
  return Int32Array.from(pieces)
}

/** A place in a stream of bits, the highest of a byte first. */
class BitCursor {
  readonly bytes: Uint8Array
  #byte = 0
  #bit = 0

  /** Keeps a copy with a byte more, so that two can always be touched. */
  constructor(bytes: Uint8Array) {
    this.bytes = new Uint8Array(bytes.length + 1)
    this.bytes.set(bytes)
  }

  /** The next `count` bits, up to 8. */
  take(count: number): number {
    const byte = this.#byte
    const word = (this.bytes[byte] << 8) | this.bytes[byte + 1]
    const end = this.#bit + count
    this.#byte += end >>> 3
    this.#bit = end & 7
    return (word >>> (16 - end)) & ((1 << count) - 1)
  }

  /** Adds `count` bits, up to 8. */
  put(value: number, count: number): void {
    const byte = this.#byte
    const end = this.#bit + count
    const word = value << (16 - end)
    this.bytes[byte] |= word >>> 8
    this.bytes[byte + 1] |= word
    this.#byte += end >>> 3
    this.#bit = end & 7
  }
}

function unpack(packing: Packing, plain: Uint8Array, at: number, cursor: BitCursor): void {
  switch (packing.kind) {
    case 'atomic': {
      const { pieces } = packing
      for (let i = 0; i < pieces.length; i += 3) plain[at + pieces[i]] |= cursor.take(pieces[i + 1]) << pieces[i + 2]
      break
    }
    case 'unchanged':
      for (let i = 0; i < packing.size; i++) plain[at + i] = cursor.take(8)
      break
    case 'array':
      for (let i = 0; i < packing.count; i++) unpack(packing.base, plain, at + i * packing.base.size, cursor)
      break
    case 'compound':
      for (const member of packing.members) unpack(member.packing, plain, at + member.at, cursor)
  }
}

function pack(packing: Packing, plain: Uint8Array, at: number, cursor: BitCursor): void {
  switch (packing.kind) {
    case 'atomic': {
      const { pieces } = packing
      for (let i = 0; i < pieces.length; i += 3) {
        const count = pieces[i + 1]
        cursor.put((plain[at + pieces[i]] >>> pieces[i + 2]) & ((1 << count) - 1), count)
      }
      break
    }
    case 'unchanged':
      for (let i = 0; i < packing.size; i++) cursor.put(plain[at + i], 8)
      break
    case 'array':
      for (let i = 0; i < packing.count; i++) pack(packing.base, plain, at + i * packing.base.size, cursor)
      break
    case 'compound':
      for (const member of packing.members) pack(member.packing, plain, at + member.at, cursor)
  }
}
