import { LocalHeap, localHeapHeader } from '../format/local-heap.ts'
import { unsigned } from '../io/integer.ts'
import { Span } from '../io/span.ts'
import type { Checker } from './checker.ts'
import type { Extent, ExtentKind } from './extents.ts'
import type { Place } from './finding.ts'

/** What the list of free blocks ends with. */
const LAST = 1

/** A local heap (III.D) whose free list was looked at. */
export interface CheckedLocalHeap {
  heap: LocalHeap
  place: Place
  /** Free blocks, by their offsets. */
  free: Extent[]
}

export function checkLocalHeap(
  check: Checker,
  address: number,
  use: ExtentKind,
  from: Place,
): CheckedLocalHeap | undefined {
  const { offsets, lengths } = check.image.sizes
  const length = 8 + 2 * lengths + offsets
  const reading = { use, allocated: Math.ceil(length / 8) * 8 }
  const header = check.decode(localHeapHeader, address, length, undefined, from, reading)
  if (header === undefined) return undefined
  const place = { structure: localHeapHeader, address }
  const { dataAddress, size, freeList } = header
  if (!check.inside(dataAddress, size, place, 'Address of Data Segment')) return undefined
  check.claim(dataAddress, size, use, { name: 'Local Heap Data Segment', spec: localHeapHeader.spec })
  const heap = new LocalHeap(address, length, dataAddress, new Span(check.image.source.view(dataAddress, size)))
  return { heap, place, free: freeBlocks(check, heap, freeList, lengths, place) }
}

function freeBlocks(check: Checker, heap: LocalHeap, first: number, width: number, place: Place): Extent[] {
  const segment = heap.segment.bytes
  const found: Extent[] = []
  const field = 'Offset to Head of Free-list'
  const most = segment.length / (2 * width)
  for (let at = first; at !== LAST; ) {
    if (at + 2 * width > segment.length || found.length >= most) {
      const what = found.length >= most ? 'a free list without an end' : `a free block at ${at}, outside of the heap`
      check.error(place, what, field)
      break
    }
    const length = unsigned(segment, at + width, width)
    if (length < 2 * width || at + length > segment.length) {
      check.error(place, `a free block of ${length} bytes at ${at}`, field)
      break
    }
    found.push({ address: at, length })
    at = unsigned(segment, at, width)
  }
  found.sort((a, b) => a.address - b.address)
  for (let i = 1; i < found.length; i++) {
    if (found[i - 1].address + found[i - 1].length <= found[i].address) continue
    check.error(place, `free blocks at ${found[i - 1].address} and ${found[i].address} overlap`, field)
    break
  }
  return found
}

/** The string at an offset; undefined where there is none, which is a finding about the field that has the offset. */
export function heapText(check: Checker, heap: CheckedLocalHeap, offset: number, from: Place): string | undefined {
  const text = heap.heap.find(offset)
  if (text === undefined) {
    check.error(from, `no string at offset ${offset} of the local heap`)
    return undefined
  }
  if (isFree(heap, offset)) check.error(from, `the string at offset ${offset} of the local heap is in a free block`)
  return text
}

/** Whether an offset is in a free block. */
export function isFree(heap: CheckedLocalHeap, offset: number): boolean {
  return blockWith(heap.free, offset) !== undefined
}

function blockWith(blocks: readonly Extent[], offset: number): Extent | undefined {
  let low = 0
  let high = blocks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (blocks[middle].address + blocks[middle].length <= offset) low = middle + 1
    else high = middle
  }
  const block = blocks[low]
  return block !== undefined && block.address <= offset ? block : undefined
}
