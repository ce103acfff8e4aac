/** Some bytes within others: for the many small parts of a structure this costs less than a subarray of each. */
export class Span {
  readonly data: Uint8Array
  readonly start: number
  readonly length: number

  constructor(data: Uint8Array, start = 0, length = data.length - start) {
    this.data = data
    this.start = start
    this.length = length
  }

  get bytes(): Uint8Array {
    return this.data.subarray(this.start, this.start + this.length)
  }
}

export function sameBytes(a: Span, b: Span): boolean {
  if (a.length !== b.length) return false
  const shift = b.start - a.start
  for (let i = a.start; i < a.start + a.length; i++) if (a.data[i] !== b.data[i + shift]) return false
  return true
}
