import type { Io } from '../../io/structure.ts'
import { structure, UNDEFINED } from '../../io/structure.ts'

/** The message is in the file's shared message heap. */
export const IN_SHARED_HEAP = 1
/** The message is in another object's header: that of a committed datatype. */
export const COMMITTED = 2

/** Where a message is that the object header does not hold itself (IV.A.2): in another object's header. */
export interface CommittedMessage {
  /** 1, 2 or 3. */
  version: number
  /** As stored: COMMITTED, or 0 in some files of versions 1 and 2. */
  type: number
  /** Of the object header that holds the message. */
  address: number
}

/** Where a message is that the object header does not hold itself (IV.A.2): in the file's heap of shared messages. */
export interface HeapMessage {
  /** 3. */
  version: number
  /** IN_SHARED_HEAP. */
  type: number
  /** Eight bytes. */
  heapId: Uint8Array
}

export type SharedMessage = CommittedMessage | HeapMessage

function addressOf(message: SharedMessage): number {
  return 'address' in message ? message.address : UNDEFINED
}

/** As the library wrote symbol table entries: the address stands behind a name offset. */
function reservedV1(io: Io): void {
  io.reserved(6)
  io.reserved(io.sizes.lengths, 'Link Name Offset')
}

export const sharedMessage = structure<SharedMessage>({
  name: 'Shared Message',
  spec: 'IV.A.2',
  blank: () => ({ version: 2, type: COMMITTED, address: UNDEFINED }),
  body(io, m) {
    const version = io.version('Version', m.version, [1, 2, 3])
    const type = io.u8('Type', m.type)
    if (version === 3 && type === IN_SHARED_HEAP) {
      const heapId = 'heapId' in m ? m.heapId : new Uint8Array(8)
      return { version, type, heapId: io.bytes('Location', 8, heapId) }
    }
    if (version === 1) reservedV1(io)
    const address = io.address('Address', addressOf(m))
    if (address === UNDEFINED) io.fail('no address', 'Address')
    return { version, type, address }
  },
})

/** A part of a message that is either there or somewhere else. */
export type MaybeShared<T> = { shared: SharedMessage } | { value: T }
