import { FormatError } from '../errors.ts'
import { wideAddress } from '../io/address.ts'
import { decodeText } from '../io/text.ts'

/** What the driver information of a multi or split file says of one of its files. */
export interface MemberPlace {
  base: bigint
  /** The file's name; `%s` stands for that of the whole. */
  template: string
}

/** Uses that the bytes of a file have (H5FD_mem_t): superblock, B-trees, raw data, global heap, local heaps, headers. */
const USES = 6

/** Reads the information of the driver "NCSAmult" (H5FDmulti): files, in the order of the uses that they are for. */
export function multiMembers(information: Uint8Array): MemberPlace[] {
  const fail = (what: string): never => {
    throw new FormatError(`${what} in the information of the multi driver`, { structure: 'Driver Information Block' })
  }
  if (information.length < 8) fail('no map')
  const files = new Set(Array.from(information.subarray(0, USES), (use, i) => (use === 0 ? i + 1 : use)))
  let at = 8 + 16 * files.size
  const places: MemberPlace[] = []
  for (let i = 0; i < files.size; i++) {
    const end = information.indexOf(0, at)
    if (end < 0) fail('no name')
    const template = decodeText(information, at, end)
    // A file of the set lies beside the others, whatever the information says.
    if (!/^[^%/\\]*%s[^%/\\]*$/.test(template)) fail(`"${template}" as a name`)
    places.push({ base: wideAddress(information, 8 + 16 * i), template })
    at = end + 1 + ((8 - ((end + 1 - at) % 8)) % 8)
  }
  return places
}

/** Reads the information of the driver "NCSAfami" (H5FDfamily): bytes of each file. */
export function familyMemberSize(information: Uint8Array): number {
  if (information.length < 8) {
    throw new FormatError('no size in the information of the family driver', { structure: 'Driver Information Block' })
  }
  return Number(wideAddress(information, 0))
}
