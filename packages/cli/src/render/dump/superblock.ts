import type { File } from '@h5kit/core'

const STRATEGIES = [
  'H5F_FSPACE_STRATEGY_FSM_AGGR',
  'H5F_FSPACE_STRATEGY_PAGE',
  'H5F_FSPACE_STRATEGY_AGGR',
  'H5F_FSPACE_STRATEGY_NONE',
]

/** The block about a file's superblock, with a newline in front. */
export function superblockText(file: File): string {
  const { superblock, userBlockSize, settings } = file
  const { groupInternalK, groupLeafK, chunkK, fileSpace } = settings
  const rows = [
    // The reference learns nothing of the superblock where it cannot learn about free space.
    `SUPERBLOCK_VERSION ${file.freeSpaceReadable ? superblock.version : 0}`,
    'FREELIST_VERSION 0',
    'SYMBOLTABLE_VERSION 0',
    'OBJECTHEADER_VERSION 0',
    `OFFSET_SIZE ${superblock.sizes.offsets}`,
    `LENGTH_SIZE ${superblock.sizes.lengths}`,
    `BTREE_RANK ${groupInternalK}`,
    `BTREE_LEAF ${groupLeafK}`,
    `ISTORE_K ${chunkK}`,
    `FILE_SPACE_STRATEGY ${STRATEGIES[fileSpace.strategy] ?? 'Unknown strategy'}`,
    `FREE_SPACE_PERSIST ${fileSpace.persisting ? 'TRUE' : 'FALSE'}`,
    `FREE_SPACE_SECTION_THRESHOLD ${fileSpace.threshold}`,
    `FILE_SPACE_PAGE_SIZE ${fileSpace.pageSize}`,
    'USER_BLOCK {',
    `   USERBLOCK_SIZE ${userBlockSize}`,
    '}',
  ]
  return `\nSUPER_BLOCK {\n${rows.map((row) => `   ${row}\n`).join('')}}`
}
