import type { FreeSpaceManagerHeader, FreeSpaceSection } from '../format/free-space-manager.ts'
import { freeSpaceManagerHeader, freeSpaceSectionList, sectionListOf } from '../format/free-space-manager.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Checker } from './checker.ts'
import type { ExtentKind } from './extents.ts'
import type { Place } from './finding.ts'

/** Free space as a manager keeps it. */
export interface CheckedFreeSpace {
  header: FreeSpaceManagerHeader
  place: Place
  /** Of the list. */
  listPlace: Place
  /** Undefined where the list could not be read. */
  sections: FreeSpaceSection[] | undefined
}

/** Whose free space it is: a file's or a fractal heap's. */
export interface FreeSpaceClient {
  clientId: number
  /** Bits that addresses in what has the space take: the least and the most that there may be. */
  addressBits: readonly [least: number, most: number]
}

/** Looks at a free-space manager (III.H) and its list of sections, but not at what the sections mean. */
export function checkFreeSpace(
  check: Checker,
  address: number,
  { clientId, addressBits }: FreeSpaceClient,
  use: ExtentKind,
  from: Place,
): CheckedFreeSpace | undefined {
  const { offsets, lengths } = check.image.sizes
  const length = 18 + 7 * lengths + offsets
  const header = check.decode(freeSpaceManagerHeader, address, length, undefined, from, { use })
  if (header === undefined) return undefined
  const place = { structure: freeSpaceManagerHeader, address }
  if (header.clientId !== clientId)
    check.error(place, `client ${header.clientId} where ${clientId} belongs`, 'Client ID')
  const listPlace = { structure: freeSpaceSectionList, address: header.listAddress }
  const { sections, serializedSections, unserializedSections, listSize, allocatedListSize } = header
  if (sections !== serializedSections + unserializedSections) {
    const what = `${sections} sections, of which ${serializedSections} are serialized and ${unserializedSections} are not`
    check.error(place, what, 'Total Number of Sections')
  }
  if (listSize > allocatedListSize) {
    check.error(place, `${listSize} bytes used of ${allocatedListSize}`, 'Size of Serialized Section List Used')
  }
  if (header.expandPercent < 100) check.error(place, `expands to ${header.expandPercent} %`, 'Expand Percent')
  else if (header.shrinkPercent >= header.expandPercent) {
    check.error(
      place,
      `shrinks at ${header.shrinkPercent} % and expands by ${header.expandPercent} %`,
      'Shrink Percent',
    )
  }
  const [least, most] = addressBits
  if (header.addressBits < least || header.addressBits > most) {
    // The fields of sections are as wide as this says.
    const range = least === most ? most : `${least} to ${most}`
    check.error(place, `${header.addressBits} bits where ${range} belong`, 'Size of Address Space')
    return { header, place, listPlace, sections: undefined }
  }
  return { header, place, listPlace, sections: checkSections(check, header, place, address, use) }
}

function checkSections(
  check: Checker,
  header: FreeSpaceManagerHeader,
  place: Place,
  address: number,
  use: ExtentKind,
): FreeSpaceSection[] | undefined {
  const { listAddress, serializedSections, totalSpace } = header
  if (listAddress === UNDEFINED) {
    if (serializedSections > 0) check.error(place, 'no list of sections', 'Address of Serialized Section List')
    else if (totalSpace > 0) check.error(place, `${totalSpace} bytes in no sections`, 'Total Space Tracked')
    return serializedSections > 0 ? undefined : []
  }
  const from = { ...place, field: 'Address of Serialized Section List' }
  const reading = { use, allocated: Math.max(header.listSize, header.allocatedListSize) }
  const params = sectionListOf(check.image, header, address)
  const list = check.decode(freeSpaceSectionList, listAddress, header.listSize, params, from, reading)
  if (list === undefined) return undefined
  let total = 0
  for (const section of list.sections) {
    total += section.size
    if (BigInt(section.size) > header.maxSectionSize) {
      check.error(place, `a section of ${section.size} bytes above the maximum`, 'Maximum Section Size')
    }
  }
  if (total !== totalSpace) {
    check.error(place, `${totalSpace} bytes, and the sections have ${total}`, 'Total Space Tracked')
  }
  return list.sections
}
