import type { Zstd } from '../zstd.ts'
import { ZstdDecoder } from './decode.ts'
import { encodeZstd } from './encode.ts'

/** Zstandard in JavaScript, for every platform. */
export const portableZstd: Zstd = {
  decompress: (bytes, limit) => new ZstdDecoder().decode(bytes, limit),
  blockDecoder() {
    const decoder = new ZstdDecoder()
    return (from, to) => decoder.decodeInto(from, to)
  },
  compress: encodeZstd,
}
