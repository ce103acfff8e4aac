/** Powers of ten for which a double has room for the rounding error of the power as well. */
export const LARGEST_POWER = 270

/** 10^-308 to 10^308, each the nearest double; the power n is at n + 308. */
export const TENS = new Float64Array(617)
export const NO_POWER = 308
for (let power = -NO_POWER; power <= NO_POWER; power++) TENS[power + NO_POWER] = Number(`1e${power}`)

const rests = new Float64Array(2 * LARGEST_POWER + 1).fill(Number.NaN)

/** What the nearest double of 10^power lacks of it, as the nearest double; the power is at most ±270. */
export function restOfTen(power: number): number {
  let rest = rests[power + LARGEST_POWER]
  if (Number.isNaN(rest)) {
    rest = computeRest(power)
    rests[power + LARGEST_POWER] = rest
  }
  return rest
}

/** Bits that are kept of the quotient: more than twice what a double has. */
const KEPT = 1_200n

function computeRest(power: number): number {
  const { whole, shift } = takeApart(TENS[power + NO_POWER])
  // Both as multiples of 2^-1200.
  const near = shift >= 0 ? (whole << BigInt(shift)) << KEPT : (whole << KEPT) >> BigInt(-shift)
  const ten = 10n ** BigInt(Math.abs(power))
  const difference = (power >= 0 ? ten << KEPT : (1n << KEPT) / ten) - near
  // In two steps: 2^-1200 alone is no double.
  return Number(difference >> 200n) * 2 ** -500 * 2 ** -500
}

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

/** A positive double as whole × 2^shift. */
export function takeApart(value: number): { whole: bigint; shift: number } {
  double[0] = value
  const biased = (words[1] >>> 20) & 0x7ff
  const fraction = (BigInt(words[1] & 0xf_ffff) << 32n) | BigInt(words[0])
  return biased === 0 ? { whole: fraction, shift: -1074 } : { whole: fraction | (1n << 52n), shift: biased - 1075 }
}

/** The power of ten of the first digit of a positive normal double, or one less. */
export function estimatedExponent(value: number): number {
  double[0] = value
  // 1233 / 4096 is close enough to log10(2) for all exponents that a double has.
  return ((((words[1] >>> 20) & 0x7ff) - 1023) * 1233) >> 12
}
