import type { FreeSpaceManagerHeader, FreeSpaceSection } from '../format/free-space-manager.ts'
import { FILE_CLIENT, freeSpaceManagerHeader, freeSpaceSectionList, listParams } from '../format/free-space-manager.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Emitter } from './emitter.ts'
import type { FreeKind, FreeSection } from './space.ts'

/** What the library gives the managers of a file: addresses have 63 bits. */
const FILE_MANAGER = { clientId: FILE_CLIENT, addressBits: 63, maxSectionSize: 2n ** 63n - 1n }

const MANAGERS = 12

/** Sections that the places of managers can leave behind, one each: new pages have an unused end. */
const MORE = 3

/**
 * Writes managers of all that is free (III.H). They get places of their own first, so that they tell of nothing that is
 * theirs.
 *
 * @param threshold bytes of the smallest section that is kept
 * @returns the address of each, UNDEFINED where there is nothing to keep
 */
export function buildFreeSpaceManagers(emitter: Emitter, threshold: number): number[] {
  const addresses = new Array<number>(MANAGERS).fill(UNDEFINED)
  const kept = (manager: number): FreeKind[] => keptKinds(emitter, threshold).filter((kind) => kind.manager === manager)
  // Places are in the space of descriptions, which comes first: how much of it is left is known in the end.
  const places = keptKinds(emitter, threshold)
    .reverse()
    .flatMap(({ manager }) => kept(manager).map((kind) => ({ manager, place: placeFor(emitter, kind) })))
  for (const { manager, place } of places) {
    for (const kind of kept(manager)) {
      writeManager(emitter, kind, place)
      addresses[manager] = place.address
    }
  }
  return addresses
}

/** What managers are to tell of, as it is now. */
function keptKinds(emitter: Emitter, threshold: number): FreeKind[] {
  return emitter.space.kinds
    .map((kind) => ({ ...kind, sections: kind.sections.filter(({ size }) => size >= threshold) }))
    .filter(({ sections }) => sections.length > 0)
}

/** As large as an address may be, where lengths have room for that. */
function largestSection(lengths: number): bigint {
  return lengths >= 8 ? FILE_MANAGER.maxSectionSize : 2n ** BigInt(8 * lengths) - 1n
}

/** Where a manager is, with its list behind it. */
interface Place {
  address: number
  headerLength: number
  listLength: number
}

function placeFor(emitter: Emitter, { type, sections }: FreeKind): Place {
  const { space } = emitter
  const largest = sections.reduce((most, { size }) => Math.max(most, size), 0)
  const more = Array.from({ length: space.inPages ? MORE : 0 }, (_, i) => ({ address: 0, size: largest + 1 + i }))
  const list = listOf(type, [...sections, ...more])
  const header = headerOf(emitter, list)
  const headerLength = emitter.encoded(freeSpaceManagerHeader, header, undefined).length
  const listLength = emitter.encoded(freeSpaceSectionList, { sections: list }, listParams(0, header)).length
  const total = headerLength + listLength
  return { address: space.inPages ? space.allocate(total) : space.append(total), headerLength, listLength }
}

function writeManager(emitter: Emitter, { type, sections }: FreeKind, place: Place): void {
  const { address, headerLength, listLength } = place
  const list = listOf(type, sections)
  const listAddress = address + headerLength
  const sizes = { listAddress, listSize: listLength, allocatedListSize: listLength }
  const header = { ...headerOf(emitter, list), ...sizes }
  emitter.put(address, freeSpaceManagerHeader, header, undefined)
  emitter.put(listAddress, freeSpaceSectionList, { sections: list }, listParams(address, header))
}

function listOf(type: number, sections: readonly FreeSection[]): FreeSpaceSection[] {
  return sections
    .map(({ address, size }): FreeSpaceSection => ({ size, offset: address, type, blocks: undefined }))
    .sort((a, b) => a.size - b.size || a.offset - b.offset)
}

function headerOf(emitter: Emitter, list: readonly FreeSpaceSection[]): FreeSpaceManagerHeader {
  return {
    ...freeSpaceManagerHeader.blank(undefined),
    ...FILE_MANAGER,
    maxSectionSize: largestSection(emitter.sizes.lengths),
    totalSpace: list.reduce((sum, { size }) => sum + size, 0),
    sections: list.length,
    serializedSections: list.length,
  }
}
