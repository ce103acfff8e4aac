/**
 * How values are put into text: brackets and separators. BREAK in a separator is where a line may be broken; it is
 * never printed.
 */
export interface ValueFormat {
  /** Only the separators of raw bytes are printed (h5ls -x). */
  raw: boolean
  /** One-byte integers as characters. */
  characters: boolean
  /** Names of compound members in front of their values. */
  labels: boolean
  /** A character that comes more often than this in a row is printed once, with the count; 0 for never. */
  repeatAbove: number
  /** Characters in strings escaped as in an address of the web. */
  percentEscapes: boolean
  compound: { open: string; separator: string; close: string }
  array: { open: string; separator: string; close: string /** Nested arrays start new lines. */; nestedLines: boolean }
  sequence: { open: string; separator: string; close: string }
  /** Significant digits of floats up to 32 bits, up to 64 bits, and longer ones. */
  digits: { single: number; double: number; long: number }
  /** Levels of indentation at the start; three spaces each. */
  indent: number
}

/** Where a line may be broken. */
export const BREAK = '\x01'

const DIGITS = { single: 6, double: 15, long: 18 }

/** The text of h5ls. */
export function lsFormat(options: {
  simple: boolean
  label: boolean
  hexadecimal: boolean
  characters: boolean
  indent: number
}): ValueFormat {
  const { simple, label, hexadecimal, characters, indent } = options
  const common = { raw: hexadecimal, characters, labels: label, digits: DIGITS, indent }
  if (simple) {
    const braces = label ? { open: '{', close: '}' } : { open: '', close: '' }
    return {
      ...common,
      repeatAbove: 0,
      percentEscapes: true,
      compound: { ...braces, separator: ' ' },
      array: { open: '', separator: ' ', close: '', nestedLines: true },
      sequence: { open: '(', separator: ',', close: ')' },
    }
  }
  return {
    ...common,
    repeatAbove: 8,
    percentEscapes: false,
    compound: { open: '{', separator: `, ${BREAK}`, close: '}' },
    array: { open: '[', separator: `,${BREAK}`, close: ']', nestedLines: false },
    sequence: { open: '(', separator: `,${BREAK}`, close: ')' },
  }
}
