import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'
import { shuffled, unshuffled } from './shuffle.ts'
import type { SzipCoding } from './szip/coding.ts'
import { decodeSamples } from './szip/decode.ts'
import { encodeSamples } from './szip/encode.ts'

/** Bits of the options that matter here; entropy coding is what is done without the other. */
const NEAREST_NEIGHBOUR = 32
const BIG_ENDIAN = 16

/** Most blocks between two samples that stand for themselves. */
const MOST_BLOCKS = 4096

/**
 * Filter 4, szip: the extended Rice algorithm. Parameters: options, pixels per block, bits per pixel, pixels per
 * scanline. The number of plain bytes stands in front.
 */
export const szip: Filter = {
  id: 4,
  name: 'szip',
  decode(bytes, parameters, limit) {
    const { coding, wordBytes } = codingOf(parameters)
    if (bytes.length < 4) throw new FilterError(`szip: only ${bytes.length} bytes`)
    const size = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
    if (size > limit) throw new FilterError(`szip: ${size} bytes instead of at most ${limit} come out`)
    if (size % coding.sampleBytes !== 0) throw new FilterError(`szip: ${size} bytes are no whole samples`)
    const plain = decodeSamples(bytes.subarray(4), coding, size / coding.sampleBytes)
    return wordBytes === 1 ? plain : unshuffled(plain, wordBytes, Math.floor(size / wordBytes))
  },
  encode(bytes, parameters) {
    const { coding, wordBytes } = codingOf(parameters)
    if (bytes.length % coding.sampleBytes !== 0 || bytes.length > 0xffffffff) return undefined
    const source = wordBytes === 1 ? bytes : shuffled(bytes, wordBytes, Math.floor(bytes.length / wordBytes))
    const stream = encodeSamples(source, coding, bytes.length)
    if (stream === undefined) return undefined
    const stored = new Uint8Array(4 + stream.length)
    new DataView(stored.buffer).setUint32(0, bytes.length, true)
    stored.set(stream, 4)
    return stored
  },
}

/** Words of 32 and 64 bits are coded as bytes, all first bytes in front. */
function codingOf(parameters: readonly number[]): { coding: SzipCoding; wordBytes: number } {
  if (parameters.length !== 4) throw new FilterError(`szip: ${parameters.length} parameters instead of 4`)
  const [options, blockSize, pixelBits, line] = parameters
  const words = pixelBits === 32 || pixelBits === 64
  const bits = words ? 8 : pixelBits
  if (bits < 1 || bits > 31) throw new FilterError(`szip: pixels of ${pixelBits} bits`)
  if (blockSize < 2 || blockSize > 64 || blockSize % 2 !== 0)
    throw new FilterError(`szip: blocks of ${blockSize} pixels`)
  const blocks = Math.ceil(line / blockSize)
  if (blocks < 1 || blocks > MOST_BLOCKS) throw new FilterError(`szip: scanlines of ${line} pixels`)
  const sampleBytes = bits > 16 ? 4 : bits > 8 ? 2 : 1
  const coding: SzipCoding = {
    bits,
    sampleBytes,
    bigEndian: (options & BIG_ENDIAN) !== 0,
    blockSize,
    blocks,
    line,
    nearestNeighbour: (options & NEAREST_NEIGHBOUR) !== 0,
    idBits: bits > 16 ? 5 : bits > 8 ? 4 : 3,
  }
  return { coding, wordBytes: words ? pixelBits / 8 : 1 }
}
