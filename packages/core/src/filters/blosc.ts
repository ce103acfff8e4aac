import { FilterError } from '../errors.ts'
import { streamDecoder, streamEncoder } from './blosc/codecs.ts'
import { decodeChunk } from './blosc/decode.ts'
import { encodeChunk } from './blosc/encode.ts'
import { BLOSC1, readHeader } from './blosc/header.ts'
import type { Zlib } from './deflate.ts'
import type { Filter } from './pipeline.ts'
import type { Zstd } from './zstd.ts'

/**
 * Filter 32001, Blosc: blocks whose elements are shuffled, then compressed with one of several codecs. Its parameters
 * are two versions, the size of an element, that of the chunk, then the level, the kind of shuffle and the codec.
 */
export function bloscFilter(zlib: Zlib, zstd: Zstd): Filter {
  return {
    id: 32001,
    name: 'blosc',
    decode(bytes, _parameters, limit) {
      const header = readHeader(bytes)
      if (header.version > BLOSC1) throw new FilterError(`blosc: no format ${header.version}`)
      if (header.plainSize > limit) throw new FilterError(`blosc: more than ${limit} bytes come out`)
      const plain = new Uint8Array(header.plainSize)
      decodeChunk(bytes, header, plain, (format) => streamDecoder(format, zlib, zstd))
      return plain
    },
    encode(bytes, parameters) {
      const [, , typeSize = 1, , level = 5, shuffle = 1, codec = 0] = parameters
      if (level > 9) throw new FilterError(`blosc: no level ${level}`)
      if (shuffle > 2) throw new FilterError(`blosc: no shuffle ${shuffle}`)
      return encodeChunk(bytes, { typeSize, level, shuffle, codec: streamEncoder(codec, level, zlib, zstd) })
    },
  }
}
