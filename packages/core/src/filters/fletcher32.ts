import { FilterError } from '../errors.ts'
import { fletcher32 as checksum } from '../io/checksum.ts'
import type { Filter } from './pipeline.ts'

/** Filter 3: a checksum in the last four bytes. */
export const fletcher32: Filter = {
  id: 3,
  name: 'fletcher32',
  decode(bytes) {
    if (bytes.length < 4) throw new FilterError(`fletcher32: only ${bytes.length} bytes`)
    const data = bytes.subarray(0, bytes.length - 4)
    const stored = new DataView(bytes.buffer, bytes.byteOffset + data.length, 4).getUint32(0, true)
    const computed = checksum(data)
    if (stored !== computed && stored !== swapped(computed))
      throw new FilterError('fletcher32: checksum does not match')
    return data
  },
  encode(bytes) {
    const summed = new Uint8Array(bytes.length + 4)
    summed.set(bytes)
    new DataView(summed.buffer).setUint32(bytes.length, checksum(bytes), true)
    return summed
  },
}

/** As HDF5 before 1.6.3 wrote it on little-endian machines: the bytes of each half exchanged. */
function swapped(sum: number): number {
  return (((sum & 0x00ff00ff) << 8) | ((sum >>> 8) & 0x00ff00ff)) >>> 0
}
