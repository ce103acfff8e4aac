import { putDigits } from './integer.ts'
import { estimatedExponent, LARGEST_POWER, NO_POWER, restOfTen, TENS, takeApart } from './powers-of-ten.ts'

/** The longest exact decimal expansion of a double has fewer digits. */
const MOST_DIGITS = 1_100

/** Digits that the fast way gives at most. */
const FAST_DIGITS = 17
const PART = 1e8
/** A fraction that is nearer to one half than this is not trusted where the arithmetic was not exact. */
const DOUBT = 1e-6
/** Doubles beyond this are left to the exact way. */
const SMALL = 1e-270
const LARGE = 1e270
/** Powers of ten that are doubles. */
const EXACT_POWER = 22
const SPLITTER = 134_217_729

/**
 * The decimal digits of one number at a time, rounded to the nearest, ties to even, as C does it.
 *
 * A number times a power of ten is computed with two doubles, some 100 bits. Only where the result is so close to the
 * middle between two integers that the error may matter is it computed once more, with integers of any size.
 */
export class Decimal {
  /** As ASCII characters. */
  readonly digits: Uint8Array
  /** How many of the digits are set. */
  count = 0
  /** The first digit counts 10^exponent. */
  exponent = 0
  /** The scaled number as a sum of doubles, and rounded: upper × 10^8 + lower. */
  #high = 0
  #low = 0
  #upper = 0
  #lower = 0

  /** @param size digits that there is room for */
  constructor(size = MOST_DIGITS + 2) {
    this.digits = new Uint8Array(size)
  }

  /** Takes a number that is not negative apart into `count` digits, at least 1; the first one is 0 for 0 alone. */
  significant(value: number, count: number): void {
    if (value === 0) {
      this.exponent = 0
      this.#set('0')
      return
    }
    if (count > FAST_DIGITS || value < SMALL || value > LARGE) {
      this.#exactSignificant(value, count)
      return
    }
    let exponent = estimatedExponent(value)
    if (value >= TENS[exponent + 1 + NO_POWER]) exponent++
    for (;;) {
      const power = count - 1 - exponent
      if (Math.abs(power) > LARGEST_POWER || !this.#round(value, power)) {
        this.#exactSignificant(value, count)
        return
      }
      const least = TENS[count - 1 + NO_POWER]
      if (this.#high > least || (this.#high === least && this.#low >= 0)) {
        this.exponent = exponent
        this.#put(count)
        return
      }
      exponent--
    }
  }

  /** Takes a number that is not negative apart into digits down to 10^-places; no digits at all where that gives 0. */
  places(value: number, places: number): void {
    if (value === 0) {
      this.count = 0
      return
    }
    if (value < SMALL || value > LARGE || places > LARGEST_POWER || value * TENS[places + NO_POWER] >= 1e17) {
      this.#exactPlaces(value, places)
      return
    }
    if (!this.#round(value, places)) {
      this.#exactPlaces(value, places)
      return
    }
    if (this.#upper === 0 && this.#lower === 0) {
      this.count = 0
      return
    }
    let count = this.#upper > 0 ? 9 : 1
    for (let rest = this.#upper > 0 ? this.#upper : this.#lower; rest >= 10; rest = Math.floor(rest / 10)) count++
    this.exponent = count - 1 - places
    this.#put(count)
  }

  /** whole × 2^shift exactly, in `count` digits; the number is not 0. */
  exactly(whole: bigint, shift: number, count: number): void {
    // An estimate that is never too large, put right below.
    let exponent = Math.floor((whole.toString(2).length - 1 + shift) * Math.LOG10E * Math.LN2 - 1e-9)
    let text = scaled(whole, shift, count - 1 - exponent).toString()
    while (text.length > count) {
      exponent++
      text = scaled(whole, shift, count - 1 - exponent).toString()
    }
    this.exponent = exponent
    this.#set(text)
  }

  /**
   * Rounds value × 10^power, which is below 10^17 or a little more, to an integer. False where the nearest one is in
   * doubt.
   */
  #round(value: number, power: number): boolean {
    this.#scale(value, power)
    const high = this.#high
    let upper = Math.floor(high / PART)
    // Exact: both have the same unit in the last place, or the difference is smaller.
    let lower = high - upper * PART
    const sum = lower + this.#low
    const error = this.#low - (sum - lower)
    lower = Math.floor(sum)
    const fraction = sum - lower
    const distance = fraction - 0.5
    if (distance > DOUBT || distance < -DOUBT) {
      if (distance > 0) lower++
    } else if (power < 0 || power > EXACT_POWER) return false
    else if (distance > 0 || (distance === 0 && (error > 0 || (error === 0 && lower % 2 !== 0)))) lower++
    if (lower < 0) {
      lower += PART
      upper--
    } else if (lower >= PART) {
      lower -= PART
      upper++
    }
    this.#upper = upper
    this.#lower = lower
    return true
  }

  /** value × 10^power as the sum of two doubles; exact for powers from 0 to 22. */
  #scale(value: number, power: number): void {
    const ten = TENS[power + NO_POWER]
    const product = value * ten
    // Dekker's product: each factor in two halves of 26 bits.
    const a = SPLITTER * value
    const valueHigh = a - (a - value)
    const valueLow = value - valueHigh
    const b = SPLITTER * ten
    const tenHigh = b - (b - ten)
    const tenLow = ten - tenHigh
    let error = valueLow * tenLow - (product - valueHigh * tenHigh - valueLow * tenHigh - valueHigh * tenLow)
    if (power < 0 || power > EXACT_POWER) error += value * restOfTen(power)
    this.#high = product + error
    this.#low = error - (this.#high - product)
  }

  /** Writes the rounded number as digits. One digit more than expected is a 1 in front of zeros. */
  #put(count: number): void {
    let upper = this.#upper
    let lower = this.#lower
    if (count > 8 ? upper >= TENS[count - 8 + NO_POWER] : upper * PART + lower >= TENS[count + NO_POWER]) {
      this.exponent++
      lower = Math.floor((upper % 10) * (PART / 10) + lower / 10)
      upper = Math.floor(upper / 10)
    }
    this.count = count
    if (count <= 8) putDigits(this.digits, 0, lower, count)
    else {
      putDigits(this.digits, 0, upper, count - 8)
      putDigits(this.digits, count - 8, lower, 8)
    }
  }

  #exactSignificant(value: number, count: number): void {
    const { whole, shift } = takeApart(value)
    this.exactly(whole, shift, Math.min(count, MOST_DIGITS))
  }

  #exactPlaces(value: number, places: number): void {
    const { whole, shift } = takeApart(value)
    this.exactPlaces(whole, shift, places)
  }

  /** whole × 2^shift exactly, down to 10^-places. */
  exactPlaces(whole: bigint, shift: number, places: number): void {
    const kept = Math.min(places, MOST_DIGITS)
    const rounded = scaled(whole, shift, kept)
    if (rounded === 0n) {
      this.count = 0
      return
    }
    const text = rounded.toString()
    this.exponent = text.length - 1 - kept
    this.#set(text)
  }

  #set(text: string): void {
    this.count = Math.min(text.length, this.digits.length)
    for (let i = 0; i < this.count; i++) this.digits[i] = text.charCodeAt(i)
  }
}

/** Digits of a number with an exponent of 15 bits, and of its fraction, that are kept. */
export const MOST_LONG_DIGITS = 5_000 + MOST_DIGITS

/** As `Decimal`, of one number that is longer than a double: it is set first, and what is asked for is not looked at. */
export class LongDecimal extends Decimal {
  #whole = 0n
  #shift = 0

  constructor() {
    super(MOST_LONG_DIGITS)
  }

  /** The number is whole × 2^shift. */
  set(whole: bigint, shift: number): void {
    this.#whole = whole
    this.#shift = shift
  }

  override significant(_value: number, count: number): void {
    if (this.#whole === 0n) super.significant(0, count)
    else this.exactly(this.#whole, this.#shift, Math.min(count, MOST_DIGITS))
  }

  override places(_value: number, places: number): void {
    if (this.#whole === 0n) super.places(0, places)
    else this.exactPlaces(this.#whole, this.#shift, places)
  }
}

/** whole × 2^shift × 10^power, rounded to the nearest integer, ties to even. */
function scaled(whole: bigint, shift: number, power: number): bigint {
  let top = whole
  let bottom = 1n
  if (power > 0) top *= 10n ** BigInt(power)
  else bottom = 10n ** BigInt(-power)
  if (shift > 0) top <<= BigInt(shift)
  else bottom <<= BigInt(-shift)
  const quotient = top / bottom
  const twice = (top - quotient * bottom) * 2n
  return twice > bottom || (twice === bottom && quotient % 2n === 1n) ? quotient + 1n : quotient
}
