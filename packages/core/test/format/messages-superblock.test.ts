import test from 'ava'
import { bTreeKMessage } from '../../src/format/messages/b-tree-k.ts'
import { bogusMessage } from '../../src/format/messages/bogus.ts'
import { driverInfoMessage } from '../../src/format/messages/driver-info.ts'
import { fileSpaceInfoMessage } from '../../src/format/messages/file-space-info.ts'
import { messageStructure } from '../../src/format/messages/message-table.ts'
import { isKnownMessage, messageTypeName } from '../../src/format/messages/message-types.ts'
import { metadataCacheImageMessage } from '../../src/format/messages/metadata-cache-image.ts'
import { sharedMessageTablePointerMessage } from '../../src/format/messages/shared-message-table-pointer.ts'
import { bytes, lawful, refused } from './messages-law.ts'

const ADDRESS = '0010000000000000'
const NOWHERE = 'ffffffffffffffff'

test('shared message table', (t) => {
  lawful(t, sharedMessageTablePointerMessage, `00 ${ADDRESS} 03`, { version: 0, address: 0x1000, indexCount: 3 })
})

test('B-tree K values', (t) => {
  lawful(t, bTreeKMessage, '00 2000 1000 0400', {
    version: 0,
    indexedStorageInternalNodeK: 32,
    groupInternalNodeK: 16,
    groupLeafNodeK: 4,
  })
})

test('driver info', (t) => {
  lawful(t, driverInfoMessage, '00 4e43534166616d69 0800 0010000000000000', {
    version: 0,
    identification: 'NCSAfami',
    information: bytes(ADDRESS),
  })
  refused(t, driverInfoMessage, '00 4e43534166616d69 0000', /no information/)
})

test('file space info, version 0', (t) => {
  const managers = [0x1000, -1, -1, -1, -1, -1]
  lawful(t, fileSpaceInfoMessage, `00 01 0100000000000000 ${ADDRESS} ${NOWHERE.repeat(5)}`, {
    version: 0,
    strategy: 1,
    threshold: 1,
    managers,
  })
  lawful(t, fileSpaceInfoMessage, '00 03 0100000000000000', { version: 0, strategy: 3, threshold: 1, managers: [] })
  refused(t, fileSpaceInfoMessage, '00 05', /unknown strategy 5/)
})

test('file space info, version 1', (t) => {
  const fixed = '0100000000000000 0010000000000000 2000'
  lawful(t, fileSpaceInfoMessage, `01 01 00 ${fixed} ${NOWHERE}`, {
    version: 1,
    strategy: 1,
    persisting: false,
    threshold: 1,
    pageSize: 4096,
    pageEndMetadataThreshold: 32,
    endOfAllocation: -1,
    managers: [],
  })
  lawful(t, fileSpaceInfoMessage, `01 00 01 ${fixed} ${ADDRESS} ${ADDRESS} ${NOWHERE.repeat(11)}`, {
    version: 1,
    strategy: 0,
    persisting: true,
    threshold: 1,
    pageSize: 4096,
    pageEndMetadataThreshold: 32,
    endOfAllocation: 0x1000,
    managers: [0x1000, ...new Array<number>(11).fill(-1)],
  })
  refused(t, fileSpaceInfoMessage, `01 04 00 ${fixed} ${NOWHERE}`, /unknown strategy 4/)
  refused(t, fileSpaceInfoMessage, `01 00 01 ${fixed} ${NOWHERE}`, /8 bytes needed, 0 left/)
})

test('metadata cache image', (t) => {
  lawful(t, metadataCacheImageMessage, `00 ${ADDRESS} 4000000000000000`, { version: 0, address: 0x1000, length: 64 })
})

test('bogus', (t) => {
  lawful(t, bogusMessage, 'efbeadde', { value: 0xdead_beef })
  refused(t, bogusMessage, '00000000', /not 0xdeadbeef/)
})

test('every message type has a structure and a name', (t) => {
  for (let type = 0; type <= 0x18; type++) {
    t.true(messageStructure(type)?.name.startsWith(messageTypeName(type) ?? '-'), `type ${type}`)
    t.is(isKnownMessage(type), type !== 9)
  }
  t.is(messageStructure(0x19), undefined)
  t.is(messageTypeName(0x19), undefined)
  t.false(isKnownMessage(0x19))
})
