import { FilterError } from '../errors.ts'
import { LIBRARY_FILTERS } from '../filters/library-filters.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { Datatype } from '../format/messages/datatype.ts'

/** The filters of a new dataset, as h5py names them. */
export interface FilterOptions {
  /** A filter's name, its registered number, or with `gzip` meant, true; none where it is not given. */
  compression?: 'gzip' | 'lzf' | 'szip' | 'zstd' | 'lz4' | 'bzip2' | 'blosc' | 'bitshuffle' | number | true | undefined
  /** gzip: the level, 0 to 9, default 4; szip: `['nn' or 'ec', pixels]`; others: their parameters. */
  compressionOptions?: number | readonly (number | 'nn' | 'ec')[] | undefined
  /** Bytes of the elements sorted by their place, which makes compression more effective. */
  shuffle?: boolean | undefined
  /** A checksum of each chunk. */
  fletcher32?: boolean | undefined
  /** Integers: bits of each, true for as many as a chunk needs; floats: decimal digits that are kept. */
  scaleOffset?: number | true | undefined
  /** All steps instead of the above, with the parameters that a user gives. */
  filters?: readonly FilterStep[] | undefined
}

const DEFLATE = 1
const SHUFFLE = 2
const FLETCHER32 = 3
const SZIP = 4
const SCALE_OFFSET = 6

const NUMBERS = {
  gzip: DEFLATE,
  szip: SZIP,
  lzf: 32000,
  blosc: 32001,
  lz4: 32004,
  bzip2: 307,
  bitshuffle: 32008,
  zstd: 32015,
}

const USUAL_LEVEL = 4
const ENTROPY_CODING = 4
const NEAREST_NEIGHBOUR = 32
const USUAL_PIXELS = 8

const FLOAT_DIGITS = 0
const INTEGER_BITS = 2

/** The steps that options mean, in the order in which h5py has them. */
export function filterSteps(options: FilterOptions, type: Datatype): FilterStep[] {
  const { compression, shuffle = false, fletcher32 = false, scaleOffset, filters } = options
  if (filters !== undefined) return [...filters]
  const steps: FilterStep[] = []
  if (scaleOffset !== undefined) steps.push(scaleOffsetStep(scaleOffset, type))
  if (shuffle) steps.push(step(SHUFFLE, []))
  if (compression !== undefined) steps.push(compressionStep(compression, options.compressionOptions))
  if (fletcher32) steps.push({ ...step(FLETCHER32, []), optional: false })
  return steps
}

function compressionStep(
  compression: NonNullable<FilterOptions['compression']>,
  given: FilterOptions['compressionOptions'],
): FilterStep {
  // As in h5py, a small number is a level of gzip.
  if (typeof compression === 'number' && compression < 10) return deflateStep(compression)
  const id = compression === true ? DEFLATE : typeof compression === 'number' ? compression : NUMBERS[compression]
  if (id === undefined) throw new FilterError(`no compression is called "${compression}"`)
  const list = given === undefined ? [] : typeof given === 'number' ? [given] : given
  if (id === DEFLATE) return deflateStep(list[0] ?? USUAL_LEVEL)
  if (id === SZIP) return szipStep(list)
  return step(id, list.map(numeric))
}

function step(id: number, parameters: readonly number[]): FilterStep {
  return { id, name: LIBRARY_FILTERS[id] ?? '', parameters, optional: true }
}

function deflateStep(level: number | string): FilterStep {
  if (typeof level !== 'number' || !Number.isInteger(level) || level < 0 || level > 9) {
    throw new FilterError(`gzip has levels from 0 to 9, and not ${level}`)
  }
  return step(DEFLATE, [level])
}

function szipStep([coding = 'nn', pixels = USUAL_PIXELS]: readonly (number | string)[]): FilterStep {
  const option = coding === 'ec' ? ENTROPY_CODING : NEAREST_NEIGHBOUR
  return step(SZIP, [option, numeric(pixels)])
}

function numeric(value: number | string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw new FilterError(`a filter has whole numbers for parameters, and not ${value}`)
}

function scaleOffsetStep(scale: number | true, type: Datatype): FilterStep {
  if (type.class === 'fixed-point') return step(SCALE_OFFSET, [INTEGER_BITS, scale === true ? 0 : scale])
  if (type.class !== 'floating-point')
    throw new FilterError(`scale-offset is for numbers, not for a ${type.class} type`)
  if (scale === true) throw new FilterError('scale-offset needs to know how many decimal digits of floats to keep')
  return step(SCALE_OFFSET, [FLOAT_DIGITS, scale])
}
