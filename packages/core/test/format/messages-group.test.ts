import test from 'ava'
import { WriteError } from '../../src/errors.ts'
import { groupInfoMessage } from '../../src/format/messages/group-info.ts'
import type { LinkMessage } from '../../src/format/messages/link.ts'
import { linkMessage } from '../../src/format/messages/link.ts'
import { linkInfoMessage } from '../../src/format/messages/link-info.ts'
import { symbolTableMessage } from '../../src/format/messages/symbol-table.ts'
import { encode } from '../../src/io/writer.ts'
import { bytes, hex, lawful, refused } from './messages-law.ts'

const SIZES = { offsets: 8, lengths: 8 }
const ADDRESS = '0010000000000000'

const HARD: LinkMessage = {
  version: 1,
  flags: 0,
  type: 0,
  creationOrder: undefined,
  characterSet: 0,
  name: 'ab',
  target: { kind: 'hard', address: 0x1000 },
}

test('link info', (t) => {
  lawful(t, linkInfoMessage, `00 03 0500000000000000 ${ADDRESS} 0020000000000000 0030000000000000`, {
    version: 0,
    flags: 3,
    maximumCreationIndex: 5,
    fractalHeap: 0x1000,
    nameIndex: 0x2000,
    creationOrderIndex: 0x3000,
  })
  lawful(t, linkInfoMessage, '00 00 ffffffffffffffff ffffffffffffffff', {
    version: 0,
    flags: 0,
    maximumCreationIndex: 0,
    fractalHeap: -1,
    nameIndex: -1,
    creationOrderIndex: -1,
  })
  refused(t, linkInfoMessage, '00 04', /unknown flags/)
})

test('group info', (t) => {
  const defaults = { maximumCompact: 8, minimumDense: 6, estimatedEntries: 4, estimatedNameLength: 8 }
  lawful(t, groupInfoMessage, '00 00', { version: 0, flags: 0, ...defaults })
  lawful(t, groupInfoMessage, '00 01 1000 0a00', {
    ...defaults,
    version: 0,
    flags: 1,
    maximumCompact: 16,
    minimumDense: 10,
  })
  lawful(t, groupInfoMessage, '00 02 0700 0900', {
    ...defaults,
    version: 0,
    flags: 2,
    estimatedEntries: 7,
    estimatedNameLength: 9,
  })
  refused(t, groupInfoMessage, '00 80', /unknown flags/)
})

test('symbol table', (t) => {
  lawful(t, symbolTableMessage, `${ADDRESS} 0020000000000000`, { bTree: 0x1000, localHeap: 0x2000 })
})

test('hard link, with as much and as little as possible', (t) => {
  lawful(t, linkMessage, `01 00 02 6162 ${ADDRESS}`, HARD)
  lawful(t, linkMessage, `01 1f 00 0700000000000000 01 0200000000000000 6162 ${ADDRESS}`, {
    ...HARD,
    flags: 0x1f,
    creationOrder: 7,
    characterSet: 1,
  })
})

test('soft, external and user-defined links', (t) => {
  lawful(t, linkMessage, '01 08 01 02 6162 0200 2f63', {
    ...HARD,
    flags: 8,
    type: 1,
    target: { kind: 'soft', path: '/c' },
  })
  lawful(t, linkMessage, '01 09 40 0200 6162 0800 00 662e683500 2f00', {
    ...HARD,
    flags: 9,
    type: 64,
    target: { kind: 'external', version: 0, flags: 0, file: 'f.h5', path: '/' },
  })
  lawful(t, linkMessage, '01 08 bb 02 6162 0300 010203', {
    ...HARD,
    flags: 8,
    type: 0xbb,
    target: { kind: 'user-defined', data: bytes('010203') },
  })
})

test('a writer may leave the flags to the message', (t) => {
  const name = 'x'.repeat(256)
  const link: LinkMessage = { ...HARD, name, type: 1, creationOrder: 7, target: { kind: 'soft', path: '/' } }
  const written = hex(encode(linkMessage, link, SIZES, undefined))
  t.is(written, hex(bytes(`01 0d 01 0700000000000000 0001 ${'78'.repeat(256)} 0100 2f`)))
})

test('a link whose type is not that of its target is not written', (t) => {
  t.throws(() => encode(linkMessage, { ...HARD, type: 1 }, SIZES, undefined), {
    instanceOf: WriteError,
    message: /hard link of type 1/,
  })
})

test('hostile links', (t) => {
  refused(t, linkMessage, `02 00 02 6162 ${ADDRESS}`, /unknown version 2/)
  refused(t, linkMessage, '01 20', /unknown flags 0x20/)
  refused(t, linkMessage, '01 08 3f', /unknown link type 63/)
  refused(t, linkMessage, '01 10 02', /unknown character set 2/)
  refused(t, linkMessage, '01 00 00', /impossible length/)
  refused(t, linkMessage, '01 03 ffffffffffffffff 61', /impossible length/)
  refused(t, linkMessage, '01 02 ffffffff 61', /4294967295 bytes needed, 1 left/)
  refused(t, linkMessage, '01 08 01 01 61 0000', /empty soft link/)
  refused(t, linkMessage, '01 08 40 01 61 0200 00 61', /without its terminating zero/)
})
