import { structure, UNDEFINED } from '../../io/structure.ts'

/** Where a further chunk of the object header is (IV.A.2.q). */
export interface Continuation {
  /** Address of the chunk. */
  offset: number
  /** In bytes. */
  length: number
}

export const continuationMessage = structure<Continuation>({
  name: 'Object Header Continuation Message',
  spec: 'IV.A.2.q',
  blank: () => ({ offset: UNDEFINED, length: 0 }),
  body(io, m) {
    m.offset = io.address('Offset', m.offset)
    m.length = io.length('Length', m.length)
    if (m.offset === UNDEFINED) io.fail('no address', 'Offset')
    if (m.length < 1) io.fail('impossible length', 'Length')
  },
})
