import * as zlib from 'node:zlib'
import { FilterError } from '../errors.ts'
import { portableZstd } from './zstd/codec.ts'
import { isOneFrame } from './zstd/frame.ts'
import type { Zstd } from './zstd.ts'

/** What newer versions of Node have in node:zlib. */
interface NativeZstd {
  constants: { ZSTD_c_compressionLevel: number }
  zstdCompressSync(bytes: Uint8Array, options: object): Uint8Array
  zstdDecompressSync(bytes: Uint8Array, options: object): Uint8Array
}

/** Node's own Zstandard where it has one. It decodes no more than one frame, and costs too much for small blocks. */
export const nodeZstd: Zstd = hasZstd(zlib) ? nativeZstd(zlib) : portableZstd

function hasZstd(module: object): module is NativeZstd {
  return 'zstdDecompressSync' in module && 'zstdCompressSync' in module
}

function nativeZstd(native: NativeZstd): Zstd {
  return {
    decompress(bytes, limit) {
      if (!isOneFrame(bytes)) return portableZstd.decompress(bytes, limit)
      try {
        return native.zstdDecompressSync(bytes, {
          maxOutputLength: Math.max(limit, 1),
          chunkSize: Math.max(64, Math.min(limit + 1, 1 << 22)),
        })
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
        const what = code === 'ERR_BUFFER_TOO_LARGE' ? `more than ${limit} bytes come out` : String(cause)
        throw new FilterError(`zstd: ${what}`, { cause })
      }
    },
    blockDecoder: portableZstd.blockDecoder,
    compress: (bytes, level) =>
      native.zstdCompressSync(bytes, { params: { [native.constants.ZSTD_c_compressionLevel]: level } }),
  }
}
