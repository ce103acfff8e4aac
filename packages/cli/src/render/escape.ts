import { encodeText } from '@h5kit/core'

const NAMED: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** One byte as a backslash and three octal digits. */
function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`
}

/** Whether a text has nothing that would be escaped: a loop, as a regular expression takes longer for short texts. */
function isPlain(text: string, lowest: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < lowest || code > 0x7e || code === 0x22 || code === 0x5c) return false
  }
  return true
}

const UNPRINTABLE = /^[\p{C}\p{Zl}\p{Zp}]$/u

/** Whether a character beyond ASCII can be printed as it is. */
export function isPrintable(character: string): boolean {
  return !UNPRINTABLE.test(character)
}

/**
 * A name as h5ls prints it: what is not printable ASCII is escaped, byte by byte.
 *
 * @param spaces whether spaces are escaped too
 * @param utf8 whether other characters that can be printed stay as they are
 */
export function escapeName(name: string, spaces: boolean, utf8 = false): string {
  if (isPlain(name, spaces ? 0x21 : 0x20)) return name
  if (!utf8) return escapeBytes(name, spaces)
  let text = ''
  for (const character of name) {
    text += character > '\x7f' && isPrintable(character) ? character : escapeBytes(character, spaces)
  }
  return text
}

function escapeBytes(name: string, spaces: boolean): string {
  let text = ''
  for (const byte of encodeText(name)) {
    const character = String.fromCharCode(byte)
    if (byte === 0x20) text += spaces ? '\\ ' : ' '
    else text += NAMED[character] ?? (byte > 0x20 && byte < 0x7f ? character : octal(byte))
  }
  return text
}
