import { FilterError } from '../errors.ts'
import { bitShuffle, bitUnshuffle } from './bitshuffle/bit-transpose.ts'
import { decodeLz4Block, encodeLz4Block } from './lz4/block.ts'
import type { Filter } from './pipeline.ts'
import type { Zstd } from './zstd.ts'

/** Size of the whole and size in bytes of a block, both big-endian, where the blocks are compressed. */
const HEADER = 12
const NO_COMPRESSION = 0
const LZ4 = 2
const ZSTD = 3

/** What the parameters say: the library's version (two), size of an element, elements in a block, codec, level. */
interface Layout {
  size: number
  block: number
  codec: number
  level: number
}

/**
 * Filter 32008, bitshuffle: blocks of elements whose bits are shuffled, each plain or compressed with LZ4 or
 * Zstandard. What does not fill a group of eight elements stands at the end as it is.
 */
export function bitshuffleFilter(zstd: Zstd): Filter {
  return {
    id: 32008,
    name: 'bitshuffle',
    decode(bytes, parameters, limit) {
      const layout = layoutOf(parameters)
      return layout.codec === NO_COMPRESSION ? unshuffled(bytes, layout) : decompressed(bytes, layout, zstd, limit)
    },
    encode(bytes, parameters) {
      const layout = layoutOf(parameters)
      if (bytes.length % layout.size !== 0) throw new FilterError('bitshuffle: the last element is not whole')
      return layout.codec === NO_COMPRESSION ? shuffled(bytes, layout) : compressed(bytes, layout, zstd)
    },
  }
}

function layoutOf(parameters: readonly number[]): Layout {
  const [, , size = 0, block = 0, codec = NO_COMPRESSION, level = 0] = parameters
  if (size === 0) throw new FilterError('bitshuffle: no element size')
  if (block % 8 !== 0) throw new FilterError(`bitshuffle: blocks of ${block} elements`)
  if (codec !== NO_COMPRESSION && codec !== LZ4 && codec !== ZSTD)
    throw new FilterError(`bitshuffle: no codec ${codec}`)
  // The usual block has 8192 bytes, but never fewer than 128 elements.
  return { size, block: block || Math.max(128, Math.floor(8192 / size / 8) * 8), codec, level }
}

/** Calls `visit` with the place in bytes and the number of elements of each block; gives where the blocks end. */
function eachBlock(length: number, { size, block }: Layout, visit: (at: number, count: number) => void): number {
  const count = Math.floor(length / size / 8) * 8
  for (let start = 0; start < count; start += block) visit(start * size, Math.min(block, count - start))
  return count * size
}

function unshuffled(bytes: Uint8Array, layout: Layout): Uint8Array {
  const plain = new Uint8Array(bytes.length)
  const end = eachBlock(bytes.length, layout, (at, count) => bitUnshuffle(bytes, at, plain, at, count, layout.size))
  plain.set(bytes.subarray(end), end)
  return plain
}

function shuffled(bytes: Uint8Array, layout: Layout): Uint8Array {
  const stored = new Uint8Array(bytes.length)
  const end = eachBlock(bytes.length, layout, (at, count) => bitShuffle(bytes, at, stored, at, count, layout.size))
  stored.set(bytes.subarray(end), end)
  return stored
}

function decompressed(bytes: Uint8Array, { size, codec }: Layout, zstd: Zstd, limit: number): Uint8Array {
  if (bytes.length < HEADER) throw new FilterError(`bitshuffle: only ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const total = view.getUint32(0) * 2 ** 32 + view.getUint32(4)
  const block = Math.floor(view.getUint32(8) / size)
  if (total > limit) throw new FilterError(`bitshuffle: more than ${limit} bytes come out`)
  if (total % size !== 0) throw new FilterError('bitshuffle: the last element is not whole')
  if (block === 0 || block % 8 !== 0) throw new FilterError(`bitshuffle: blocks of ${block} elements`)
  const plain = new Uint8Array(total)
  const scratch = new Uint8Array(Math.min(block * size, total))
  const decoder = zstd.blockDecoder()
  let at = HEADER
  const end = eachBlock(total, { size, block, codec, level: 0 }, (out, count) => {
    if (bytes.length - at < 4) throw new FilterError('bitshuffle: a block is missing')
    const stored = view.getUint32(at)
    at += 4
    if (stored > bytes.length - at) throw new FilterError('bitshuffle: a block is cut off')
    const from = bytes.subarray(at, at + stored)
    const to = scratch.subarray(0, count * size)
    const length = codec === LZ4 ? decodeLz4Block(from, to) : decoder(from, to)
    if (length !== to.length) throw new FilterError('bitshuffle: a block is too short')
    bitUnshuffle(to, 0, plain, out, count, size)
    at += stored
  })
  const rest = total - end
  if (rest > bytes.length - at) throw new FilterError('bitshuffle: the last elements are cut off')
  plain.set(bytes.subarray(at, at + rest), end)
  return plain
}

function compressed(bytes: Uint8Array, layout: Layout, zstd: Zstd): Uint8Array {
  const { size, block, codec, level } = layout
  const scratch = new Uint8Array(Math.min(block * size, bytes.length))
  const parts: Uint8Array[] = []
  const end = eachBlock(bytes.length, layout, (at, count) => {
    bitShuffle(bytes, at, scratch, 0, count, size)
    const shuffled = scratch.subarray(0, count * size)
    const part = codec === LZ4 ? encodeLz4Block(shuffled) : zstd.compress(shuffled, level)
    parts.push(part.slice())
  })
  const rest = bytes.subarray(end)
  const stored = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, HEADER + rest.length))
  const view = new DataView(stored.buffer)
  view.setUint32(0, Math.floor(bytes.length / 2 ** 32))
  view.setUint32(4, bytes.length >>> 0)
  view.setUint32(8, block * size)
  let at = HEADER
  for (const part of parts) {
    view.setUint32(at, part.length)
    stored.set(part, at + 4)
    at += 4 + part.length
  }
  stored.set(rest, at)
  return stored
}
