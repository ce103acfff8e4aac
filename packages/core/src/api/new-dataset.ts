import { refersElsewhere } from '../datatype/conversion/convert.ts'
import type { SequenceTarget } from '../datatype/sequences.ts'
import { typeInFile } from '../datatype/type-in-file.ts'
import { parseType } from '../datatype/type-text.ts'
import { encodeValues } from '../datatype/value/encode.ts'
import type { Value } from '../datatype/values.ts'
import { FilterError, WriteError } from '../errors.ts'
import type { FilterPipeline, FilterStep } from '../filters/pipeline.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { FillValue } from '../format/messages/fill-value.ts'
import { EARLY, IF_SET, INCREMENTAL, LATE, NEVER, ON_ALLOCATION } from '../format/messages/fill-value.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { ExternalFileSegment, OpenRawData } from '../storage/external-data.ts'
import { ExternalStore, externalSize } from '../storage/external-data.ts'
import { completeFilters } from '../storage/filter-parameters.ts'
import { fillBytes } from '../storage/runs.ts'
import { chunkLayout } from '../write/chunk-layout.ts'
import type { AttributeContent, DatasetDraft, ExistingObject, Places, TypeDraft } from '../write/drafts.ts'
import type { ElementBytes } from '../write/element-bytes.ts'
import { writeElements, writeElementsAsync } from '../write/element-bytes.ts'
import type { Emitter } from '../write/emitter.ts'
import type { GlobalHeapBuilder } from '../write/global-heap-builder.ts'
import { HeapTarget } from '../write/heap-target.ts'
import type { Versions } from '../write/version-bounds.ts'
import { autoChunks } from './auto-chunks.ts'
import type { FilterOptions } from './new-filters.ts'
import { filterSteps } from './new-filters.ts'
import type { ArrayData, FlatData } from './new-values.ts'
import { bytesOf, flatten, holdsReferences, isList, typeOfData } from './new-values.ts'

/** What makes the parts of new objects in a file. */
export interface Workshop {
  emitter: Emitter
  /** Where variable-length data goes. */
  heap: GlobalHeapBuilder
  versions: Versions
  pipeline: FilterPipeline
  /** Opens files that are to have elements of datasets. */
  openRawData: OpenRawData
}

/** A type: itself, as a text that parseType takes, or one that is committed. */
export type TypeInput = Datatype | string | { type: Datatype; committed: TypeDraft | ExistingObject }

/** What a new dataset is like. */
export interface DatasetOptions extends FilterOptions {
  /** Size along each axis, in elements; [] for a scalar, null for no elements at all. By default that of the data. */
  shape?: readonly number[] | number | null | undefined
  /** By default what the data is, see `typeOfData`; 4-byte floats where there is none, as in h5py. */
  type?: TypeInput | undefined
  /** Largest size along each axis, null where it is unlimited; true for all unlimited. By default the shape. */
  maxShape?: readonly (number | null)[] | true | undefined
  /** Shape of a chunk, or true for h5py's choice; where it is not given, chunks are used where something needs them. */
  chunks?: readonly number[] | boolean | undefined
  /** Elements in the object header: of small datasets. */
  compact?: boolean | undefined
  /** What elements that were never written read as; null for no such value at all. By default zeros. */
  fillValue?: Value | undefined
  /** When the fill value is written to storage. Default 'if-set'; then on allocation where it leads elsewhere. */
  fillTime?: 'if-set' | 'allocation' | 'never' | undefined
  /** When storage is allocated; by default when it is needed. */
  allocationTime?: 'early' | 'late' | 'incremental' | undefined
  /**
   * The elements: values, nested or in C order; one value for all; or bytes in the dataset's type. What these refer to
   * goes where the function that makes them is told.
   */
  data?: ArrayData | ElementBytes | ((target: SequenceTarget) => ElementBytes) | undefined
  /** Whether attributes keep the order of their creation. */
  trackOrder?: boolean | undefined
  /** Whether times are stored. Default false, as in h5py. */
  trackTimes?: boolean | undefined
  /**
   * Other files that hold the elements, which go there along with this file: where it is given up, or does not come to be,
   * they stay as they were. What else is in them stays; one that is not there is made where there are elements. Names are
   * looked for in the folder of HDF5_EXTFILE_PREFIX, or else from the current folder.
   */
  external?: readonly ExternalFileSegment[] | undefined
  /** Other datasets that the elements are in, and are written to: no `data` is taken. */
  virtual?: readonly VirtualMapping[] | undefined
}

/** A dataset that is described, with elements that are still to be written. */
interface Prepared {
  draft: DatasetDraft
  elements: ElementBytes | undefined
}

/** Makes a dataset and writes its elements, those apart that hold references: they come when the file is finished. */
export function newDataset(workshop: Workshop, options: DatasetOptions): DatasetDraft {
  const { draft, elements } = prepare(workshop, options)
  if (elements !== undefined) writeElements(workshop.emitter, workshop.pipeline, draft, elements)
  return draft
}

/** As `newDataset`, with filters on several threads where there are such. */
export async function newDatasetAsync(workshop: Workshop, options: DatasetOptions): Promise<DatasetDraft> {
  const { draft, elements } = prepare(workshop, options)
  if (elements !== undefined) await writeElementsAsync(workshop.emitter, workshop.pipeline, draft, elements)
  return draft
}

function prepare(workshop: Workshop, options: DatasetOptions): Prepared {
  const { trackOrder = false, trackTimes = false, external, virtual } = options
  const data = typeof options.data === 'function' ? options.data(immediate(workshop)) : options.data
  const { type, committed } = resolveType(workshop, options.type, data)
  const raw = isElementBytes(data) ? data : undefined
  const given = typeof options.shape === 'number' ? [options.shape] : options.shape
  const flat = data === undefined || isElementBytes(data) || given === null ? undefined : flatten(data, type, given)
  const shape = given === null ? null : (flat?.shape ?? given ?? [])
  if (raw !== undefined && given === undefined) throw new WriteError('bytes of elements need a shape')
  const space = dataspace(shape, options.maxShape)
  const steps = filterSteps(options, type)
  const layout = chooseLayout(workshop, options, space, type, steps.length > 0)
  const fill = fillSetting(workshop, options, layout, type)
  const filters =
    layout.kind === 'chunked'
      ? completeFilters(steps, { type, chunkShape: layout.dimensions, fill: fillOf(fill) })
      : NO_FILTERS
  const missing = filters.length === 0 ? undefined : workshop.pipeline.missing(filters)
  if (missing !== undefined) throw new FilterError(`no filter ${missing.id} is available`)
  const draft: DatasetDraft = {
    kind: 'dataset',
    attributes: [],
    attributeOrder: trackOrder ? 'indexed' : 'none',
    times: trackTimes ? now() : undefined,
    type,
    committed,
    space,
    layout,
    chunks: layout.kind === 'chunked' ? [] : NO_CHUNKS,
    filters,
    fill,
    external,
    outside: external && new ExternalStore(external, workshop.openRawData),
    mappings: virtual,
  }
  if (flat === undefined) return { draft, elements: raw ?? empty(draft) }
  if (!holdsReferences(type)) return { draft, elements: inMemory(bytesOf(type, flat, immediate(workshop))) }
  defer(workshop, draft, flat)
  return { draft, elements: undefined }
}

// Most datasets of a file with very many have neither, and share that.
const NO_FILTERS: readonly FilterStep[] = []
const NO_CHUNKS: ChunkEntry[] = []
Object.freeze(NO_CHUNKS)

/** Elements that hold addresses are written when all objects have theirs. */
function defer({ emitter, pipeline }: Workshop, draft: DatasetDraft, flat: FlatData): void {
  const { layout, space, type } = draft
  if (layout.kind === 'compact') draft.layout = { ...layout, data: new Uint8Array(elementCount(space) * type.size) }
  draft.deferred = (places) => {
    const bytes = bytesOf(type, flat, new HeapTarget(emitter.sizes, places))
    writeElements(emitter, pipeline, draft, inMemory(bytes))
  }
}

/** The attribute that a value makes. */
export function newAttribute(
  workshop: Workshop,
  name: string,
  value: ArrayData,
  options: Pick<DatasetOptions, 'shape' | 'type'> = {},
): AttributeContent {
  const { type, committed } = resolveType(workshop, options.type, value)
  const given = typeof options.shape === 'number' ? [options.shape] : options.shape
  if (given === null) return { name, type, committed, space: dataspace(null, undefined), data: new Uint8Array(0) }
  const flat: FlatData = flatten(value, type, given)
  const space = dataspace(flat.shape, undefined)
  if (!holdsReferences(type)) return { name, type, committed, space, data: bytesOf(type, flat, immediate(workshop)) }
  const { sizes } = workshop.emitter
  return { name, type, committed, space, data: (places) => bytesOf(type, flat, new HeapTarget(sizes, places)) }
}

/** Seconds since 1970, four times. */
export function now() {
  const time = Math.floor(Date.now() / 1000)
  return { access: time, modification: time, change: time, birth: time }
}

/** A type as the file has it. */
function resolveType(
  { emitter }: Workshop,
  input: TypeInput | undefined,
  data: ArrayData | ElementBytes | undefined,
): { type: Datatype; committed: TypeDraft | ExistingObject | undefined } {
  const { type, committed } = askedType(input, data)
  return { type: typeInFile(type, emitter.sizes), committed }
}

function askedType(
  input: TypeInput | undefined,
  data: ArrayData | ElementBytes | undefined,
): { type: Datatype; committed: TypeDraft | ExistingObject | undefined } {
  if (typeof input === 'string') return { type: parseType(input), committed: undefined }
  if (input === undefined) {
    const type = data === undefined || isElementBytes(data) ? parseType('<f4') : typeOfData(data)
    return { type, committed: undefined }
  }
  return 'committed' in input ? input : { type: input, committed: undefined }
}

function isElementBytes(data: ArrayData | ElementBytes | undefined): data is ElementBytes {
  if (typeof data !== 'object' || data === null || isList(data)) return false
  return 'view' in data && typeof data.view === 'function'
}

/** What elements refer to goes into the file at once. */
export function immediate({ emitter, heap }: Workshop): HeapTarget {
  const places: Places = {
    addressOf: () => {
      throw new WriteError('a reference where none is expected')
    },
    store: (bytes) => heap.add(bytes),
  }
  return new HeapTarget(emitter.sizes, places)
}

function inMemory(bytes: Uint8Array): ElementBytes {
  return { size: bytes.length, view: (start, length) => bytes.subarray(start, start + length) }
}

/** What a dataset without data has where storage cannot wait: its fill value. */
function empty(draft: DatasetDraft): ElementBytes | undefined {
  const { fill, layout, external, space, type } = draft
  const early = fill.allocationTime === EARLY && layout.kind !== 'virtual' && external === undefined
  if (!early) return undefined
  const size = elementCount(space) * type.size
  const piece = new Uint8Array(Math.min(size, Math.ceil(65_536 / type.size) * type.size))
  fillBytes(piece, fill.value)
  let room = piece
  const view = (start: number, length: number): Uint8Array => {
    if (length > room.length) {
      room = new Uint8Array(Math.ceil(length / type.size + 1) * type.size)
      fillBytes(room, fill.value)
    }
    const from = start % type.size
    return room.subarray(from, from + length)
  }
  return { size, view }
}

function dataspace(shape: readonly number[] | null, maxShape: DatasetOptions['maxShape']): Dataspace {
  if (shape === null) return { version: 2, kind: 'null', dimensions: [], maximum: undefined }
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw new WriteError(`(${shape.join(', ')}) is no shape`)
  }
  if (shape.length === 0) return { version: 1, kind: 'scalar', dimensions: [], maximum: undefined }
  const limits = maxShape === true ? shape.map(() => null) : maxShape
  if (limits !== undefined && limits.length !== shape.length) {
    throw new WriteError(`a largest shape of ${limits.length} dimensions for a shape of ${shape.length}`)
  }
  const maximum = limits?.map((limit, axis) => {
    if (limit !== null && limit < shape[axis]) throw new WriteError(`axis ${axis} is larger than its largest size`)
    return limit ?? UNDEFINED
  })
  return { version: 1, kind: 'simple', dimensions: [...shape], maximum }
}

function chooseLayout(
  { emitter, versions }: Workshop,
  options: DatasetOptions,
  space: Dataspace,
  type: Datatype,
  filtered: boolean,
): DataLayout {
  const { chunks, maxShape, compact = false, external, virtual, allocationTime } = options
  const version = Math.max(3, versions.dataLayout)
  if (virtual !== undefined) return { kind: 'virtual', version: Math.max(4, version), address: UNDEFINED, index: 0 }
  const grows = maxShape !== undefined && external === undefined
  const chunked = Array.isArray(chunks) || chunks === true || (chunks !== false && (grows || filtered))
  const size = elementCount(space) * type.size
  if (!chunked) {
    if (filtered) throw new WriteError('filters need chunks')
    if (external !== undefined) checkRoom(external, space, type)
    if (compact) return { kind: 'compact', version, storedDimensions: [], data: new Uint8Array(size) }
    return { kind: 'contiguous', version, storedDimensions: [], address: UNDEFINED, size }
  }
  if (space.kind !== 'simple') throw new WriteError('only an array can have chunks')
  if (compact || external !== undefined) throw new WriteError('chunks are in the file, and not in the object header')
  return chunkLayout(versions, {
    space,
    chunkShape: chunkShape(chunks, space, type),
    elementSize: type.size,
    filtered,
    allocationTime: ALLOCATION_TIMES[allocationTime ?? 'incremental'],
    lengths: emitter.sizes.lengths,
  })
}

/** Other files have one run of elements, of which the end alone can move. */
function checkRoom(external: readonly ExternalFileSegment[], space: Dataspace, type: Datatype): void {
  const { dimensions, maximum = dimensions } = space
  if (maximum.some((limit, axis) => axis > 0 && limit !== dimensions[axis])) {
    throw new WriteError('a dataset with elements in other files can grow along its first axis only')
  }
  const room = externalSize(external)
  const most =
    maximum[0] === UNDEFINED ? Number.POSITIVE_INFINITY : elementCount({ ...space, dimensions: maximum }) * type.size
  if (most > room) throw new WriteError(`the external files have room for ${room} of ${most} bytes`)
}

function chunkShape(chunks: DatasetOptions['chunks'], space: Dataspace, type: Datatype): readonly number[] {
  if (!Array.isArray(chunks)) return autoChunks(space.dimensions, type.size)
  const { dimensions, maximum = dimensions } = space
  const fits = (size: number, axis: number): boolean =>
    Number.isSafeInteger(size) && size > 0 && (maximum[axis] === UNDEFINED || size <= Math.max(maximum[axis], 1))
  if (chunks.length !== dimensions.length || !chunks.every(fits)) {
    throw new WriteError(`chunks of the shape (${chunks.join(', ')}) do not suit (${dimensions.join(', ')})`)
  }
  return chunks
}

const ALLOCATION_TIMES = { early: EARLY, late: LATE, incremental: INCREMENTAL }
const WRITE_TIMES = { allocation: ON_ALLOCATION, never: NEVER, 'if-set': IF_SET }
const NOTHING = new Uint8Array(0)

/** What most datasets have, which is written most often. */
function usualFill(allocationTime: number): FillValue {
  return { version: 2, allocationTime, writeTime: IF_SET, state: 'default', value: NOTHING }
}

const USUAL_FILLS = {
  compact: usualFill(EARLY),
  contiguous: usualFill(LATE),
  chunked: usualFill(INCREMENTAL),
  virtual: usualFill(INCREMENTAL),
}
const USUAL_TIMES = { compact: EARLY, contiguous: LATE, chunked: INCREMENTAL, virtual: INCREMENTAL }

function fillSetting(workshop: Workshop, options: DatasetOptions, layout: DataLayout, type: Datatype): FillValue {
  const { fillValue, allocationTime } = options
  // Elements that lead elsewhere have to lead somewhere from the start.
  const usual = refersElsewhere(type) ? 'allocation' : 'if-set'
  const fillTime = options.fillTime === undefined || options.fillTime === 'if-set' ? usual : options.fillTime
  const times = {
    version: 2,
    allocationTime: allocationTime === undefined ? USUAL_TIMES[layout.kind] : ALLOCATION_TIMES[allocationTime],
    writeTime: WRITE_TIMES[fillTime],
  }
  if (fillValue === null) return { ...times, state: 'undefined', value: NOTHING }
  if (fillValue === undefined) {
    return allocationTime === undefined && fillTime === 'if-set'
      ? USUAL_FILLS[layout.kind]
      : { ...times, state: 'default', value: NOTHING }
  }
  const value = encodeValues(type, [fillValue], immediate(workshop))
  return { ...times, state: 'user-defined', value }
}

function fillOf({ state, value }: FillValue): Uint8Array | 'default' | 'undefined' {
  return state === 'user-defined' ? value : state
}
