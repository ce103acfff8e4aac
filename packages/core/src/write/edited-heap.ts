import { bTreeV2Extents, openBTreeV2, records } from '../format/b-tree-v2.ts'
import { hugeObjectRecord } from '../format/b-tree-v2-records.ts'
import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { HUGE, HUGE_OBJECT, heapIdType, openFractalHeap, TINY } from '../format/fractal-heap.ts'
import { fractalHeapHeader } from '../format/fractal-heap-blocks.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import { buildBTreeV2 } from './b-tree-v2-builder.ts'
import type { Emitter } from './emitter.ts'

/** The type of B-trees with records of huge objects that have numbers, and no filters. */
const NUMBERED = 1

/**
 * Takes objects out of a heap whose other objects keep their places, since others know them by these: the room of
 * those that are in its blocks is counted as free, and used again when the heap is gone.
 *
 * @returns what the file has no more use for
 */
export function forgetHeapObjects(
  image: FileImage,
  emitter: Emitter,
  address: number,
  ids: readonly Uint8Array[],
): Extent[] {
  const heap = openFractalHeap(image, address)
  const header = { ...heap.header }
  const huge = new Set<number>()
  for (const id of ids) {
    const { length } = heap.object(id)
    switch (heapIdType(id)) {
      case TINY:
        header.tinyObjects--
        header.tinySize -= length
        break
      case HUGE:
        huge.add(unsigned(id, 1, Math.min(id.length - 1, image.sizes.lengths)))
        break
      default:
        header.managedObjects--
        header.freeManagedSpace += length
    }
  }
  const released: Extent[] = []
  const { hugeTreeAddress } = header
  if (huge.size > 0 && hugeTreeAddress !== UNDEFINED) {
    const tree = openBTreeV2(image, hugeTreeAddress)
    const { type, recordSize } = tree.header
    const left: Uint8Array[] = []
    for (const record of records(tree)) {
      const object = hugeObjectRecord(record, type, image.sizes)
      if (type !== NUMBERED || !huge.has(object.id)) {
        left.push(record.slice())
        continue
      }
      header.hugeObjects--
      header.hugeSize -= object.length
      released.push({ structure: HUGE_OBJECT, address: object.address, length: object.length })
    }
    released.push(...bTreeV2Extents(tree))
    const table = new Uint8Array(left.length * recordSize)
    for (const [i, record] of left.entries()) table.set(record, i * recordSize)
    header.hugeTreeAddress = left.length === 0 ? UNDEFINED : buildBTreeV2(emitter, { type, recordSize, records: table })
  }
  emitter.put(address, fractalHeapHeader, header, undefined)
  return released
}
