import { FilterError } from '../errors.ts'
import { streamDecoder } from './blosc/codecs.ts'
import type { DecoderOf } from './blosc/decode.ts'
import { decodeChunk } from './blosc/decode.ts'
import { readFrame } from './blosc/frame.ts'
import { decodeArray, readGrid } from './blosc/multidimensional.ts'
import type { Zlib } from './deflate.ts'
import type { Filter } from './pipeline.ts'
import type { Zstd } from './zstd.ts'

/**
 * Filter 32026, Blosc 2: a frame with the chunk's data as they are, or as an array that is cut into blocks of several
 * dimensions. It can be undone only.
 */
export function blosc2Filter(zlib: Zlib, zstd: Zstd): Filter {
  return {
    id: 32026,
    name: 'blosc2',
    decode(bytes, _parameters, limit) {
      const decoderOf: DecoderOf = (format) => streamDecoder(format, zlib, zstd)
      const frame = readFrame(bytes, decoderOf)
      const layer = frame.layer('b2nd') ?? frame.layer('caterva')
      if (layer !== undefined) return decodeArray(frame, readGrid(layer), limit, decoderOf)
      if (frame.plainSize > limit) throw new FilterError(`blosc2: more than ${limit} bytes come out`)
      const plain = new Uint8Array(frame.plainSize)
      for (const [i, { bytes: chunk, header }] of frame.chunks.entries()) {
        const start = i * frame.chunkSize
        decodeChunk(chunk, header, plain.subarray(start, start + header.plainSize), decoderOf)
      }
      return plain
    },
  }
}
