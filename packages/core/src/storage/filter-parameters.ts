import { FilterError } from '../errors.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { nbitParameters } from './filter-parameters-nbit.ts'
import { scaleOffsetParameters } from './filter-parameters-scale-offset.ts'
import { typeBits, typeOrder } from './filter-parameters-type.ts'

/** What a filter's parameters may depend on. */
export interface FilteredDataset {
  type: Datatype
  /** In elements. */
  chunkShape: readonly number[]
  /** One element; `default` where none was chosen, which is zeros, `undefined` where there is to be none at all. */
  fill: Uint8Array | 'default' | 'undefined'
}

type Derivation = (parameters: readonly number[], dataset: FilteredDataset) => number[]

/** Filters of which the user gives only some parameters, or none. */
const DERIVATIONS: ReadonlyMap<number, Derivation> = new Map<number, Derivation>([
  [2, shuffleParameters],
  [4, szipParameters],
  [5, (_, { type, chunkShape }) => nbitParameters(type, elements(chunkShape))],
  [6, (parameters, { type, chunkShape, fill }) => scaleOffsetParameters(parameters, type, elements(chunkShape), fill)],
  [32000, lzfParameters],
  [32001, bloscParameters],
  [32008, bitshuffleParameters],
])

/**
 * The filters of a new dataset with all the parameters that its file has to have, as the C library and the plugins
 * complete them when a dataset is created.
 *
 * @throws FilterError where a filter does not suit the dataset
 */
export function completeFilters(filters: readonly FilterStep[], dataset: FilteredDataset): FilterStep[] {
  return filters.map((step) => {
    const derive = DERIVATIONS.get(step.id)
    return derive === undefined ? step : { ...step, parameters: derive(step.parameters, dataset) }
  })
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, count) => product * count, 1)
}

/** Filter 2: the size of an element. */
function shuffleParameters(_: readonly number[], { type }: FilteredDataset): number[] {
  return [type.size]
}

const SZIP_LITTLE_ENDIAN = 8
const SZIP_BIG_ENDIAN = 16
const MOST_BLOCKS_OF_SCANLINE = 128
const MOST_PIXELS_OF_SCANLINE = 4096

/** Filter 4: options and pixels per block are given; bits of a pixel and pixels of a scanline follow. */
function szipParameters(parameters: readonly number[], { type, chunkShape }: FilteredDataset): number[] {
  const [options = 0, block = 0] = parameters
  if (block < 2 || block > 32 || block % 2 !== 0) throw new FilterError(`szip: blocks of ${block} pixels`)
  const order = typeOrder(type)
  const bits = typeBits(type)
  if (bits === undefined || (order !== 'LE' && order !== 'BE'))
    throw new FilterError(`szip: elements of class ${type.class} have no pixels`)
  const byteOrder = order === 'LE' ? SZIP_LITTLE_ENDIAN : SZIP_BIG_ENDIAN
  const pixel = bits.offset === 0 ? bits.precision : type.size * 8
  const count = elements(chunkShape)
  if (count < block) throw new FilterError(`szip: blocks of ${block} pixels in chunks of ${count} elements`)
  const row = chunkShape[chunkShape.length - 1] ?? 1
  const line = row < block ? count : row
  const scanline = row > MOST_PIXELS_OF_SCANLINE ? Number.POSITIVE_INFINITY : line
  return [
    (options & ~(SZIP_LITTLE_ENDIAN | SZIP_BIG_ENDIAN)) | byteOrder,
    block,
    pixel <= 24 ? pixel : pixel <= 32 ? 32 : Math.max(pixel, 64),
    Math.min(block * MOST_BLOCKS_OF_SCANLINE, scanline),
  ]
}

/** What h5py says of itself: the version of its filter, and of LZF. */
const LZF_VERSIONS = [4, 0x0105]

/** Filter 32000: versions, and the bytes of a chunk. */
function lzfParameters(_: readonly number[], { type, chunkShape }: FilteredDataset): number[] {
  return [...LZF_VERSIONS, elements(chunkShape) * type.size]
}

/** Versions of the filter and of Blosc's format. */
const BLOSC_VERSIONS = [2, 2]
const LARGEST_BLOSC_ELEMENT = 255

/** Filter 32001: the first four are versions, size of an element and bytes of a chunk; the user's come after them. */
function bloscParameters(parameters: readonly number[], { type, chunkShape }: FilteredDataset): number[] {
  const size = type.class === 'array' ? type.base.size : type.size
  const bytes = elements(chunkShape) * type.size
  return [...BLOSC_VERSIONS, size > LARGEST_BLOSC_ELEMENT ? 1 : size, bytes, ...parameters.slice(4)]
}

/** Versions of bitshuffle. */
const BITSHUFFLE_VERSIONS = [0, 5]

/** Filter 32008: versions and the size of an element, then what the user gives: block size, codec, level. */
function bitshuffleParameters(parameters: readonly number[], { type }: FilteredDataset): number[] {
  const [block = 0] = parameters
  if (block % 8 !== 0) throw new FilterError(`bitshuffle: blocks of ${block} elements, which is no multiple of 8`)
  return [...BITSHUFFLE_VERSIONS, type.size, ...parameters]
}
