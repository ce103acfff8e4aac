import type { FilterStep } from '../filters/pipeline.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { FillValue } from '../format/messages/fill-value.ts'
import type { GroupInfo } from '../format/messages/group-info.ts'
import type { HeaderMessage } from '../format/object-header.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import type { Link } from '../objects/links.ts'
import type { ExternalFileSegment, ExternalStore } from '../storage/external-data.ts'
import type { HeapPlace } from './global-heap-builder.ts'
import type { ObjectTimes } from './header-packer.ts'
import type { Versions } from './version-bounds.ts'

/** What elements may hold that is known only while the file is written. */
export interface Places {
  /** The address that an object has or will have; an object to which no link leads is written because of it. */
  addressOf(object: LinkedObject): number
  /** Puts bytes into the global heap. */
  store(bytes: Uint8Array): HeapPlace
}

/** An attribute as it is to be: its elements are in its own type. */
export interface AttributeContent {
  name: string
  /** Of the name: 0 ASCII, 1 UTF-8. By default what the name needs. */
  characterSet?: number | undefined
  type: Datatype
  /** The committed type that it uses, which `type` equals. */
  committed?: TypeDraft | ExistingObject | undefined
  space: Dataspace
  /** The elements; a function where they hold addresses, which may be called twice and gives as many bytes each time. */
  data: Uint8Array | ((places: Places) => Uint8Array)
  /** The same for attributes that are alike but for their elements, where that is known. */
  head?: object | undefined
}

/** Where a link of a group that is being made leads. */
export type LinkTargetDraft =
  | { kind: 'hard'; object: LinkedObject }
  | { kind: 'soft'; path: string }
  | { kind: 'external'; file: string; path: string }
  | { kind: 'user-defined' /** 65 to 255. */; type: number; data: Uint8Array }

/** A link of a group that is being made. */
export type LinkDraft = LinkTargetDraft & {
  /** Of the name: 0 ASCII, 1 UTF-8. By default what the name needs. */
  characterSet?: number | undefined
}

/** Whether the order in which things were made is kept, and is an index too. */
export type OrderTracking = 'none' | 'tracked' | 'indexed'

interface Draft {
  /** In the order of their creation. */
  attributes: AttributeContent[]
  attributeOrder: OrderTracking
  /** When attributes leave the header, and when they come back, where that is not the default. */
  attributePhase?: { maxCompact: number; minDense: number } | undefined
  comment?: string | undefined
  /** Undefined where no times are stored. Groups in old headers have none. */
  times?: ObjectTimes | undefined
  /** Whether the object comes from an old header, which keeps attributes however many there are. */
  oldHeader?: boolean | undefined
  /** The least versions of what is written of the object, where they are not those of the file. */
  versions?: Versions | undefined
  /** Messages of types that are not known here, as another file had them. */
  otherMessages?: readonly HeaderMessage[] | undefined
}

export interface GroupDraft extends Draft {
  kind: 'group'
  /** By name, in the order of their creation. */
  links: Map<string, LinkDraft>
  linkOrder: OrderTracking
  /** When links leave the header, and estimates, where these are not the defaults. */
  info?: GroupInfo | undefined
  /** Bytes that the names of an old-style group have room for from the start. */
  localHeapSize?: number | undefined
}

export interface DatasetDraft extends Draft {
  kind: 'dataset'
  type: Datatype
  committed?: TypeDraft | ExistingObject | undefined
  space: Dataspace
  /** Contiguous data is in the file already; the index of chunks is made of `chunks`, the virtual mapping of `mappings`. */
  layout: DataLayout
  chunks: ChunkEntry[]
  filters: readonly FilterStep[]
  fill: FillValue
  /** The files that hold the elements, where those are elsewhere. */
  external?: readonly ExternalFileSegment[] | undefined
  /** The elements as they are there, where they can be written. */
  outside?: ExternalStore | undefined
  /** The sources of a virtual dataset. */
  mappings?: readonly VirtualMapping[] | undefined
  /**
   * Writes elements that hold addresses, and completes `layout`, `chunks` and `fill`; called once, when all objects are
   * there. What is there before makes a header of the same length: of a layout, only addresses and sizes change.
   */
  deferred?: ((places: Places) => void) | undefined
}

/** A committed datatype. */
export interface TypeDraft extends Draft {
  kind: 'datatype'
  type: Datatype
}

/** An object that is to be written. */
export type ObjectDraft = GroupDraft | DatasetDraft | TypeDraft

/** An object that the file has already. */
export interface ExistingObject {
  kind: 'existing'
  /** Of the object header. */
  address: number
}

export type LinkedObject = ObjectDraft | ExistingObject

export function groupDraft(order: OrderTracking = 'none'): GroupDraft {
  return { kind: 'group', attributes: [], attributeOrder: order, links: new Map(), linkOrder: order }
}

export function typeDraft(type: Datatype): TypeDraft {
  return { kind: 'datatype', type, attributes: [], attributeOrder: 'none' }
}

/** The draft of a link that names where it leads. */
export function symbolicLinkDraft(link: Exclude<Link, { kind: 'hard' }>): LinkTargetDraft {
  switch (link.kind) {
    case 'soft':
      return { kind: 'soft', path: link.target }
    case 'external':
      return { kind: 'external', file: link.file, path: link.target }
    case 'user-defined':
      return { kind: 'user-defined', type: link.type, data: link.data }
  }
}
