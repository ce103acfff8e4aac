import type { LongNumberWriter, NumberWriter } from './number/printf.ts'

/** What stands around and between the parts of a value. */
export interface Brackets {
  open: string
  separator: string
  close: string
}

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
  /**
   * How strings are escaped: everything as in C, as in an address of the web, or only what cannot be printed, with
   * lines indented.
   */
  escapes: 'all' | 'percent' | 'unprintable'
  /** Whether characters beyond ASCII that can be printed are printed as they are. */
  utf8: boolean
  /** With lines, each member has a line of its own. */
  compound: Brackets & { lines: boolean }
  /** Nested arrays start new lines, or each row of the last dimension has a line of its own. */
  array: Brackets & { lines: 'no' | 'nested' | 'rows' }
  sequence: Brackets
  /** Significant digits of floats up to 32 bits, up to 64 bits, and longer ones. */
  digits: { single: number; double: number; long: number }
  /** Formats floats up to 64 bits instead. */
  float: NumberWriter | undefined
  /** Formats longer floats instead. */
  longFloat: LongNumberWriter | undefined
  /** The bits of integers that are printed, as a number of their own; all where undefined. */
  bits: { offset: number; length: number } | undefined
  /** How references to objects are printed: with the number of the file in front of the address, or without. */
  fileNumbers: boolean
  /** Levels of indentation at the start; three spaces each. */
  indent: number
}

/** Where a line may be broken. */
export const BREAK = '\x01'

/** The text of h5ls. */
export function lsFormat(options: {
  simple: boolean
  label: boolean
  hexadecimal: boolean
  characters: boolean
  utf8: boolean
  indent: number
}): ValueFormat {
  const { simple, label, hexadecimal, characters, utf8, indent } = options
  const common = {
    raw: hexadecimal,
    characters,
    labels: label,
    digits: { single: 6, double: 15, long: 18 },
    float: undefined,
    longFloat: undefined,
    bits: undefined,
    fileNumbers: true,
    utf8,
    indent,
  }
  if (simple) {
    const braces = label ? { open: '{', close: '}' } : { open: '', close: '' }
    return {
      ...common,
      repeatAbove: 0,
      escapes: 'percent',
      compound: { ...braces, separator: ' ', lines: false },
      array: { open: '', separator: ' ', close: '', lines: 'nested' },
      sequence: { open: '(', separator: ',', close: ')' },
    }
  }
  return {
    ...common,
    repeatAbove: 8,
    escapes: 'all',
    compound: { open: '{', separator: `, ${BREAK}`, close: '}', lines: false },
    array: { open: '[', separator: `,${BREAK}`, close: ']', lines: 'no' },
    sequence: { open: '(', separator: `,${BREAK}`, close: ')' },
  }
}

/** What the command line of h5dump says about values. */
export interface DumpValueOptions {
  /** All characters in strings that C has an escape for are escaped (-e). */
  escapes: boolean
  /** UTF-8 as it is, where it can be printed; false where not given. */
  utf8?: boolean
  /** One-byte integers as characters (-r). */
  characters: boolean
  /** For floats up to 64 bits (-m); undefined for %g. */
  float: NumberWriter | undefined
  /** For longer floats (-L); undefined for %Lg. */
  longFloat: LongNumberWriter | undefined
  /** The packed bits that are printed of integers (-M). */
  bits: { offset: number; length: number } | undefined
}

const DUMP_DIGITS = { single: 6, double: 6, long: 6 }

/** The text of h5dump at a level of indentation. */
export function dumpFormat(options: DumpValueOptions, indent: number): ValueFormat {
  return {
    raw: false,
    characters: options.characters,
    labels: false,
    repeatAbove: 0,
    escapes: options.escapes ? 'all' : 'unprintable',
    compound: { open: '{', separator: ',', close: '}', lines: true },
    array: { open: '[ ', separator: ',', close: ' ]', lines: 'rows' },
    sequence: { open: '(', separator: ', ', close: ')' },
    digits: DUMP_DIGITS,
    float: options.float,
    longFloat: options.longFloat,
    bits: options.bits,
    fileNumbers: false,
    utf8: options.utf8 ?? false,
    indent,
  }
}

/** The text of h5dump --xml: numbers between blanks. */
export function xmlFormat(options: DumpValueOptions, indent: number): ValueFormat {
  return {
    ...dumpFormat(options, indent),
    escapes: 'unprintable',
    compound: { open: '', separator: ' ', close: '', lines: false },
    array: { open: '', separator: '', close: '', lines: 'nested' },
    sequence: { open: ' ', separator: ' ', close: '' },
  }
}
