import { FilterError } from '../../errors.ts'
import type { Zlib } from '../deflate.ts'
import { decodeLz4Block, encodeLz4Block } from '../lz4/block.ts'
import type { Zstd } from '../zstd.ts'
import { decodeBlosclz, encodeBlosclz } from './blosclz.ts'
import { decodeSnappy, encodeSnappy } from './snappy.ts'

/** Decodes a stream into an array; gives how many bytes came out. */
export type Decode = (from: Uint8Array, to: Uint8Array) => number

/** The formats of streams, as the upper three bits of a chunk's flags number them. */
export const FORMATS = ['blosclz', 'lz4', 'snappy', 'zlib', 'zstd'] as const
export type Format = (typeof FORMATS)[number]

export function streamDecoder(format: Format, zlib: Zlib, zstd: Zstd): Decode {
  if (format === 'blosclz') return decodeBlosclz
  if (format === 'lz4') return decodeLz4Block
  if (format === 'snappy') return decodeSnappy
  if (format === 'zstd') return zstd.blockDecoder()
  return (from, to) => {
    const plain = zlib.inflate(from, to.length)
    to.set(plain)
    return plain.length
  }
}

/** The codecs as the filter's parameters number them; LZ4HC makes what LZ4 reads. */
const CODECS = ['blosclz', 'lz4', 'lz4', 'snappy', 'zlib', 'zstd'] as const

export interface Codec {
  /** The format's number in a chunk's flags. */
  readonly number: number
  readonly format: Format
  encode(bytes: Uint8Array): Uint8Array
}

/** @param level 1 to 9 */
export function streamEncoder(codec: number, level: number, zlib: Zlib, zstd: Zstd): Codec {
  const format = CODECS[codec]
  if (format === undefined) throw new FilterError(`blosc: no codec ${codec}`)
  const number = FORMATS.indexOf(format)
  if (format === 'blosclz') return { number, format, encode: encodeBlosclz }
  if (format === 'lz4') return { number, format, encode: encodeLz4Block }
  if (format === 'snappy') return { number, format, encode: encodeSnappy }
  if (format === 'zlib') return { number, format, encode: (bytes) => zlib.deflate(bytes, level) }
  return { number, format, encode: (bytes) => zstd.compress(bytes, 2 * level - 1) }
}
