// Names and strings in a file are bytes, most often UTF-8. A byte that is not part of valid UTF-8 becomes the
// lone surrogate U+DC80..U+DCFF (Python's "surrogateescape", as h5py shows it), so that every byte string has
// one text and every such text has its bytes again.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Text of `bytes[start, end)`. */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start > 64) return decodeLong(bytes.subarray(start, end))
  let bits = 0
  for (let i = start; i < end; i++) bits |= bytes[i]
  if (bits > 0x7f) return decodeLong(bytes.subarray(start, end))
  // Several at a time: each addition makes a string that is thrown away.
  let text = ''
  let at = start
  for (; at + 8 <= end; at += 8) text += eightCharacters(bytes, at)
  return at === end ? text : text + lastCharacters(bytes, at, end - at)
}

function eightCharacters(b: Uint8Array, i: number): string {
  return String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7])
}

/** One to seven. */
function lastCharacters(b: Uint8Array, i: number, count: number): string {
  switch (count) {
    case 1:
      return String.fromCharCode(b[i])
    case 2:
      return String.fromCharCode(b[i], b[i + 1])
    case 3:
      return String.fromCharCode(b[i], b[i + 1], b[i + 2])
    case 4:
      return String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3])
    case 5:
      return String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4])
    case 6:
      return String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5])
    default:
      return String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6])
  }
}

function decodeLong(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return decodeEscaped(bytes)
  }
}

function decodeEscaped(bytes: Uint8Array): string {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) text += String.fromCharCode(0xdc00 + bytes[at])
    else text += strict.decode(bytes.subarray(at, at + length))
    at += length || 1
  }
  return text
}

/** Length of the valid UTF-8 sequence at `at`, 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]
  if (lead < 0x80) return 1
  const length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
  if (length === 0 || at + length > bytes.length) return 0
  for (let i = 1; i < length; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return 0
  const second = bytes[at + 1]
  const overlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90)
  const outside = (lead === 0xed && second > 0x9f) || (lead === 0xf4 && second > 0x8f)
  return overlong || outside ? 0 : length
}

/** Longer texts are encoded faster by the platform. */
const SHORT = 64

/** The bytes that `decodeText` made a text of. */
export function encodeText(text: string): Uint8Array {
  return (text.length <= SHORT ? encodeShort(text) : undefined) ?? encodeLong(text)
}

/** How many bytes `encodeText` makes of a text. */
export function textLength(text: string): number {
  return isShortAscii(text) ? text.length : encodeText(text).length
}

/** Whether each character is a byte, of a text that is soon looked through. */
export function isShortAscii(text: string): boolean {
  if (text.length > SHORT) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

/** The bytes of a text that is ASCII; undefined where it is not. */
function encodeShort(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return undefined
    bytes[i] = code
  }
  return bytes
}

function encodeLong(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return encoder.encode(text)
  const bytes: number[] = []
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (character.length === 1 && code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00)
    else bytes.push(...encoder.encode(character))
  }
  return Uint8Array.from(bytes)
}

/** Orders two texts as the C library orders their bytes (strcmp). */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    if (x < 0x80 || y < 0x80) return x - y
    return compareBytes(encodeText(a), encodeText(b))
  }
  return a.length - b.length
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}
