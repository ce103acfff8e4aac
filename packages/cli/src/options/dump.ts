import type { DriverChoice } from './driver.ts'
import { ANY_DRIVER } from './driver.ts'
import type { Subset } from './subset.ts'

/** What of a file is to be dumped: an object of a kind, or whatever a path fits. */
export interface Request {
  kind: 'attribute' | 'dataset' | 'group' | 'link' | 'datatype' | 'any'
  /** As given: a path from the root group. */
  name: string
  /** The part of a dataset that is wanted; undefined for all of it. */
  subset: Subset | undefined
}

/** Bits of an integer that are printed as one number. */
export interface PackedBits {
  /** The number of the first bit. */
  offset: number
  /** How many bits. */
  length: number
}

/** How values are written to a binary file: H5T types of the machine, of the file, little- or big-endian. */
export type BinaryForm = 'NATIVE' | 'FILE' | 'LE' | 'BE'

/** Where a part of the output goes: standard output, a file, or nowhere. */
export type Destination = { kind: 'stdout' } | { kind: 'file'; name: string } | { kind: 'nowhere' }

/** What `h5dump` was asked for. */
export interface DumpOptions {
  /** The paths of all that the file has; 'attributes' with the attributes too. */
  contents: 'none' | 'objects' | 'attributes'
  superblock: boolean
  /** Values of datasets and of attributes. */
  data: boolean
  attributeData: boolean
  attributes: boolean
  objectIds: boolean
  /** Storage layout, filters, fill value. */
  properties: boolean
  regions: boolean
  escape: boolean
  /** One-byte integers as text. */
  characters: boolean
  indices: boolean
  packedBits: PackedBits[]
  /** C's formats for floating-point numbers up to 64 bits, and for longer ones. */
  floatFormat: string | undefined
  longFloatFormat: string | undefined
  sortBy: 'name' | 'creation'
  descending: boolean
  /** Columns of a line of data. */
  width: number
  /** Elements on a line at most; 0 for any number. */
  perLine: number
  binary: BinaryForm | undefined
  ddlOutput: Destination
  dataOutput: Destination
  attributeOutput: Destination
  /** What is asked for, in its order; empty for everything. */
  requests: Request[]
  virtualFirstMissing: boolean
  virtualGap: number
  driver: DriverChoice
  /** Only the number of revisions that the file has. */
  revisionCount: boolean
  /** Bytes of output at most; undefined for any number. */
  maxBytes: number | undefined
  utf8: boolean
  xml: XmlOptions | undefined
  files: string[]
}

/** XML instead of the data description language. */
export interface XmlOptions {
  /** Described by a schema, or by a document type definition. */
  schema: boolean
  /** Where the description is; undefined for the usual place. */
  uri: string | undefined
  /** In front of the names of elements, with its colon. */
  prefix: string
}

/** What the command line comes to: a dump, help, the version, or a mistake. */
export type DumpCommand =
  | { kind: 'dump'; options: DumpOptions; notes: string[] }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }

/** Columns of a line where nothing else is asked for. */
export const DEFAULT_WIDTH = 80

/** What is done where nothing else is asked for. */
export function dumpDefaults(): DumpOptions {
  return {
    contents: 'none',
    superblock: false,
    data: true,
    attributeData: true,
    attributes: true,
    objectIds: false,
    properties: false,
    regions: false,
    escape: false,
    characters: false,
    indices: true,
    packedBits: [],
    floatFormat: undefined,
    longFloatFormat: undefined,
    sortBy: 'name',
    descending: false,
    width: DEFAULT_WIDTH,
    perLine: 0,
    binary: undefined,
    ddlOutput: { kind: 'stdout' },
    dataOutput: { kind: 'stdout' },
    attributeOutput: { kind: 'stdout' },
    requests: [],
    virtualFirstMissing: false,
    virtualGap: 0,
    driver: { ...ANY_DRIVER },
    revisionCount: false,
    maxBytes: undefined,
    utf8: false,
    xml: undefined,
    files: [],
  }
}
