import type { FilterStep } from '../filters/pipeline.ts'
import type { ChunkEntry } from '../format/b-tree-v1.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { FillValue } from '../format/messages/fill-value.ts'

/** An attribute as it is to be: its elements are in its own type. */
export interface AttributeContent {
  name: string
  type: Datatype
  /** The committed type that it uses, which `type` equals. */
  committed?: TypeDraft | undefined
  space: Dataspace
  data: Uint8Array
}

/** Where a link of a group that is being made leads. */
export type LinkTargetDraft =
  | { kind: 'hard'; object: ObjectDraft }
  | { kind: 'soft'; path: string }
  | { kind: 'external'; file: string; path: string }

interface Draft {
  /** In the order of their creation. */
  attributes: AttributeContent[]
  /** Whether attributes keep the order of their creation. */
  trackAttributeOrder: boolean
  comment?: string | undefined
  /** Seconds since 1970; undefined where no time is stored. */
  modificationTime?: number | undefined
}

export interface GroupDraft extends Draft {
  kind: 'group'
  /** By name, in the order of their creation. */
  links: Map<string, LinkTargetDraft>
  /** Whether links keep the order of their creation. */
  trackOrder: boolean
}

export interface DatasetDraft extends Draft {
  kind: 'dataset'
  type: Datatype
  committed?: TypeDraft | undefined
  space: Dataspace
  /** Contiguous data is in the file already; the index of chunks is made of `chunks`. */
  layout: DataLayout
  chunks: ChunkEntry[]
  filters: readonly FilterStep[]
  fill: FillValue
}

/** A committed datatype. */
export interface TypeDraft extends Draft {
  kind: 'datatype'
  type: Datatype
}

/** An object that is to be written. */
export type ObjectDraft = GroupDraft | DatasetDraft | TypeDraft

export function groupDraft(trackOrder = false): GroupDraft {
  return { kind: 'group', attributes: [], trackAttributeOrder: trackOrder, links: new Map(), trackOrder }
}
