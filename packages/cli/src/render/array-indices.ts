import { LONGEST_INTEGER, putUnsigned, putUnsigned64 } from './number/integer.ts'

const BLANK = 0x20
const OPEN = 0x28
const CLOSE = 0x29
const COMMA = 0x2c
const ZERO = 0x30
const COLON = 0x3a
const TWO_32 = 2 ** 32

/** Dimensions that an array has at most. */
const MAX_RANK = 32

/** The text that was made last. All arrays share it, since most are so small that one of their own would cost more. */
export const indexText = new Uint8Array((MAX_RANK + 1) * (LONGEST_INTEGER + 1) + 4)

/** The indices of an array's elements, as they stand in front of lines: (0,12): */
export class ArrayIndices {
  /** Elements that one step of each index makes. */
  readonly #steps: number[]

  constructor(shape: readonly number[]) {
    const steps = new Array<number>(shape.length)
    let step = 1
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      steps[axis] = step
      step *= shape[axis]
    }
    this.#steps = steps
  }

  /** Makes `indexText` the indices of the element with a number in C order; returns the length of the text. */
  write(number: number): number {
    const steps = this.#steps
    let rest = number
    let at = 0
    indexText[at++] = OPEN
    // What has no dimensions has one index.
    if (steps.length === 0) indexText[at++] = ZERO
    for (let axis = 0; axis < steps.length; axis++) {
      const index = Math.floor(rest / steps[axis])
      rest -= index * steps[axis]
      if (axis > 0) indexText[at++] = COMMA
      at =
        index < TWO_32
          ? putUnsigned(indexText, at, index)
          : putUnsigned64(indexText, at, Math.floor(index / TWO_32), index % TWO_32)
    }
    indexText[at++] = CLOSE
    indexText[at++] = COLON
    indexText[at++] = BLANK
    return at
  }
}
