// Changes bytes of golden files into files that no writer makes, and makes their checksums right again.
//
//   node --import tsx golden/write/patched.ts golden/files
//
// Reads what all.sh wrote into the folder, and writes beside it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { anatomy, repaired } from '../../packages/core/test/support/damage.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: node --import tsx golden/write/patched.ts FOLDER')

const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))
const write = (name: string, ...parts: Uint8Array[]): void => writeFileSync(join(folder, name), Buffer.concat(parts))

/** A type of messages that no library knows. */
const UNKNOWN = 60

/** What a reader has to do about a message that it does not know: nothing, fail when writing, mark it, was marked, fail. */
const FLAGS = [0x00, 0x08, 0x10, 0x30, 0x80]

/** The room that is left in the headers of datasets becomes messages of an unknown type, each with other flags. */
function unknownMessages(bytes: Uint8Array): Uint8Array {
  const parts = anatomy(bytes)
  const header = parts.fields.filter(({ structure }) => structure === 'Version 2 Object Header')
  const changed = []
  for (const [i, field] of header.entries()) {
    if (field.field !== 'Header Message Type' || bytes[field.address] !== 0) continue
    const flags = header.slice(i).find((other) => other.field === 'Header Message Flags')
    const value = FLAGS[changed.length]
    if (flags === undefined || value === undefined) break
    bytes[field.address] = UNKNOWN
    bytes[flags.address] = value
    changed.push(field)
  }
  repaired(bytes, parts, changed)
  return bytes
}

write('messages-unknown.h5', unknownMessages(read('types-small-floats.h5')))

// The superblock says where it was when the file was written: in front of a user block that came later, or behind one
// that was cut off.
write('base-address-before.h5', new Uint8Array(1024), read('superblock-0.h5'))
write('base-address-before-latest.h5', new Uint8Array(2048), read('superblock-3-latest.h5'))
write('base-address-behind.h5', read('user-block-512.h5').subarray(512))
