import { structure, UNDEFINED } from '../../io/structure.ts'

/** The current state of a new-style group's links (IV.A.2.c). */
export interface LinkInfo {
  version: number
  /** CREATION_ORDER_TRACKED, CREATION_ORDER_INDEXED. */
  flags: number
  /** 0 where creation order is not tracked. */
  maximumCreationIndex: number
  /** Address, UNDEFINED where the links are in the object header, or there are none. */
  fractalHeap: number
  /** Address of the v2 B-tree by name. */
  nameIndex: number
  /** Address of the v2 B-tree by creation order. */
  creationOrderIndex: number
}

export const CREATION_ORDER_TRACKED = 0x01
export const CREATION_ORDER_INDEXED = 0x02

export const linkInfoMessage = structure<LinkInfo>({
  name: 'Link Info Message',
  spec: 'IV.A.2.c',
  blank: () => ({
    version: 0,
    flags: 0,
    maximumCreationIndex: 0,
    fractalHeap: UNDEFINED,
    nameIndex: UNDEFINED,
    creationOrderIndex: UNDEFINED,
  }),
  body(io, m) {
    m.version = io.version('Version', m.version, [0])
    m.flags = io.u8('Flags', m.flags)
    if ((m.flags & ~(CREATION_ORDER_TRACKED | CREATION_ORDER_INDEXED)) !== 0) io.fail('unknown flags', 'Flags')
    if ((m.flags & CREATION_ORDER_TRACKED) !== 0) {
      m.maximumCreationIndex = io.u64('Maximum Creation Index', m.maximumCreationIndex)
    }
    m.fractalHeap = io.address('Fractal Heap Address', m.fractalHeap)
    m.nameIndex = io.address('Address of v2 B-tree for Name Index', m.nameIndex)
    if ((m.flags & CREATION_ORDER_INDEXED) !== 0) {
      m.creationOrderIndex = io.address('Address of v2 B-tree for Creation Order Index', m.creationOrderIndex)
    }
  },
})
