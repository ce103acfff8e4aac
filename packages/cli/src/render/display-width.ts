import { eastAsianWidth } from 'get-east-asian-width'

/** What a terminal shows within the column of the character in front of it. */
const ZERO_WIDTH = /^[\p{M}\p{Cf}]$/u

/** Columns that a text without control characters takes on a terminal. */
export function displayWidth(text: string): number {
  let columns = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x7f) columns++
    else if (!ZERO_WIDTH.test(character)) columns += eastAsianWidth(code)
  }
  return columns
}
