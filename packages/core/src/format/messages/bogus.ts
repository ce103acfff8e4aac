import { structure } from '../../io/structure.ts'

/** A message that tests how unknown messages are treated (IV.A.2.j). */
export interface Bogus {
  /** Always 0xdeadbeef. */
  value: number
}

const BOGUS_VALUE = 0xdeadbeef

export const bogusMessage = structure<Bogus>({
  name: 'Bogus Message',
  spec: 'IV.A.2.j',
  blank: () => ({ value: BOGUS_VALUE }),
  body(io, m) {
    m.value = io.u32('Bogus Value', m.value)
    if (m.value !== BOGUS_VALUE) io.fail('not 0xdeadbeef', 'Bogus Value')
  },
})
