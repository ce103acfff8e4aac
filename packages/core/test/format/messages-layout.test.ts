import test from 'ava'
import type { ChunkedLayout } from '../../src/format/messages/data-layout.ts'
import { dataLayoutMessage } from '../../src/format/messages/data-layout.ts'
import { externalFilesMessage } from '../../src/format/messages/external-files.ts'
import { fillValueMessage, oldFillValueMessage } from '../../src/format/messages/fill-value.ts'
import { filterPipelineMessage } from '../../src/format/messages/filter-pipeline.ts'
import { encode } from '../../src/io/writer.ts'
import { bytes, hex, lawful, refused } from './messages-law.ts'

const SIZES = { offsets: 8, lengths: 8 }
const ADDRESS = '0010000000000000'
const NOWHERE = 'ffffffffffffffff'

test('layout versions 1 and 2', (t) => {
  lawful(t, dataLayoutMessage, `01 02 01 0000000000 ${ADDRESS} 0a000000 04000000`, {
    kind: 'contiguous',
    version: 1,
    storedDimensions: [10, 4],
    address: 0x1000,
    size: undefined,
  })
  lawful(t, dataLayoutMessage, `02 03 02 0000000000 ${NOWHERE} 0a000000 14000000 04000000`, {
    kind: 'chunked',
    version: 2,
    flags: 0,
    dimensions: [10, 20],
    elementSize: 4,
    dimensionWidth: 4,
    index: { type: 'b-tree-v1' },
    address: -1,
  })
  lawful(t, dataLayoutMessage, '02 01 00 0000000000 03000000 03000000 010203', {
    kind: 'compact',
    version: 2,
    storedDimensions: [3],
    data: bytes('010203'),
  })
})

test('layout version 3', (t) => {
  lawful(t, dataLayoutMessage, '03 00 0300 010203', {
    kind: 'compact',
    version: 3,
    storedDimensions: [],
    data: bytes('010203'),
  })
  lawful(t, dataLayoutMessage, `03 01 ${NOWHERE} 2800000000000000`, {
    kind: 'contiguous',
    version: 3,
    storedDimensions: [],
    address: -1,
    size: 40,
  })
  lawful(t, dataLayoutMessage, `03 02 02 ${ADDRESS} 0a000000 08000000`, {
    kind: 'chunked',
    version: 3,
    flags: 0,
    dimensions: [10],
    elementSize: 8,
    dimensionWidth: 4,
    index: { type: 'b-tree-v1' },
    address: 0x1000,
  })
})

const CHUNKED: ChunkedLayout = {
  kind: 'chunked',
  version: 4,
  flags: 0,
  dimensions: [10, 300],
  elementSize: 8,
  dimensionWidth: 2,
  index: { type: 'implicit' },
  address: 0x1000,
}

test('layout version 4, every chunk index', (t) => {
  const chunked = (flags: string, index: string): string => `04 02 ${flags} 03 02 0a00 2c01 0800 ${index} ${ADDRESS}`
  lawful(t, dataLayoutMessage, chunked('00', '01'), {
    ...CHUNKED,
    index: { type: 'single-chunk', filtered: undefined },
  })
  lawful(t, dataLayoutMessage, chunked('03', '01 6400000000000000 02000000'), {
    ...CHUNKED,
    flags: 3,
    index: { type: 'single-chunk', filtered: { size: 100, mask: 2 } },
  })
  lawful(t, dataLayoutMessage, chunked('01', '02'), { ...CHUNKED, flags: 1 })
  lawful(t, dataLayoutMessage, chunked('00', '03 0a'), { ...CHUNKED, index: { type: 'fixed-array', pageBits: 10 } })
  lawful(t, dataLayoutMessage, chunked('00', '04 20 04 05 10 0a'), {
    ...CHUNKED,
    index: { type: 'extensible-array', maxBits: 32, indexElements: 4, minPointers: 5, minElements: 16, pageBits: 10 },
  })
  lawful(t, dataLayoutMessage, chunked('00', '05 00080000 64 28'), {
    ...CHUNKED,
    index: { type: 'b-tree-v2', nodeSize: 2048, splitPercent: 100, mergePercent: 40 },
  })
})

test('layout versions 4 and 5, the other classes', (t) => {
  lawful(t, dataLayoutMessage, `04 03 ${ADDRESS} 01000000`, { kind: 'virtual', version: 4, address: 0x1000, index: 1 })
  lawful(t, dataLayoutMessage, `05 02 00 02 05 0000000001 0100000000 02 ${NOWHERE}`, {
    ...CHUNKED,
    version: 5,
    dimensions: [2 ** 32],
    elementSize: 1,
    dimensionWidth: 5,
    address: -1,
  })
})

test('a writer may leave flags and widths to the message', (t) => {
  const layout: ChunkedLayout = {
    ...CHUNKED,
    dimensionWidth: 0,
    index: { type: 'single-chunk', filtered: { size: 100, mask: 0 } },
  }
  const digits = `04 02 02 03 02 0a00 2c01 0800 01 6400000000000000 00000000 ${ADDRESS}`
  t.is(hex(encode(dataLayoutMessage, layout, SIZES, undefined)), hex(bytes(digits)))
})

test('hostile layouts', (t) => {
  refused(t, dataLayoutMessage, '06 01', /unknown version 6/)
  refused(t, dataLayoutMessage, '02 00 01 0000000000', /no dimensions/)
  refused(t, dataLayoutMessage, '02 22 01 0000000000', /34 dimensions/)
  refused(t, dataLayoutMessage, '03 03', /unknown layout class 3/)
  refused(t, dataLayoutMessage, '03 00 ffff 01', /65535 bytes needed, 1 left/)
  refused(t, dataLayoutMessage, `03 02 01 ${ADDRESS} 04000000`, /no dimensions/)
  refused(t, dataLayoutMessage, `03 02 02 ${ADDRESS} 00000000 04000000`, /impossible size/)
  refused(t, dataLayoutMessage, '04 02 04', /unknown flags/)
  refused(t, dataLayoutMessage, '04 02 00 02 09', /impossible length 9/)
  refused(t, dataLayoutMessage, '04 02 00 02 01 0a 08 00', /impossible index type 0/)
  refused(t, dataLayoutMessage, '04 02 00 02 01 0a 08 06', /impossible index type 6/)
  refused(t, dataLayoutMessage, '04 02 00 02 01 0a 08 03 00', /impossible value 0.*Page Bits/)
  refused(t, dataLayoutMessage, '04 02 00 02 01 0a 08 05 00080000 65 28', /impossible value 101.*Split Percent/)
})

test('filter pipeline, version 1: names and values are padded', (t) => {
  const digits = `01 02 000000000000
    0100 0800 0100 0100 6465666c61746500 06000000 00000000
    0200 0000 0000 0200 04000000 05000000`
  lawful(t, filterPipelineMessage, digits, {
    version: 1,
    filters: [
      { id: 1, name: 'deflate', nameLength: 8, flags: 1, optional: true, parameters: [6] },
      { id: 2, name: '', nameLength: 0, flags: 0, optional: false, parameters: [4, 5] },
    ],
  })
})

test('filter pipeline, version 2: only registered filters have names', (t) => {
  const digits = `02 02
    0300 0000 0000
    007d 0400 0180 0100 6c7a6600 ffffffff`
  lawful(t, filterPipelineMessage, digits, {
    version: 2,
    filters: [
      { id: 3, name: '', nameLength: 0, flags: 0, optional: false, parameters: [] },
      { id: 32000, name: 'lzf', nameLength: 4, flags: 0x8001, optional: true, parameters: [0xffff_ffff] },
    ],
  })
})

test('a filter step as it is can be written', (t) => {
  const filters = [
    { id: 32000, name: 'lzf', optional: true, parameters: [4] },
    { id: 1, name: 'deflate', optional: false, parameters: [6] },
  ]
  const written = (version: number): string =>
    hex(encode(filterPipelineMessage, { version, filters }, SIZES, undefined))
  const v1 = `01 02 000000000000
    007d 0800 0100 0100 6c7a660000000000 04000000 00000000
    0100 0800 0000 0100 6465666c61746500 06000000 00000000`
  t.is(written(1), hex(bytes(v1)))
  t.is(written(2), hex(bytes('02 02 007d 0400 0100 0100 6c7a6600 04000000 0100 0000 0100 06000000')))
})

test('hostile filter pipelines', (t) => {
  refused(t, filterPipelineMessage, '02 21', /33 filters/)
  refused(t, filterPipelineMessage, '01 01 000000000000 0100 0700 0000 0000', /7 is not a multiple of 8/)
  refused(t, filterPipelineMessage, '02 01 0100 0000 ffff', /65535 values in 0 bytes/)
})

test('fill value, versions 1 to 3', (t) => {
  const times = { allocationTime: 2, writeTime: 1 }
  const nothing = bytes('')
  const value = bytes('0102')
  lawful(t, fillValueMessage, '01 02 01 00', { version: 1, ...times, state: 'undefined', value: nothing })
  lawful(t, fillValueMessage, '02 02 01 01 00000000', { version: 2, ...times, state: 'default', value: nothing })
  lawful(t, fillValueMessage, '02 02 01 01 02000000 0102', { version: 2, ...times, state: 'user-defined', value })
  lawful(t, fillValueMessage, '03 16', { version: 3, ...times, state: 'undefined', value: nothing })
  lawful(t, fillValueMessage, '03 06', { version: 3, ...times, state: 'default', value: nothing })
  lawful(t, fillValueMessage, '03 26 02000000 0102', { version: 3, ...times, state: 'user-defined', value })
  lawful(t, oldFillValueMessage, '02000000 0102', { value })
})

test('hostile fill values', (t) => {
  refused(t, fillValueMessage, '02 02 01 01 00008000', /8388608 bytes needed, 0 left/)
  refused(t, fillValueMessage, '03 36', /both defined and undefined/)
  refused(t, fillValueMessage, '03 46', /unknown flags 0x46/)
  refused(t, oldFillValueMessage, 'ffffffff 00', /4294967295 bytes needed, 1 left/)
})

test('external files', (t) => {
  const digits = `01 000000 0300 0200 ${ADDRESS}
    0800000000000000 0000000000000000 6400000000000000
    1000000000000000 0a00000000000000 ffffffffffffffff`
  lawful(t, externalFilesMessage, digits, {
    version: 1,
    allocatedSlots: 3,
    heap: 0x1000,
    slots: [
      { nameOffset: 8, offset: 0, size: 100 },
      { nameOffset: 16, offset: 10, size: -1 },
    ],
  })
})

test('hostile external files', (t) => {
  refused(t, externalFilesMessage, `01 000000 0000 0000 ${ADDRESS}`, /no slots/)
  refused(t, externalFilesMessage, `01 000000 0100 0200 ${ADDRESS}`, /2 of 1 slots/)
  refused(t, externalFilesMessage, `01 000000 0100 0100 ${NOWHERE}`, /no address/)
  refused(t, externalFilesMessage, `01 000000 ffff ffff ${ADDRESS}`, /65535 slots in 0 bytes/)
})
