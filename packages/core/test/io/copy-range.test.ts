import test from 'ava'
import { BufferSource } from '../../src/io/buffer-source.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import { copyRange } from '../../src/io/copy-range.ts'

/** Bytes with holes of different lengths among them. */
function withHoles(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) if (Math.floor(i / 5000) % 3 === 1) bytes[i] = 1 + (i % 250)
  return bytes
}

class CountingSink extends BufferSink {
  count = 0

  override write(address: number, bytes: Uint8Array): void {
    this.count += bytes.length
    super.write(address, bytes)
  }
}

test('a copy has the same bytes, wherever it begins and ends', (t) => {
  const bytes = withHoles((1 << 21) + 12345)
  const source = new BufferSource(bytes)
  for (const [from, length, to] of [
    [0, bytes.length, 0],
    [17, 1, 3],
    [0, 4999, 512],
    [123, (1 << 20) + 1, 0],
    [1 << 20, 1 << 20, 1024],
    [5, (1 << 20) + 4097, 7],
  ]) {
    const sink = new BufferSink()
    copyRange(source, from, length, sink, to)
    t.is(sink.written.length, to + length)
    t.true(Buffer.from(bytes.subarray(from, from + length)).equals(sink.written.subarray(to)))
    t.true(sink.written.subarray(0, to).every((byte) => byte === 0))
  }
})

test('zeros are not written, but for the last byte', (t) => {
  const sink = new CountingSink()
  const bytes = new Uint8Array(3 << 20)
  copyRange(new BufferSource(bytes), 0, bytes.length, sink, 0)
  t.is(sink.count, 1)
  t.is(sink.written.length, bytes.length)
  bytes[1 << 20] = 1
  const second = new CountingSink()
  copyRange(new BufferSource(bytes), 0, bytes.length, second, 0)
  t.is(second.count, 4096 + 1)
  t.is(second.written[1 << 20], 1)
})

test('a copy of nothing writes nothing', (t) => {
  const sink = new CountingSink()
  copyRange(new BufferSource(new Uint8Array(9)), 4, 0, sink, 8)
  t.is(sink.count, 0)
})
