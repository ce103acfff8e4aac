import type { Dataset, DatasetChange, FilterStep, NewLayout } from '@h5kit/core'
import { completeChange, LIBRARY_FILTERS, WriteError } from '@h5kit/core'
import type { FilterRequest, ObjectRequest, RepackOptions } from '../options/repack.ts'
import { isAnyAsked } from '../render/repack.ts'

/** What becomes of a dataset. */
export type Decision =
  /** It is copied as it is. */
  | { kind: 'copied' }
  /** Its elements are read and written. */
  | {
      kind: 'written'
      change: DatasetChange
      /** Filters were asked for, or it has some. */
      filtered: boolean
      /** Why it keeps its layout and filters, where that is so. */
      kept: 'small' | 'impossible' | undefined
      /** What is impossible. */
      reason?: string
      /** Filters that were dropped although nobody asked for that. */
      lost: readonly FilterStep[]
    }

const NONE = 0
const SHUFFLE = 2
const FLETCHER32 = 3
const SZIP = 4
const SCALE_OFFSET = 6
const LAST_FILTER = 65_535
/** Of floats by decimal digits, of floats by bits, of integers. */
const LAST_SCALING = 2
/** What the library asks of szip besides: K13 codes, and no header. */
const SZIP_ALWAYS = 1 | 128
const BITSHUFFLE = 32008
/** Filters that make elements easier to compress. */
const PREFILTERS = [SHUFFLE, BITSHUFFLE]
/**
 * Filters that compress bytes of any meaning: deflate, LZO, bzip2, LZF, Blosc, LZ4, Zstandard, Blosc 2. Others look for
 * the bits of elements, and of shuffled ones they would not keep them.
 */
const COMPRESSIONS: ReadonlySet<number> = new Set([1, 305, 307, 32000, 32001, 32004, 32015, 32026])

/** Bytes that are read and written at once where nothing is chunked. */
const STRIP = 32 << 20

/** Larger datasets do not become compact. */
const LARGEST_COMPACT = 64_512

/** Decides as the reference does what becomes of a dataset. WriteError where it would give up. */
export function decide(dataset: Dataset, path: string, options: RepackOptions, afterReference: boolean): Decision {
  const { type } = dataset
  const plain = !isAnyAsked(options) && !afterReference && !hasSequences(dataset) && dataset.committed === undefined
  if (plain) return { kind: 'copied' }
  const size = dataset.space.kind === 'simple' ? dataset.shape.reduce((n, size) => n * size, type.size) : type.size
  const small = options.lastLayout?.kind !== 'compact' && size < options.minimum
  const wanted = small ? UNCHANGED : request(dataset, path, options)
  const fixed = losesGrowth(path, size, options)
  const filtered = !small && dataset.filters.length > 0
  const original: DatasetChange = { native: options.native, fixed }
  const gathered = dataset.externalFiles.length > 0
  try {
    const { layout, filters, lost } = wanted
    const change = completeChange(dataset, { ...original, gathered, layout, filters })
    return { kind: 'written', change, filtered, kept: small ? 'small' : undefined, lost }
  } catch (error) {
    if (!(error instanceof WriteError)) throw error
    const change = completeChange(dataset, original)
    return { kind: 'written', change, filtered, kept: 'impossible', reason: error.message, lost: [] }
  }
}

function hasSequences({ type }: Dataset): boolean {
  return containsSequence(type)
}

function containsSequence(type: Dataset['type']): boolean {
  switch (type.class) {
    case 'variable-length':
      return true
    case 'array':
      return containsSequence(type.base)
    case 'compound':
      return type.members.some((member) => containsSequence(member.type))
    default:
      return false
  }
}

/** A dataset that is asked for by name loses its greatest dimensions unless it gets chunks. */
function losesGrowth(path: string, size: number, options: RepackOptions): boolean {
  const { lastLayout, layout, objects } = options
  if (lastLayout === undefined || lastLayout.kind === 'chunked') return false
  if (lastLayout.kind === 'compact' && size > LARGEST_COMPACT) return false
  return objects.length > 0 ? requestOf(path, objects) !== undefined : layout !== undefined
}

/** What is asked for a dataset by its first path. */
export function requestOf(path: string, objects: readonly ObjectRequest[]): ObjectRequest | undefined {
  return objects.find((object) => `/${object.path.replace(/^\//, '')}` === path)
}

interface Wanted {
  layout: NewLayout | undefined
  filters: FilterStep[] | undefined
  lost: readonly FilterStep[]
}

const UNCHANGED: Wanted = { layout: undefined, filters: undefined, lost: [] }

/** The layout and filters that the command line asks for; nothing for what is no array. */
function request(dataset: Dataset, path: string, options: RepackOptions): Wanted {
  if (dataset.shape.length === 0) return UNCHANGED
  const object = requestOf(path, options.objects)
  const asked = askedFilters(object, options)
  const layout = options.layout ?? object?.layout
  const old = dataset.chunkShape
  const filters = asked.filter(({ id }) => id !== NONE).map((filter) => step(filter))
  if (asked.length > 0 && layout !== undefined && layout.kind !== 'chunked' && filters.length > 0) {
    throw new WriteError(`filters in a ${layout.kind} layout`)
  }
  if (layout?.kind === 'chunked' && layout.chunk.length === 0) throw new WriteError('chunks without a shape')
  checkFilters(filters)
  if (layout?.kind === 'contiguous') return { layout, filters: [], lost: [] }
  if (layout?.kind === 'compact') return { layout, filters: asked.length > 0 ? [] : undefined, lost: [] }
  if (asked.length === 0) return { layout, filters: undefined, lost: [] }
  if (layout === undefined && old === undefined) {
    const chunk = strip(dataset)
    if (filters.length > 0 && chunk.includes(0)) throw new WriteError('filters for a dataset without elements')
    return filters.length === 0
      ? { layout: undefined, filters: dataset.filters.length > 0 ? [] : undefined, lost: [] }
      : { layout: { kind: 'chunked', chunk }, filters, lost: [] }
  }
  const bare = onlyCompress(filters) ? dataset.filters.filter(({ id }) => PREFILTERS.includes(id)) : []
  const kept = options.keepPrefilters ? [...bare.map(plainly), ...filters] : filters
  return {
    layout: layout ?? (old && { kind: 'chunked', chunk: old }),
    filters: kept,
    lost: options.keepPrefilters ? [] : bare,
  }
}

/** Whether filters compress bytes and do no more, but for a checksum: what made elements easier to compress is of use then. */
function onlyCompress(filters: readonly FilterStep[]): boolean {
  const others = filters.filter(({ id }) => id !== FLETCHER32)
  return others.length > 0 && others.every(({ id }) => COMPRESSIONS.has(id))
}

/** A filter as it is asked for; bitshuffle without the compression that it may bring along. */
function plainly(step: FilterStep): FilterStep {
  return step.id === BITSHUFFLE ? { ...step, parameters: step.parameters.slice(3, 4) } : step
}

/** What the library refuses to note of filters, whatever they are for. */
function checkFilters(filters: readonly FilterStep[]): void {
  for (const { id, parameters } of filters) {
    if (id > LAST_FILTER) throw new WriteError(`filters have numbers up to ${LAST_FILTER}, not ${id}`)
    if (id === SCALE_OFFSET && parameters[0] > LAST_SCALING) throw new WriteError(`no way of scaling ${parameters[0]}`)
  }
}

/** Filters for all objects, of which one that is named for another reason gets the first alone. */
function askedFilters(object: ObjectRequest | undefined, { filters }: RepackOptions): readonly FilterRequest[] {
  if (filters.length === 0) return object?.filters ?? []
  return object === undefined ? filters : filters.slice(0, 1)
}

function step({ id, values, optional }: FilterRequest): FilterStep {
  const parameters = id === SZIP ? [values[0] | SZIP_ALWAYS, values[1]] : values
  // Without a checksum a chunk is not what was asked for.
  return { id, name: LIBRARY_FILTERS[id] ?? '', parameters, optional: optional ?? id !== FLETCHER32 }
}

/** As many elements as are handled at once, from the last axis on. */
function strip({ shape, type }: Dataset): number[] {
  const chunk = [...shape]
  let bytes = type.size
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (bytes === 0) throw new WriteError('filters for a dataset without elements')
    chunk[axis] = Math.min(shape[axis], Math.max(1, Math.floor(STRIP / bytes)))
    bytes *= chunk[axis]
  }
  return chunk
}
