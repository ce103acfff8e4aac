import { bitShuffle } from '../bitshuffle/bit-transpose.ts'
import { shuffled } from '../shuffle.ts'
import type { Codec } from './codecs.ts'
import { BIT_SHUFFLED_FLAG, BLOSC1, HEADER, SHUFFLED_FLAG, WHOLE_FLAG } from './header.ts'

/** Fewer bytes than this are not worth it. */
const LEAST = 128
/** Size of a block of a codec that is fast at level 1; the slower ones and higher levels have larger ones. */
const BASE_BLOCK = 1 << 15

export interface ChunkOptions {
  typeSize: number
  /** 0 (stored) to 9. */
  level: number
  /** 0 none, 1 bytes, 2 bits. */
  shuffle: number
  codec: Codec
}

/** Encodes a chunk of Blosc 1; undefined where it would be no smaller than the bytes, or is not to be compressed. */
export function encodeChunk(bytes: Uint8Array, options: ChunkOptions): Uint8Array | undefined {
  const { level, shuffle, codec } = options
  if (level === 0 || bytes.length < LEAST) return undefined
  const typeSize = options.typeSize >= 1 && options.typeSize <= 255 ? options.typeSize : 1
  const blockSize = blockSizeOf(bytes.length, level, typeSize, codec)
  const split = splits(codec, typeSize, blockSize)
  const filters = shuffle === 1 ? SHUFFLED_FLAG : shuffle === 2 ? BIT_SHUFFLED_FLAG : 0
  const flags = filters | (split ? 0 : WHOLE_FLAG) | (codec.number << 5)
  const header = headerOf(flags, typeSize, bytes.length, blockSize)
  return compressed(bytes, header, { ...options, typeSize }, blockSize, split)
}

function headerOf(flags: number, typeSize: number, plainSize: number, blockSize: number): Uint8Array {
  const header = new Uint8Array(HEADER)
  header.set([BLOSC1, 1, flags, typeSize])
  const view = new DataView(header.buffer)
  view.setUint32(4, plainSize, true)
  view.setUint32(8, blockSize, true)
  return header
}

/** Streams of one byte of each element are worth it for the codecs that look no farther than a few kilobytes. */
function splits(codec: Codec, typeSize: number, blockSize: number): boolean {
  const fast = codec.format === 'blosclz' || codec.format === 'snappy'
  return fast && typeSize <= 16 && Math.floor(blockSize / typeSize) >= LEAST
}

function blockSizeOf(length: number, level: number, typeSize: number, codec: Codec): number {
  if (length < typeSize) return 1
  const strong = codec.format === 'zlib' || codec.format === 'zstd'
  let size = Math.min(length, (strong ? 2 : 1) * BASE_BLOCK * (level < 3 ? 1 : level < 6 ? 4 : 8))
  if (splits(codec, typeSize, size)) size = Math.min(length, Math.max(1 << 16, Math.min(size * typeSize, 1 << 20)))
  return size > typeSize ? size - (size % typeSize) : size
}

function compressed(
  bytes: Uint8Array,
  header: Uint8Array,
  { typeSize, shuffle, codec }: ChunkOptions,
  blockSize: number,
  split: boolean,
): Uint8Array | undefined {
  const blocks = Math.ceil(bytes.length / blockSize)
  const chunk = new Uint8Array(bytes.length)
  const view = new DataView(chunk.buffer)
  let out = HEADER + 4 * blocks
  if (out >= chunk.length) return undefined
  chunk.set(header)
  for (let block = 0; block < blocks; block++) {
    view.setUint32(HEADER + 4 * block, out, true)
    const plain = bytes.subarray(block * blockSize, Math.min((block + 1) * blockSize, bytes.length))
    const filtered = filter(plain, typeSize, shuffle)
    const size = split && plain.length === blockSize ? plain.length / typeSize : plain.length
    for (let at = 0; at < plain.length; at += size) {
      const stream = filtered.subarray(at, at + size)
      const encoded = codec.encode(stream)
      const stored = encoded.length < size ? encoded : stream
      if (stored.length + 4 > chunk.length - out) return undefined
      view.setUint32(out, stored.length, true)
      chunk.set(stored, out + 4)
      out += 4 + stored.length
    }
  }
  view.setUint32(12, out, true)
  return chunk.subarray(0, out)
}

function filter(block: Uint8Array, typeSize: number, shuffle: number): Uint8Array {
  const count = Math.floor(block.length / typeSize)
  if (shuffle === 1 && typeSize > 1) return shuffled(block, typeSize, count)
  // A block that is not made of whole groups of eight elements is left as it is.
  if (shuffle !== 2 || count === 0 || count % 8 !== 0) return block
  const result = block.slice()
  bitShuffle(block, 0, result, 0, count, typeSize)
  return result
}
