import { readFileSync } from 'node:fs'
import test from 'ava'
import { FormatError, NotFoundError } from '../../src/errors.ts'
import {
  onionHeader,
  onionHistory,
  onionRevision,
  readOnionHistory,
  readOnionRevision,
} from '../../src/format/onion.ts'
import { BufferSource } from '../../src/io/buffer-source.ts'
import { encode } from '../../src/io/writer.ts'

const SIZES = { offsets: 8, lengths: 8 }
const bytes = new Uint8Array(readFileSync(new URL('../../../../golden/drivers/onion.h5.onion', import.meta.url)))

test('what the onion driver keeps is written as it is read', (t) => {
  const onion = new BufferSource(bytes)
  const { header, history } = readOnionHistory(onion)
  t.deepEqual(encode(onionHeader, header, SIZES, undefined), bytes.slice(0, 40))
  const start = header.historyAddress
  t.deepEqual(encode(onionHistory, history, SIZES, undefined), bytes.slice(start, start + header.historySize))
  for (const [i, { address, size }] of history.records.entries()) {
    const revision = readOnionRevision(onion, history, i + 1)
    t.deepEqual(encode(onionRevision, revision, SIZES, undefined), bytes.slice(address, address + size))
  }
  t.throws(() => readOnionRevision(onion, history, 0), { instanceOf: NotFoundError })
})

test('a changed byte is noticed', (t) => {
  const { history } = readOnionHistory(new BufferSource(bytes))
  for (const at of [10, 30]) {
    const changed = bytes.slice()
    changed[at] ^= 4
    t.throws(() => readOnionHistory(new BufferSource(changed)), { instanceOf: FormatError })
  }
  const changed = bytes.slice()
  changed[history.records[1].address + 40] ^= 1
  t.throws(() => readOnionRevision(new BufferSource(changed), history, 2), {
    instanceOf: FormatError,
    message: /checksum/,
  })
})
