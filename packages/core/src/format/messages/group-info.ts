import { structure } from '../../io/structure.ts'

/** The constants of a new-style group (IV.A.2.k); what is not stored has the library's defaults. */
export interface GroupInfo {
  version: number
  /** LINK_PHASE_CHANGE_STORED, ESTIMATES_STORED. */
  flags: number
  /** Links that the object header holds at most. */
  maximumCompact: number
  /** Links below which a group that has a heap goes back to its header. */
  minimumDense: number
  estimatedEntries: number
  estimatedNameLength: number
}

const LINK_PHASE_CHANGE_STORED = 0x01
const ESTIMATES_STORED = 0x02

export const groupInfoMessage = structure<GroupInfo>({
  name: 'Group Info Message',
  spec: 'IV.A.2.k',
  blank: () => ({
    version: 0,
    flags: 0,
    maximumCompact: 8,
    minimumDense: 6,
    estimatedEntries: 4,
    estimatedNameLength: 8,
  }),
  body(io, m) {
    m.version = io.version('Version', m.version, [0])
    m.flags = io.u8('Flags', m.flags)
    if ((m.flags & ~(LINK_PHASE_CHANGE_STORED | ESTIMATES_STORED)) !== 0) io.fail('unknown flags', 'Flags')
    if ((m.flags & LINK_PHASE_CHANGE_STORED) !== 0) {
      m.maximumCompact = io.u16('Link Phase Change: Maximum Compact Value', m.maximumCompact)
      m.minimumDense = io.u16('Link Phase Change: Minimum Dense Value', m.minimumDense)
    }
    if ((m.flags & ESTIMATES_STORED) !== 0) {
      m.estimatedEntries = io.u16('Estimated Number of Entries', m.estimatedEntries)
      m.estimatedNameLength = io.u16('Estimated Link Name Length of Entries', m.estimatedNameLength)
    }
  },
})
