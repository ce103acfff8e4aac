/** What both directions of bzip2 share. Its format has no specification; the names are those in use for it. */

/** The first six bytes of a block, and of what follows the last one. */
export const BLOCK_MAGIC = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
export const END_MAGIC = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]

/** Bytes of a block for each level. */
export const BLOCK_UNIT = 100_000

/** Symbols that are coded with one table before the next is chosen. */
export const GROUP = 50

/** Runs of the most recent byte are numbers in digits 1 and 2, the lowest first. */
export const RUN_A = 0
export const RUN_B = 1

let table: Uint32Array | undefined

function crcTable(): Uint32Array {
  if (table !== undefined) return table
  table = new Uint32Array(256)
  for (let i = 0; i < 256; i++) {
    let value = i << 24
    for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0)
    table[i] = value
  }
  return table
}

/** The CRC of a block's plain bytes: the polynomial of zlib's, the highest bit first. */
export function blockCrc(bytes: Uint8Array, start: number, end: number): number {
  const crcs = crcTable()
  let crc = 0xffffffff
  for (let i = start; i < end; i++) crc = (crc << 8) ^ crcs[(crc >>> 24) ^ bytes[i]]
  return ~crc >>> 0
}

/** The CRC of a stream after one more block. */
export function streamCrc(stream: number, block: number): number {
  return (((stream << 1) | (stream >>> 31)) ^ block) >>> 0
}
