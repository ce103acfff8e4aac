import { Hdf5Error } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { readFreeSpaceHeader } from '../format/free-space-manager.ts'
import { bTreeKMessage } from '../format/messages/b-tree-k.ts'
import type { FileSpaceInfo, FileSpaceInfoV1 } from '../format/messages/file-space-info.ts'
import { fileSpaceInfoMessage } from '../format/messages/file-space-info.ts'
import { B_TREE_K, FILE_SPACE_INFO } from '../format/messages/message-types.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import type { Superblock } from '../format/superblock.ts'
import { UNDEFINED } from '../io/structure.ts'
import { messageValue } from './messages.ts'

/** What a file was created with, wherever it is stored: the superblock or its extension. */
export interface FileSettings {
  /** Half the entries of a symbol table node, of a group's B-tree node, and of a chunk B-tree node. */
  groupLeafK: number
  groupInternalK: number
  chunkK: number
  /** How file space is managed, in the terms of the present version. */
  fileSpace: FileSpaceInfoV1
}

export function fileSettings(
  image: FileImage,
  superblock: Superblock,
  extension: ObjectHeader | undefined,
): FileSettings {
  const sizes = extension && messageValue(image, extension, B_TREE_K, bTreeKMessage)
  const space = extension && messageValue(image, extension, FILE_SPACE_INFO, fileSpaceInfoMessage)
  return {
    groupLeafK: sizes?.groupLeafNodeK ?? superblock.groupLeafK,
    groupInternalK: sizes?.groupInternalNodeK ?? superblock.groupInternalK,
    chunkK: sizes?.indexedStorageInternalNodeK ?? superblock.chunkK,
    fileSpace: presentForm(space ?? fileSpaceInfoMessage.blank(undefined)),
  }
}

/** Strategies of version 0 (all with persistent managers, all, aggregators and driver, driver) in version 1. */
const STRATEGIES = [0, 0, 0, 2, 3]

/** The settings of any version in the terms of the present one. */
export function presentForm(space: FileSpaceInfo): FileSpaceInfoV1 {
  if (space.version === 1) return space
  return {
    version: 1,
    strategy: STRATEGIES[space.strategy],
    persisting: space.strategy === 1,
    threshold: space.threshold,
    pageSize: 4096,
    pageEndMetadataThreshold: 0,
    endOfAllocation: UNDEFINED,
    managers: space.managers,
  }
}

/** Whether the free-space managers that persist can be read; one that is not at its place is left over from a crash. */
export function freeSpaceReadable(image: FileImage, { fileSpace }: FileSettings): boolean {
  if (!fileSpace.persisting) return true
  try {
    for (const address of fileSpace.managers) if (address !== UNDEFINED) readFreeSpaceHeader(image, address)
    return true
  } catch (error) {
    if (error instanceof Hdf5Error) return false
    throw error
  }
}
