import type { FractalHeapHeader } from '../format/fractal-heap-blocks.ts'
import { FRACTAL_HEAP_CLIENT } from '../format/free-space-manager.ts'
import { UNDEFINED } from '../io/structure.ts'
import { checkFreeSpace } from './check-free-space.ts'
import type { Checker } from './checker.ts'
import type { ExtentKind } from './extents.ts'
import type { Place } from './finding.ts'

/** A direct block of a fractal heap. */
export interface HeapBlock {
  /** In the heap. */
  offset: number
  /** In bytes, when the filters are undone. */
  size: number
  /** In the file. */
  address: number
}

/** Bytes of a fractal heap. */
export interface HeapRange {
  /** In the heap. */
  offset: number
  /** In bytes. */
  length: number
}

/** Kinds of sections that a heap has. */
const SECTION_CLASSES = 4

/** The type of sections within a block. */
const SINGLE = 0

/** The last of the blocks, which are in the order of their offsets, that starts at an offset or before. */
export function blockAt(blocks: readonly HeapBlock[], offset: number): HeapBlock | undefined {
  let low = 0
  let high = blocks.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (blocks[middle].offset <= offset) low = middle
    else high = middle
  }
  return blocks[low]
}

/**
 * Compares the free space of a fractal heap with its blocks and objects.
 *
 * @param objects those that are in blocks, in the order of their offsets
 */
export function checkHeapSpace(
  check: Checker,
  { header, place }: { header: FractalHeapHeader; place: Place },
  use: ExtentKind,
  blocks: readonly HeapBlock[],
  objects: readonly HeapRange[],
): void {
  const { freeSpaceAddress, freeManagedSpace, maxHeapBits, managedSpace } = header
  if (freeSpaceAddress === UNDEFINED) return
  const from = { ...place, field: 'Address of Managed Block Free Space Manager' }
  const client = { clientId: FRACTAL_HEAP_CLIENT, addressBits: [maxHeapBits, maxHeapBits] as const }
  const free = checkFreeSpace(check, freeSpaceAddress, client, use, from)
  if (free?.sections === undefined) return
  const { sectionClasses, totalSpace } = free.header
  if (sectionClasses !== SECTION_CLASSES) {
    const what = `${sectionClasses} classes where ${SECTION_CLASSES} belong`
    check.error(free.place, what, 'Number of Section Classes')
  }
  // Blocks that are not there yet are free in the heap, and not all of them are in sections.
  if (totalSpace > freeManagedSpace) {
    const what = `${totalSpace} bytes, and only ${freeManagedSpace} are free in the heap`
    check.error(free.place, what, 'Total Space Tracked')
  }
  let i = 0
  for (const { offset, size, type } of free.sections.toSorted((a, b) => a.offset - b.offset)) {
    while (i < objects.length && objects[i].offset + objects[i].length <= offset) i++
    const end = offset + size
    const overlaps = i < objects.length && objects[i].offset < end
    const block = blockAt(blocks, offset)
    const behind = end > managedSpace || (type === SINGLE && block !== undefined && end > block.offset + block.size)
    if (!overlaps && !behind) continue
    const what = overlaps ? `overlaps the object at heap offset ${objects[i].offset}` : 'ends behind its block'
    check.error(free.listPlace, `the section at heap offset ${offset} ${what}`, 'Section Record Offset')
    return
  }
}
