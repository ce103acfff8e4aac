import { BLOCK_MAGIC, BLOCK_UNIT, blockCrc, END_MAGIC, GROUP, RUN_A, RUN_B, streamCrc } from './coding.ts'
import { sortRotations } from './sort.ts'
import type { HuffmanPlan } from './tables.ts'
import { codesOf, planTables } from './tables.ts'

/** Bytes of a block that its runs may not come to, as the format's own program leaves them. */
const SPARED = 19

/** Compresses into one bzip2 stream. @param level 1 to 9: blocks of so many times 100,000 bytes */
export function compressBzip2(bytes: Uint8Array, level: number): Uint8Array {
  const writer = new BitWriter(bytes.length)
  for (const byte of [0x42, 0x5a, 0x68, 0x30 + level]) writer.put(byte, 8)
  let crc = 0
  for (let at = 0; at < bytes.length; ) {
    const { block, end } = shortenRuns(bytes, at, level * BLOCK_UNIT - SPARED)
    const sum = blockCrc(bytes, at, end)
    crc = streamCrc(crc, sum)
    writeBlock(writer, block, sum)
    at = end
  }
  for (const byte of END_MAGIC) writer.put(byte, 8)
  writer.put(crc >>> 16, 16)
  writer.put(crc & 0xffff, 16)
  return writer.finish()
}

/** Bits of the stream, the highest of a byte first, in a buffer that grows. */
class BitWriter {
  #bytes: Uint8Array
  #at = 0
  #held = 0
  #heldBits = 0

  constructor(size: number) {
    this.#bytes = new Uint8Array(size + 64)
  }

  /** Adds `count` bits, up to 24. */
  put(value: number, count: number): void {
    const held = (this.#held << count) | value
    let bits = this.#heldBits + count
    if (this.#at + 4 > this.#bytes.length) this.#grow()
    while (bits >= 8) {
      bits -= 8
      this.#bytes[this.#at++] = held >>> bits
    }
    this.#held = held & ((1 << bits) - 1)
    this.#heldBits = bits
  }

  finish(): Uint8Array {
    if (this.#heldBits > 0) this.put(0, 8 - this.#heldBits)
    return this.#bytes.subarray(0, this.#at)
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/** Of four to 259 equal bytes four are kept, and a byte says how many more there were. */
function shortenRuns(bytes: Uint8Array, start: number, most: number): { block: Uint8Array; end: number } {
  const block = new Uint8Array(Math.min(most, Math.ceil((bytes.length - start) * 1.25)) + 5)
  let size = 0
  let at = start
  while (at < bytes.length && size < most) {
    const byte = bytes[at]
    let end = at + 1
    const last = Math.min(bytes.length, at + 259)
    while (end < last && bytes[end] === byte) end++
    const kept = Math.min(4, end - at)
    for (let i = 0; i < kept; i++) block[size++] = byte
    if (kept === 4) block[size++] = end - at - 4
    at = end
  }
  return { block: block.subarray(0, size), end: at }
}

function writeBlock(writer: BitWriter, block: Uint8Array, crc: number): void {
  const order = sortRotations(block)
  const { used, symbols, count } = moveToFront(block, order)
  for (const byte of BLOCK_MAGIC) writer.put(byte, 8)
  writer.put(crc >>> 16, 16)
  writer.put(crc & 0xffff, 16)
  writer.put(0, 1)
  writer.put(order.indexOf(0), 24)
  writeUsedBytes(writer, used)
  const plan = planTables(symbols, count)
  writeTables(writer, plan)
  const codes = plan.lengths.map(codesOf)
  for (const [group, table] of plan.selectors.entries()) {
    const end = Math.min(symbols.length, (group + 1) * GROUP)
    for (let i = group * GROUP; i < end; i++) writer.put(codes[table][symbols[i]], plan.lengths[table][symbols[i]])
  }
}

/** The last byte of each rotation as its place among those used most recently, and runs of the first place as numbers. */
function moveToFront(block: Uint8Array, order: Uint32Array): { used: boolean[]; symbols: Uint16Array; count: number } {
  const used: boolean[] = new Array(256).fill(false)
  for (const byte of block) used[byte] = true
  const recent = Uint8Array.from(used.flatMap((is, byte) => (is ? [byte] : [])))
  const symbols = new Uint16Array(block.length + 1)
  let end = 0
  let run = 0
  const endRun = (): void => {
    for (; run > 0; run = (run - 1) >> 1) symbols[end++] = (run & 1) === 1 ? RUN_A : RUN_B
  }
  for (const start of order) {
    const byte = block[start === 0 ? block.length - 1 : start - 1]
    if (recent[0] === byte) {
      run++
      continue
    }
    endRun()
    const place = recent.indexOf(byte)
    recent.copyWithin(1, 0, place)
    recent[0] = byte
    symbols[end++] = place + 1
  }
  endRun()
  symbols[end++] = recent.length + 1
  return { used, symbols: symbols.subarray(0, end), count: recent.length + 2 }
}

function writeUsedBytes(writer: BitWriter, used: boolean[]): void {
  const bitsOf = (flags: boolean[]): number => flags.reduce((bits, flag) => (bits << 1) | (flag ? 1 : 0), 0)
  const rows = Array.from({ length: 16 }, (_, high) => used.slice(high * 16, high * 16 + 16))
  writer.put(bitsOf(rows.map((row) => row.includes(true))), 16)
  for (const row of rows) if (row.includes(true)) writer.put(bitsOf(row), 16)
}

function writeTables(writer: BitWriter, { lengths, selectors }: HuffmanPlan): void {
  writer.put(lengths.length, 3)
  writer.put(selectors.length, 15)
  const recent = lengths.map((_, table) => table)
  for (const table of selectors) {
    const place = recent.indexOf(table)
    recent.splice(place, 1)
    recent.unshift(table)
    for (let i = 0; i < place; i++) writer.put(1, 1)
    writer.put(0, 1)
  }
  for (const table of lengths) {
    let current = table[0]
    writer.put(current, 5)
    for (const length of table) {
      for (; current < length; current++) writer.put(2, 2)
      for (; current > length; current--) writer.put(3, 2)
      writer.put(0, 1)
    }
  }
}
