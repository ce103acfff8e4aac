import { structure, UNDEFINED } from '../../io/structure.ts'

/** Where the table of shared message indexes is; only in the superblock extension (IV.A.2.p). */
export interface SharedMessageTablePointer {
  version: number
  /** Of the table. */
  address: number
  indexCount: number
}

export const sharedMessageTablePointerMessage = structure<SharedMessageTablePointer>({
  name: 'Shared Message Table Message',
  spec: 'IV.A.2.p',
  blank: () => ({ version: 0, address: UNDEFINED, indexCount: 0 }),
  body(io, m) {
    m.version = io.version('Version', m.version, [0])
    m.address = io.address('Shared Object Header Message Table Address', m.address)
    m.indexCount = io.u8('Number of Indices', m.indexCount)
  },
})
