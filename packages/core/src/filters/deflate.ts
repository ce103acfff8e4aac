import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'

/** Makes and reads zlib streams. */
export interface Zlib {
  /**
   * Inflates into at most `limit` bytes.
   *
   * @param into memory that they may be put into
   */
  inflate(bytes: Uint8Array, limit: number, into?: Uint8Array): Uint8Array
  /** @param level 0 (stored) to 9 (smallest) */
  deflate(bytes: Uint8Array, level: number): Uint8Array
}

/**
 * Filter 1, deflate: a zlib stream. Its one parameter is the level. As in the C library, the stream is kept even where
 * it is longer than the bytes.
 */
export function deflateFilter(zlib: Zlib): Filter {
  return {
    id: 1,
    name: 'deflate',
    decode: (bytes, _parameters, limit, into) => zlib.inflate(bytes, limit, into),
    encode(bytes, parameters) {
      const level = parameters[0]
      if (parameters.length !== 1 || level > 9) throw new FilterError(`deflate: no level ${parameters.join(', ')}`)
      return zlib.deflate(bytes, level)
    },
  }
}
