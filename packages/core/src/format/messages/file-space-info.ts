import type { Io } from '../../io/structure.ts'
import { structure, UNDEFINED } from '../../io/structure.ts'

/** How the library manages file space; only in the superblock extension (IV.A.2.x). */
export type FileSpaceInfo = FileSpaceInfoV0 | FileSpaceInfoV1

/** As release 1.10.0 wrote it. */
export interface FileSpaceInfoV0 {
  version: 0
  /** 1 all with persistent managers, 2 all, 3 aggregators and driver, 4 driver. */
  strategy: number
  /** The smallest section that a free-space manager tracks, in bytes. */
  threshold: number
  /** Addresses of the six managers, by file space type; empty unless they persist (strategy 1). */
  managers: number[]
}

export interface FileSpaceInfoV1 {
  version: 1
  /** 0 managers and aggregators, 1 pages, 2 aggregators, 3 none. */
  strategy: number
  /** Whether free space outlives the closing of the file. */
  persisting: boolean
  /** The smallest section that a free-space manager tracks, in bytes. */
  threshold: number
  /** In bytes. */
  pageSize: number
  /** The smallest section at the end of a page that a free-space manager tracks, in bytes. */
  pageEndMetadataThreshold: number
  /** End of allocated space before the managers themselves were allocated; UNDEFINED where they were not. */
  endOfAllocation: number
  /** Addresses of the six managers of small sections, then of the six of large ones; empty unless they persist. */
  managers: number[]
}

const FILE_SPACE_TYPES = 6
const ALL_PERSIST = 1
const LAST_STRATEGY_V0 = 4
const LAST_STRATEGY_V1 = 3

/** What the library lets pages have, in bytes. */
const SMALLEST_PAGE = 512
const LARGEST_PAGE = 2 ** 30

function managersField(io: Io, count: number, given: readonly number[]): number[] {
  return Array.from({ length: count }, (_, i) => io.address('Free-space manager address', given[i]))
}

function fieldsV0(io: Io, m: FileSpaceInfoV0): void {
  m.strategy = io.u8('Strategy', m.strategy)
  if (m.strategy === 0 || m.strategy > LAST_STRATEGY_V0) io.fail(`unknown strategy ${m.strategy}`, 'Strategy')
  m.threshold = io.length('Threshold', m.threshold)
  m.managers = managersField(io, m.strategy === ALL_PERSIST ? FILE_SPACE_TYPES : 0, m.managers)
}

function fieldsV1(io: Io, m: FileSpaceInfoV1): void {
  m.strategy = io.u8('Strategy', m.strategy)
  if (m.strategy > LAST_STRATEGY_V1) io.fail(`unknown strategy ${m.strategy}`, 'Strategy')
  const persisting = io.u8('Persisting free-space', m.persisting ? 1 : 0)
  if (persisting > 1) io.flaw(`${persisting} is neither 0 nor 1`, 'Persisting free-space')
  m.persisting = persisting !== 0
  m.threshold = io.length('Free-space Section Threshold', m.threshold)
  m.pageSize = io.length('File Space Page Size', m.pageSize)
  if (m.pageSize < SMALLEST_PAGE || m.pageSize > LARGEST_PAGE) {
    io.flaw(`pages of ${m.pageSize} bytes`, 'File Space Page Size')
  }
  m.pageEndMetadataThreshold = io.u16('Page-end Metadata threshold', m.pageEndMetadataThreshold)
  m.endOfAllocation = io.address('EOA', m.endOfAllocation)
  if (m.persisting && m.endOfAllocation === 0) io.flaw('no space was allocated', 'EOA')
  m.managers = managersField(io, m.persisting ? 2 * FILE_SPACE_TYPES : 0, m.managers)
}

const blankV0 = (): FileSpaceInfoV0 => ({ version: 0, strategy: 2, threshold: 1, managers: [] })

const blankV1 = (): FileSpaceInfoV1 => ({
  version: 1,
  strategy: 0,
  persisting: false,
  threshold: 1,
  pageSize: 4096,
  pageEndMetadataThreshold: 0,
  endOfAllocation: UNDEFINED,
  managers: [],
})

export const fileSpaceInfoMessage = structure<FileSpaceInfo>({
  name: 'File Space Info Message',
  spec: 'IV.A.2.x',
  blank: blankV1,
  body(io, given) {
    const version = io.version('Version', given.version, [0, 1])
    const m = !io.reading ? given : version === 0 ? blankV0() : blankV1()
    if (m.version === 0) fieldsV0(io, m)
    else fieldsV1(io, m)
    return m
  },
})
