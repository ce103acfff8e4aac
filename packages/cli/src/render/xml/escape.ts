import { encodeText } from '@h5kit/core'
import type { TextBuffer } from '../../output.ts'
import { BREAK } from '../value-format.ts'

const RESERVED: Record<string, string> = { '"': '&quot;', "'": '&apos;', '<': '&lt;', '>': '&gt;', '&': '&amp;' }

/** A name or a path as the value of an attribute of XML. */
export function escapeName(name: string): string {
  return name.replace(/["'<>&]/g, (character) => RESERVED[character])
}

/** A path between quotes inside an element: C's escapes for a quote and a backslash, XML's for the others. */
export function escapePath(path: string): string {
  return path.replace(/["'<>&\\]/g, (character) => inString(character))
}

function inString(character: string): string {
  return character === '"' || character === '\\' ? `\\${character}` : RESERVED[character]
}

/** What is written for a byte of a string that is not written as it is. */
const ESCAPES: (Uint8Array | undefined)[] = Array.from({ length: 256 })
for (const character of ['"', '\\', "'", '<', '>', '&']) {
  ESCAPES[character.charCodeAt(0)] = encodeText(inString(character))
}

// The reference takes this one for a mark of its own, which is never printed.
ESCAPES[BREAK.charCodeAt(0)] = new Uint8Array(0)

/** The longest escape's bytes. */
const LONGEST_ESCAPE = 6

/** Writes a string's bytes, escaped as a path is. */
export function escapeString(out: TextBuffer, from: Uint8Array, start: number, end: number): void {
  out.reserve(LONGEST_ESCAPE * (end - start))
  const { bytes } = out
  let { length } = out
  for (let i = start; i < end; i++) {
    const escaped = ESCAPES[from[i]]
    if (escaped === undefined) bytes[length++] = from[i]
    else for (let j = 0; j < escaped.length; j++) bytes[length++] = escaped[j]
  }
  out.length = length
}
