import type { SharedMessageTableLocation } from '../format/file-image.ts'
import { FILL_VALUE, OLD_FILL_VALUE } from '../format/messages/message-types.ts'
import type { SharedMessageRecord } from '../format/shared-message-list.ts'
import { sharedMessageList, sharedMessageRecord } from '../format/shared-message-list.ts'
import type { SharedMessageIndex } from '../format/shared-message-table.ts'
import { sharedMessageTable } from '../format/shared-message-table.ts'
import { lookup3 } from '../io/checksum.ts'
import { UNDEFINED } from '../io/structure.ts'
import { checkTreeV2 } from './check-b-tree-v2.ts'
import type { CheckedHeap } from './check-fractal-heap.ts'
import { checkFractalHeap } from './check-fractal-heap.ts'
import type { FileState } from './file-state.ts'
import type { Place } from './finding.ts'

const USE = 'shared-messages'
/** Bytes of the heap IDs of shared messages. */
const HEAP_ID = 8
const LIST = 0
const TREE = 1

/** Bits of the types of messages that may be shared: dataspace, datatype, fill values, filter pipeline, attribute. */
const SHAREABLE = 0x183a

/** Looks at the table of shared messages (III.I), once all objects were looked at that may use them. */
export function checkSharedMessages(state: FileState, location: SharedMessageTableLocation, from: Place): void {
  const { check } = state
  const { address, count } = location
  const length = 8 + count * (14 + 2 * check.image.sizes.offsets)
  const table = check.decode(sharedMessageTable, address, length, { count }, from, { use: USE })
  if (table === undefined) return
  const place = { structure: sharedMessageTable, address }
  let types = 0
  for (const index of table.indexes) {
    if ((types & index.messageTypes) !== 0) {
      check.error(place, 'two indexes for messages of one type', 'Message Type Flags')
    }
    types |= index.messageTypes
    checkIndex(state, index, place)
  }
}

function checkIndex(state: FileState, index: SharedMessageIndex, place: Place): void {
  const { check } = state
  const { type, indexAddress, heapAddress, messages, listCutoff, treeCutoff } = index
  if (type > TREE) {
    check.error(place, `unknown index type ${type}`, 'Index Type')
    return
  }
  if ((index.messageTypes & ~SHAREABLE) !== 0)
    check.error(place, `messages of types 0x${index.messageTypes.toString(16)}`, 'Message Type Flags')
  if (treeCutoff > listCutoff + 1)
    check.error(place, `${treeCutoff} above the list's ${listCutoff}`, 'v2 B-tree Cutoff')
  if (messages > 0 && index.messageTypes === 0) check.error(place, 'an index for no messages', 'Message Type Flags')
  if (type === LIST && messages > listCutoff) {
    check.error(place, `${messages} messages in a list of at most ${listCutoff}`, 'List Cutoff')
  }
  if (messages > 0 && heapAddress === UNDEFINED) check.error(place, 'messages without a heap', 'Fractal Heap Address')
  if (messages > 0 && indexAddress === UNDEFINED) check.error(place, 'messages without an index', 'Index Address')
  const heap =
    heapAddress === UNDEFINED
      ? undefined
      : checkFractalHeap(check, heapAddress, USE, HEAP_ID, { ...place, field: 'Fractal Heap Address' })
  let found = 0
  let previous = -1
  const onRecord = (record: SharedMessageRecord, at: Place): void => {
    found++
    checkRecord(state, record, { heap, index, table: place }, at)
    if (type === TREE && record.hash < previous) check.error(at, 'records out of order', 'Records')
    previous = record.hash
  }
  const from = { ...place, field: 'Index Address' }
  if (indexAddress !== UNDEFINED && type === LIST) list(state, index, from, onRecord)
  else if (indexAddress !== UNDEFINED) tree(state, indexAddress, from, onRecord)
  if (found !== messages)
    check.error(place, `${messages} messages, and ${found} are in the index`, 'Number of Messages')
  heap?.finish()
}

type OnRecord = (record: SharedMessageRecord, at: Place) => void

function recordSize(state: FileState): number {
  return 5 + Math.max(12, 4 + state.check.image.sizes.offsets)
}

function list(state: FileState, index: SharedMessageIndex, from: Place, onRecord: OnRecord): void {
  const { check } = state
  const { indexAddress, messages, listCutoff } = index
  const each = recordSize(state)
  const params = { count: messages }
  const reading = { use: USE, allocated: 8 + Math.max(messages, listCutoff) * each } as const
  const stored = check.decode(sharedMessageList, indexAddress, 8 + messages * each, params, from, reading)
  const at = { structure: sharedMessageList, address: indexAddress }
  for (const record of stored?.records ?? []) onRecord(record, at)
}

function tree(state: FileState, address: number, from: Place, onRecord: OnRecord): void {
  const { check } = state
  const size = recordSize(state)
  checkTreeV2(
    check,
    address,
    {
      types: [7],
      recordSizes: () => ({ least: size, most: size }),
      use: USE,
      // Records are in the order of their hashes, then of their messages, which is looked at with them.
      compare: () => -1,
      record: (bytes, node) => {
        const record = check.decodeBytes(sharedMessageRecord, bytes, node.address ?? UNDEFINED, undefined)
        if (record !== undefined) onRecord(record, node)
      },
    },
    from,
  )
}

function checkRecord(
  state: FileState,
  record: SharedMessageRecord,
  { heap, index, table }: { heap: CheckedHeap | undefined; index: SharedMessageIndex; table: Place },
  at: Place,
): void {
  const { check } = state
  const { messageTypes: types, minSize } = index
  const place = { structure: sharedMessageRecord, address: at.address }
  if (record.location === 'header') {
    if (!state.objects.has(record.address)) {
      check.error(place, `no object at ${record.address}`, 'Object Header Address')
    }
    if (((types >> record.messageType) & 1) === 0) {
      check.error(place, `a message of type ${record.messageType} in an index for others`, 'Message Type')
    } else if (!state.shareable.has(`${record.messageType}: ${record.hash}`)) {
      check.error(place, 'the hash is not that of a message that may be shared', 'Hash Value')
    } else if (!state.shareableAt.has(`${record.messageType}: ${record.address} ${record.creationIndex}`)) {
      check.error(place, `no such message with the creation index ${record.creationIndex}`, 'Creation Index')
    }
    return
  }
  const { hash, heapId, referenceCount } = record
  const from = { ...place, field: 'Fractal Heap ID' }
  const object = heap?.object(heapId, from)
  if (object === undefined) return
  if (object.bytes.length < minSize) {
    check.error(table, `${minSize}, and a message of ${object.bytes.length} bytes is shared`, 'Minimum Message Size')
  }
  let uses = 0
  let known = false
  for (let type = 0; type < 16; type++) {
    // Both kinds of fill value are in the index of the new one.
    const indexed = type === OLD_FILL_VALUE ? FILL_VALUE : type
    if (((types >> indexed) & 1) === 0) continue
    uses += state.sharedUses.get(`${type}: ${heapId.join(' ')}`) ?? 0
    uses += state.shareable.get(`${type}: ${hash}`) ?? 0
    // The hash starts from the type of the message.
    known ||= lookup3(object.bytes, 0, object.bytes.length, type) === hash
  }
  if (!known) check.error(place, 'the hash is not that of the message', 'Hash Value')
  if (uses !== referenceCount) check.error(place, `${referenceCount}, and ${uses} were found`, 'Reference Count')
}
