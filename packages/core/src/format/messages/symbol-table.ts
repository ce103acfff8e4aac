import { structure, UNDEFINED } from '../../io/structure.ts'

/** Where an old-style group's links are (IV.A.2.r). */
export interface SymbolTable {
  /** Address of the v1 B-tree. */
  bTree: number
  /** Address of the local heap with the links' names. */
  localHeap: number
}

export const symbolTableMessage = structure<SymbolTable>({
  name: 'Symbol Table Message',
  spec: 'IV.A.2.r',
  blank: () => ({ bTree: UNDEFINED, localHeap: UNDEFINED }),
  body(io, m) {
    m.bTree = io.address('v1 B-tree Address', m.bTree)
    m.localHeap = io.address('Local Heap Address', m.localHeap)
  },
})
