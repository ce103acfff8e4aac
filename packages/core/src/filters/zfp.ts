import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'
import type { ZfpFormat } from './zfp/block.ts'
import { ZfpBits, ZfpBlocks } from './zfp/block.ts'

/** The only version of the codec that files are known to have. */
const CODEC = 5

/** Below this minimum exponent, nothing is lost. */
const LOWEST_EXPONENT = -1074

/**
 * Filter 32013, ZFP, as H5Z-ZFP writes it: arrays of one to four dimensions in blocks of four values along each. It is
 * read only. Parameters: the writer's versions, then the header of a ZFP stream.
 */
export const zfp: Filter = {
  id: 32013,
  name: 'zfp',
  decode(bytes, parameters, limit) {
    const { format, shape, turned } = headerOf(parameters)
    const words = format.wide ? 2 : 1
    const size = shape.reduce((product, length) => product * length, 4 * words)
    if (size > limit) throw new FilterError(`zfp: ${size} bytes instead of at most ${limit} come out`)
    const plain = new Int32Array(size / 4)
    placeBlocks(new ZfpBlocks(format, new ZfpBits(bytes)), plain, shape, words)
    const result = new Uint8Array(plain.buffer)
    if (turned) turn(result, 4 * words)
    return result
  },
}

interface Header {
  format: ZfpFormat
  /** Length along each axis, the fastest first; 1 along those that are not used. */
  shape: [number, number, number, number]
  /** Whether the writer's machine was big-endian, and the values are to be. */
  turned: boolean
}

function headerOf(parameters: readonly number[]): Header {
  const bytes = new Uint8Array(Math.max(0, parameters.length - 1) * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 1; i < parameters.length; i++) view.setUint32(4 * i - 4, parameters[i], true)
  const turned = bytes[0] !== 0x7a && bytes[3] === 0x7a
  if (turned) turn(bytes, 4)
  const bits = new ZfpBits(bytes)
  if (bits.take(24) !== 0x70667a) throw new FilterError('zfp: the parameters have no ZFP header')
  const codec = bits.take(8)
  if (codec !== CODEC) throw new FilterError(`zfp: version ${codec} of the codec`)
  const type = bits.take(2)
  const rank = bits.take(2) + 1
  const shape = shapeOf(bits, rank)
  const format = { rank, float: type >= 2, wide: (type & 1) === 1, ...modeOf(bits) }
  bits.check()
  return { format, shape, turned }
}

/** 48 bits, divided among the axes. */
function shapeOf(bits: ZfpBits, rank: number): [number, number, number, number] {
  const shape: [number, number, number, number] = [1, 1, 1, 1]
  const width = 48 / rank
  for (let axis = 0; axis < rank; axis++) {
    const low = bits.take(Math.min(width, 24))
    const high = width > 24 ? bits.take(24) : 0
    shape[axis] = low + high * 2 ** 24 + 1
  }
  return shape
}

type Mode = Pick<ZfpFormat, 'minimumBits' | 'maximumBits' | 'precision' | 'minimumExponent' | 'reversible'>

function modeOf(bits: ZfpBits): Mode {
  const free: Mode = {
    minimumBits: 1,
    maximumBits: 16658,
    precision: 64,
    minimumExponent: LOWEST_EXPONENT,
    reversible: false,
  }
  const short = bits.take(12)
  if (short < 2048) return { ...free, minimumBits: short + 1, maximumBits: short + 1 }
  if (short < 2176) return { ...free, precision: short - 2047 }
  if (short === 2176) return { ...free, minimumExponent: LOWEST_EXPONENT - 1, reversible: true }
  if (short < 4095) return { ...free, minimumExponent: short + LOWEST_EXPONENT - 2177 }
  const minimumBits = bits.take(15) + 1
  const maximumBits = bits.take(15) + 1
  const precision = bits.take(7) + 1
  const minimumExponent = bits.take(15) - 16495
  if (minimumBits > maximumBits || precision > 64) throw new FilterError('zfp: impossible parameters')
  return { minimumBits, maximumBits, precision, minimumExponent, reversible: minimumExponent < LOWEST_EXPONENT }
}

/** Decodes all blocks and puts what is inside the array of each into its place. */
function placeBlocks(blocks: ZfpBlocks, plain: Int32Array, shape: Header['shape'], words: number): void {
  const [nx, ny, nz, nw] = shape
  for (let w = 0; w < nw; w += 4) {
    for (let z = 0; z < nz; z += 4) {
      for (let y = 0; y < ny; y += 4) {
        for (let x = 0; x < nx; x += 4) {
          blocks.next()
          const row = Math.min(4, nx - x) * words
          for (let l = 0; l < Math.min(4, nw - w); l++) {
            for (let k = 0; k < Math.min(4, nz - z); k++) {
              for (let j = 0; j < Math.min(4, ny - y); j++) {
                const to = ((((w + l) * nz + z + k) * ny + y + j) * nx + x) * words
                const from = ((l * 4 + k) * 4 + j) * 4 * words
                for (let i = 0; i < row; i++) plain[to + i] = blocks.words[from + i]
              }
            }
          }
        }
      }
    }
  }
}

/** Turns the bytes of each value around. */
function turn(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse()
}
