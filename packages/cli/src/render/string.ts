import type { TextBuffer } from '../output.ts'
import { isPrintable } from './escape.ts'
import type { ValueFormat } from './value-format.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const BLANK = 0x20

/** Bytes that one byte takes at most: C prints one above 127 as the negative number that it is there. */
const LONGEST_ESCAPE = 12

/** The letters of C's escapes by the byte that they stand for; 0 for none. */
const LETTERS = new Uint8Array(256)
for (const [byte, letter] of Object.entries({ 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r', 34: '"', 92: '\\' }))
  LETTERS[Number(byte)] = letter.charCodeAt(0)

/** Which bytes are printed as they are, for each way to escape. */
const PLAIN: Record<ValueFormat['escapes'], Uint8Array> = {
  all: plainBytes((byte) => byte >= BLANK && byte < 0x7f && LETTERS[byte] === 0),
  percent: plainBytes((byte) => byte > BLANK && byte < 0x7f),
  unprintable: plainBytes((byte) => (byte >= BLANK && byte < 0x7f) || [8, 9, 12].includes(byte)),
}

function plainBytes(isPlain: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isPlain(byte) ? 1 : 0))
}

/** A line in a string that is not escaped begins in this column. */
const LINE_IN_STRING = ' '.repeat(11)

/** Writes one byte of a string. */
export function putCharacter(out: TextBuffer, byte: number, escapes: ValueFormat['escapes']): void {
  out.reserve(LONGEST_ESCAPE + LINE_IN_STRING.length)
  if (PLAIN[escapes][byte] === 1) {
    out.bytes[out.length++] = byte
    return
  }
  const signed = byte > 0x7f ? byte + 0xffff_ff00 : byte
  if (escapes === 'percent') out.write(`%${signed.toString(16).padStart(2, '0')}`)
  else if (escapes === 'all' && LETTERS[byte] !== 0) {
    out.bytes[out.length++] = BACKSLASH
    out.bytes[out.length++] = LETTERS[byte]
  } else if (byte === 10 || byte === 13) {
    out.bytes[out.length++] = byte
    out.write(LINE_IN_STRING)
  } else if (byte > 0x7f) out.write(`\\${signed.toString(8)}`)
  else putOctal(out, byte)
}

/** Writes a byte below 128 as a backslash and three octal digits; strings filled up with zeros have millions. */
function putOctal(out: TextBuffer, byte: number): void {
  const { bytes, length } = out
  bytes[length] = BACKSLASH
  bytes[length + 1] = 0x30 + (byte >> 6)
  bytes[length + 2] = 0x30 + ((byte >> 3) & 7)
  bytes[length + 3] = 0x30 + (byte & 7)
  out.length = length + 4
}

/**
 * Writes the string in `bytes[start, end)` in quotes, as far as its padding says; a character that is repeated many
 * times stands alone, with its count.
 */
export function putString(
  out: TextBuffer,
  bytes: Uint8Array,
  start: number,
  end: number,
  padding: number,
  format: ValueFormat,
): void {
  const { escapes, repeatAbove } = format
  const stop = padding === 0 ? endOf(bytes, start, end) : end
  if (repeatAbove > 0 && hasRun(bytes, start, stop, repeatAbove)) {
    putWithRuns(out, bytes, start, stop, end, format)
    return
  }
  const plain = PLAIN[escapes]
  out.reserve(stop - start + 2)
  out.bytes[out.length++] = QUOTE
  for (let i = start; i < stop; ) {
    let { length } = out
    const { bytes: target } = out
    while (i < stop && plain[bytes[i]] === 1) target[length++] = bytes[i++]
    out.length = length
    if (i === stop) break
    const width = format.utf8 ? printableWidth(bytes, i, stop) : 0
    if (width > 0) {
      out.append(bytes.subarray(i, i + width))
      i += width
    } else putCharacter(out, bytes[i++], escapes)
    // An escape takes more than was reserved for its byte.
    out.reserve(stop - i + 2)
  }
  out.bytes[out.length++] = QUOTE
}

function putWithRuns(
  out: TextBuffer,
  bytes: Uint8Array,
  start: number,
  stop: number,
  end: number,
  { escapes, repeatAbove, utf8 }: ValueFormat,
): void {
  let quote = ''
  for (let i = start; i < stop; i++) {
    // A run is counted to the end of the field, as the reference does, past the string's own end.
    let run = 1
    while (i + run < end && bytes[i + run] === bytes[i]) run++
    const repeated = run > repeatAbove
    if (repeated) {
      out.write(`${quote}${i > start ? ' ' : ''}'`)
      quote = "'"
    } else if (quote === '') {
      quote = '"'
      out.write(`${i > start ? ' ' : ''}"`)
    }
    const width = utf8 && !repeated ? printableWidth(bytes, i, stop) : 0
    if (width > 1) {
      out.append(bytes.subarray(i, i + width))
      i += width - 1
      continue
    }
    putCharacter(out, bytes[i], escapes)
    if (repeated) {
      out.write(`' repeats ${run - 1} times`)
      quote = ''
      i += run - 1
    }
  }
  out.write(quote)
}

function endOf(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === 0) return i
  return end
}

function hasRun(bytes: Uint8Array, start: number, end: number, limit: number): boolean {
  let run = 1
  for (let i = start + 1; i < end; i++) {
    run = bytes[i] === bytes[i - 1] ? run + 1 : 1
    if (run > limit) return true
  }
  return false
}

const decoder = new TextDecoder('utf-8', { fatal: false })
const REPLACEMENT = '\ufffd'

/** Bytes of the UTF-8 character beyond ASCII at a place; 0 where there is none, or none that can be printed. */
function printableWidth(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]
  const width = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0
  if (width === 0 || at + width > end) return 0
  const character = decoder.decode(bytes.subarray(at, at + width))
  const whole = [...character].length === 1 && (character !== REPLACEMENT || lead === 0xef)
  return whole && isPrintable(character) ? width : 0
}
