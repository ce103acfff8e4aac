import type { Anatomy, Field } from '../../packages/core/test/support/damage.ts'
import { repaired } from '../../packages/core/test/support/damage.ts'

/** Numbers below a limit that look random; the same ones each time. */
type Random = (limit: number) => number

/** A file with some fields changed, and what was done to it. */
export interface Mutation {
  bytes: Uint8Array
  changes: string[]
}

/** Fields that lead somewhere else. */
const LEADS = /address|pointer|offset/i

/** Fields that say how much there is. */
const COUNTS = /size|length|number|count|entries|depth|level|dimension|rank|width|bits|records/i

const MOST_CHANGES = 3

/** Bytes of a structure that are put in the place of another one. */
const MOST_COPIED = 64

/**
 * Changes one to three fields as someone would who knows the format: addresses lead to other structures or into
 * themselves, counts go up, down and to their limits, bytes become others, one structure stands where another was.
 * Checksums are made right again, so that the changed fields are believed. What is no structure, as stored chunks and
 * values, is changed now and then too.
 */
export function mutate(bytes: Uint8Array, anatomy: Anatomy, random: Random): Mutation {
  const copy = bytes.slice()
  const changes: string[] = []
  const changed: Field[] = []
  for (let left = 1 + random(MOST_CHANGES); left > 0; left--) {
    const field = random(8) === 0 ? somewhere(copy, random) : anatomy.fields[random(anatomy.fields.length)]
    const what = change(copy, field, anatomy, random)
    changes.push(`${field.structure}, ${field.field} at ${field.address}: ${what}`)
    changed.push({ ...field, length: Math.max(field.length, MOST_COPIED) })
  }
  repaired(copy, anatomy, changed)
  if (random(16) > 0) return { bytes: copy, changes }
  const end = random(copy.length)
  return { bytes: copy.slice(0, end), changes: [...changes, `cut off at ${end}`] }
}

/** Up to 16 bytes of whatever it is. */
function somewhere({ length }: Uint8Array, random: Random): Field {
  const address = random(length)
  return { structure: 'File', field: 'Bytes', address, length: Math.min(1 + random(16), length - address) }
}

function change(bytes: Uint8Array, field: Field, { fields }: Anatomy, random: Random): string {
  const { address, length } = field
  if (LEADS.test(field.field) && random(2) === 0) {
    const target = random(4) === 0 ? address : fields[random(fields.length)].address
    put(bytes, address, length, BigInt(target))
    return `leads to ${target}`
  }
  if (COUNTS.test(field.field) && random(2) === 0) {
    const value = LIMITS[random(LIMITS.length)](get(bytes, address, length), 8n * BigInt(length))
    put(bytes, address, length, value)
    return `set to ${value}`
  }
  const at = address + random(length)
  switch (random(6)) {
    case 0:
      bytes.fill(0, address, address + length)
      return 'zeros'
    case 1:
      bytes.fill(0xff, address, address + length)
      return 'all ones'
    case 2:
      bytes[at] ^= 1 << random(8)
      return `a bit of byte ${at - address}`
    case 3: {
      const other = fields[random(fields.length)]
      bytes.copyWithin(address, other.address, other.address + Math.min(length, other.length))
      return `as ${other.field} at ${other.address}`
    }
    case 4: {
      const other = fields[random(fields.length)].address
      const count = Math.min(MOST_COPIED, bytes.length - address, bytes.length - other)
      bytes.copyWithin(address, other, other + count)
      return `the ${count} bytes at ${other} stand here too`
    }
    default:
      bytes[at] = random(256)
      return `byte ${at - address} is ${bytes[at]}`
  }
}

/** What a count becomes, by what it was and by its bits. */
const LIMITS: readonly ((value: bigint, bits: bigint) => bigint)[] = [
  (value) => value + 1n,
  (value) => value - 1n,
  (value) => value * 2n,
  (value) => value * 256n,
  () => 0n,
  () => 1n,
  (_value, bits) => (1n << bits) - 1n,
  (_value, bits) => (1n << (bits - 1n)) - 1n,
  (_value, bits) => 1n << (bits / 2n),
]

function get(bytes: Uint8Array, address: number, length: number): bigint {
  let value = 0n
  for (let i = Math.min(length, 8) - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[address + i] ?? 0)
  return value
}

function put(bytes: Uint8Array, address: number, length: number, value: bigint): void {
  for (let i = 0, rest = value; i < Math.min(length, 8); i++, rest >>= 8n) bytes[address + i] = Number(rest & 0xffn)
}
