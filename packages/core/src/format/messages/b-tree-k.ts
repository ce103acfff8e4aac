import { structure } from '../../io/structure.ts'

/** Sizes of v1 B-tree nodes that are not the default ones; only in the superblock extension (IV.A.2.t). */
export interface BTreeK {
  version: number
  indexedStorageInternalNodeK: number
  groupInternalNodeK: number
  groupLeafNodeK: number
}

export const bTreeKMessage = structure<BTreeK>({
  name: 'B-tree ‘K’ Values Message',
  spec: 'IV.A.2.t',
  blank: () => ({ version: 0, indexedStorageInternalNodeK: 32, groupInternalNodeK: 16, groupLeafNodeK: 4 }),
  body(io, m) {
    m.version = io.version('Version', m.version, [0])
    m.indexedStorageInternalNodeK = io.u16('Indexed Storage Internal Node K', m.indexedStorageInternalNodeK)
    m.groupInternalNodeK = io.u16('Group Internal Node K', m.groupInternalNodeK)
    m.groupLeafNodeK = io.u16('Group Leaf Node K', m.groupLeafNodeK)
  },
})
