import { FilterError } from '../../errors.ts'
import { coefficientOrder } from './order.ts'
import { fromNegabinary, undoTransform } from './transform.ts'

/** What an array's values are, and how much of each block is kept. */
export interface ZfpFormat {
  /** 1 to 4. */
  rank: number
  float: boolean
  /** Values of 8 bytes rather than 4. */
  wide: boolean
  /** Bits that a block takes at least and at most. */
  minimumBits: number
  maximumBits: number
  /** Bit planes that are kept at most. */
  precision: number
  /** Lowest exponent of 2 of which something is kept. */
  minimumExponent: number
  reversible: boolean
}

/** Bits of a stream, the lowest of a byte first. Past the end there are zeros, which `check` tells. */
export class ZfpBits {
  readonly #bytes: Uint8Array
  readonly #end: number
  #byte = 0
  #bit = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = new Uint8Array(bytes.length + 8)
    this.#bytes.set(bytes)
    this.#end = bytes.length
  }

  check(): void {
    if (this.#byte + (this.#bit > 0 ? 1 : 0) > this.#end) throw new FilterError('zfp: the data ends too early')
  }

  one(): number {
    const bit = (this.#bytes[this.#byte] >>> this.#bit) & 1
    this.skip(1)
    return bit
  }

  /** The next `count` bits, up to 24, the first the lowest. */
  take(count: number): number {
    const bytes = this.#bytes
    const at = this.#byte
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    const value = (word >>> this.#bit) & ((1 << count) - 1)
    this.skip(count)
    return value
  }

  skip(count: number): void {
    const end = this.#bit + count
    this.#byte += end >>> 3
    this.#bit = end & 7
  }
}

/** Decodes one block after the other. */
export class ZfpBlocks {
  /** The block that was decoded last: its values as words, those of 8 bytes as two, the lower first. */
  readonly words: Int32Array
  readonly #format: ZfpFormat
  readonly #bits: ZfpBits
  readonly #order: Uint8Array
  readonly #coefficients: Uint32Array
  readonly #floats: Float32Array | Float64Array

  constructor(format: ZfpFormat, bits: ZfpBits) {
    const size = 4 ** format.rank
    this.#format = format
    this.#bits = bits
    this.#order = coefficientOrder(format.rank)
    this.#coefficients = new Uint32Array(format.wide ? 2 * size : size)
    this.words = new Int32Array(this.#coefficients.length)
    const { buffer } = this.words
    this.#floats = format.wide ? new Float64Array(buffer) : new Float32Array(buffer)
  }

  next(): void {
    const { float, reversible, precision } = this.#format
    if (float) this.#floatBlock()
    else if (reversible) this.#reversible(0)
    else this.#integers(0, precision)
    this.#bits.check()
  }

  #floatBlock(): void {
    const bits = this.#bits
    const { wide, rank, reversible, precision, minimumExponent, minimumBits } = this.#format
    if (bits.one() === 0) {
      this.words.fill(0)
      if (minimumBits > 1) bits.skip(minimumBits - 1)
      return
    }
    if (reversible && bits.one() === 1) {
      this.#reversible(2)
      this.#reinterpret()
      return
    }
    const exponentBits = wide ? 11 : 8
    const bias = 2 ** (exponentBits - 1) - 1
    const exponent = bits.take(exponentBits) - bias
    if (reversible) {
      this.#reversible(2 + exponentBits)
      if (exponent === -bias) this.words.fill(0)
      else this.#scale(exponent)
      return
    }
    const planes = Math.min(precision, Math.max(0, exponent - minimumExponent + 2 * rank + 2))
    this.#integers(1 + exponentBits, planes)
    this.#scale(exponent)
  }

  /** Integers that stand for multiples of a power of two. */
  #scale(exponent: number): void {
    const { words } = this
    const floats = this.#floats
    if (floats instanceof Float64Array) {
      const unit = 2 ** (exponent - 62)
      for (let i = 0; i < floats.length; i++) floats[i] = (words[2 * i + 1] * 2 ** 32 + (words[2 * i] >>> 0)) * unit
    } else {
      const unit = Math.fround(2 ** (exponent - 30))
      for (let i = 0; i < floats.length; i++) floats[i] = Math.fround(words[i]) * unit
    }
  }

  /** Integers that are a float's very bits, those of negative ones but the sign turned. */
  #reinterpret(): void {
    const { words } = this
    const { wide } = this.#format
    const step = wide ? 2 : 1
    for (let i = step - 1; i < words.length; i += step) {
      if (words[i] >= 0) continue
      words[i] ^= 0x7fffffff
      if (wide) words[i - 1] = ~words[i - 1]
    }
  }

  /** @param used bits of the block that were read already */
  #reversible(used: number): void {
    const { wide, rank } = this.#format
    const planeBits = wide ? 6 : 5
    this.#planes(used + planeBits, this.#bits.take(planeBits) + 1)
    fromNegabinary(this.#coefficients, this.words, this.#order, wide)
    undoTransform(this.words, rank, wide, true)
  }

  #integers(used: number, precision: number): void {
    const { wide, rank } = this.#format
    this.#planes(used, precision)
    fromNegabinary(this.#coefficients, this.words, this.#order, wide)
    undoTransform(this.words, rank, wide, false)
  }

  /**
   * Bit planes of the coefficients, the highest first. Of each, those coefficients that had a bit already come as they
   * are; where a bit follows among the others is told by counting.
   */
  #planes(used: number, precision: number): void {
    const { wide, minimumBits, maximumBits } = this.#format
    const bits = this.#bits
    const size = this.#order.length
    const values = this.#coefficients
    values.fill(0)
    const step = wide ? 2 : 1
    const all = wide ? 64 : 32
    const last = Math.max(0, all - precision)
    const most = Math.max(0, maximumBits - used)
    let left = most
    let known = 0
    for (let plane = all - 1; left > 0 && plane >= last; plane--) {
      const word = plane >> 5
      const bit = (1 << (plane & 31)) >>> 0
      const plain = Math.min(known, left)
      left -= plain
      for (let i = 0; i < plain; i += 16) {
        const count = Math.min(16, plain - i)
        for (let set = bits.take(count); set !== 0; set &= set - 1)
          values[(i + 31 - Math.clz32(set & -set)) * step + word] |= bit
      }
      while (left > 0 && known < size) {
        left--
        if (bits.one() === 0) break
        while (left > 0 && known < size - 1) {
          left--
          if (bits.one() === 1) break
          known++
        }
        values[known * step + word] |= bit
        known++
      }
    }
    const taken = used + most - left
    if (taken < minimumBits) bits.skip(minimumBits - taken)
  }
}
