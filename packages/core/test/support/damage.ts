import type { Decoded } from '../../src/format/file-image.ts'
import { directBlockChecksum } from '../../src/format/fractal-heap-blocks.ts'
import { superblockStructure } from '../../src/format/superblock.ts'
import { openBytes } from '../../src/index.ts'
import { lookup3 } from '../../src/io/checksum.ts'
import type { Sizes } from '../../src/io/structure.ts'
import { trace } from '../../src/io/trace.ts'
import { walk } from './walk.ts'

/** A field of a structure in a file. */
export interface Field {
  structure: string
  field: string
  address: number
  length: number
}

/** Bytes that a checksum is over. */
interface Checksummed {
  start: number
  end: number
  checksumAt: number
  /** A fractal heap's direct blocks have theirs in front. */
  inside: boolean
}

/** Where everything of a file is that the engine decodes, counted from the file's first byte. */
export interface Anatomy {
  fields: Field[]
  checksummed: Checksummed[]
}

export function anatomy(bytes: Uint8Array): Anatomy {
  const file = openBytes(bytes)
  const { sizes } = file.image
  const found: Anatomy = { fields: [], checksummed: [] }
  const location = file.userBlockSize
  const contents = bytes.subarray(location)
  const superblock = { structure: superblockStructure, address: 0, bytes: contents.subarray(0, 128), params: sizes }
  add(found, { ...superblock, value: file.superblock } as unknown as Decoded, sizes, location)
  file.image.patch([])
  file.image.observer = (decoded) => {
    // What does not stand in the file as it was decoded, as an object of a heap, is part of something that does.
    const { address, bytes: part } = decoded
    if (address >= 0 && part.every((byte, i) => byte === contents[address + i])) add(found, decoded, sizes, location)
  }
  walk(file)
  return found
}

function add(
  { fields, checksummed }: Anatomy,
  { structure, address, bytes, params }: Decoded,
  sizes: Sizes,
  location: number,
): void {
  const rows = trace(structure, bytes, address, sizes, params)
  for (const row of rows) {
    if (row.reserved !== true) fields.push({ ...row, address: location + row.address })
  }
  const checksum = rows.find(({ field }) => /^(Superblock )?Checksum$/.test(field))
  if (checksum === undefined) return
  const inside = structure.name === 'Fractal Heap Direct Block'
  const start = location + address
  const checksumAt = location + checksum.address
  checksummed.push({ start, end: inside ? start + bytes.length : checksumAt, checksumAt, inside })
}

/** Numbers below a limit that look random; the same ones each time. */
export function seeded(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Changes one field, and makes the checksums of all that it is part of right again. */
export function damaged(
  bytes: Uint8Array,
  anatomy: Anatomy,
  random: (limit: number) => number,
): { bytes: Uint8Array; field: Field } {
  const field = anatomy.fields[random(anatomy.fields.length)]
  const copy = bytes.slice()
  const at = field.address + random(field.length)
  switch (random(6)) {
    case 0:
      copy.fill(0, field.address, field.address + field.length)
      break
    case 1:
      copy.fill(0xff, field.address, field.address + field.length)
      break
    case 2:
      copy[field.address]++
      break
    case 3:
      copy[field.address]--
      break
    case 4:
      copy[at] ^= 1 << random(8)
      break
    default:
      copy[at] = random(256)
  }
  repaired(copy, anatomy, [field])
  return { bytes: copy, field }
}

/** Makes the checksums of all that changed fields are part of right again. */
export function repaired(bytes: Uint8Array, { checksummed }: Anatomy, changed: readonly Field[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (const { start, end, checksumAt, inside } of checksummed) {
    if (!changed.some(({ address, length }) => address < end && address + length > start)) continue
    const part = bytes.subarray(start, end)
    const sum = inside ? directBlockChecksum(part, checksumAt - start) : lookup3(bytes, start, end)
    view.setUint32(checksumAt, sum, true)
  }
}
