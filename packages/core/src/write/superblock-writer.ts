import { bTreeKMessage } from '../format/messages/b-tree-k.ts'
import { fileSpaceInfoMessage } from '../format/messages/file-space-info.ts'
import { B_TREE_K, FILE_SPACE_INFO } from '../format/messages/message-types.ts'
import type { Superblock } from '../format/superblock.ts'
import { superblockStructure } from '../format/superblock.ts'
import { symbolTableEntry } from '../format/symbol-table-node.ts'
import { measure } from '../io/measure.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Emitter } from './emitter.ts'
import type { FilePlan } from './file-options.ts'
import { areUsual } from './file-options.ts'
import type { MessageDraft } from './header-packer.ts'
import { packHeader } from './header-packer.ts'

/** Bytes of the superblock of a file. */
export function superblockLength(plan: FilePlan): number {
  return measure(superblockStructure, superblock(plan, 0, UNDEFINED, 0), plan.sizes, plan.sizes)
}

/** Writes the superblock, and what it has no room for into its extension; with that, the file is there. */
export function writeSuperblock(emitter: Emitter, plan: FilePlan, rootAddress: number): void {
  const extension = writeExtension(emitter, plan)
  const value = superblock(plan, rootAddress, extension, emitter.space.end)
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
    rootAddress,
    rootEntry: { ...symbolTableEntry.blank(), headerAddress: rootAddress },
  }
}

function writeExtension(emitter: Emitter, plan: FilePlan): number {
  const messages = extensionMessages(emitter, plan)
  if (messages.length === 0) return UNDEFINED
  const { objectHeader } = plan.versions
  return packHeader(emitter, { version: objectHeader, flags: 0, referenceCount: 1, messages })
}

const DO_NOT_CHANGE = 1
const MARK_IF_UNKNOWN = 0x10

function extensionMessages(emitter: Emitter, { superblockVersion, constants, fileSpace }: FilePlan): MessageDraft[] {
  const messages: MessageDraft[] = []
  if (superblockVersion >= 2 && !areUsual(constants)) {
    const sizes = {
      version: 0,
      indexedStorageInternalNodeK: constants.chunkK,
      groupInternalNodeK: constants.groupInternalK,
      groupLeafNodeK: constants.groupLeafK,
    }
    const body = emitter.encoded(bTreeKMessage, sizes, undefined)
    messages.push({ type: B_TREE_K, flags: DO_NOT_CHANGE, body })
  }
  if (fileSpace !== undefined) {
    const managers = fileSpace.persisting ? new Array<number>(MANAGERS).fill(UNDEFINED) : []
    const body = emitter.encoded(fileSpaceInfoMessage, { ...fileSpace, managers }, undefined)
    messages.push({ type: FILE_SPACE_INFO, flags: MARK_IF_UNKNOWN, body })
  }
  return messages
}

/** Six for small sections and six for large ones. */
const MANAGERS = 12
