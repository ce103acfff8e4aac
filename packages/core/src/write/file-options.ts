import { WriteError } from '../errors.ts'
import type { FileSpaceInfoV1 } from '../format/messages/file-space-info.ts'
import { fileSpaceInfoMessage } from '../format/messages/file-space-info.ts'
import type { Sizes } from '../io/structure.ts'
import type { FileParts } from './file-parts.ts'
import { contradictsParts } from './file-parts.ts'
import type { SharingOptions } from './shared-message-builder.ts'
import type { Alignment } from './space.ts'
import type { LibraryVersion, Versions } from './version-bounds.ts'
import { versionsFor } from './version-bounds.ts'

/** How the space of a file is managed, as H5Pset_file_space_strategy has it; what is not given has its defaults. */
export type FileSpaceChoice = Partial<
  Pick<FileSpaceInfoV1, 'strategy' | 'persisting' | 'threshold' | 'pageSize' | 'pageEndMetadataThreshold'>
>

/** How a new file is written. */
export interface FileOptions {
  /** The oldest release whose forms are used, where nothing asks for a newer one. Default 'earliest'. */
  low?: LibraryVersion | undefined
  /** The release that has to understand everything. Default the newest. */
  high?: LibraryVersion | undefined
  alignment?: Alignment | undefined
  /** Bytes of the blocks that descriptions get their places from. By default small ones that grow with the file. */
  metadataBlock?: number | undefined
  sizes?: Sizes | undefined
  /** What is in front of the superblock: 512 bytes, or 1024, 2048 ... */
  userBlock?: Uint8Array | undefined
  /** Half the entries of a symbol table node. Default 4. */
  groupLeafK?: number | undefined
  /** Half the entries of a group's B-tree node. Default 16. */
  groupInternalK?: number | undefined
  /** Half the entries of a node of a version 1 B-tree of chunks. Default 32. */
  chunkK?: number | undefined
  fileSpace?: FileSpaceChoice | undefined
  /** Which messages objects share. By default none. */
  sharing?: SharingOptions | undefined
  /** How the file is divided among several; by default it is one. */
  parts?: FileParts | undefined
}

/** Options with all that follows from them. */
export interface FilePlan {
  versions: Versions
  limits: Versions
  sizes: Sizes
  alignment: Alignment | undefined
  metadataBlock: number | undefined
  userBlock: Uint8Array
  superblockVersion: number
  constants: { groupLeafK: number; groupInternalK: number; chunkK: number }
  /** Undefined where space is managed as usual, of which a file says nothing. */
  fileSpace: FileSpaceInfoV1 | undefined
  parts: FileParts | undefined
}

const USUAL_CONSTANTS = { groupLeafK: 4, groupInternalK: 16, chunkK: 32 }
const USUAL_SIZES: Sizes = { offsets: 8, lengths: 8 }
const SMALLEST_USER_BLOCK = 512

/** Releases that know this version of the superblock know strategies by which space is managed. */
const FIRST_WITH_STRATEGIES = 3

/** The strategy of files in pages. */
export const IN_PAGES = 1

/** Finds out what options mean; WriteError where they contradict one another. */
export function planFile(options: FileOptions): FilePlan {
  const {
    low = 'earliest',
    high = 'v200',
    alignment,
    metadataBlock,
    sizes = USUAL_SIZES,
    userBlock = new Uint8Array(0),
  } = options
  const versions = versionsFor(low)
  const limits = versionsFor(high)
  if (high === 'earliest' || limits.dataLayout < versions.dataLayout || limits.datatype < versions.datatype) {
    throw new WriteError(`the version bounds ${low} to ${high} leave nothing to choose from`)
  }
  if (userBlock.length > 0 && !isUserBlockSize(userBlock.length)) {
    throw new WriteError(`a user block of ${userBlock.length} bytes: it has 512 bytes, or twice as many, and so on`)
  }
  const constants = {
    groupLeafK: options.groupLeafK ?? USUAL_CONSTANTS.groupLeafK,
    groupInternalK: options.groupInternalK ?? USUAL_CONSTANTS.groupInternalK,
    chunkK: options.chunkK ?? USUAL_CONSTANTS.chunkK,
  }
  const fileSpace = unusual(options.fileSpace)
  if (fileSpace !== undefined && limits.superblock < FIRST_WITH_STRATEGIES) {
    throw new WriteError(`a file of the version bound ${high} cannot choose how its space is managed`)
  }
  const unit = fileSpace?.strategy === IN_PAGES ? fileSpace.pageSize : (alignment?.alignment ?? 1)
  if (userBlock.length % unit !== 0) {
    throw new WriteError(
      `a user block of ${userBlock.length} bytes in a file of which parts of ${unit} bytes are aligned`,
    )
  }
  const needed =
    fileSpace !== undefined || options.sharing !== undefined ? 2 : constants.chunkK !== USUAL_CONSTANTS.chunkK ? 1 : 0
  const { parts } = options
  const superblockVersion = parts?.kind === 'multi' ? needed : Math.max(versions.superblock, needed)
  const plan = { versions, limits, sizes, alignment, metadataBlock, userBlock, superblockVersion, constants, fileSpace }
  const wrong = parts && contradictsParts({ sizes, userBlock, fileSpace, superblockVersion, parts })
  if (wrong !== undefined) throw new WriteError(wrong)
  return { ...plan, parts }
}

function isUserBlockSize(size: number): boolean {
  return size >= SMALLEST_USER_BLOCK && Number.isInteger(Math.log2(size))
}

/** Whether nodes have as many entries as they always have. */
export function areUsual(constants: FilePlan['constants']): boolean {
  return (
    constants.groupLeafK === USUAL_CONSTANTS.groupLeafK &&
    constants.groupInternalK === USUAL_CONSTANTS.groupInternalK &&
    constants.chunkK === USUAL_CONSTANTS.chunkK
  )
}

/** The description of how space is managed, where that is not as usual. */
function unusual(choice: FileSpaceChoice = {}): FileSpaceInfoV1 | undefined {
  const usual = fileSpaceInfoMessage.blank(undefined)
  if (usual.version !== 1) return undefined
  const info: FileSpaceInfoV1 = { ...usual, ...choice }
  const same =
    info.strategy === usual.strategy &&
    info.persisting === usual.persisting &&
    info.threshold === usual.threshold &&
    info.pageSize === usual.pageSize
  return same ? undefined : info
}
