import { FormatError } from '../errors.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { FileImage } from '../format/file-image.ts'
import { openLocalHeap } from '../format/local-heap.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { dataspaceMessage } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { externalFilesMessage } from '../format/messages/external-files.ts'
import type { FillValue } from '../format/messages/fill-value.ts'
import {
  EARLY,
  fillValueMessage,
  IF_SET,
  INCREMENTAL,
  LATE,
  oldFillValueMessage,
} from '../format/messages/fill-value.ts'
import { filterPipelineMessage } from '../format/messages/filter-pipeline.ts'
import {
  DATA_LAYOUT,
  DATASPACE,
  DATATYPE,
  EXTERNAL_DATA_FILES,
  FILL_VALUE,
  FILTER_PIPELINE,
  LINK_INFO,
  OLD_FILL_VALUE,
  SYMBOL_TABLE,
} from '../format/messages/message-types.ts'
import { sharedMessage } from '../format/messages/shared.ts'
import { SHARED } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import { NO_BYTES } from '../io/span.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { ExternalFileSegment } from '../storage/external-data.ts'
import { isGroup } from './links.ts'
import { committedAddress, decodeMessage, messageValue } from './messages.ts'
import { refuseSpareBits } from './spare-bits.ts'

/** What an object header describes, told by the messages that it has. */
export function objectKind(header: ObjectHeader): 'group' | 'dataset' | 'datatype' | undefined {
  if (isGroup(header)) return 'group'
  if (!header.has(DATATYPE)) return undefined
  return header.has(DATASPACE) ? 'dataset' : 'datatype'
}

/** Bytes in which most headers tell what they describe. */
const GLIMPSE = 512

/**
 * Whether an old object header is that of a dataset, as far as a look at its first messages tells: where it is one of
 * very many, it is not read for that alone. Its other messages may contradict them.
 */
export function looksLikeDataset(image: FileImage, address: number): boolean {
  if (address === UNDEFINED) return false
  const { data, start, length } = image.peek(address, image.available(address, GLIMPSE))
  if (length < OLD_PREFIX || data[start] !== 1) return false
  const end = Math.min(length, OLD_PREFIX + data[start + 8] + data[start + 9] * 0x100)
  let type = false
  let space = false
  for (let at = OLD_PREFIX; at + OLD_MESSAGE_HEAD <= end; ) {
    const message = start + at
    const number = data[message] + data[message + 1] * 0x100
    if (number === DATATYPE) type = true
    else if (number === DATASPACE) space = true
    else if (number === SYMBOL_TABLE || number === LINK_INFO) return false
    at += OLD_MESSAGE_HEAD + data[message + 2] + data[message + 3] * 0x100
  }
  return type && space
}

/** Bytes of version 1: in front of the messages, and of each one's body. */
const OLD_PREFIX = 16
const OLD_MESSAGE_HEAD = 8

export interface TypeFacts {
  type: Datatype
  /** Address of the committed datatype that is used. */
  committed: number | undefined
}

/** The datatype of a dataset, or the one that is committed here. */
export function typeFacts(image: FileImage, header: ObjectHeader): TypeFacts {
  const message = header.find(DATATYPE)
  if (message === undefined) throw missing('Datatype Message', header)
  const type = decodeMessage(image, message, datatypeMessage)
  if ((message.flags & SHARED) === 0) {
    refuseSpareBits(type, header)
    return { type, committed: undefined }
  }
  const committed = committedAddress(image.read(sharedMessage, message.address, message.length, undefined))
  if (committed !== undefined) refuseSpareBits(type, readObjectHeader(image, committed))
  return { type, committed }
}

/** What the header of a dataset says of it. */
export interface DatasetFacts extends TypeFacts {
  space: Dataspace
  layout: DataLayout
  filters: readonly FilterStep[]
  /** One element; undefined for zeros. */
  fill: Uint8Array | undefined
}

export function datasetFacts(image: FileImage, header: ObjectHeader): DatasetFacts {
  const space = messageValue(image, header, DATASPACE, dataspaceMessage)
  const layout = messageValue(image, header, DATA_LAYOUT, dataLayoutMessage)
  if (space === undefined) throw missing('Dataspace Message', header)
  if (layout === undefined) throw missing('Data Layout Message', header)
  checkGrowth(space, layout, header)
  const { type, committed } = typeFacts(image, header)
  const filters = messageValue(image, header, FILTER_PIPELINE, filterPipelineMessage)?.filters ?? []
  return { type, committed, space, layout, filters, fill: fillValue(image, header) }
}

/** An extensible array numbers chunks so that one axis can grow. */
function checkGrowth(space: Dataspace, layout: DataLayout, header: ObjectHeader): void {
  if (layout.kind !== 'chunked' || layout.index.type !== 'extensible-array') return
  const unlimited = (space.maximum ?? []).filter((size) => size === UNDEFINED).length
  if (unlimited === 1) return
  const what = `an extensible array of chunks along ${unlimited} unlimited dimensions`
  throw new FormatError(what, { structure: dataLayoutMessage.name, address: header.address })
}

/** The files that hold a dataset's elements, one segment behind the other; none where they are in the file itself. */
export function externalFiles(image: FileImage, header: ObjectHeader): ExternalFileSegment[] {
  const list = messageValue(image, header, EXTERNAL_DATA_FILES, externalFilesMessage)
  if (list === undefined) return []
  const heap = openLocalHeap(image, list.heap)
  return list.slots.map(({ nameOffset, offset, size }) => ({ file: heap.text(nameOffset), offset, size }))
}

function missing(structure: string, header: ObjectHeader): FormatError {
  return new FormatError('missing', { structure, address: header.address })
}

function fillValue(image: FileImage, header: ObjectHeader): Uint8Array | undefined {
  const value =
    messageValue(image, header, FILL_VALUE, fillValueMessage)?.value ??
    messageValue(image, header, OLD_FILL_VALUE, oldFillValueMessage)?.value
  return value === undefined || value.length === 0 ? undefined : value
}

/** When storage is allocated and filled, and with what, as the library gives it: defaults where nothing is stored. */
export function fillSettings(image: FileImage, header: ObjectHeader, layout: DataLayout): FillValue {
  const stored = messageValue(image, header, FILL_VALUE, fillValueMessage)
  if (stored !== undefined) return stored
  // Old files tell no more than the value, and none at all where it is empty.
  const old = messageValue(image, header, OLD_FILL_VALUE, oldFillValueMessage)
  const allocationTime = old === undefined ? USUAL_TIMES[layout.kind] : LATE
  const value = old?.value ?? NO_BYTES
  return {
    version: 2,
    allocationTime,
    writeTime: IF_SET,
    state: value.length > 0 ? 'user-defined' : 'undefined',
    value,
  }
}

const USUAL_TIMES = { compact: EARLY, contiguous: LATE, chunked: INCREMENTAL, virtual: INCREMENTAL }
