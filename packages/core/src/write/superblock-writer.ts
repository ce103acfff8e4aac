import { bTreeKMessage } from '../format/messages/b-tree-k.ts'
import { driverInfoMessage } from '../format/messages/driver-info.ts'
import type { FileSpaceInfoV1 } from '../format/messages/file-space-info.ts'
import { fileSpaceInfoMessage } from '../format/messages/file-space-info.ts'
import { B_TREE_K, DRIVER_INFO, FILE_SPACE_INFO } from '../format/messages/message-types.ts'
import type { HeaderMessage } from '../format/object-header.ts'
import type { Superblock } from '../format/superblock.ts'
import { driverInfoBlock, superblockStructure } from '../format/superblock.ts'
import { symbolTableEntry } from '../format/symbol-table-node.ts'
import { measure } from '../io/measure.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Emitter } from './emitter.ts'
import type { FilePlan } from './file-options.ts'
import { areUsual } from './file-options.ts'
import { partsInformation } from './file-parts.ts'
import { buildFreeSpaceManagers } from './free-space-builder.ts'
import type { HeaderDraft } from './header-packer.ts'
import { headerLength, packHeader } from './header-packer.ts'
import { DO_NOT_CHANGE, DO_NOT_SHARE } from './object-context.ts'
import { FileSpace } from './space.ts'

/** Bytes at the start of a file: of the superblock, and of what old ones keep behind it of the file's parts. */
export function headLength(plan: FilePlan): number {
  const { parts } = plan
  const block = parts !== undefined && hasDriverBlock(plan) ? partsInformation(parts, new FileSpace(0)) : undefined
  return superblockLength(plan) + (block === undefined ? 0 : measure(driverInfoBlock, block, plan.sizes, undefined))
}

/** Newer superblocks have an extension for it. */
function hasDriverBlock({ parts, superblockVersion }: FilePlan): boolean {
  return parts !== undefined && superblockVersion < 2
}

function superblockLength(plan: FilePlan): number {
  return measure(superblockStructure, superblock(plan, 0, UNDEFINED, 0), plan.sizes, plan.sizes)
}

/**
 * Writes the superblock, and what it has no room for into its extension; with that, the file is there.
 *
 * @param more other messages of the extension
 */
export function writeSuperblock(
  emitter: Emitter,
  plan: FilePlan,
  rootAddress: number,
  more: readonly HeaderMessage[] = [],
): void {
  const extension = writeExtension(emitter, plan, more)
  const { end } = emitter.space
  const value = superblock(plan, rootAddress, extension, end)
  if (plan.parts !== undefined && hasDriverBlock(plan)) {
    emitter.put(value.driverInfoAddress, driverInfoBlock, partsInformation(plan.parts, emitter.space), undefined)
  }
  // The last page may have an unused end, which is part of the file all the same.
  if (plan.fileSpace !== undefined && !emitter.reaches(end)) emitter.putBytes(end - 1, new Uint8Array(1))
  emitter.put(0, superblockStructure, value, plan.sizes)
}

function superblock(plan: FilePlan, rootAddress: number, extensionAddress: number, end: number): Superblock {
  const { sizes, superblockVersion, constants, userBlock } = plan
  return {
    ...superblockStructure.blank(sizes),
    ...constants,
    version: superblockVersion,
    baseAddress: userBlock.length,
    extensionAddress,
    // The one address that counts from the start of the file.
    endOfFile: userBlock.length + end,
    ...(hasDriverBlock(plan) ? { driverInfoAddress: superblockLength({ ...plan, parts: undefined }) } : {}),
    rootAddress,
    rootEntry: { ...symbolTableEntry.blank(), headerAddress: rootAddress },
  }
}

function writeExtension(emitter: Emitter, plan: FilePlan, more: readonly HeaderMessage[]): number {
  const draft = (fileSpace: FileSpaceInfoV1 | undefined): HeaderDraft => ({
    version: plan.versions.objectHeader,
    flags: 0,
    referenceCount: 1,
    messages: [...extensionMessages(emitter, plan, fileSpace), ...more],
  })
  const { fileSpace } = plan
  const none = fileSpace && { ...fileSpace, managers: fileSpace.persisting ? NO_MANAGERS : [] }
  const header = draft(none)
  if (header.messages.length === 0) return UNDEFINED
  const length = headerLength(emitter, header)
  const address = emitter.space.allocate(length)
  // What is free is known when everything has its place.
  const managers = fileSpace?.persisting === true ? buildFreeSpaceManagers(emitter, fileSpace.threshold) : undefined
  const found = managers && fileSpace && { ...fileSpace, managers, endOfAllocation: emitter.space.end }
  return packHeader(emitter, draft(found ?? none), { address, length })
}

const MARK_IF_UNKNOWN = 0x10

/** Six for small sections and six for large ones. */
const NO_MANAGERS: number[] = new Array<number>(12).fill(UNDEFINED)

function extensionMessages(
  emitter: Emitter,
  { superblockVersion, constants, parts }: FilePlan,
  fileSpace: FileSpaceInfoV1 | undefined,
): HeaderMessage[] {
  const messages: HeaderMessage[] = []
  if (superblockVersion >= 2 && !areUsual(constants)) {
    const sizes = {
      version: 0,
      indexedStorageInternalNodeK: constants.chunkK,
      groupInternalNodeK: constants.groupInternalK,
      groupLeafNodeK: constants.groupLeafK,
    }
    messages.push(emitter.message(B_TREE_K, DO_NOT_CHANGE, bTreeKMessage, sizes))
  }
  if (superblockVersion >= 2 && parts !== undefined) {
    const { driver, information } = partsInformation(parts, emitter.space)
    const value = { version: 0, identification: driver, information }
    messages.push(emitter.message(DRIVER_INFO, DO_NOT_SHARE, driverInfoMessage, value))
  }
  if (fileSpace !== undefined) {
    messages.push(emitter.message(FILE_SPACE_INFO, DO_NOT_SHARE | MARK_IF_UNKNOWN, fileSpaceInfoMessage, fileSpace))
  }
  return messages
}
