import { FilterError } from '../errors.ts'
import { decodeLz4Block, encodeLz4Block } from './lz4/block.ts'
import type { Filter } from './pipeline.ts'

/** Size of the whole and size of a block, both big-endian, before the blocks. */
const HEADER = 12
const DEFAULT_BLOCK = 1 << 30

/**
 * Filter 32004, LZ4: blocks, each with its stored size before it; one that is as large as what comes out is not
 * compressed. Its optional parameter is the size of a block in bytes.
 */
export const lz4: Filter = {
  id: 32004,
  name: 'lz4',
  decode(bytes, _parameters, limit) {
    if (bytes.length < HEADER) throw new FilterError(`lz4: only ${bytes.length} bytes`)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const total = view.getUint32(0) * 2 ** 32 + view.getUint32(4)
    const blockSize = view.getUint32(8)
    if (total > limit) throw new FilterError(`lz4: more than ${limit} bytes come out`)
    if (total > 0 && blockSize === 0) throw new FilterError('lz4: blocks of no size')
    const plain = new Uint8Array(total)
    let at = HEADER
    for (let start = 0; start < total; start += blockSize) {
      if (bytes.length - at < 4) throw new FilterError('lz4: a block is missing')
      const stored = view.getUint32(at)
      at += 4
      if (stored > bytes.length - at) throw new FilterError('lz4: a block is cut off')
      const block = bytes.subarray(at, at + stored)
      const target = plain.subarray(start, start + blockSize)
      if (stored === target.length) target.set(block)
      else if (decodeLz4Block(block, target) !== target.length) throw new FilterError('lz4: a block is too short')
      at += stored
    }
    return plain
  },
  encode(bytes, parameters) {
    const blockSize = Math.min(parameters[0] || DEFAULT_BLOCK, bytes.length)
    const parts: Uint8Array[] = []
    for (let start = 0; start < bytes.length; start += blockSize) {
      const block = bytes.subarray(start, start + blockSize)
      const encoded = encodeLz4Block(block)
      parts.push(encoded.length < block.length ? encoded : block)
    }
    const stored = new Uint8Array(parts.reduce((size, part) => size + 4 + part.length, HEADER))
    const view = new DataView(stored.buffer)
    view.setUint32(0, Math.floor(bytes.length / 2 ** 32))
    view.setUint32(4, bytes.length >>> 0)
    view.setUint32(8, blockSize)
    let at = HEADER
    for (const part of parts) {
      view.setUint32(at, part.length)
      stored.set(part, at + 4)
      at += 4 + part.length
    }
    return stored
  },
}
