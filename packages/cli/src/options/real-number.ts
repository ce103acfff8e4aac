const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/
const SPECIAL = /^([-+]?)(?:(inf|infinity)|nan(?:\([a-z0-9_]*\))?)$/i
const HEXADECIMAL = /^([-+]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([-+]?\d+))?$/i

/** The number that a word is to C's strtod, all of it; undefined where it is none. */
export function parseReal(word: string): number | undefined {
  if (DECIMAL.test(word)) return Number(word)
  const special = SPECIAL.exec(word)
  if (special !== null) {
    if (special[2] === undefined) return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  const hexadecimal = HEXADECIMAL.exec(word)
  if (hexadecimal === null) return undefined
  const [, sign, whole, part, exponent] = hexadecimal
  const digits = whole + part
  if (digits === '') return undefined
  const value = Number(BigInt(`0x${digits}`)) * 2 ** (Number(exponent ?? 0) - 4 * part.length)
  return sign === '-' ? -value : value
}
