import { NO_BYTES } from '../../io/span.ts'
import { structure } from '../../io/structure.ts'

/** What a file driver needs to open the file again; only in the superblock extension (IV.A.2.u). */
export interface DriverInfo {
  version: number
  /** Eight bytes: "NCSAmult", "NCSAfami", ... */
  identification: string
  /** As the driver defines it. */
  information: Uint8Array
}

export const driverInfoMessage = structure<DriverInfo>({
  name: 'Driver Info Message',
  spec: 'IV.A.2.u',
  blank: () => ({ version: 0, identification: '\0'.repeat(8), information: NO_BYTES }),
  body(io, m) {
    m.version = io.version('Version', m.version, [0])
    m.identification = io.text('Driver Identification', 8, m.identification)
    const size = io.u16('Driver Information Size', m.information.length)
    if (size === 0) io.fail('no information', 'Driver Information Size')
    m.information = io.bytes('Driver Information', size, m.information)
  },
})
