import type { Filter } from './pipeline.ts'

/** Makes and reads Zstandard frames. */
export interface Zstd {
  /** Decodes into at most `limit` bytes. */
  decompress(bytes: Uint8Array, limit: number): Uint8Array
  /** Gives a decoder of many small pieces, each into a given array; it tells how many bytes came out. */
  blockDecoder(): (from: Uint8Array, to: Uint8Array) => number
  /** @param level 1 (fastest) to 22 (smallest); 0 stands for the usual one */
  compress(bytes: Uint8Array, level: number): Uint8Array
}

const USUAL_LEVEL = 3

/** Filter 32015, Zstandard: one or more frames. Its optional parameter is the level. */
export function zstdFilter(zstd: Zstd): Filter {
  return {
    id: 32015,
    name: 'zstd',
    decode: (bytes, _parameters, limit) => zstd.decompress(bytes, limit),
    // Levels below zero, faster still, arrive as large unsigned numbers.
    encode: (bytes, parameters) => zstd.compress(bytes, (parameters[0] ?? USUAL_LEVEL) | 0),
  }
}
