import { NO_BYTES } from '../../io/span.ts'
import { structure } from '../../io/structure.ts'

/** Room that a deleted message left; its bytes mean nothing (IV.A.2.a). */
export interface Nil {
  bytes: Uint8Array
}

export const nilMessage = structure<Nil>({
  name: 'NIL Message',
  spec: 'IV.A.2.a',
  blank: () => ({ bytes: NO_BYTES }),
  body(io, m) {
    m.bytes = io.rest('Unspecified', m.bytes)
  },
})
