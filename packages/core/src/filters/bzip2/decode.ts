import { FilterError } from '../../errors.ts'
import { BLOCK_MAGIC, BLOCK_UNIT, blockCrc, END_MAGIC, GROUP, RUN_B, streamCrc } from './coding.ts'

const LONGEST_CODE = 20
/** Codes up to this length are found by one look. */
const LOOK_UP_BITS = 10

/** Decompresses a bzip2 stream. */
export function decompressBzip2(bytes: Uint8Array, limit: number): Uint8Array {
  const bits = new BitReader(bytes)
  const level = bits.take(24) === 0x425a68 ? bits.take(8) - 0x30 : 0
  if (level < 1 || level > 9) throw new FilterError('bzip2: no bzip2 stream')
  // Runs may stand as five bytes for four: what comes out bounds what goes in.
  const most = Math.min(level * BLOCK_UNIT, limit + (limit >>> 2) + 8)
  const output = new Output(limit)
  let crc = 0
  for (;;) {
    const magic = Array.from({ length: 6 }, () => bits.take(8))
    if (magic.every((byte, i) => byte === END_MAGIC[i])) break
    if (!magic.every((byte, i) => byte === BLOCK_MAGIC[i])) throw new FilterError('bzip2: no block where one should be')
    const expected = bits.take(16) * 0x10000 + bits.take(16)
    if (bits.take(1) === 1) throw new FilterError('bzip2: a randomised block, as bzip2 0.9.0 wrote it')
    const start = output.length
    undoSort(readBlock(bits, most), output)
    if (blockCrc(output.bytes, start, output.length) !== expected) throw new FilterError('bzip2: wrong checksum')
    crc = streamCrc(crc, expected)
  }
  if (bits.take(16) * 0x10000 + bits.take(16) !== crc) throw new FilterError('bzip2: wrong checksum')
  return output.bytes.subarray(0, output.length)
}

/** Bits of the stream, the highest of a byte first. */
class BitReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #byte = 0
  #bit = 0

  constructor(bytes: Uint8Array) {
    // Zeros behind the data save a comparison for each look.
    this.#bytes = new Uint8Array(bytes.length + 8)
    this.#bytes.set(bytes)
    this.#end = bytes.length
  }

  /** The next `count` bits, up to 24, which stay. */
  look(count: number): number {
    const bytes = this.#bytes
    const at = this.#byte
    const word = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    return (word << this.#bit) >>> (32 - count)
  }

  skip(count: number): void {
    const end = this.#bit + count
    this.#byte += end >>> 3
    this.#bit = end & 7
    if (this.#byte > this.#end) throw new FilterError('bzip2: the data ends too early')
  }

  take(count: number): number {
    const value = this.look(count)
    this.skip(count)
    return value
  }
}

/** What comes out, in a buffer that grows up to the limit. */
class Output {
  bytes: Uint8Array
  length = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
    this.bytes = new Uint8Array(Math.min(limit, 1 << 20))
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    if (needed > this.#limit) throw new FilterError(`bzip2: more than ${this.#limit} bytes come out`)
    const larger = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.bytes.length * 2)))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}

interface Block {
  /** The last bytes of the sorted rotations, in the low 8 bits. */
  sorted: Uint32Array
  length: number
  /** Which rotation is the block itself. */
  origin: number
  /** How often each byte occurs. */
  counts: Uint32Array
}

function readBlock(bits: BitReader, most: number): Block {
  const origin = bits.take(24)
  const bytes = readUsedBytes(bits)
  const symbols = bytes.length + 2
  const { tables, selectors } = readTables(bits, symbols)
  const sorted = new Uint32Array(most)
  const counts = new Uint32Array(256)
  let length = 0
  let run = 0
  let digit = 1
  let group = 0
  let left = 0
  let table = tables[0]
  for (;;) {
    if (left === 0) {
      if (group === selectors.length) throw new FilterError('bzip2: the groups end before the block')
      table = tables[selectors[group++]]
      left = GROUP
    }
    left--
    const symbol = readSymbol(bits, table)
    if (symbol <= RUN_B) {
      run += digit << symbol
      digit <<= 1
      if (run > most) throw tooLong()
      continue
    }
    if (run > 0) {
      if (length + run > most) throw tooLong()
      sorted.fill(bytes[0], length, length + run)
      counts[bytes[0]] += run
      length += run
      run = 0
      digit = 1
    }
    if (symbol === symbols - 1) break
    if (length === most) throw tooLong()
    // Byte number `symbol - 1` of those used last comes to the front.
    const byte = bytes[symbol - 1]
    bytes.copyWithin(1, 0, symbol - 1)
    bytes[0] = byte
    sorted[length++] = byte
    counts[byte]++
  }
  if (origin >= length) throw new FilterError('bzip2: the block has no such rotation')
  return { sorted, length, origin, counts }
}

function tooLong(): FilterError {
  return new FilterError('bzip2: a block is longer than it may be')
}

/** The bytes that occur in a block, in order. */
function readUsedBytes(bits: BitReader): Uint8Array {
  const used: number[] = []
  const sixteens = bits.take(16)
  for (let high = 0; high < 16; high++) {
    if (((sixteens >> (15 - high)) & 1) === 0) continue
    const ones = bits.take(16)
    for (let low = 0; low < 16; low++) if (((ones >> (15 - low)) & 1) === 1) used.push(high * 16 + low)
  }
  if (used.length === 0) throw new FilterError('bzip2: a block of no bytes')
  return Uint8Array.from(used)
}

interface Table {
  /** For each next bits: symbol << 5 | length of its code; 0 where the code is longer. */
  lookUp: Uint16Array
  /** For each length: the first code past those of that length, made as long as the longest. */
  ends: Int32Array
  /** For each length: what to add to a code of that length for its place in `symbols`. */
  offsets: Int32Array
  symbols: Uint16Array
}

function readTables(bits: BitReader, symbols: number): { tables: Table[]; selectors: Uint8Array } {
  const count = bits.take(3)
  const groups = bits.take(15)
  if (count < 2 || count > 6 || groups === 0) throw new FilterError('bzip2: wrong number of tables')
  const recent = [0, 1, 2, 3, 4, 5]
  const selectors = new Uint8Array(groups)
  for (let i = 0; i < groups; i++) {
    let place = 0
    while (bits.take(1) === 1) if (++place === count) throw new FilterError('bzip2: no such table')
    const [selected] = recent.splice(place, 1)
    recent.unshift(selected)
    selectors[i] = selected
  }
  return { tables: Array.from({ length: count }, () => readTable(bits, symbols)), selectors }
}

function readTable(bits: BitReader, count: number): Table {
  const lengths = new Uint8Array(count)
  let length = bits.take(5)
  for (let symbol = 0; symbol < count; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw new FilterError('bzip2: a code of no possible length')
      if (bits.take(1) === 0) break
      length += bits.take(1) === 0 ? 1 : -1
    }
    lengths[symbol] = length
  }
  return tableOf(lengths)
}

/** Codes of each length are consecutive, in the order of the symbols. */
function tableOf(lengths: Uint8Array): Table {
  const count = new Uint16Array(LONGEST_CODE + 1)
  for (const length of lengths) count[length]++
  const ends = new Int32Array(LONGEST_CODE + 1)
  const offsets = new Int32Array(LONGEST_CODE + 1)
  const symbols = new Uint16Array(lengths.length)
  const lookUp = new Uint16Array(1 << LOOK_UP_BITS)
  let code = 0
  let place = 0
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code <<= 1
    offsets[length] = place - code
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue
      symbols[place++] = symbol
      if (length <= LOOK_UP_BITS) {
        const first = code << (LOOK_UP_BITS - length)
        lookUp.fill((symbol << 5) | length, first, first + (1 << (LOOK_UP_BITS - length)))
      }
      code++
    }
    if (code > 1 << length) throw new FilterError('bzip2: more codes than there can be')
    ends[length] = code << (LONGEST_CODE - length)
  }
  return { lookUp, ends, offsets, symbols }
}

function readSymbol(bits: BitReader, table: Table): number {
  const code = bits.look(LONGEST_CODE)
  const found = table.lookUp[code >> (LONGEST_CODE - LOOK_UP_BITS)]
  if (found !== 0) {
    bits.skip(found & 31)
    return found >> 5
  }
  let length = LOOK_UP_BITS + 1
  while (length <= LONGEST_CODE && code >= table.ends[length]) length++
  if (length > LONGEST_CODE) throw new FilterError('bzip2: no such code')
  bits.skip(length)
  return table.symbols[(code >> (LONGEST_CODE - length)) + table.offsets[length]]
}

/** Undoes the sorting of the rotations, then the runs: four equal bytes are followed by how many more there are. */
function undoSort({ sorted, length, origin, counts }: Block, output: Output): void {
  let sum = 0
  for (let byte = 0; byte < 256; byte++) {
    const count = counts[byte]
    counts[byte] = sum
    sum += count
  }
  // Above the byte of each rotation stands which one comes next in the block.
  for (let i = 0; i < length; i++) sorted[counts[sorted[i] & 0xff]++] |= i << 8
  output.reserve(length - Math.floor(length / 5))
  let at = sorted[origin] >>> 8
  let run = 0
  let last = -1
  for (let i = 0; i < length; i++) {
    const entry = sorted[at]
    const byte = entry & 0xff
    at = entry >>> 8
    if (run === 4) {
      output.reserve(byte)
      output.bytes.fill(last, output.length, output.length + byte)
      output.length += byte
      run = 0
      last = -1
      continue
    }
    run = byte === last ? run + 1 : 1
    last = byte
    if (output.length === output.bytes.length) output.reserve(1)
    output.bytes[output.length++] = byte
  }
}
