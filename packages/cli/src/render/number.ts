/**
 * A number as C's printf("%.<digits>g") prints it.
 *
 * @param digits significant digits, 1 to 40
 */
export function general(value: number, digits: number): string {
  const size = Math.abs(value)
  if (size < 1e6 && digits >= 6 && Number.isInteger(value)) return Object.is(value, -0) ? '-0' : String(value)
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (size >= 1e-4 && size < 10 ** (digits - 1) && !mayBeTie(value, digits))
    return trimFraction(value.toPrecision(digits))
  const text = roundedExponential(value, digits)
  const at = text.indexOf('e')
  return arrange(text.slice(0, at), Number(text.slice(at + 1)), digits)
}

/**
 * Whether a value of at least 1e-4 may lie between two candidates, where C and JavaScript choose differently. Such a
 * value ends with one decimal behind the last, so it has at most as many binary ones behind the point.
 */
function mayBeTie(value: number, digits: number): boolean {
  return Number.isInteger(value * 2 ** (digits + 5))
}

/** Without zeros at the end of the fraction. */
function trimFraction(text: string): string {
  let end = text.length
  while (text.charCodeAt(end - 1) === 0x30) end--
  if (text.charCodeAt(end - 1) === 0x2e) end--
  return end === text.length ? text : text.slice(0, end)
}

/** Lays out a mantissa d.ddd and an exponent as %g does: fixed where the exponent is small, no zeros at the end. */
function arrange(mantissa: string, exponent: number, digits: number): string {
  const negative = mantissa.startsWith('-')
  const figures = mantissa.replace('-', '').replace('.', '').padEnd(digits, '0')
  const sign = negative ? '-' : ''
  if (exponent < -4 || exponent >= digits) {
    const fraction = trimZeros(figures.slice(1))
    const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
    return `${sign}${figures[0]}${fraction === '' ? '' : `.${fraction}`}e${power}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${trimZeros(figures)}`
  const fraction = trimZeros(figures.slice(exponent + 1))
  return `${sign}${figures.slice(0, exponent + 1)}${fraction === '' ? '' : `.${fraction}`}`
}

function trimZeros(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 0x30) end--
  return text.slice(0, end)
}

/** As toExponential, but a value exactly between two candidates goes to the even one, as in C. */
function roundedExponential(value: number, digits: number): string {
  const text = value.toExponential(digits - 1)
  // Up to 15 digits, a text that gives the value back is no tie: half a unit of its last digit would be seen.
  if (digits <= 15 && Number(text) === value) return text
  const longer = value.toExponential(digits)
  const at = longer.indexOf('e')
  // Only a value that one more digit, a five, gives exactly can be such a tie.
  if (longer.charCodeAt(at - 1) !== 0x35 || Number(longer) !== value) return text
  const exact = value.toExponential(Math.min(100, digits + 60))
  if (!/^50*e/.test(exact.slice(exact.startsWith('-') ? digits + 2 : digits + 1))) return text
  const even = longer.slice(0, at - 1)
  const last =
    even.charCodeAt(even.length - 1) === 0x2e ? even.charCodeAt(even.length - 2) : even.charCodeAt(even.length - 1)
  return (last - 0x30) % 2 === 0 ? `${even}${longer.slice(at)}` : text
}

/**
 * A binary number of any size, whole × 2^power, as C's printf("%.<digits>Lg") prints it: exactly, with no double in
 * between.
 */
export function generalExact(negative: boolean, whole: bigint, power: number, digits: number): string {
  const sign = negative ? '-' : ''
  if (whole === 0n) return `${sign}0`
  let numerator = whole
  let denominator = 1n
  if (power > 0) numerator <<= BigInt(power)
  else denominator <<= BigInt(-power)
  // An estimate of the decimal exponent, put right below.
  let exponent = Math.floor((whole.toString(2).length - 1 + power) * Math.LOG10E * Math.LN2)
  let scaled = decimal(numerator, denominator, digits - 1 - exponent)
  while (scaled >= 10n ** BigInt(digits)) {
    exponent++
    scaled = decimal(numerator, denominator, digits - 1 - exponent)
  }
  const figures = scaled.toString()
  return sign + arrange(`${figures[0]}.${figures.slice(1)}`, exponent, digits)
}

/** numerator / denominator × 10^shift, rounded to the nearest integer, ties to even. */
function decimal(numerator: bigint, denominator: bigint, shift: number): bigint {
  const top = shift > 0 ? numerator * 10n ** BigInt(shift) : numerator
  const bottom = shift < 0 ? denominator * 10n ** BigInt(-shift) : denominator
  const quotient = top / bottom
  const twice = (top - quotient * bottom) * 2n
  return twice > bottom || (twice === bottom && quotient % 2n === 1n) ? quotient + 1n : quotient
}
