import { structure } from '../../io/structure.ts'

/** A short description of an object (IV.A.2.n). */
export interface ObjectComment {
  comment: string
}

export const commentMessage = structure<ObjectComment>({
  name: 'Object Comment Message',
  spec: 'IV.A.2.n',
  blank: () => ({ comment: '' }),
  body(io, m) {
    m.comment = io.terminated('Comment', m.comment)
  },
})
