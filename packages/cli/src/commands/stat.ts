import type { Dataset, Group, H5Object, HeaderSpace, ObjectSizes } from '@h5kit/core'
import { Hdf5Error, LimitError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { StatOptions } from '../options/stat.ts'
import type { Output } from '../output.ts'
import type { Tally } from '../render/stat/tally.ts'
import { countOf, Distribution, OTHER_FILTER, SMALL_SECTION } from '../render/stat/tally.ts'
import { openWithDriver } from './open-driver.ts'
import { compileLittle, LARGE_FILE } from './v8-settings.ts'

/** No dataset has more; the reference has no count of its own for those that have as many. */
const MOST_DIMENSIONS = 32

/** Groups within groups that are gone into; deeper ones can only be damage or malice. */
const DEEPEST_GROUP = 1_000

/** Says something on stderr. */
type Warn = (message: string) => void

/** Reports on one file; returns the exit status. */
export async function stat(options: StatOptions, output: Output, warn: Warn): Promise<number> {
  const name = options.file
  if (!options.json) output.text(`Filename: ${name}\n`)
  const { file, error } = openWithDriver(name, options.driver)
  if (file === undefined) {
    output.flush()
    warn(`${name}: unable to open file${error === undefined ? '' : `: ${error.message}`}`)
    return 1
  }
  if (file.size > LARGE_FILE) compileLittle()
  try {
    const tally = fileTally(file, options, warn)
    if (options.object !== undefined) return objectNames(file, options.object, tally, output, warn)
    count(file, '/', tally, warn)
    if (options.json) output.text((await import('../render/stat/json.ts')).statJson(tally, options))
    else output.text((await import('../render/stat/text.ts')).statText(tally, options))
    return 0
  } catch (failure) {
    if (!(failure instanceof Hdf5Error)) throw failure
    output.flush()
    warn(`${name}: unable to go through its objects: ${where(failure)}`)
    return 1
  } finally {
    file.close()
  }
}

function where({ path, message }: Hdf5Error): string {
  return path === undefined ? message : `${path}: ${message}`
}

/** The reference tells no more of an object than its name, as often as the command line has words. */
function objectNames(
  file: File,
  { path, times }: { path: string; times: number },
  tally: Tally,
  output: Output,
  warn: Warn,
): number {
  try {
    count(file, path, tally, warn)
  } catch (failure) {
    if (!(failure instanceof Hdf5Error)) throw failure
    output.flush()
    warn(`${file.name}: unable to go through "${path}": ${where(failure)}`)
    return 1
  }
  for (let i = 0; i < times; i++) output.text(`Object name ${path}\n`)
  return 0
}

/** Runs what may fail because of the file and is left out then. */
function attempt<T>(what: string, warn: Warn, operation: () => T): T | undefined {
  try {
    return operation()
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    warn(`${what}: ${where(error)}`)
    return undefined
  }
}

/** What there is to say before the objects are looked at. */
function fileTally(file: File, options: StatOptions, warn: Warn): Tally {
  const { strategy, persisting, threshold, pageSize } = file.settings.fileSpace
  const freeSections = new Distribution(SMALL_SECTION)
  const sections = attempt('unable to read the sections of free space', warn, () => file.freeSpaceSections())
  for (const { size } of sections ?? []) freeSections.add(size)
  return {
    fileSize: file.end,
    userBlock: file.userBlockSize,
    fileSizes: attempt('unable to read what the file keeps of itself', warn, () => file.storageSizes),
    space: { strategy, persisting, threshold, pageSize },
    freeSections,
    groups: 0,
    datasets: 0,
    datatypes: 0,
    links: 0,
    others: 0,
    mostLinks: 0,
    headers: { groups: { total: 0, free: 0 }, datasets: { total: 0, free: 0 }, datatypes: { total: 0, free: 0 } },
    groupLinks: new Distribution(options.links),
    groupIndex: 0,
    groupHeap: 0,
    attributes: new Distribution(options.attributes + 1),
    attributeIndex: 0,
    attributeHeap: 0,
    ranks: new Map(),
    dimensions: new Distribution(options.dimensions),
    mostElements: 0,
    layouts: { compact: 0, contiguous: 0, chunked: 0, virtual: 0 },
    filters: new Array<number>(OTHER_FILTER + 1).fill(0),
    types: [],
    rawData: 0,
    externalRawData: 0,
    externalFiles: 0,
    chunkIndex: 0,
    datasetHeap: 0,
  }
}

/** Counts an object and all below it, each once. */
function count(file: File, path: string, tally: Tally, warn: Warn): void {
  const start = file.get(path)
  // The reference goes on where the first object is the one that cannot be read.
  attempt(path, warn, () => countObject(start, tally))
  if (start.kind === 'group') countLinks(start, { tally, seen: new Set([start.address]), entered: new Set() }, 0)
}

/** A walk through the objects of a file. */
interface Walk {
  tally: Tally
  /** Objects with several links that were counted. */
  seen: Set<number>
  /** Groups whose links were counted. */
  entered: Set<number>
}

/** Counts the links of a group, and all that they lead to. */
function countLinks(group: Group, walk: Walk, depth: number): void {
  const { tally, seen, entered } = walk
  if (depth > DEEPEST_GROUP) throw new LimitError(`groups nested more than ${DEEPEST_GROUP} deep`, { path: group.path })
  entered.add(group.address)
  const prefix = group.path.endsWith('/') ? group.path : `${group.path}/`
  let links = 0
  for (const link of group.links()) {
    links++
    if (link.kind === 'soft' || link.kind === 'external') tally.links++
    else if (link.kind === 'user-defined') tally.others++
    else {
      const object = group.file.object(link.address, prefix + link.name)
      if (object.referenceCount > 1) {
        if (seen.has(link.address)) continue
        seen.add(link.address)
      }
      countObject(object, tally)
      if (object.kind !== 'group') continue
      if (entered.has(object.address)) tally.groupLinks.add(object.linkCount)
      else countLinks(object, walk, depth + 1)
    }
  }
  tally.groupLinks.add(links)
}

function countObject(object: H5Object, tally: Tally): void {
  const sizes = object.storageSizes
  tally.mostLinks = Math.max(tally.mostLinks, object.referenceCount)
  if (object.kind === 'group') {
    tally.groups++
    addHeader(tally.headers.groups, sizes.header)
    tally.groupIndex += sizes.index
    tally.groupHeap += sizes.heap
  } else if (object.kind === 'datatype') {
    tally.datatypes++
    addHeader(tally.headers.datatypes, sizes.header)
  } else countDataset(object, sizes, tally)
  tally.attributeIndex += sizes.attributeIndex
  tally.attributeHeap += sizes.attributeHeap
  tally.attributes.add(object.attributeCount)
}

function addHeader(total: HeaderSpace, header: HeaderSpace): void {
  total.total += header.total
  total.free += header.free
}

function countDataset(dataset: Dataset, sizes: ObjectSizes, tally: Tally): void {
  tally.datasets++
  addHeader(tally.headers.datasets, sizes.header)
  const { layout, type, shape, filters } = dataset
  tally.chunkIndex += sizes.index
  tally.datasetHeap += sizes.heap
  const storage = storedBytes(dataset)
  // Elements in the header are raw data.
  if (layout.kind === 'compact') tally.headers.datasets.total -= storage
  tally.layouts[layout.kind]++
  const external = dataset.externalFiles.length
  tally.externalFiles += external
  if (external > 0) tally.externalRawData += storage
  else tally.rawData += storage
  tally.ranks.set(shape.length, (tally.ranks.get(shape.length) ?? 0) + 1)
  if (shape.length === 1) {
    tally.dimensions.add(shape[0])
    tally.mostElements = Math.max(tally.mostElements, shape[0])
  } else if (shape.length === MOST_DIMENSIONS) tally.mostElements++
  const types = countOf(tally.types, type)
  types.count++
  if (dataset.committed !== undefined) types.named++
  if (filters.length === 0) tally.filters[0]++
  for (const { id } of filters) tally.filters[Math.min(id, OTHER_FILTER)]++
}

/** Bytes that the elements take; the reference counts none where that cannot be told. */
function storedBytes(dataset: Dataset): number {
  try {
    return dataset.storageSize
  } catch (error) {
    if (error instanceof Hdf5Error) return 0
    throw error
  }
}
