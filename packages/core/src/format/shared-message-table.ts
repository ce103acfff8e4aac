import { FormatError } from '../errors.ts'
import type { Sizes } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { FileImage, SharedMessageTableLocation } from './file-image.ts'
import { openFractalHeap } from './fractal-heap.ts'
import { FILL_VALUE, OLD_FILL_VALUE } from './messages/message-types.ts'

/** One index of a file's shared messages. */
export interface SharedMessageIndex {
  /** 0 a list, 1 a version 2 B-tree. */
  type: number
  /** Bit n set: messages of type n are in it. */
  messageTypes: number
  minSize: number
  listCutoff: number
  treeCutoff: number
  messages: number
  indexAddress: number
  heapAddress: number
}

/** Which messages of a file are shared, and where they are (III.I). */
export interface SharedMessageTable {
  indexes: SharedMessageIndex[]
}

export const sharedMessageTable = structure<SharedMessageTable, { count: number }>({
  name: 'Shared Object Header Message Table',
  spec: 'III.I',
  blank: () => ({ indexes: [] }),
  body(io, m, { count }) {
    io.signature('SMTB')
    const indexes: SharedMessageIndex[] = []
    for (let i = 0; i < count; i++) {
      const given = m.indexes[i]
      io.version('Version', 0, [0])
      indexes.push({
        type: io.u8('Index Type', given?.type ?? 0),
        messageTypes: io.u16('Message Type Flags', given?.messageTypes ?? 0),
        minSize: io.u32('Minimum Message Size', given?.minSize ?? 0),
        listCutoff: io.u16('List Cutoff', given?.listCutoff ?? 0),
        treeCutoff: io.u16('v2 B-tree Cutoff', given?.treeCutoff ?? 0),
        messages: io.u16('Number of Messages', given?.messages ?? 0),
        indexAddress: io.address('Index Address', given?.indexAddress ?? UNDEFINED),
        heapAddress: io.address('Fractal Heap Address', given?.heapAddress ?? UNDEFINED),
      })
    }
    m.indexes = indexes
    io.checksum()
  },
})

/** Bytes of a table with so many indexes. */
export function sharedMessageTableLength({ offsets }: Sizes, count: number): number {
  return 8 + count * (14 + 2 * offsets)
}

export function readSharedMessageTable(image: FileImage, location: SharedMessageTableLocation): SharedMessageTable {
  const length = sharedMessageTableLength(image.sizes, location.count)
  return image.cached(sharedMessageTable, location.address, length, { count: location.count })
}

/** Whether messages of a type are in an index. Both kinds of fill value are in that of the new one. */
export function isFor({ messageTypes }: SharedMessageIndex, messageType: number): boolean {
  return (messageTypes & (1 << (messageType === OLD_FILL_VALUE ? FILL_VALUE : messageType))) !== 0
}

/** The bytes of a message in the heap of shared messages. */
export function sharedMessageBytes(
  image: FileImage,
  location: SharedMessageTableLocation,
  messageType: number,
  heapId: Uint8Array,
): Uint8Array {
  const table = readSharedMessageTable(image, location)
  const index = table.indexes.find((entry) => isFor(entry, messageType))
  if (index === undefined || index.heapAddress === UNDEFINED) {
    const place = { structure: sharedMessageTable.name, address: location.address }
    throw new FormatError(`no messages of type ${messageType} are shared`, place)
  }
  return openFractalHeap(image, index.heapAddress).object(heapId)
}
