/** The oldest release that has to understand what is written, as H5Pset_libver_bounds names them. */
export type LibraryVersion = 'earliest' | 'v108' | 'v110' | 'v112' | 'v114' | 'v200'

/** Versions of the structures that a bound has written, where nothing asks for a newer one. */
export interface Versions {
  superblock: number
  objectHeader: 1 | 2
  dataspace: number
  /** The least: some classes need a newer one. */
  datatype: number
  fillValue: number
  filterPipeline: number
  attribute: number
  dataLayout: number
  /** Old-style groups with symbol tables, or link messages. */
  groups: 'symbol-table' | 'link-messages'
}

const EARLIEST: Versions = {
  superblock: 0,
  objectHeader: 1,
  dataspace: 1,
  datatype: 1,
  fillValue: 2,
  filterPipeline: 1,
  attribute: 1,
  dataLayout: 3,
  groups: 'symbol-table',
}

const V108: Versions = {
  superblock: 2,
  objectHeader: 2,
  dataspace: 2,
  datatype: 3,
  fillValue: 3,
  filterPipeline: 2,
  attribute: 3,
  dataLayout: 3,
  groups: 'link-messages',
}

const V110: Versions = { ...V108, superblock: 3, dataLayout: 4 }
const V112: Versions = { ...V110, datatype: 4 }

const VERSIONS: Record<LibraryVersion, Versions> = {
  earliest: EARLIEST,
  v108: V108,
  v110: V110,
  v112: V112,
  v114: V112,
  v200: { ...V112, datatype: 5, dataLayout: 5 },
}

export function versionsFor(bound: LibraryVersion): Versions {
  return VERSIONS[bound]
}
