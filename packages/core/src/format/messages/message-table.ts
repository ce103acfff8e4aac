import type { Structure } from '../../io/structure.ts'
import { attributeMessage } from './attribute.ts'
import { attributeInfoMessage } from './attribute-info.ts'
import { bTreeKMessage } from './b-tree-k.ts'
import { bogusMessage } from './bogus.ts'
import { commentMessage } from './comment.ts'
import { continuationMessage } from './continuation.ts'
import { dataLayoutMessage } from './data-layout.ts'
import { dataspaceMessage } from './dataspace.ts'
import { datatypeMessage } from './datatype.ts'
import { driverInfoMessage } from './driver-info.ts'
import { externalFilesMessage } from './external-files.ts'
import { fileSpaceInfoMessage } from './file-space-info.ts'
import { fillValueMessage, oldFillValueMessage } from './fill-value.ts'
import { filterPipelineMessage } from './filter-pipeline.ts'
import { groupInfoMessage } from './group-info.ts'
import { linkMessage } from './link.ts'
import { linkInfoMessage } from './link-info.ts'
import * as types from './message-types.ts'
import { metadataCacheImageMessage } from './metadata-cache-image.ts'
import { modificationTimeMessage, oldModificationTimeMessage } from './modification-time.ts'
import { nilMessage } from './nil.ts'
import { referenceCountMessage } from './reference-count.ts'
import { sharedMessageTablePointerMessage } from './shared-message-table-pointer.ts'
import { symbolTableMessage } from './symbol-table.ts'

const STRUCTURES: ReadonlyMap<number, Structure<unknown>> = new Map<number, Structure<unknown>>([
  [types.NIL, nilMessage],
  [types.DATASPACE, dataspaceMessage],
  [types.LINK_INFO, linkInfoMessage],
  [types.DATATYPE, datatypeMessage],
  [types.OLD_FILL_VALUE, oldFillValueMessage],
  [types.FILL_VALUE, fillValueMessage],
  [types.LINK, linkMessage],
  [types.EXTERNAL_DATA_FILES, externalFilesMessage],
  [types.DATA_LAYOUT, dataLayoutMessage],
  [types.BOGUS, bogusMessage],
  [types.GROUP_INFO, groupInfoMessage],
  [types.FILTER_PIPELINE, filterPipelineMessage],
  [types.ATTRIBUTE, attributeMessage],
  [types.OBJECT_COMMENT, commentMessage],
  [types.OLD_MODIFICATION_TIME, oldModificationTimeMessage],
  [types.SHARED_MESSAGE_TABLE, sharedMessageTablePointerMessage],
  [types.CONTINUATION, continuationMessage],
  [types.SYMBOL_TABLE, symbolTableMessage],
  [types.MODIFICATION_TIME, modificationTimeMessage],
  [types.B_TREE_K, bTreeKMessage],
  [types.DRIVER_INFO, driverInfoMessage],
  [types.ATTRIBUTE_INFO, attributeInfoMessage],
  [types.REFERENCE_COUNT, referenceCountMessage],
  [types.FILE_SPACE_INFO, fileSpaceInfoMessage],
  [types.METADATA_CACHE_IMAGE, metadataCacheImageMessage],
])

/**
 * The structure of a message of this type; undefined for an unknown type. Where the message's SHARED flag is
 * set, the body is a `sharedMessage` instead.
 */
export function messageStructure(type: number): Structure<unknown> | undefined {
  return STRUCTURES.get(type)
}
