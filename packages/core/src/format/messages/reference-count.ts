import { structure } from '../../io/structure.ts'

/** How many hard links an object has, where that is not one (IV.A.2.w). */
export interface ReferenceCount {
  version: number
  referenceCount: number
}

export const referenceCountMessage = structure<ReferenceCount>({
  name: 'Object Reference Count Message',
  spec: 'IV.A.2.w',
  blank: () => ({ version: 0, referenceCount: 1 }),
  body(io, m) {
    m.version = io.version('Version', m.version, [0])
    m.referenceCount = io.u32('Reference count', m.referenceCount)
  },
})
