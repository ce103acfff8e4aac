import { deflate } from 'pako'

type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/** Bytes that are so few that it takes longer to clear the memory for more of them than to deflate them. */
const FEW = 8192

/** Bytes that zlib's window has more room for than what can be referred to. */
const LOOKAHEAD = 262

/** How much memory zlib takes for symbols, and for places of strings, unless something else is asked for. */
const USUAL_MEMORY = 8

/**
 * With so much memory no symbol is too many, and strings have 32 places for each of them: then as good as none is lost to
 * another one in its place. At level 1, which looks at four places of a string, that would still be seen in the stream.
 */
function memoryLevel(length: number, level: number): number {
  if (level === 1) return USUAL_MEMORY
  return Math.min(USUAL_MEMORY, Math.max(1, Math.ceil(Math.log2(length)) - 2))
}

/** What a stream begins with that may refer to what is 32 KB before, as zlib has it unless something else is asked for. */
const USUAL_HEAD = 0x78

/** Makes the very streams that zlib itself makes. */
export function pakoDeflate(bytes: Uint8Array, level: number): Uint8Array {
  // Without `legacyHash`, strings are hashed four bytes at a time: faster, but not zlib's bytes.
  const options = { level: level as Level, legacyHash: true }
  if (bytes.length > FEW) return deflate(bytes, options)
  // Everything can be referred to.
  const windowBits = Math.max(9, Math.ceil(Math.log2(bytes.length + LOOKAHEAD)))
  const stream = deflate(bytes, { ...options, windowBits, memLevel: memoryLevel(bytes.length, level) })
  const flags = stream[1] & 0xe0
  stream[0] = USUAL_HEAD
  stream[1] = flags + 31 - (((USUAL_HEAD << 8) + flags) % 31)
  return stream
}
