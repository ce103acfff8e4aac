import { FilterError } from '../../errors.ts'

/** What stands at the start of a chunk of Blosc, all integers little-endian. */
export interface BloscHeader {
  /** Format of the chunk: 2 of Blosc 1, 3 and above of Blosc 2. */
  readonly version: number
  /** Format of the streams, an index of `FORMATS`; 6 and 7 stand for others. */
  readonly format: number
  /** The chunk is stored as it is. */
  readonly copied: boolean
  /** A block is one stream, rather than one for each byte of an element. */
  readonly whole: boolean
  /** Size in bytes of an element. */
  readonly typeSize: number
  /** Size in bytes of what comes out. */
  readonly plainSize: number
  readonly blockSize: number
  /** Size in bytes of the chunk, header and all. */
  readonly chunkSize: number
  readonly headerSize: number
  /** The filters in the order in which they were applied, 0 where there is none. */
  readonly filters: readonly number[]
  readonly filterParameters: readonly number[]
  /** What the whole chunk consists of, where it is not data: one of the SPECIAL_ numbers. */
  readonly special: number
}

export const NO_FILTER = 0
export const SHUFFLE = 1
export const BIT_SHUFFLE = 2
export const DELTA = 3
export const TRUNCATE = 4

export const SPECIAL_ZERO = 1
export const SPECIAL_NAN = 2
export const SPECIAL_VALUE = 3
export const SPECIAL_UNINITIALIZED = 4

export const HEADER = 16
const EXTENDED_HEADER = 32
export const SHUFFLED_FLAG = 1
const COPIED_FLAG = 2
export const BIT_SHUFFLED_FLAG = 4
const DELTA_FLAG = 8
export const WHOLE_FLAG = 16

const DICTIONARY_FLAG = 1
const INSTRUMENTED_FLAG = 128
const VARIABLE_BLOCKS_FLAG = 1

/** The newest format of Blosc 1. */
export const BLOSC1 = 2

/** Reads a header; FilterError where it contradicts itself or tells of what is not supported. */
export function readHeader(bytes: Uint8Array): BloscHeader {
  if (bytes.length < HEADER) throw new FilterError(`blosc: only ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [version, , flags, typeSize] = bytes
  const plainSize = view.getUint32(4, true)
  const chunkSize = view.getUint32(12, true)
  // Both shuffles at once say that a longer header follows.
  const both = SHUFFLED_FLAG | BIT_SHUFFLED_FLAG
  const extended = version > BLOSC1 && (flags & both) === both
  const headerSize = extended ? EXTENDED_HEADER : HEADER
  if (chunkSize < headerSize || chunkSize > bytes.length)
    throw new FilterError(`blosc: ${chunkSize} bytes announced, ${bytes.length} there`)
  if (typeSize === 0) throw new FilterError('blosc: elements of no size')
  const blockSize = view.getUint32(8, true)
  if (blockSize === 0 && plainSize > 0) throw new FilterError('blosc: blocks of no size')
  const more = extended ? bytes[31] : 0
  if ((more & DICTIONARY_FLAG) !== 0) throw new FilterError('blosc: a dictionary is not supported')
  if ((more & INSTRUMENTED_FLAG) !== 0) throw new FilterError('blosc: chunks with timings hold no data')
  if (extended && (bytes[30] & VARIABLE_BLOCKS_FLAG) !== 0)
    throw new FilterError('blosc: blocks of different sizes are not supported')
  return {
    version,
    format: flags >>> 5,
    copied: (flags & COPIED_FLAG) !== 0,
    whole: (flags & WHOLE_FLAG) !== 0,
    typeSize,
    plainSize,
    blockSize: Math.min(blockSize, plainSize),
    chunkSize,
    headerSize,
    // The first format of Blosc 2 had five filters.
    filters: extended ? [...bytes.subarray(16, version === BLOSC1 + 1 ? 21 : 22)] : filtersOf(flags, version),
    filterParameters: extended ? [...bytes.subarray(24, 30)] : [0, 0],
    special: (more >>> 4) & 7,
  }
}

function filtersOf(flags: number, version: number): number[] {
  const delta = (flags & DELTA_FLAG) !== 0
  if (delta && version <= BLOSC1) throw new FilterError('blosc: a reserved flag is set')
  const shuffle = (flags & SHUFFLED_FLAG) !== 0 ? SHUFFLE : (flags & BIT_SHUFFLED_FLAG) !== 0 ? BIT_SHUFFLE : NO_FILTER
  return delta ? [DELTA, shuffle] : [shuffle]
}
