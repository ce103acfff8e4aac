/** C's strtol with base 0: the number that a text starts with, 0 where there is none, and what follows it. */
export function integerAndRest(text: string): { value: number; rest: string } {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text)
  if (match === null) return { value: 0, rest: text }
  const [whole, sign, digits] = match
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  return { value: sign === '-' ? -value : value, rest: text.slice(whole.length) }
}

/** C's strtol with base 0: the number that a text starts with, in hexadecimal behind 0x and octal behind 0. */
export function anyInteger(text: string): number {
  return integerAndRest(text).value
}

/** C's atoi: the decimal number that a text starts with, 0 where there is none. */
export function decimalInteger(text: string): number {
  return Number.parseInt(text, 10) || 0
}
