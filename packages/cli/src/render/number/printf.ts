import { encodeText } from '@h5kit/core'
import { Decimal, LongDecimal, MOST_LONG_DIGITS } from './decimal.ts'
import { putExponent, putWord } from './general.ts'
import { putHexadecimalFloat } from './hexadecimal-float.ts'

/** Writes numbers as text. */
export interface NumberWriter {
  /** Bytes that a number takes at most. */
  longest: number
  /** The format that this was made of, where it was. */
  source?: string
  /**
   * Writes a number at `at`; returns where it ends.
   *
   * @param negativeNan whether the number is none, with its sign set
   */
  put(bytes: Uint8Array, at: number, value: number, negativeNan: boolean): number
}

/** One conversion of a printf format. */
export interface Conversion {
  leftAligned: boolean
  /** What stands in front of a number that is not negative: '', '+' or ' '. */
  sign: string
  alternative: boolean
  zeros: boolean
  width: number
  /** Undefined for the conversion's own. */
  precision: number | undefined
  letter: string
}

/** No field is wider, and no precision larger; what C does with more is of no use. */
const WIDEST = 1 << 16

const CONVERSION = /%([-+ #0']*)(\d*)(?:(\.)(-?\d*))?(?:hh|ll|[hlLqjzt])?([a-zA-Z%])/g

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const BLANK = 0x20

/**
 * Reads a printf format for one floating-point number. Conversions to integers cut the fraction off. Undefined where it
 * is not such a format: it has another conversion, or more than one.
 *
 * @param decimal where the digits come from
 */
export function numberFormat(format: string, decimal: Decimal = new Decimal()): NumberWriter | undefined {
  let before = ''
  let after = ''
  let conversion: Conversion | undefined
  let end = 0
  const literal = (text: string): void => {
    if (conversion === undefined) before += text
    else after += text
  }
  for (const found of format.matchAll(CONVERSION)) {
    const [whole, flags, width, point, precision, letter] = found
    const between = format.slice(end, found.index)
    if (between.includes('%')) return undefined
    literal(between)
    end = found.index + whole.length
    if (letter === '%') {
      literal('%')
      continue
    }
    if (conversion !== undefined || !'diuoxXcfFeEgGaA'.includes(letter)) return undefined
    if (Number(width) > WIDEST || Number(precision) > WIDEST) return undefined
    conversion = {
      leftAligned: flags.includes('-'),
      sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
      alternative: flags.includes('#'),
      zeros: flags.includes('0'),
      width: Number(width),
      // A negative precision is taken for none.
      precision: point === undefined || precision.startsWith('-') ? undefined : Number(precision),
      letter,
    }
  }
  if (format.slice(end).includes('%')) return undefined
  literal(format.slice(end))
  return { ...between(encodeText(before), conversion, encodeText(after), decimal), source: format }
}

/** A conversion between two texts. */
function between(
  before: Uint8Array,
  conversion: Conversion | undefined,
  after: Uint8Array,
  decimal: Decimal,
): NumberWriter {
  const { longest, put } =
    conversion === undefined
      ? { longest: 0, put: (_: Uint8Array, at: number) => at }
      : numberWriter(conversion, decimal)
  if (before.length === 0 && after.length === 0) return { longest, put }
  return {
    longest: before.length + longest + after.length,
    put(bytes, start, value, negativeNan) {
      let at = start
      for (let i = 0; i < before.length; i++) bytes[at++] = before[i]
      at = put(bytes, at, value, negativeNan)
      for (let i = 0; i < after.length; i++) bytes[at++] = after[i]
      return at
    },
  }
}

/** Writes one number without sign; returns where it ends. */
type PutSize = (bytes: Uint8Array, at: number, size: number) => number

function numberWriter(conversion: Conversion, decimal: Decimal): NumberWriter {
  const { letter, sign, width, leftAligned, zeros, precision } = conversion
  const integer = 'diuoxXc'.includes(letter)
  const capital = letter !== letter.toLowerCase()
  const nan = capital ? 'NAN' : 'nan'
  const infinity = capital ? 'INF' : 'inf'
  const putSize = integer ? integerSize(conversion) : floatSize(conversion, decimal)
  const hexadecimal = letter === 'a' || letter === 'A'
  const signed = !'uoxXc'.includes(letter)
  const filled = zeros && !leftAligned && (!integer || precision === undefined)
  return {
    longest: Math.max(width, longestSize(conversion) + 1),
    put(bytes, start, value, negativeNan) {
      let at = start
      const negative = value < 0 || negativeNan || (!integer && Object.is(value, -0))
      if (negative && signed && !(integer && value > -1)) bytes[at++] = MINUS
      else if (signed && sign !== '') bytes[at++] = sign.charCodeAt(0)
      const size = Math.abs(value)
      const finite = size < Number.POSITIVE_INFINITY
      // Zeros come behind the sign and 0x.
      const digits = at + (hexadecimal && finite ? 2 : 0)
      if (finite) at = putSize(bytes, at, size)
      else at = putWord(bytes, at, integer ? '0' : size === Number.POSITIVE_INFINITY ? infinity : nan)
      return pad(bytes, start, digits, at, width, leftAligned ? 'left' : filled && finite ? 'zeros' : 'right')
    },
  }
}

/** Fills `bytes[start, end)` up to a width: behind it, in front of it, or with zeros in front of `digits`. */
function pad(
  bytes: Uint8Array,
  start: number,
  digits: number,
  end: number,
  width: number,
  how: 'left' | 'right' | 'zeros',
): number {
  const missing = width - (end - start)
  if (missing <= 0) return end
  if (how === 'left') bytes.fill(BLANK, end, end + missing)
  else {
    const from = how === 'zeros' ? digits : start
    bytes.copyWithin(from + missing, from, end)
    bytes.fill(how === 'zeros' ? ZERO : BLANK, from, from + missing)
  }
  return end + missing
}

/**
 * As `numberFormat`, for numbers longer than a double: before each is put, `set` says what it is, whole × 2^shift, and
 * its nearest double is put.
 */
export function longNumberFormat(format: string): LongNumberWriter | undefined {
  const decimal = new LongDecimal()
  const writer = numberFormat(format, decimal)
  if (writer === undefined) return undefined
  return { ...writer, longest: writer.longest + MOST_LONG_DIGITS, set: (whole, shift) => decimal.set(whole, shift) }
}

/** Writes numbers longer than a double as text. */
export interface LongNumberWriter extends NumberWriter {
  /** Says what the next number is: whole × 2^shift. */
  set(whole: bigint, shift: number): void
}

/** Digits in front of the point of the largest double. */
const WHOLE_DIGITS = 309

function longestSize({ letter, precision }: Conversion): number {
  const digits = precision ?? 6
  switch (letter.toLowerCase()) {
    case 'f':
      return WHOLE_DIGITS + 1 + digits
    case 'a':
      return Math.max(precision ?? 0, 13) + 12
    default:
      return Math.max(digits, WHOLE_DIGITS) + 12
  }
}

/** The integer part of a number, with as many digits as the precision says. */
function integerSize({ letter, precision, alternative }: Conversion): PutSize {
  const radix = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10
  return (bytes, at, size) => {
    const whole = Math.floor(size)
    if (letter === 'c') {
      bytes[at] = whole & 0xff
      return at + 1
    }
    let text = BigInt(whole).toString(radix)
    if (precision !== undefined) text = precision === 0 && whole === 0 ? '' : text.padStart(precision, '0')
    if (alternative && radix === 8 && !text.startsWith('0')) text = `0${text}`
    if (alternative && radix === 16 && whole !== 0) text = `0x${text}`
    return putWord(bytes, at, letter === 'X' ? text.toUpperCase() : text)
  }
}

function floatSize(conversion: Conversion, decimal: Decimal): PutSize {
  const { letter, alternative } = conversion
  const precision = conversion.precision ?? 6
  const exponentLetter = letter === 'E' || letter === 'G' ? 0x45 : 0x65
  switch (letter) {
    case 'f':
    case 'F':
      return (bytes, at, size) => {
        decimal.places(size, precision)
        return putFixed(bytes, at, decimal, precision, alternative)
      }
    case 'e':
    case 'E':
      return (bytes, at, size) => {
        decimal.significant(size, precision + 1)
        return putScientific(bytes, at, decimal, precision, alternative, exponentLetter)
      }
    case 'a':
    case 'A':
      return (bytes, at, size) => putHexadecimalFloat(bytes, at, size, conversion)
    default: {
      const count = Math.max(precision, 1)
      return (bytes, at, size) => {
        decimal.significant(size, count)
        const { exponent } = decimal
        const fixed = exponent >= -4 && exponent < count
        let places = fixed ? count - 1 - exponent : count - 1
        // With #, zeros at the end stay; but glibc drops them where rounding up makes the exponent appear.
        if (!alternative || (exponent === count && size < 10 ** count))
          places = Math.min(places, placesOf(decimal, fixed))
        return fixed
          ? putFixed(bytes, at, decimal, places, alternative)
          : putScientific(bytes, at, decimal, places, alternative, exponentLetter)
      }
    }
  }
}

/** Places behind the point that are needed when there are to be no zeros at the end. */
function placesOf(decimal: Decimal, fixed: boolean): number {
  let { count } = decimal
  while (count > 1 && decimal.digits[count - 1] === ZERO) count--
  return Math.max(0, fixed ? count - 1 - decimal.exponent : count - 1)
}

/** Writes ddd.ddd with so many places; digits that are not there are zeros. */
function putFixed(bytes: Uint8Array, start: number, decimal: Decimal, places: number, point: boolean): number {
  const { digits, count, exponent } = decimal
  let at = start
  // Number of the digit that counts 10^power is exponent - power.
  const digit = (number: number): number => (number >= 0 && number < count ? digits[number] : ZERO)
  if (count === 0 || exponent < 0) bytes[at++] = ZERO
  else for (let i = 0; i <= exponent; i++) bytes[at++] = digit(i)
  if (places > 0 || point) bytes[at++] = POINT
  for (let i = 1; i <= places; i++) bytes[at++] = count === 0 ? ZERO : digit(exponent + i)
  return at
}

/** Writes d.ddde+dd with so many places. */
function putScientific(
  bytes: Uint8Array,
  start: number,
  { digits, count, exponent }: Decimal,
  places: number,
  point: boolean,
  letter: number,
): number {
  let at = start
  bytes[at++] = digits[0]
  if (places > 0 || point) bytes[at++] = POINT
  for (let i = 1; i <= places; i++) bytes[at++] = i < count ? digits[i] : ZERO
  return putExponent(bytes, at, letter, exponent)
}
