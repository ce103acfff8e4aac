import { deflateSync, inflateSync } from 'node:zlib'
import { FilterError } from '../errors.ts'
import type { Zlib } from './deflate.ts'

/** Node's own zlib. */
export const nodeZlib: Zlib = {
  inflate(bytes, limit) {
    try {
      return plainArray(
        inflateSync(bytes, {
          maxOutputLength: Math.max(limit, 1),
          chunkSize: Math.max(64, Math.min(limit + 1, 1 << 22)),
        }),
      )
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
      const what = code === 'ERR_BUFFER_TOO_LARGE' ? `more than ${limit} bytes come out` : String(cause)
      throw new FilterError(`deflate: ${what}`, { cause })
    }
  },
  deflate: (bytes, level) =>
    plainArray(deflateSync(bytes, { level, chunkSize: Math.max(64, Math.min(bytes.length, 1 << 22)) })),
}

/** The same bytes without what Node's buffers do differently: their `slice` does not copy. */
function plainArray(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
