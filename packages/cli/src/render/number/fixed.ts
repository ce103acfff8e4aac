/** Where toFixed gives an exponent. */
const HUGE = 1e21

/** A number as C's printf("%.<digits>f") prints it, for few digits: ties go to the even one, unlike in toFixed. */
export function fixed(value: number, digits: number): string {
  // As most percentages are.
  if (value > 0 && value < HUGE && Number.isInteger(value)) return `${value}.${'0'.repeat(digits)}`
  if (Math.abs(value) >= HUGE) return `${BigInt(value)}.${'0'.repeat(digits)}`
  // Only a number with so few binary places can be exactly between two that are printed, and then this is exact.
  const scaled = Number.isInteger(value * 2 ** (digits + 1)) ? value * 10 ** digits : Number.NaN
  const below = Math.floor(scaled)
  if (scaled - below !== 0.5) return value.toFixed(digits)
  return ((below % 2 === 0 ? below : below + 1) / 10 ** digits).toFixed(digits)
}
