import { deflate } from 'pako'

type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/** Makes the very streams that zlib itself makes. */
export function pakoDeflate(bytes: Uint8Array, level: number): Uint8Array {
  // Without `legacyHash`, strings are hashed four bytes at a time: faster, but not zlib's bytes.
  return deflate(bytes, { level: level as Level, legacyHash: true })
}
