import type { FreeSpaceSection } from '../format/free-space-manager.ts'
import { FILE_CLIENT, freeSpaceManagerHeader, freeSpaceSectionList, listParams } from '../format/free-space-manager.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Emitter } from './emitter.ts'
import type { FreeKind } from './space.ts'

/** What the library gives the managers of a file: addresses have 63 bits. */
const FILE_MANAGER = { clientId: FILE_CLIENT, addressBits: 63, maxSectionSize: 2n ** 63n - 1n }

const MANAGERS = 12

/**
 * Writes managers of all that is free (III.H). They stand behind everything else, so that they take nothing of what they
 * tell of.
 *
 * @param threshold bytes of the smallest section that is kept
 * @returns the address of each, UNDEFINED where there is nothing to keep
 */
export function buildFreeSpaceManagers(emitter: Emitter, threshold: number): number[] {
  const addresses = new Array<number>(MANAGERS).fill(UNDEFINED)
  // Places of the managers themselves leave free ends too, which are not told of.
  const kinds = emitter.space.kinds.map((kind) => ({ ...kind, sections: [...kind.sections] }))
  for (const kind of kinds) {
    const sections = kind.sections.filter(({ size }) => size >= threshold)
    if (sections.length > 0) addresses[kind.manager] = buildManager(emitter, { ...kind, sections })
  }
  return addresses
}

/** As large as an address may be, where lengths have room for that. */
function largestSection(lengths: number): bigint {
  return lengths >= 8 ? FILE_MANAGER.maxSectionSize : 2n ** BigInt(8 * lengths) - 1n
}

function buildManager(emitter: Emitter, { type, sections }: FreeKind): number {
  const list = sections.map(
    ({ address, size }): FreeSpaceSection => ({ size, offset: address, type, blocks: undefined }),
  )
  list.sort((a, b) => a.size - b.size || a.offset - b.offset)
  const header = {
    ...freeSpaceManagerHeader.blank(undefined),
    ...FILE_MANAGER,
    maxSectionSize: largestSection(emitter.sizes.lengths),
    totalSpace: sections.reduce((sum, { size }) => sum + size, 0),
    sections: sections.length,
    serializedSections: sections.length,
  }
  const headerLength = emitter.encoded(freeSpaceManagerHeader, header, undefined).length
  const measured = emitter.encoded(freeSpaceSectionList, { sections: list }, listParams(0, { ...header, listSize: 0 }))
  const address = emitter.space.append(headerLength + measured.length)
  header.listAddress = address + headerLength
  header.listSize = measured.length
  header.allocatedListSize = measured.length
  emitter.put(address, freeSpaceManagerHeader, header, undefined)
  emitter.put(header.listAddress, freeSpaceSectionList, { sections: list }, listParams(address, header))
  return address
}
