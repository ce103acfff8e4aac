import type { Filter } from './pipeline.ts'

/**
 * Filters that round the values before they are stored, so that what comes after compresses better: there is nothing to
 * undo, and values that are written again are rounded already.
 */
export const rounding: Filter[] = [
  { id: 32022, name: 'BitGroom', decode: (bytes) => bytes, encode: (bytes) => bytes },
  { id: 32023, name: 'Granular BitRound', decode: (bytes) => bytes, encode: (bytes) => bytes },
]
