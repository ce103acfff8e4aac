import test from 'ava'
import { FormatError, UnsupportedError } from '../../src/errors.ts'
import type { Superblock } from '../../src/format/superblock.ts'
import { locateSuperblock, readSuperblock, superblockStructure } from '../../src/format/superblock.ts'
import { BufferSource } from '../../src/io/buffer-source.ts'
import { encode } from '../../src/io/writer.ts'
import { CountingSource, SIZES } from '../support/image.ts'

function superblock(changes: Partial<Superblock> = {}): Uint8Array {
  const sizes = changes.sizes ?? SIZES
  const value = { ...superblockStructure.blank(sizes), endOfFile: 5000, rootAddress: 96, ...changes }
  return encode(superblockStructure, value, sizes, sizes)
}

/** A file with a superblock behind a user block. */
function fileWith(bytes: Uint8Array, at = 0): Uint8Array {
  const file = new Uint8Array(5000 + at)
  file.set(bytes, at)
  return file
}

const source = (bytes: Uint8Array, at = 0): BufferSource => new BufferSource(fileWith(bytes, at))

test('every version and every width of addresses and lengths', (t) => {
  for (const version of [0, 1, 2, 3]) {
    for (const offsets of [2, 4, 8]) {
      for (const lengths of [2, 4, 8]) {
        const sizes = { offsets, lengths }
        const found = readSuperblock(source(superblock({ version, sizes, consistencyFlags: 1 }))).superblock
        t.is(found.version, version)
        t.deepEqual(found.sizes, sizes)
        t.is(found.endOfFile, 5000)
        t.is(found.consistencyFlags, 1)
        if (version >= 2) t.is(found.rootAddress, 96)
      }
    }
  }
})

test('the signature is looked for at 0, 512, 1024, 2048 and so on', (t) => {
  const bytes = superblock({ version: 2 })
  for (const at of [0, 512, 1024, 2048, 65_536]) t.is(readSuperblock(source(bytes, at)).location, at)
  for (const at of [1, 256, 1536, 4000]) {
    t.throws(() => readSuperblock(source(bytes, at)), { instanceOf: FormatError, message: /not an HDF5 file/ })
  }
})

test('a large file that is none is told by a few reads', (t) => {
  const file = new CountingSource(new Uint8Array(1 << 20))
  t.is(
    file.count(() => t.throws(() => locateSuperblock(file), { instanceOf: FormatError })),
    12,
  )
})

test('superblocks that cannot be are refused', (t) => {
  const changed = (at: number, value: number, version = 0): Uint8Array => {
    const bytes = superblock({ version })
    bytes[at] = value
    return bytes
  }
  const refuse = (bytes: Uint8Array, message: RegExp): void => {
    t.throws(() => readSuperblock(source(bytes)), { instanceOf: FormatError, message })
  }
  refuse(changed(8, 4), /unknown version 4/)
  refuse(changed(13, 3), /addresses or lengths of 3 bytes/)
  refuse(changed(14, 0), /addresses or lengths of 0 bytes/)
  refuse(changed(16, 0), /a node without entries/)
  refuse(changed(12, 1, 2), /checksum/)
  refuse(superblock({ endOfFile: -1 }), /no end of file address/)
  t.throws(() => readSuperblock(source(changed(13, 16))), { instanceOf: UnsupportedError })
  for (let length = 8; length < 96; length++) {
    t.throws(() => readSuperblock(new BufferSource(superblock().subarray(0, length))), { instanceOf: FormatError })
  }
})
