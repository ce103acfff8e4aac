import { FIRST_DISTANCES } from './codes.ts'

/** The sequences of a block: literals to copy, then a match. */
export interface Sequences {
  count: number
  readonly literalLengths: Int32Array
  readonly matchLengths: Int32Array
  /** Distance plus three; 1 to 3 stand for a distance used before (RFC 8878, 3.1.1.5). */
  readonly offsets: Int32Array
}

/** A match of at least four bytes. */
const LEAST = 4
/** Farther back than 2 to the power of this nothing is looked for. */
const MOST_DISTANCE_BITS = 20
/** ... and so far where speed counts. */
const NEAR_DISTANCE_BITS = 18
/** No match begins so near to the end that a word could not be read there. */
const TAIL = 8

/** Finds repeated bytes with chains of places where the same four bytes stand. */
export class MatchFinder {
  readonly #bytes: Uint8Array
  readonly #heads: Int32Array
  readonly #chain: Int32Array
  readonly #shift: number
  /** How many places of a chain are tried. */
  readonly #depth: number
  #inserted = 0
  /** Distances used before, as a decoder would have them, the latest first. */
  #recent = FIRST_DISTANCES[0]
  #second = FIRST_DISTANCES[1]
  #third = FIRST_DISTANCES[2]
  /** The distance of what `#best` found. */
  #distance = 0

  constructor(bytes: Uint8Array, level: number) {
    this.#bytes = bytes
    this.#depth = level <= 1 ? 1 : level <= 3 ? 2 : level <= 6 ? 8 : level <= 12 ? 24 : 96
    const bits = Math.max(8, 32 - Math.clz32(bytes.length - 1))
    const headBits = Math.min(level <= 3 ? 16 : 18, bits - 1)
    this.#shift = 32 - headBits
    // Places are kept plus one: zero ends a chain.
    this.#heads = new Int32Array(1 << headBits)
    this.#chain = new Int32Array(1 << Math.min(level <= 3 ? NEAR_DISTANCE_BITS : MOST_DISTANCE_BITS, bits))
  }

  /** Distances used before: to be kept, and set again when a decoder will not see the block. */
  get distances(): readonly number[] {
    return [this.#recent, this.#second, this.#third]
  }

  set distances([recent, second, third]: readonly number[]) {
    this.#recent = recent
    this.#second = second
    this.#third = third
  }

  /** Finds the sequences of `bytes[start, end)`; the rest is literals. */
  find(start: number, end: number, sequences: Sequences): void {
    sequences.count = 0
    const last = end - TAIL
    const lazy = this.#depth > 1
    let anchor = start
    let at = start
    while (at <= last) {
      let length = this.#best(at, end, at > anchor)
      if (length === 0) {
        at += 1 + ((at - anchor) >>> (lazy ? 7 : 6))
        continue
      }
      let distance = this.#distance
      // A match that starts one byte later may be worth waiting for.
      while (lazy && at < last && length < 64) {
        const later = this.#best(at + 1, end, true)
        if (later === 0 || 4 * later - 31 + Math.clz32(this.#distance) <= 4 * length + 4 - 31 + Math.clz32(distance))
          break
        length = later
        distance = this.#distance
        at++
      }
      this.#add(sequences, at - anchor, length, distance)
      at += length
      anchor = at
    }
  }

  /** The length of the best match at a place, zero where there is none worth its cost; `#distance` says where. */
  #best(at: number, end: number, afterLiteral: boolean): number {
    const bytes = this.#bytes
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    let best = 0
    let worth = 0
    const recent = this.#recent
    if (afterLiteral && recent <= at) {
      const length = matchLength(bytes, at - recent, at, end)
      if (length >= LEAST) {
        best = length
        worth = 4 * length
        this.#distance = recent
      }
    }
    this.#insertUpTo(at)
    const chain = this.#chain
    const slot = Math.imul(word, 0x9e3779b1) >>> this.#shift
    let place = this.#heads[slot]
    this.#insert(at, slot)
    const mask = chain.length - 1
    for (let tries = this.#depth; place > 0 && tries > 0; tries--) {
      const match = place - 1
      // A place that the ring of links has lost.
      if (at - match > mask) break
      if (bytes[match + best] === bytes[at + best]) {
        const length = matchLength(bytes, match, at, end)
        const value = 4 * length - 31 + Math.clz32(at - match)
        if (length >= LEAST && value > worth && value > 2) {
          best = length
          worth = value
          this.#distance = at - match
          if (at + length >= end) break
        }
      }
      place = chain[match & mask]
      if (place > match) break
    }
    return best
  }

  /** Makes the places before `at` known. Of a long way the far part is left out when speed counts. */
  #insertUpTo(at: number): void {
    const bytes = this.#bytes
    const start = this.#depth === 1 ? Math.max(this.#inserted, at - 2) : this.#inserted
    for (let i = start; i < at; i++) {
      const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
      this.#insert(i, Math.imul(word, 0x9e3779b1) >>> this.#shift)
    }
  }

  #insert(at: number, slot: number): void {
    if (at < this.#inserted) return
    this.#chain[at & (this.#chain.length - 1)] = this.#heads[slot]
    this.#heads[slot] = at + 1
    this.#inserted = at + 1
  }

  #add(sequences: Sequences, literals: number, length: number, distance: number): void {
    const i = sequences.count++
    sequences.literalLengths[i] = literals
    sequences.matchLengths[i] = length
    sequences.offsets[i] = distance + 3
    const recent = this.#recent
    if (literals > 0) {
      if (distance === recent) sequences.offsets[i] = 1
      else if (distance === this.#second) sequences.offsets[i] = 2
      else if (distance === this.#third) sequences.offsets[i] = 3
      if (distance === recent) return
    } else if (distance === this.#second) {
      // Without literals before it, a match does not go on with the distance of the last.
      sequences.offsets[i] = 1
    } else if (distance === this.#third) {
      sequences.offsets[i] = 2
    } else if (distance === recent - 1) {
      sequences.offsets[i] = 3
    }
    if (distance !== this.#second) this.#third = this.#second
    this.#second = recent
    this.#recent = distance
  }
}

function matchLength(bytes: Uint8Array, from: number, at: number, end: number): number {
  let stop = at
  for (let source = from; stop < end && bytes[stop] === bytes[source]; source++) stop++
  return stop - at
}
