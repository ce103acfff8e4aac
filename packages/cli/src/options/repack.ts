import type { DriverName } from '@h5kit/core/node'
import type { DriverChoice } from './driver.ts'
import { ANY_DRIVER } from './driver.ts'

/** A filter that datasets are to have. */
export interface FilterRequest {
  /** Its registered number; 0 stands for no filter at all. */
  id: number
  /** Client data values, before those that follow from the dataset. */
  values: readonly number[]
  /** What the command line says of a filter of another maker; the library's own ones know it themselves. */
  optional: boolean | undefined
}

/**
 * A layout that datasets are to have. `unchunked` is that of chunks that there are none of; chunks without a shape are
 * those of which the command line forgot it.
 */
export type LayoutRequest =
  | { kind: 'compact' }
  | { kind: 'contiguous'; unchunked?: true }
  | { kind: 'chunked'; chunk: readonly number[] }

/** What is asked for one dataset, by its path as the command line has it. */
export interface ObjectRequest {
  path: string
  filters: FilterRequest[]
  layout: LayoutRequest | undefined
}

/** How a file manages its space; what is undefined is as in the source. */
export interface SpaceRequest {
  strategy: 'fsm-aggr' | 'page' | 'aggr' | 'none' | undefined
  persist: boolean | undefined
  /** In bytes. */
  threshold: number | undefined
  /** In bytes. */
  pageSize: number | undefined
}

/** Least sizes in bytes of messages that are shared, by their kinds; 0 where they are not. */
export interface SharedSizes {
  dataspace: number
  datatype: number
  fillValue: number
  filterPipeline: number
  attribute: number
}

/** What `h5repack` was asked for. */
export interface RepackOptions {
  input: string
  output: string
  /** 0 says nothing, 1 each object, 2 also how long it took. */
  verbose: 0 | 1 | 2
  native: boolean
  /** Numbers of releases, 0 for the earliest to 5 for the latest. */
  low: number
  high: number
  merge: boolean
  prune: boolean
  /** Most links that a group keeps in its header, and fewest that it keeps elsewhere. */
  compactLinks: number
  indexedLinks: number
  shared: SharedSizes
  /** Datasets of fewer bytes keep their layout and filters. */
  minimum: number
  userBlockFile: string | undefined
  /** In bytes; 0 where it is as the source's. */
  userBlock: number
  /** Whether that size is a guess, since there was a file and no size. */
  userBlockGuessed: boolean
  /** In bytes. */
  metadataBlock: number
  /** In bytes. */
  threshold: number
  /** In bytes; 0 where nothing is aligned. */
  alignment: number
  sortBy: 'name' | 'creation'
  descending: boolean
  /** For all datasets, in their order. */
  filters: FilterRequest[]
  /** For all datasets. */
  layout: LayoutRequest | undefined
  /** The layout that was asked for last, for all datasets or for some. */
  lastLayout: LayoutRequest | undefined
  objects: ObjectRequest[]
  space: SpaceRequest
  source: DriverChoice
  target: DriverName | undefined
  /** Bytes of a new family's members; undefined where they are as many as usual. */
  memberSize: number | undefined
  /** Threads that decode and encode; undefined for as many as there are processors. */
  jobs: number | undefined
  /** Bytes that raw data may take in memory. */
  maxMemory: number
  inPlace: boolean
  verify: boolean
  dryRun: boolean
  /** Paths that are left out. */
  drop: string[]
  keepPrefilters: boolean
}

/**
 * What the command line comes to. A mistake says how far the reference would have come, which it tells on stdout:
 * not through an option; not through all options; or through a file of options, after which it ends without an error.
 * Surplus are file names behind those of the options, which it does not look at.
 */
export type RepackCommand =
  | { kind: 'repack'; options: RepackOptions; notes: string[]; surplus: readonly string[] }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string; during: 'option' | 'parsing' | 'file' }

export function repackDefaults(): RepackOptions {
  return {
    input: '',
    output: '',
    verbose: 0,
    native: false,
    low: 1,
    high: 5,
    merge: false,
    prune: false,
    compactLinks: 0,
    indexedLinks: 0,
    shared: { dataspace: 0, datatype: 0, fillValue: 0, filterPipeline: 0, attribute: 0 },
    minimum: 0,
    userBlockFile: undefined,
    userBlock: 0,
    userBlockGuessed: false,
    metadataBlock: 0,
    threshold: 0,
    alignment: 0,
    sortBy: 'creation',
    descending: false,
    filters: [],
    layout: undefined,
    lastLayout: undefined,
    objects: [],
    space: { strategy: undefined, persist: undefined, threshold: undefined, pageSize: undefined },
    source: ANY_DRIVER,
    target: undefined,
    memberSize: undefined,
    jobs: undefined,
    maxMemory: 256 << 20,
    inPlace: false,
    verify: false,
    dryRun: false,
    drop: [],
    keepPrefilters: false,
  }
}
