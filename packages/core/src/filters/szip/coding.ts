/**
 * How szip codes samples: CCSDS 121.0-B lossless data compression, as the filter's parameters choose it. Samples come in
 * blocks of a few, and blocks in intervals that start anew.
 */
export interface SzipCoding {
  /** Bits of a sample: 1 to 31. */
  bits: number
  /** Bytes of a sample outside the stream: 1, 2 or 4. */
  sampleBytes: number
  bigEndian: boolean
  /** Samples of a block: an even number. */
  blockSize: number
  /** Blocks of an interval. */
  blocks: number
  /** Samples of an interval that are data; what is missing for whole blocks is padding. */
  line: number
  /** Whether each sample is coded as its difference from the one before. */
  nearestNeighbour: boolean
  /** Bits of what tells how a block is coded. */
  idBits: number
}

/** Zero blocks are counted by segments of so many. */
export const SEGMENT = 64
/** This count of zero blocks stands for all that are left in the segment. */
export const REST_OF_SEGMENT = 5
