import { NO_BYTES } from '../io/span.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import type { Selection } from './dataspace-selection.ts'
import { dataspaceSelection } from './dataspace-selection.ts'
import { ATTRIBUTE_REFERENCE, OBJECT_REFERENCE_2, REGION_REFERENCE_2 } from './messages/datatype-model.ts'

/** What a reference of the first kind of region reference has in the global heap. */
export interface RegionReference1 {
  /** Of the dataset's object header. */
  address: number
  selection: Selection
}

export const regionReference1 = structure<RegionReference1>({
  name: 'Reference for H5R_DATASET_REGION1',
  spec: 'VIII.C',
  blank: () => ({ address: UNDEFINED, selection: { kind: 'none' } }),
  body(io, m) {
    m.address = io.address('Object Address', m.address)
    m.selection = io.part('Dataspace Selection Information', dataspaceSelection, m.selection, undefined)
  },
})

/** A flag in the header of a reference: it leads to another file. */
export const EXTERNAL_REFERENCE = 1

/** What the element itself says of a reference. */
export interface ReferenceHeader {
  /** OBJECT_REFERENCE_2, REGION_REFERENCE_2 or ATTRIBUTE_REFERENCE. */
  kind: number
  flags: number
}

export const referenceHeader = structure<ReferenceHeader>({
  name: 'Reference Header',
  spec: 'VIII.B',
  blank: () => ({ kind: 0, flags: 0 }),
  body(io, m) {
    m.kind = io.u8('Reference Type', m.kind)
    m.flags = io.u8('Flags', m.flags)
  },
})

/** Bytes of a reference header. */
export const REFERENCE_HEADER_SIZE = 2

/** Whether what a reference leads to is told in the global heap: all but an object of the same file is. */
export function isInHeap({ kind, flags }: ReferenceHeader): boolean {
  return kind !== 0 && (kind !== OBJECT_REFERENCE_2 || (flags & EXTERNAL_REFERENCE) !== 0)
}

/** What a reference leads to. */
export interface ReferenceBlock {
  /** The object's address. */
  token: Uint8Array
  /** Name of another file. */
  file: string | undefined
  /** Of the dataspace that the selection is in. */
  rank: number
  selection: Selection | undefined
  attribute: string | undefined
}

export const referenceBlock = structure<ReferenceBlock, ReferenceHeader>({
  name: 'Reference Block',
  spec: 'VIII.B',
  blank: () => ({ token: NO_BYTES, file: undefined, rank: 0, selection: undefined, attribute: undefined }),
  body(io, m, { kind, flags }) {
    const size = io.u8('Token Size', m.token.length)
    m.token = io.bytes('Token', size, m.token)
    const name = (field: string, value = ''): string => {
      const length = io.u16(`Length of ${field}`, io.textLength(value))
      return io.text(field, length, value)
    }
    if ((flags & EXTERNAL_REFERENCE) !== 0) m.file = name('External File Name', m.file)
    if (kind === REGION_REFERENCE_2) {
      const given: Selection = m.selection ?? { kind: 'none' }
      io.u32('Size of Dataspace Selection', io.sizeOf(dataspaceSelection, given, undefined))
      m.rank = io.u32('Rank of Dataspace Selection', m.rank)
      m.selection = io.part('Dataspace Selection Information', dataspaceSelection, given, undefined)
    }
    if (kind === ATTRIBUTE_REFERENCE) m.attribute = name('Attribute Name', m.attribute)
  },
})

/** What an element of class reference leads to. */
export type Reference =
  | { kind: 'object'; file: string | undefined; address: number }
  | { kind: 'region'; file: string | undefined; address: number; selection: Selection }
  | { kind: 'attribute'; file: string | undefined; address: number; name: string }
