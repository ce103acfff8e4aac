import type { Comparer } from './comparers.ts'
import type { DifferenceLines } from './lines.ts'

/** Compares elements side by side, and counts the differences. */
export class ElementLoop {
  /** Differences of all arrays. */
  found = 0
  readonly #compare: Comparer
  readonly #sizes: readonly [number, number]
  readonly #skips: boolean
  readonly #lines: DifferenceLines
  readonly #most: number
  /** Differences of the array that was begun last. */
  #foundHere = 0

  /**
   * @param sizes bytes from one element to the next on both sides
   * @param skips whether elements with the same bytes are the same
   * @param most differences of an array, behind which nothing more of it is looked at
   */
  constructor(
    compare: Comparer,
    sizes: readonly [number, number],
    skips: boolean,
    lines: DifferenceLines,
    most = Number.POSITIVE_INFINITY,
  ) {
    this.#compare = compare
    this.#sizes = sizes
    this.#skips = skips && sizes[0] === sizes[1]
    this.#lines = lines
    this.#most = most
  }

  /** An array begins. */
  begin(): void {
    this.#lines.begin()
    this.#foundHere = 0
  }

  /** Whether as many differences of the array were found as are asked for. */
  get full(): boolean {
    return this.#foundHere >= this.#most
  }

  /** Compares `count` elements of the array, the first of which has the number `first`. */
  add(a: Uint8Array, b: Uint8Array, count: number, first: number): void {
    if (this.full) return
    const [size, other] = this.#sizes
    if (this.#skips && Buffer.compare(a.subarray(0, count * size), b.subarray(0, count * size)) === 0) return
    const next = this.#skips ? differenceFinder(a, b, size) : undefined
    for (let i = 0; i < count; i++) {
      if (next !== undefined) {
        i = next(i, count)
        if (i === count) return
      }
      const found = this.#compare(a, i * size, b, i * other, first + i)
      this.#foundHere += found
      this.found += found
      if (this.full) return
    }
  }
}

/** What finds the first element, from one on, whose bytes are not the same. */
function differenceFinder(a: Uint8Array, b: Uint8Array, size: number): (from: number, count: number) => number {
  if (size % 4 !== 0 || a.byteOffset % 4 !== 0 || b.byteOffset % 4 !== 0) {
    return (from, count) => Math.floor(firstDifference(a, b, from * size, count * size) / size)
  }
  const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  const [one, other] = [words(a), words(b)]
  const step = size / 4
  return (from, count) => Math.floor(firstDifference(one, other, from * step, count * step) / step)
}

function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>, from: number, to: number): number {
  let i = from
  while (i < to && a[i] === b[i]) i++
  return i
}
