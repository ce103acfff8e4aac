import type { Sizes } from './structure.ts'
import { UNDEFINED } from './structure.ts'

/** The address at a byte, for structures whose records are taken apart in place; UNDEFINED where all bits are set. */
export function addressAt(bytes: Uint8Array, at: number, sizes: Sizes): number {
  const { offsets, fold } = sizes
  if (fold !== undefined && offsets === 8) return fold(wideAddress(bytes, at))
  let value = 0
  for (let i = offsets - 1; i >= 0; i--) value = value * 256 + bytes[at + i]
  // Powers take a while, and hardly any address ends with ones.
  return bytes[at + offsets - 1] === 0xff && value >= 256 ** offsets - 1 ? UNDEFINED : value
}

/** All 64 bits of an address. */
export function wideAddress(bytes: Uint8Array, at: number): bigint {
  let value = 0n
  for (let i = 7; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i])
  return value
}
