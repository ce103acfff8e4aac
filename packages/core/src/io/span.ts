/** No bytes. An array of its own for each structure that is about to be read would be memory to find and give back. */
export const NO_BYTES = new Uint8Array(0)

/** Some bytes within others: for the many small parts of a structure this costs less than a subarray of each. */
export class Span {
  data: Uint8Array
  start: number
  length: number

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

export function startsWith({ data, start, length }: Span, prefix: Span): boolean {
  if (length < prefix.length) return false
  for (let i = 0; i < prefix.length; i++) if (data[start + i] !== prefix.data[prefix.start + i]) return false
  return true
}

/** A copy, in memory that is at hand where that is enough. */
export function copySpan(span: Span, memory: Uint8Array = NO_BYTES): Span {
  const { data, start, length } = span
  const copy = memory.length < length ? new Uint8Array(2 * length) : memory
  copyBytes(data, start, start + length, copy, 0)
  return new Span(copy, 0, length)
}

/** Above this many bytes a call of the platform's own copy is faster than a loop. */
const SHORT = 160

/** Copies `from[start, end)` to `to` at `at`; the two are different arrays. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > SHORT) {
    to.set(from.subarray(start, end), at)
    return
  }
  for (let source = start, target = at; source < end; ) to[target++] = from[source++]
}
