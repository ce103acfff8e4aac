import type { Io, Sizes } from '../io/structure.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import { openBTreeV2, records } from './b-tree-v2.ts'
import type { FileImage } from './file-image.ts'
import type { SharedMessageIndex } from './shared-message-table.ts'

/** Where a message is that other objects may share (III.I). */
export type SharedMessageRecord =
  | {
      location: 'heap'
      /** Of the message's bytes. */
      hash: number
      referenceCount: number
      /** Eight bytes: where the message is in the index's fractal heap. */
      heapId: Uint8Array
    }
  | {
      location: 'header'
      hash: number
      /** Number of the message's type. */
      messageType: number
      creationIndex: number
      /** Of the object header that has the message. */
      address: number
    }

const IN_HEAP = 0
const IN_HEADER = 1

/** Bytes of what follows the hash: as many as the longer form takes. */
function restLength(io: Io): number {
  return Math.max(12, 4 + io.sizes.offsets)
}

export const sharedMessageRecord = structure<SharedMessageRecord>({
  name: 'Shared Message Record',
  spec: 'III.I',
  blank: () => ({ location: 'heap', hash: 0, referenceCount: 0, heapId: new Uint8Array(8) }),
  body(io, given) {
    const location = io.u8('Message Location', given.location === 'heap' ? IN_HEAP : IN_HEADER)
    if (location > IN_HEADER) io.fail(`unknown location ${location}`, 'Message Location')
    const hash = io.u32('Hash Value', given.hash)
    const end = io.at + restLength(io)
    const record = location === IN_HEAP ? heapRecord(io, given, hash) : headerRecord(io, given, hash)
    io.reserved(end - io.at)
    return record
  },
})

function heapRecord(io: Io, given: SharedMessageRecord, hash: number): SharedMessageRecord {
  const known = given.location === 'heap' ? given : { referenceCount: 0, heapId: new Uint8Array(8) }
  const referenceCount = io.u32('Reference Count', known.referenceCount)
  return { location: 'heap', hash, referenceCount, heapId: io.bytes('Fractal Heap ID', 8, known.heapId) }
}

function headerRecord(io: Io, given: SharedMessageRecord, hash: number): SharedMessageRecord {
  const known = given.location === 'header' ? given : { messageType: 0, creationIndex: 0, address: UNDEFINED }
  io.reserved(1)
  const messageType = io.u8('Message Type', known.messageType)
  const creationIndex = io.u16('Creation Index', known.creationIndex)
  const address = io.address('Object Header Address', known.address)
  return { location: 'header', hash, messageType, creationIndex, address }
}

export const sharedMessageList = structure<{ records: SharedMessageRecord[] }, { count: number }>({
  name: 'Shared Message Record List',
  spec: 'III.I',
  blank: () => ({ records: [] }),
  body(io, m, { count }) {
    io.signature('SMLI')
    const blank = sharedMessageRecord.blank()
    m.records = Array.from({ length: count }, (_, i) =>
      io.part('Shared Message Record', sharedMessageRecord, m.records[i] ?? blank, undefined),
    )
    io.checksum()
  },
})

/** The type of an index that is a list. */
export const LIST = 0

function recordLength({ offsets }: Sizes): number {
  return 5 + Math.max(12, 4 + offsets)
}

/** Bytes that the list of an index takes, with the room for records that it has not got. */
export function sharedMessageListLength(sizes: Sizes, { listCutoff }: SharedMessageIndex): number {
  return 8 + listCutoff * recordLength(sizes)
}

/** All records of an index, whatever it is. */
export function sharedMessageRecords(image: FileImage, index: SharedMessageIndex): SharedMessageRecord[] {
  const { indexAddress, messages } = index
  if (indexAddress === UNDEFINED) return []
  if (index.type === LIST) {
    const length = 8 + messages * recordLength(image.sizes)
    return image.read(sharedMessageList, indexAddress, length, { count: messages }).records
  }
  return Array.from(records(openBTreeV2(image, indexAddress)), (record) =>
    image.decode(sharedMessageRecord, record, indexAddress, undefined),
  )
}
