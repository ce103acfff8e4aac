import type { BitPad } from './datatype-model.ts'

/**
 * The class bit field of a datatype message, its 24 bits named one by one. As with `Io`, the same calls take
 * values out when reading and put the given ones in when writing.
 */
export class ClassBits {
  value = 0
  /** The bits that were named. */
  #named = 0
  readonly #reading: boolean

  constructor(reading: boolean) {
    this.#reading = reading
  }

  number(shift: number, width: number, value: number): number {
    const mask = (1 << width) - 1
    this.#named |= mask << shift
    if (this.#reading) return (this.value >>> shift) & mask
    this.value |= (value & mask) << shift
    return value
  }

  /** Bits that are set and have no meaning. */
  get unnamed(): number {
    return this.value & ~this.#named
  }

  flag(shift: number, value: boolean): boolean {
    return this.number(shift, 1, value ? 1 : 0) === 1
  }

  pad(shift: number, value: BitPad): BitPad {
    return this.flag(shift, value === 1) ? 1 : 0
  }
}
