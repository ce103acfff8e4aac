import { bTreeV2Extents, openBTreeV2 } from '../format/b-tree-v2.ts'
import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import type { SharedMessageRecord } from '../format/shared-message-list.ts'
import {
  LIST,
  sharedMessageList,
  sharedMessageListLength,
  sharedMessageRecords,
} from '../format/shared-message-list.ts'
import type { SharedMessageIndex } from '../format/shared-message-table.ts'
import { isFor, readSharedMessageTable, sharedMessageTable } from '../format/shared-message-table.ts'
import { lookup3 } from '../io/checksum.ts'
import { UNDEFINED } from '../io/structure.ts'
import { forgetHeapObjects } from './edited-heap.ts'
import type { Emitter } from './emitter.ts'
import { buildRecordTree } from './shared-message-builder.ts'

/** A message in the heap of shared ones that an object uses. */
export interface SharedUse {
  type: number
  heapId: Uint8Array
}

/**
 * Counts who uses the messages in the heaps of shared ones. Nothing of the file is other than before until `settle`
 * writes the counts; then indexes lose the messages without any users.
 */
export class SharedUses {
  readonly #image: FileImage
  /** By the index's number. */
  readonly #counted = new Map<number, CountedIndex>()
  /** Whether any count is another one. */
  changed = false

  constructor(image: FileImage) {
    this.#image = image
  }

  /**
   * Takes note that a message has so many users more, or less.
   *
   * @returns how many it has from now on
   */
  count({ type, heapId }: SharedUse, change: number): number {
    const counted = this.#countedFor(type)
    if (counted === undefined) return 0
    const key = heapId.join()
    const sum = (counted.changes.get(key) ?? 0) + change
    counted.changes.set(key, sum)
    this.changed = true
    return (counted.users.get(key) ?? 0) + sum
  }

  /**
   * Takes note that an object's header does not have a message any more that others may share: it was a user of what
   * is in the heap for the others, or the index led to the header itself.
   *
   * @param body of the message, and perhaps padding behind it
   */
  withdraw(type: number, body: Uint8Array, object: number): void {
    const counted = this.#countedFor(type)
    if (counted === undefined) return
    counted.withdrawn.add(`${type} ${object}`)
    this.changed = true
    for (let padding = 0; padding <= MOST_PADDING && padding < body.length; padding++) {
      const heapId = counted.heapIds.get(lookup3(body, 0, body.length - padding, type) >>> 0)
      if (heapId === undefined) continue
      this.count({ type, heapId }, -1)
      return
    }
  }

  #countedFor(type: number): CountedIndex | undefined {
    const indexes = this.#table()
    const number = indexes.findIndex((each) => isFor(each, type))
    if (number < 0) return undefined
    let counted = this.#counted.get(number)
    if (counted === undefined) {
      counted = countedIndex(sharedMessageRecords(this.#image, indexes[number]))
      this.#counted.set(number, counted)
    }
    return counted
  }

  /**
   * Writes the counts, without messages that have no users any more and those that were in the headers of objects
   * which are gone.
   *
   * @param gone addresses of objects that were given up
   * @returns what the file has no more use for
   */
  settle(emitter: Emitter, gone: ReadonlySet<number>): Extent[] {
    const location = this.#image.sharedMessages
    if (location === undefined) return []
    const released: Extent[] = []
    const indexes = this.#table().map((index, number) => {
      const counted = this.#counted.get(number)
      const lost: Uint8Array[] = []
      const left = sharedMessageRecords(this.#image, index).filter((record) => {
        if (record.location === 'header') {
          return !gone.has(record.address) && counted?.withdrawn.has(`${record.messageType} ${record.address}`) !== true
        }
        record.referenceCount += counted?.changes.get(record.heapId.join()) ?? 0
        if (record.referenceCount <= 0) lost.push(record.heapId)
        return record.referenceCount > 0
      })
      if (counted === undefined && left.length === index.messages) return index
      if (left.length > 0 && lost.length > 0) {
        released.push(...forgetHeapObjects(this.#image, emitter, index.heapAddress, lost))
      }
      return withRecords(this.#image, emitter, index, left, released)
    })
    emitter.put(location.address, sharedMessageTable, { indexes }, { count: indexes.length })
    this.#counted.clear()
    this.changed = false
    return released
  }

  #table(): readonly SharedMessageIndex[] {
    const location = this.#image.sharedMessages
    return location === undefined ? [] : readSharedMessageTable(this.#image, location).indexes
  }
}

/** What an index says of the users of its messages, and what has become of them. */
interface CountedIndex {
  /** Users of each message in the heap, by its ID. */
  users: Map<string, number>
  /** By hash. */
  heapIds: Map<number, Uint8Array>
  /** How many users more or less there are, by ID. */
  changes: Map<string, number>
  /** Types and objects of messages that are not in the object's header any more. */
  withdrawn: Set<string>
}

/** Messages of version 1 headers have up to so many bytes of padding, which their hash is not over. */
const MOST_PADDING = 7

function countedIndex(records: readonly SharedMessageRecord[]): CountedIndex {
  const counted: CountedIndex = { users: new Map(), heapIds: new Map(), changes: new Map(), withdrawn: new Set() }
  for (const record of records) {
    if (record.location === 'header') continue
    counted.users.set(record.heapId.join(), record.referenceCount)
    counted.heapIds.set(record.hash, record.heapId)
  }
  return counted
}

function withRecords(
  image: FileImage,
  emitter: Emitter,
  index: SharedMessageIndex,
  records: readonly SharedMessageRecord[],
  released: Extent[],
): SharedMessageIndex {
  const { indexAddress, heapAddress } = index
  const isList = index.type === LIST
  const length = sharedMessageListLength(image.sizes, index)
  if (records.length > 0 && isList) {
    emitter.put(indexAddress, sharedMessageList, { records }, { count: records.length }, length)
    return { ...index, messages: records.length }
  }
  if (isList) released.push({ structure: sharedMessageList.name, address: indexAddress, length })
  else released.push(...bTreeV2Extents(openBTreeV2(image, indexAddress)))
  if (records.length > 0) return { ...index, messages: records.length, indexAddress: buildRecordTree(emitter, records) }
  if (heapAddress !== UNDEFINED) released.push(...openFractalHeap(image, heapAddress).extents())
  return { ...index, type: LIST, messages: 0, indexAddress: UNDEFINED, heapAddress: UNDEFINED }
}
