import test from 'ava'
import { FormatError } from '../../src/errors.ts'
import type { ByteSource } from '../../src/io/byte-source.ts'
import { ByteCopier } from '../../src/write/byte-copier.ts'

const PIECE = 1 << 19
const SIZE = 40 << 20

const bytes = new Uint8Array(SIZE)
for (let i = 0; i < SIZE; i++) bytes[i] = (i * 2_654_435_761) >>> 24

/** A source that tells what is read of it, and a copy that tells what is written to it. */
function copied(copy: (copier: ByteCopier) => void) {
  const reads: { address: number; length: number }[] = []
  const writes: { address: number; length: number }[] = []
  const target = new Uint8Array(SIZE)
  const source: ByteSource = {
    size: SIZE,
    view: (address, length) => bytes.subarray(address, address + length),
    read(address, into) {
      reads.push({ address, length: into.length })
      into.set(bytes.subarray(address, address + into.length))
    },
  }
  const copier = new ByteCopier(source, (address, piece) => {
    writes.push({ address, length: piece.length })
    target.set(piece, address)
  })
  copy(copier)
  copier.flush()
  return { reads, writes, target }
}

test('what comes to stand in a row is written in pieces up to their multiples, wherever it was', (t) => {
  const LENGTH = 70_001
  const { writes, target } = copied((copier) => {
    for (let i = 0; i < 100; i++) copier.copy((99 - i) * LENGTH, LENGTH, 1000 + i * LENGTH)
  })
  for (let i = 0; i < 100; i++) {
    const at = 1000 + i * LENGTH
    t.is(Buffer.compare(target.subarray(at, at + LENGTH), bytes.subarray((99 - i) * LENGTH, (100 - i) * LENGTH)), 0)
  }
  t.is(writes[0].address, 1000)
  t.is(writes.length, Math.ceil((1000 + 100 * LENGTH) / PIECE))
  for (const { address } of writes.slice(1)) t.is(address % PIECE, 0)
})

test('what stands in a row in both files is read in pieces', (t) => {
  const { reads, target } = copied((copier) => {
    for (let at = 0; at < PIECE * 3; at += 512) copier.copy(5000 + at, 512, PIECE + at)
  })
  t.deepEqual(
    reads,
    [0, 1, 2].map((n) => ({ address: 5000 + n * PIECE, length: PIECE })),
  )
  t.is(Buffer.compare(target.subarray(PIECE, PIECE * 4), bytes.subarray(5000, 5000 + PIECE * 3)), 0)
})

test('a stretch of any length takes the memory of a piece', (t) => {
  const LENGTH = SIZE - 77
  const { reads, writes, target } = copied((copier) => copier.copy(77, LENGTH, 0))
  t.true(reads.every(({ length }) => length <= PIECE))
  t.true(writes.every(({ length }) => length <= PIECE))
  t.is(Buffer.compare(target.subarray(0, LENGTH), bytes.subarray(77)), 0)
})

test('little is kept waiting', (t) => {
  let written = 0
  const source: ByteSource = { size: SIZE, view: (address, length) => bytes.subarray(address, address + length) }
  const copier = new ByteCopier(source, (_, piece) => {
    written += piece.length
  })
  for (let i = 0; i < 16_384; i++) copier.copy(i * 3, 2, i * 2)
  t.is(written, 16_384 * 2)
  copier.copy(0, 20 << 20, 1 << 24)
  t.is(written, 16_384 * 2 + (20 << 20))
})

test('places that are not in a row stay apart', (t) => {
  const { writes, target } = copied((copier) => {
    copier.copy(10, 100, 300)
    copier.copy(200, 50, 100)
    copier.copy(250, 50, 150)
    copier.copy(0, 1, 299)
  })
  t.deepEqual(writes, [
    { address: 300, length: 100 },
    { address: 100, length: 100 },
    { address: 299, length: 1 },
  ])
  t.is(Buffer.compare(target.subarray(300, 400), bytes.subarray(10, 110)), 0)
  t.is(Buffer.compare(target.subarray(100, 200), bytes.subarray(200, 300)), 0)
  t.is(target[299], bytes[0])
})

test('what reaches past the end of the source is refused, and nothing of it copied', (t) => {
  const { writes } = copied((copier) => {
    const error = t.throws(() => copier.copy(SIZE - 10, 11, 0), { instanceOf: FormatError })
    t.is(error?.address, SIZE - 10)
  })
  t.deepEqual(writes, [])
})
