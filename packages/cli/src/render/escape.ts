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

const PLAIN = /^[!#-[\]-~]*$/
const PLAIN_WITH_SPACES = /^[ !#-[\]-~]*$/

/** One byte as a backslash and three octal digits. */
export function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`
}

/** A name as h5ls prints it: what is not printable ASCII is escaped, byte by byte; spaces where asked for. */
export function escapeName(name: string, spaces: boolean): string {
  if ((spaces ? PLAIN : PLAIN_WITH_SPACES).test(name)) return name
  let text = ''
  for (const byte of encodeText(name)) {
    const character = String.fromCharCode(byte)
    if (byte === 0x20) text += spaces ? '\\ ' : ' '
    else text += NAMED[character] ?? (byte > 0x20 && byte < 0x7f ? character : octal(byte))
  }
  return text
}
