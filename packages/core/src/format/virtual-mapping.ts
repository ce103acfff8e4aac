import { FormatError } from '../errors.ts'
import type { Io } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { Selection } from './dataspace-selection.ts'
import { dataspaceSelection } from './dataspace-selection.ts'
import type { FileImage } from './file-image.ts'
import { globalHeapObject } from './global-heap.ts'
import type { VirtualLayout } from './messages/data-layout.ts'

/** A part of a virtual dataset, and the elements of another dataset that are there. */
export interface VirtualMapping {
  /** "." for the file itself. */
  file: string
  dataset: string
  source: Selection
  virtual: Selection
}

export interface VirtualMappings {
  /** 0, or 1 which stores a name that it had before as a number. */
  version: number
  mappings: VirtualMapping[]
}

/** How version 1 stores the names of a mapping. */
const FILE_SHARED = 1
const DATASET_SHARED = 2
const SAME_FILE = 4

/** Which parts of a virtual dataset are where (III.F; version 1 is HDF5 2.0's, as its library writes it). */
export const virtualMappings = structure<VirtualMappings>({
  name: 'Global Heap Block for Virtual Datasets',
  spec: 'III.F',
  blank: () => ({ version: 0, mappings: [] }),
  body(io, m) {
    m.version = io.version('Version', m.version, [0, 1])
    const count = io.length('Num Entries', m.mappings.length)
    const none: Selection = { kind: 'none' }
    for (let i = 0; i < count; i++) {
      const given = m.mappings[i] ?? { file: '', dataset: '', source: none, virtual: none }
      const names = m.version === 0 ? plainNames(io, given) : sharedNames(io, m.mappings, i, given)
      const source = io.part('Source Selection #n', dataspaceSelection, given.source, undefined)
      const virtual = io.part('Virtual Selection #n', dataspaceSelection, given.virtual, undefined)
      m.mappings[i] = { ...names, source, virtual }
    }
    io.checksum()
  },
})

interface Names {
  file: string
  dataset: string
}

function plainNames(io: Io, given: Names): Names {
  const file = io.terminated('Source Filename #n', given.file)
  return { file, dataset: io.terminated('Source Dataset #n', given.dataset) }
}

function sharedNames(io: Io, all: readonly Names[], at: number, given: Names): Names {
  const earlier = all.slice(0, io.reading ? 0 : at)
  const fileAt = earlier.findIndex(({ file }) => file === given.file)
  const datasetAt = earlier.findIndex(({ dataset }) => dataset === given.dataset)
  const sameFile = given.file === '.'
  const flags = io.u8(
    'Flags',
    (sameFile ? SAME_FILE : fileAt < 0 ? 0 : FILE_SHARED) | (datasetAt < 0 ? 0 : DATASET_SHARED),
  )
  const before = (field: string, index: number): Names => {
    const entry = index < at ? all[index] : undefined
    return entry ?? io.fail(`entry ${index} is not before entry ${at}`, field)
  }
  let file = '.'
  if ((flags & SAME_FILE) === 0) {
    file =
      (flags & FILE_SHARED) === 0
        ? io.terminated('Source Filename #n', given.file)
        : before('Source Filename #n', io.length('Source Filename #n', fileAt)).file
  }
  const dataset =
    (flags & DATASET_SHARED) === 0
      ? io.terminated('Source Dataset #n', given.dataset)
      : before('Source Dataset #n', io.length('Source Dataset #n', datasetAt)).dataset
  return { file, dataset }
}

/** The mappings of a virtual dataset, in the order in which later ones hide earlier ones. */
export function readVirtualMappings(image: FileImage, layout: VirtualLayout): VirtualMapping[] {
  const { address, index } = layout
  if (address === UNDEFINED) return []
  const block = globalHeapObject(image, address, index)
  if (block === undefined) throw new FormatError(`no object ${index}`, { structure: virtualMappings.name, address })
  return image.decode(virtualMappings, block, address, undefined).mappings
}
