import type { ValueFormat } from './value-format.ts'

const NAMED: Record<number, string> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\' }

/** One byte of a string. C prints a byte above 127 as the negative number that it is there. */
export function characterText(byte: number, format: ValueFormat): string {
  const signed = byte > 0x7f ? byte + 0xffff_ff00 : byte
  if (format.percentEscapes) {
    return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `%${signed.toString(16).padStart(2, '0')}`
  }
  if (byte >= 0x20 && byte < 0x7f) return NAMED[byte] ?? String.fromCharCode(byte)
  return NAMED[byte] ?? `\\${signed.toString(8).padStart(3, '0')}`
}

const PLAIN = /^[ !#-[\]-~]*$/

/** A string in quotes; a character that is repeated many times stands alone, with its count. */
export function stringText(bytes: Uint8Array, padding: number, format: ValueFormat): string {
  const end = padding === 0 ? endOf(bytes) : bytes.length
  if (end === 0) return '""'
  const { repeatAbove } = format
  if (!format.percentEscapes && !hasRun(bytes, end, repeatAbove)) {
    const text = String.fromCharCode(...bytes.subarray(0, Math.min(end, 4096)))
    if (end <= 4096 && PLAIN.test(text)) return `"${text}"`
  }
  let text = ''
  let quote = ''
  for (let i = 0; i < end; i++) {
    // A run is counted to the end of the field, as the reference does, past the string's own end.
    let run = 1
    if (repeatAbove > 0) while (i + run < bytes.length && bytes[i + run] === bytes[i]) run++
    const repeated = repeatAbove > 0 && run > repeatAbove
    if (repeated) {
      text += `${quote}${i > 0 ? ' ' : ''}'`
      quote = "'"
    } else if (quote === '') {
      quote = '"'
      text += `${i > 0 ? ' ' : ''}"`
    }
    text += characterText(bytes[i], format)
    if (repeated) {
      text += `' repeats ${run - 1} times`
      quote = ''
      i += run - 1
    }
  }
  return text + quote
}

function endOf(bytes: Uint8Array): number {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes.length : end
}

function hasRun(bytes: Uint8Array, end: number, limit: number): boolean {
  if (limit === 0) return false
  let run = 1
  for (let i = 1; i < end; i++) {
    run = bytes[i] === bytes[i - 1] ? run + 1 : 1
    if (run > limit) return true
  }
  return false
}
