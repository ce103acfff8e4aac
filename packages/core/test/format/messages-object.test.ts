import test from 'ava'
import { WriteError } from '../../src/errors.ts'
import type { AttributeMessage } from '../../src/format/messages/attribute.ts'
import { attributeMessage } from '../../src/format/messages/attribute.ts'
import { attributeInfoMessage } from '../../src/format/messages/attribute-info.ts'
import { commentMessage } from '../../src/format/messages/comment.ts'
import { continuationMessage } from '../../src/format/messages/continuation.ts'
import { modificationTimeMessage, oldModificationTimeMessage } from '../../src/format/messages/modification-time.ts'
import { nilMessage } from '../../src/format/messages/nil.ts'
import { referenceCountMessage } from '../../src/format/messages/reference-count.ts'
import { sharedMessage } from '../../src/format/messages/shared.ts'
import { encode } from '../../src/io/writer.ts'
import { bytes, decode, lawful, refused } from './messages-law.ts'

const ADDRESS = '0010000000000000'

test('shared message, versions 1 to 3', (t) => {
  lawful(t, sharedMessage, `01 00 000000000000 0000000000000000 ${ADDRESS}`, { version: 1, type: 0, address: 0x1000 })
  lawful(t, sharedMessage, `02 00 ${ADDRESS}`, { version: 2, type: 0, address: 0x1000 })
  lawful(t, sharedMessage, `03 02 ${ADDRESS}`, { version: 3, type: 2, address: 0x1000 })
  lawful(t, sharedMessage, '03 01 0102030405060708', { version: 3, type: 1, heapId: bytes('0102030405060708') })
})

test('hostile shared messages', (t) => {
  refused(t, sharedMessage, `04 00 ${ADDRESS}`, /unknown version 4/)
  refused(t, sharedMessage, '02 00 ffffffffffffffff', /no address/)
  refused(t, sharedMessage, '03 01 01020304', /8 bytes needed, 4 left/)
})

const STRING: AttributeMessage['datatype'] = {
  value: { class: 'string', version: 1, size: 3, padding: 0, characterSet: 0 },
}
const SCALAR: AttributeMessage['dataspace'] = {
  value: { version: 2, kind: 'scalar', dimensions: [], maximum: undefined },
}

test('attribute, version 1: every part is padded', (t) => {
  const digits = `01 00 0300 0800 0400
    6162000000000000 13 000000 03000000 02 00 00 00 00000000 78797a`
  lawful(t, attributeMessage, digits, {
    version: 1,
    name: 'ab',
    characterSet: 0,
    datatype: STRING,
    dataspace: SCALAR,
    data: bytes('78797a'),
    storedSizes: { datatype: 8, dataspace: 4 },
  })
})

test('attribute, version 2: nothing is padded, and the datatype may be shared', (t) => {
  lawful(t, attributeMessage, `02 01 0300 0a00 0400 616200 02 02 ${ADDRESS} 02 00 00 00 78797a`, {
    version: 2,
    name: 'ab',
    characterSet: 0,
    datatype: { shared: { version: 2, type: 2, address: 0x1000 } },
    dataspace: SCALAR,
    data: bytes('78797a'),
    storedSizes: { datatype: 10, dataspace: 4 },
  })
})

test('attribute, version 3: with a character set, and a shared dataspace', (t) => {
  lawful(t, attributeMessage, '03 02 0300 0800 0a00 01 c3a900 13 000000 03000000 03 01 0102030405060708 78797a', {
    version: 3,
    name: 'é',
    characterSet: 1,
    datatype: STRING,
    dataspace: { shared: { version: 3, type: 1, heapId: bytes('0102030405060708') } },
    data: bytes('78797a'),
    storedSizes: { datatype: 8, dataspace: 10 },
  })
})

test('an attribute whose parts have more room than they need', (t) => {
  const digits = '02 00 0300 0800 0800 616200 13 000000 03000000 02 00 00 02 00000000'
  const { dataspace, data } = decode(attributeMessage, bytes(digits))
  t.deepEqual(dataspace, { value: { version: 2, kind: 'null', dimensions: [], maximum: undefined } })
  t.is(data.length, 0)
  t.deepEqual(
    encode(attributeMessage, decode(attributeMessage, bytes(digits)), { offsets: 8, lengths: 8 }, undefined),
    bytes(digits),
  )
})

test('hostile attributes', (t) => {
  const rest = '13 000000 03000000 02 00 00 00'
  refused(t, attributeMessage, `02 04 0300 0800 0400 616200 ${rest}`, /unknown flags 4/)
  refused(t, attributeMessage, `02 00 0000 0800 0400 ${rest}`, /does not end where its size says/)
  refused(t, attributeMessage, `02 00 0300 0800 0400 610000 ${rest}`, /does not end where its size says/)
  refused(t, attributeMessage, `02 00 ffff 0800 0400 616200 ${rest}`, /65535 bytes needed/)
  refused(t, attributeMessage, `02 00 0300 0700 0400 616200 ${rest}`, /4 bytes needed, 3 left in Datatype Message/)
})

test('a version 1 attribute has no shared parts', (t) => {
  const attribute: AttributeMessage = {
    ...attributeMessage.blank(),
    datatype: { shared: { version: 2, type: 2, address: 0x1000 } },
  }
  t.throws(() => encode(attributeMessage, attribute, { offsets: 8, lengths: 8 }, undefined), { instanceOf: WriteError })
})

test('attribute info', (t) => {
  lawful(t, attributeInfoMessage, `00 03 0500 ${ADDRESS} 0020000000000000 0030000000000000`, {
    version: 0,
    flags: 3,
    maximumCreationIndex: 5,
    fractalHeap: 0x1000,
    nameIndex: 0x2000,
    creationOrderIndex: 0x3000,
  })
  lawful(t, attributeInfoMessage, '00 00 ffffffffffffffff ffffffffffffffff', {
    version: 0,
    flags: 0,
    maximumCreationIndex: 0,
    fractalHeap: -1,
    nameIndex: -1,
    creationOrderIndex: -1,
  })
  refused(t, attributeInfoMessage, '00 04', /unknown flags/)
})

test('comment', (t) => {
  lawful(t, commentMessage, '68c3a900', { comment: 'hé' })
  refused(t, commentMessage, '6868', /without its terminating zero/)
})

test('modification time', (t) => {
  lawful(t, modificationTimeMessage, '01 000000 ffffffff', { version: 1, seconds: 0xffff_ffff })
  const text = (digits: string): string => `${digits.replace(/./g, (digit) => `3${digit}`)} 0000`
  lawful(t, oldModificationTimeMessage, text('19980102030405'), { text: '19980102030405', seconds: 883_710_245 })
  lawful(t, oldModificationTimeMessage, '20'.repeat(14).concat('0000'), { text: ' '.repeat(14), seconds: undefined })
})

test('nil, continuation, reference count', (t) => {
  lawful(t, nilMessage, '0102', { bytes: bytes('0102') })
  lawful(t, continuationMessage, `${ADDRESS} 4000000000000000`, { offset: 0x1000, length: 64 })
  lawful(t, referenceCountMessage, '00 03000000', { version: 0, referenceCount: 3 })
  refused(t, continuationMessage, 'ffffffffffffffff 4000000000000000', /no address/)
  refused(t, continuationMessage, `${ADDRESS} ffffffffffffffff`, /impossible length/)
})
