import { WriteError } from '../errors.ts'
import {
  ATTRIBUTE,
  DATASPACE,
  DATATYPE,
  FILL_VALUE,
  FILTER_PIPELINE,
  SHARED_MESSAGE_TABLE,
} from '../format/messages/message-types.ts'
import { IN_SHARED_HEAP, sharedMessage } from '../format/messages/shared.ts'
import { sharedMessageTablePointerMessage } from '../format/messages/shared-message-table-pointer.ts'
import { HeaderMessage, SHARED } from '../format/object-header.ts'
import type { SharedMessageRecord } from '../format/shared-message-list.ts'
import { LIST, sharedMessageList, sharedMessageRecord } from '../format/shared-message-list.ts'
import type { SharedMessageIndex } from '../format/shared-message-table.ts'
import { sharedMessageTable } from '../format/shared-message-table.ts'
import { lookup3 } from '../io/checksum.ts'
import { UNDEFINED } from '../io/structure.ts'
import { compareBytes, decodeText } from '../io/text.ts'
import { buildBTreeV2 } from './b-tree-v2-builder.ts'
import type { Emitter } from './emitter.ts'
import { FractalHeapBuilder, MESSAGE_HEAP } from './fractal-heap-builder.ts'
import { DO_NOT_CHANGE, DO_NOT_SHARE } from './object-context.ts'

/** Which messages of a new file are shared, as H5Pset_shared_mesg_index has it. */
export interface SharingOptions {
  indexes: readonly {
    /** Bit n set: messages of type n: dataspace 1, datatype 3, fill value 5, filter pipeline 11, attribute 12. */
    messageTypes: number
    /** In bytes. */
    minSize: number
  }[]
  /** Messages that a list has at most; more are in a B-tree. Default 50. */
  listMax?: number | undefined
  /** Messages that a B-tree has at least. Default 40. */
  treeMin?: number | undefined
}

const SHAREABLE = [DATASPACE, DATATYPE, FILL_VALUE, FILTER_PIPELINE, ATTRIBUTE]
const MOST_INDEXES = 8

const TREE = 1

/** A message in the heap. */
interface Kept {
  body: Uint8Array
  hash: number
  heapId: Uint8Array
  referenceCount: number
}

/** One index with its heap. */
interface Index {
  messageTypes: number
  minSize: number
  heap: FractalHeapBuilder | undefined
  kept: Map<string, Kept>
}

/** Keeps messages that many objects have once, in heaps that a table leads to (III.I). */
export class SharedMessageBuilder {
  readonly #emitter: Emitter
  readonly #indexes: Index[]
  readonly #listMax: number
  readonly #treeMin: number

  constructor(emitter: Emitter, { indexes, listMax = 50, treeMin = 40 }: SharingOptions) {
    if (indexes.length > MOST_INDEXES) throw new WriteError(`${indexes.length} indexes of shared messages`)
    this.#emitter = emitter
    this.#listMax = listMax
    this.#treeMin = treeMin
    this.#indexes = indexes.map(({ messageTypes, minSize }) => ({
      messageTypes,
      minSize,
      heap: undefined,
      kept: new Map(),
    }))
  }

  /** What an object header has for a message: itself, or where it is. */
  share(message: HeaderMessage): HeaderMessage {
    const index = this.#indexOf(message)
    if (index === undefined) return message
    const { type, bytes: body } = message
    const key = `${type}:${decodeText(body)}`
    let kept = index.kept.get(key)
    if (kept === undefined) {
      index.heap ??= new FractalHeapBuilder(this.#emitter, MESSAGE_HEAP)
      const heapId = new Uint8Array(MESSAGE_HEAP.idLength)
      index.heap.add(body, heapId)
      kept = { body: body.slice(), hash: lookup3(body, 0, body.length, type) >>> 0, heapId, referenceCount: 0 }
      index.kept.set(key, kept)
    }
    kept.referenceCount++
    return this.#pointer(message, kept.heapId)
  }

  /** The same, of a header that is measured alone. */
  measured(message: HeaderMessage): HeaderMessage {
    return this.#indexOf(message) === undefined ? message : this.#pointer(message, new Uint8Array(8))
  }

  /** Writes indexes and table; returns the message that leads to them. */
  finish(): HeaderMessage {
    const indexes = this.#indexes.map((index) => this.#writeIndex(index))
    const address = this.#emitter.place(sharedMessageTable, { indexes }, { count: indexes.length })
    const pointer = { version: 0, address, indexCount: indexes.length }
    return this.#emitter.message(
      SHARED_MESSAGE_TABLE,
      DO_NOT_CHANGE | DO_NOT_SHARE,
      sharedMessageTablePointerMessage,
      pointer,
    )
  }

  #indexOf({ type, flags, length }: HeaderMessage): Index | undefined {
    if (!SHAREABLE.includes(type) || (flags & (SHARED | DO_NOT_SHARE)) !== 0) return undefined
    const index = this.#indexes.find(({ messageTypes }) => (messageTypes & (1 << type)) !== 0)
    return index === undefined || length < index.minSize ? undefined : index
  }

  #pointer({ type, flags, creationOrder }: HeaderMessage, heapId: Uint8Array): HeaderMessage {
    const location = { version: 3, type: IN_SHARED_HEAP, heapId }
    const body = this.#emitter.span(sharedMessage, location, undefined)
    return new HeaderMessage(type, flags | SHARED, body, creationOrder)
  }

  #writeIndex({ messageTypes, minSize, heap, kept }: Index): SharedMessageIndex {
    const all = [...kept.values()]
    const common = { messageTypes, minSize, listCutoff: this.#listMax, treeCutoff: this.#treeMin, messages: all.length }
    const type = all.length > this.#listMax ? TREE : LIST
    if (heap === undefined) return { ...common, type, indexAddress: UNDEFINED, heapAddress: UNDEFINED }
    const indexAddress = type === LIST ? this.#writeList(all) : this.#writeTree(all)
    return { ...common, type, indexAddress, heapAddress: heap.finish() }
  }

  /** A list has room for as many as it may have. */
  #writeList(all: readonly Kept[]): number {
    const records = all.map(record)
    const extent = 8 + this.#listMax * this.#encoded(record({ ...all[0] })).length
    return this.#emitter.place(sharedMessageList, { records }, { count: records.length }, extent)
  }

  #writeTree(all: Kept[]): number {
    all.sort((a, b) => a.hash - b.hash || a.body.length - b.body.length || compareBytes(a.body, b.body))
    return buildRecordTree(this.#emitter, all.map(record))
  }

  #encoded(value: SharedMessageRecord): Uint8Array {
    return this.#emitter.encoded(sharedMessageRecord, value, undefined)
  }
}

/** The type of version 2 B-trees with records of shared messages. */
const SHARED_MESSAGES = 7

function record({ hash, referenceCount, heapId }: Kept): SharedMessageRecord {
  return { location: 'heap', hash, referenceCount, heapId }
}

/** Writes the B-tree of an index; its records are in the order of the tree. */
export function buildRecordTree(emitter: Emitter, all: readonly SharedMessageRecord[]): number {
  const encoded = all.map((each) => emitter.encoded(sharedMessageRecord, each, undefined))
  const recordSize = encoded[0].length
  const records = new Uint8Array(all.length * recordSize)
  encoded.forEach((each, i) => {
    records.set(each, i * recordSize)
  })
  return buildBTreeV2(emitter, { type: SHARED_MESSAGES, recordSize, records })
}
