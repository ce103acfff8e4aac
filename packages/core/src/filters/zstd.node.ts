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

/** Loaded with the first chunk: that takes longer than to list a small file. */
function ownZstd(): NativeZstd | undefined {
  const zlib = process.getBuiltinModule('node:zlib')
  return hasZstd(zlib) ? zlib : undefined
}

function hasZstd(module: object): module is NativeZstd {
  return 'zstdDecompressSync' in module && 'zstdCompressSync' in module
}

/** Node's own Zstandard where it has one. It decodes no more than one frame, and costs too much for small blocks. */
export const nodeZstd: Zstd = {
  decompress(bytes, limit) {
    const zlib = isOneFrame(bytes) ? ownZstd() : undefined
    if (zlib === undefined) return portableZstd.decompress(bytes, limit)
    try {
      return zlib.zstdDecompressSync(bytes, {
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
  compress(bytes, level) {
    const zlib = ownZstd()
    if (zlib === undefined) return portableZstd.compress(bytes, level)
    return zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: level } })
  },
}
