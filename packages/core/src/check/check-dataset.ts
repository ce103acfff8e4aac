import type { DataLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { ExternalFileList } from '../format/messages/external-files.ts'
import { externalFilesMessage } from '../format/messages/external-files.ts'
import type { StoredFilter } from '../format/messages/filter-pipeline.ts'
import { readVirtualMappings } from '../format/virtual-mapping.ts'
import { UNDEFINED } from '../io/structure.ts'
import { ChunkCache } from '../storage/chunk-cache.ts'
import { rawSlabs } from '../storage/slabs.ts'
import { checkChunks } from './check-chunks.ts'
import { checkLocalHeap, heapText } from './check-local-heap.ts'
import { checkValues, leadsElsewhere } from './check-values.ts'
import type { FileState } from './file-state.ts'
import type { Place } from './finding.ts'

/** A dataset as the messages of its header describe it. */
export interface DescribedDataset {
  type: Datatype
  space: Dataspace
  layout: DataLayout
  filters: readonly StoredFilter[]
  /** One element; undefined where none is set. */
  fill: Uint8Array | undefined
  external: { list: ExternalFileList; place: Place } | undefined
  /** Of the layout message. */
  place: Place
  /** Of the dataspace message. */
  spacePlace: Place
}

/** Compares the messages of a dataset with each other, and goes through its storage. */
export function checkDataset(state: FileState, dataset: DescribedDataset): void {
  const { check } = state
  const { type, space, layout, place } = dataset
  const count = numberOfElements(space)
  const bytes = count * type.size
  if (bytes > check.limits.datasetBytes) {
    check.report('error', place, `${bytes} bytes of elements`, 'limit.dataset')
    return
  }
  if (dataset.external !== undefined) checkExternal(state, dataset, bytes)
  else checkFixed(state, dataset)
  switch (layout.kind) {
    case 'compact':
      if (!checkStoredDimensions(state, dataset, layout.storedDimensions, bytes)) return
      if (layout.data.length !== bytes) {
        const what = `${layout.data.length} bytes for ${count} elements of ${type.size}`
        check.error(place, what, layout.version < 3 ? 'Compact Data Size' : 'Size')
        return
      }
      break
    case 'contiguous':
      if (!checkContiguous(state, dataset, bytes)) return
      break
    case 'chunked':
      if (!checkChunkShape(state, dataset)) return
      checkChunks(state, { layout, space, filters: dataset.filters, place })
      break
    case 'virtual':
      checkVirtual(state, dataset)
      return
  }
  if (leadsElsewhere(type) && dataset.external === undefined) checkElements(state, dataset)
}

/** As a number, which is not exact where there are more elements than any file has room for. */
function numberOfElements({ kind, dimensions }: Dataspace): number {
  return kind === 'null' ? 0 : dimensions.reduce((product, n) => product * n, 1)
}

/** Only chunked and virtual datasets, and those in other files, can grow. */
function checkFixed(state: FileState, { space, layout, spacePlace }: DescribedDataset): void {
  if (layout.kind === 'chunked' || layout.kind === 'virtual') return
  const { dimensions, maximum = dimensions } = space
  if (maximum.every((limit, axis) => limit === dimensions[axis])) return
  const what = `a ${layout.kind} layout of ${dimensions.join(' x ')} elements that may become ${maximum.join(' x ')}`
  state.check.error(spacePlace, what, 'Dimension #n Maximum Size')
}

/** Versions 1 and 2 of the layout message repeat the dimensions, and may have the size of an element behind them. */
function checkStoredDimensions(
  state: FileState,
  { type, layout, place }: DescribedDataset,
  dimensions: readonly number[],
  bytes: number,
): boolean {
  if (layout.version > 2 || bytes >= 2 ** 32) return true
  const stored = dimensions.reduce((product, n) => product * n, 1)
  if (stored === bytes || stored * type.size === bytes) return true
  state.check.error(place, `dimensions of ${stored} bytes for elements of ${bytes}`, 'Dimension #n Size')
  return false
}

function checkContiguous(state: FileState, dataset: DescribedDataset, bytes: number): boolean {
  const { layout, external, place } = dataset
  const { check } = state
  if (layout.kind !== 'contiguous') return false
  const { address, size, version, storedDimensions } = layout
  if (version < 3) {
    if (!checkStoredDimensions(state, dataset, storedDimensions, bytes)) return false
  } else if (size !== undefined && size !== bytes && bytes <= Number.MAX_SAFE_INTEGER) {
    check.error(place, `${size} bytes for elements of ${bytes}`, 'Size')
    if (size < bytes) return false
  }
  if (address === UNDEFINED) return external !== undefined
  if (external !== undefined) {
    check.error(place, 'elements both in this file and in others', version < 3 ? 'Data Address' : 'Address')
    return false
  }
  const field = version < 3 ? 'Data Address' : 'Address'
  if (!check.inside(address, bytes, place, field)) return false
  check.claim(address, size ?? bytes, 'raw-data', { name: 'Contiguous Data', spec: dataLayoutMessage.spec })
  return true
}

function checkChunkShape(state: FileState, { type, space, layout, filters, place }: DescribedDataset): boolean {
  const { check } = state
  if (layout.kind !== 'chunked') return false
  const { dimensions, elementSize, index } = layout
  if (dimensions.length !== space.dimensions.length) {
    check.error(
      place,
      `chunks of rank ${dimensions.length} in a dataset of rank ${space.dimensions.length}`,
      'Dimensionality',
    )
    return false
  }
  if (elementSize !== type.size) {
    check.error(place, `elements of ${elementSize} bytes, the datatype has ${type.size}`, 'Dimension #n Size')
    return false
  }
  const whole = dimensions.reduce((product, n) => product * n, elementSize)
  if (whole >= 2 ** 32 && layout.version < 5) check.error(place, `chunks of ${whole} bytes`, 'Dimension #n Size')
  const limits = space.maximum ?? space.dimensions
  // Where lengths are shorter than eight bytes, what all ones stand for is lost.
  const none = 256 ** check.image.sizes.lengths - 1
  const unlimited = limits.filter((limit) => limit === UNDEFINED || limit === none).length
  // The library does not compare them along an axis that nothing is along; and what became smaller has no other limit.
  const beyond = (space.maximum ?? []).findIndex(
    (limit, axis) => space.dimensions[axis] > 0 && limit !== UNDEFINED && dimensions[axis] > limit,
  )
  if (beyond >= 0) {
    const what = `chunks of ${dimensions[beyond]} along axis ${beyond}, which has ${limits[beyond]} at most`
    check.error(place, what, 'Dimension #n Size')
  }
  const fits = {
    'b-tree-v1': true,
    'single-chunk': dimensions.every((n, axis) => n === space.dimensions[axis] && n === limits[axis]),
    implicit: unlimited === 0 && filters.length === 0,
    'fixed-array': unlimited === 0,
    'extensible-array': unlimited === 1,
    'b-tree-v2': unlimited > 1,
  }[index.type]
  if (!fits) {
    const what = `an index of type ${index.type} for ${unlimited} unlimited dimensions and ${filters.length} filters`
    check.error(place, what, 'Chunk Indexing Type')
    if (index.type !== 'single-chunk') return false
  }
  if (index.type === 'single-chunk' && (index.filtered !== undefined) !== filters.length > 0) {
    check.error(place, `a single chunk and ${filters.length} filters`, 'Flags')
  }
  return true
}

function checkExternal(state: FileState, { external, layout, place }: DescribedDataset, bytes: number): void {
  const { check } = state
  if (external === undefined) return
  const { list } = external
  if (!check.limits.otherStorage) {
    check.report('error', external.place, 'elements in other files', 'policy.external-storage')
  }
  if (layout.kind !== 'contiguous') check.error(place, `a ${layout.kind} layout with external files`, 'Layout Class')
  const from = { ...external.place, field: 'Heap Address' }
  const heap = checkLocalHeap(check, list.heap, 'raw-data', from)
  let room = 0
  for (const { nameOffset, size } of list.slots) {
    const at = { ...external.place, field: 'Name Offset in Local Heap' }
    if (heap !== undefined && heapText(check, heap, nameOffset, at) === '') check.error(at, 'an empty name of a file')
    room += size === UNDEFINED ? Number.POSITIVE_INFINITY : size
  }
  if (room < bytes) {
    const what = `${room} bytes in external files for elements of ${bytes}`
    check.error(
      { structure: externalFilesMessage, address: external.place.address },
      what,
      'Data Size in External File',
    )
  }
}

function checkVirtual(state: FileState, { layout, place }: DescribedDataset): void {
  const { check } = state
  if (layout.kind !== 'virtual') return
  if (!check.limits.otherStorage) check.report('error', place, 'elements in other datasets', 'policy.virtual-storage')
  if (layout.address === UNDEFINED) return
  if (state.globalHeaps.object(layout.address, layout.index, { ...place, field: 'Address' }) === undefined) return
  check.attempt(place, () => readVirtualMappings(check.image, layout))
}

/** Looks at what the elements lead to. */
function checkElements(state: FileState, dataset: DescribedDataset): void {
  const { check } = state
  const { type, space, layout, filters, fill, place } = dataset
  if (check.image.pipeline.missing(filters) !== undefined) return
  const raw = {
    image: check.image,
    space,
    elementSize: type.size,
    layout,
    filters,
    fill,
    external: undefined,
    virtual: undefined,
    cache: new ChunkCache(0),
  }
  check.attempt(place, () => {
    for (const { bytes, count } of rawSlabs(raw, SLAB)) checkValues(state, type, bytes, count, place)
  })
}

/** Bytes of elements that are looked at together. */
const SLAB = 1 << 20
