import type { Io } from '../../io/structure.ts'
import { structure, UNDEFINED } from '../../io/structure.ts'

/** A part of a file that holds a part of a dataset. */
export interface ExternalFileSlot {
  /** Of the file's name, in the local heap. */
  nameOffset: number
  /** Of the first byte, in the file. */
  offset: number
  /** Bytes reserved there; UNDEFINED for as many as come. */
  size: number
}

/** Files that hold a dataset's elements, one part behind the other (IV.A.2.h). */
export interface ExternalFileList {
  version: number
  /** At least as many as there are slots in use; when writing, at least as many as `slots` has. */
  allocatedSlots: number
  /** Address of the local heap with the files' names. */
  heap: number
  slots: ExternalFileSlot[]
}

function slotField(io: Io, slot: ExternalFileSlot): ExternalFileSlot {
  const nameOffset = io.length('Name Offset in Local Heap', slot.nameOffset)
  const offset = io.length('Offset in External Data File', slot.offset)
  const size = io.length('Data Size in External File', slot.size)
  if (nameOffset < 0) io.fail('impossible offset', 'Name Offset in Local Heap')
  if (offset < 0) io.fail('impossible offset', 'Offset in External Data File')
  return { nameOffset, offset, size }
}

const NO_SLOT: ExternalFileSlot = { nameOffset: 0, offset: 0, size: 0 }

export const externalFilesMessage = structure<ExternalFileList>({
  name: 'External Data Files Message',
  spec: 'IV.A.2.h',
  blank: () => ({ version: 1, allocatedSlots: 0, heap: UNDEFINED, slots: [] }),
  body(io, m) {
    m.version = io.version('Version', m.version, [1])
    io.reserved(3)
    m.allocatedSlots = io.u16('Allocated Slots', Math.max(m.allocatedSlots, m.slots.length))
    const used = io.u16('Used Slots', m.slots.length)
    if (m.allocatedSlots === 0) io.fail('no slots', 'Allocated Slots')
    if (used > m.allocatedSlots) io.fail(`${used} of ${m.allocatedSlots} slots`, 'Used Slots')
    m.heap = io.address('Heap Address', m.heap)
    if (m.heap === UNDEFINED) io.fail('no address', 'Heap Address')
    if (m.allocatedSlots * 3 * io.sizes.lengths > io.left) {
      io.flaw(`${m.allocatedSlots} slots in ${io.left} bytes`, 'Allocated Slots')
    }
    if (used * 3 * io.sizes.lengths > io.left) io.fail(`${used} slots in ${io.left} bytes`, 'Used Slots')
    m.slots = Array.from({ length: used }, (_, i) => slotField(io, io.reading ? NO_SLOT : m.slots[i]))
  },
})
