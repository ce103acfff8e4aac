import type { SzipCoding } from './coding.ts'
import { REST_OF_SEGMENT, SEGMENT } from './coding.ts'

/** Bits of a stream, the highest of a byte first. What is past the capacity is counted, not kept. */
class BitWriter {
  readonly #bytes: Uint8Array
  #at = 0
  #held = 0
  #heldBits = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
  }

  get full(): boolean {
    return this.#at + (this.#heldBits > 0 ? 1 : 0) > this.#bytes.length
  }

  /** The lowest `count` bits of a value, up to 32. */
  put(value: number, count: number): void {
    if (count > 24) {
      this.put(value >>> 16, count - 16)
      this.put(value & 0xffff, 16)
      return
    }
    const held = (this.#held << count) | (value & ((1 << count) - 1))
    let bits = this.#heldBits + count
    while (bits >= 8) {
      bits -= 8
      this.#bytes[this.#at++] = held >>> bits
    }
    this.#held = held & ((1 << bits) - 1)
    this.#heldBits = bits
  }

  /** So many zeros, then a one. */
  zeros(count: number): void {
    let rest = count
    for (; rest >= 24; rest -= 24) this.put(0, 24)
    this.put(1, rest + 1)
  }

  finish(): Uint8Array {
    if (this.#heldBits > 0) this.put(0, 8 - this.#heldBits)
    return this.#bytes.subarray(0, this.#at)
  }
}

/** Samples of an interval on their way into the stream. */
class Encoder {
  readonly #coding: SzipCoding
  readonly #writer: BitWriter
  /** How many low bits the last block was split off. */
  #low = 0

  constructor(coding: SzipCoding, writer: BitWriter) {
    this.#coding = coding
    this.#writer = writer
  }

  /** @param reference the first sample where the others are differences */
  interval(samples: Uint32Array, reference: number | undefined): void {
    const { blocks, blockSize } = this.#coding
    let zeros = 0
    for (let block = 0; block < blocks; block++) {
      const start = block * blockSize
      if (isZero(samples, start, start + blockSize)) {
        zeros++
        const segmentEnds = block === blocks - 1 || (block + 1) % SEGMENT === 0
        if (!segmentEnds) continue
        this.#zeroBlocks(zeros, segmentEnds, zeros > block ? reference : undefined)
        zeros = 0
        continue
      }
      if (zeros > 0) this.#zeroBlocks(zeros, false, zeros === block ? reference : undefined)
      zeros = 0
      this.#block(samples, start, block === 0 ? reference : undefined)
    }
  }

  #zeroBlocks(count: number, segmentEnds: boolean, reference: number | undefined): void {
    const { idBits, bits } = this.#coding
    this.#writer.put(0, idBits + 1)
    if (reference !== undefined) this.#writer.put(reference, bits)
    if (segmentEnds && count >= REST_OF_SEGMENT) this.#writer.zeros(REST_OF_SEGMENT - 1)
    else this.#writer.zeros(count < REST_OF_SEGMENT ? count - 1 : count)
  }

  /** A block in the shortest of its forms. */
  #block(samples: Uint32Array, start: number, reference: number | undefined): void {
    const { blockSize, bits, idBits } = this.#coding
    const writer = this.#writer
    const first = reference === undefined ? start : start + 1
    const end = start + blockSize
    const plain = (end - first) * bits
    const split = this.#splitLength(samples, start, first, end)
    const pairs = pairsLength(samples, start, end, plain)
    if (pairs <= split && (split < plain || pairs < plain)) {
      writer.put(1, idBits + 1)
      if (reference !== undefined) writer.put(reference, bits)
      for (let i = start; i < end; i += 2) writer.zeros(pairCode(samples[i], samples[i + 1]))
    } else if (split < plain) {
      const low = this.#low
      writer.put(low + 1, idBits)
      if (reference !== undefined) writer.put(reference, bits)
      for (let i = first; i < end; i++) writer.zeros(samples[i] >>> low)
      if (low > 0) for (let i = first; i < end; i++) writer.put(samples[i], low)
    } else {
      writer.put(2 ** idBits - 1, idBits)
      if (reference !== undefined) writer.put(reference, bits)
      for (let i = first; i < end; i++) writer.put(samples[i], bits)
    }
  }

  /** Bits that the block takes split; leaves the best number of low bits, sought from the last one's. */
  #splitLength(samples: Uint32Array, start: number, first: number, end: number): number {
    const most = (1 << this.#coding.idBits) - 3
    const began = this.#low
    let best = splitLength(samples, start, first, end, began)
    // The length has one minimum: it is either above or below where the search begins.
    for (let low = began + 1; low <= most; low++) {
      const next = splitLength(samples, start, first, end, low)
      if (next >= best) break
      best = next
      this.#low = low
    }
    if (this.#low !== began) return best
    for (let low = began - 1; low >= 0; low--) {
      const next = splitLength(samples, start, first, end, low)
      if (next >= best) break
      best = next
      this.#low = low
    }
    return best
  }
}

function splitLength(samples: Uint32Array, start: number, first: number, end: number, low: number): number {
  let total = (end - first) * (low + 1)
  for (let i = start; i < end; i++) total += samples[i] >>> low
  return total
}

function isZero(samples: Uint32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (samples[i] !== 0) return false
  return true
}

function pairCode(first: number, second: number): number {
  const sum = first + second
  return (sum * (sum + 1)) / 2 + second
}

/** Bits that the block takes as pairs; Infinity where that is more than `most`. */
function pairsLength(samples: Uint32Array, start: number, end: number, most: number): number {
  let total = 1
  for (let i = start; i < end; i += 2) {
    total += pairCode(samples[i], samples[i + 1]) + 1
    if (total > most) return Number.POSITIVE_INFINITY
  }
  return total
}

/** Encodes samples; undefined where they take more than `capacity` bytes. */
export function encodeSamples(bytes: Uint8Array, coding: SzipCoding, capacity: number): Uint8Array | undefined {
  const writer = new BitWriter(capacity)
  const encoder = new Encoder(coding, writer)
  const samples = new Uint32Array(coding.blocks * coding.blockSize)
  const count = bytes.length / coding.sampleBytes
  for (let done = 0; done < count; done += coding.line) {
    const length = Math.min(coding.line, count - done)
    load(bytes, done * coding.sampleBytes, samples, length, coding)
    samples.fill(coding.nearestNeighbour ? samples[length - 1] : 0, length)
    const reference = samples[0]
    if (coding.nearestNeighbour) takeDifferences(samples, coding.bits)
    encoder.interval(samples, coding.nearestNeighbour ? reference : undefined)
    if (writer.full) return undefined
  }
  return writer.finish()
}

function load(bytes: Uint8Array, at: number, samples: Uint32Array, count: number, coding: SzipCoding): void {
  const mask = 2 ** coding.bits - 1
  if (coding.sampleBytes === 1) {
    for (let i = 0; i < count; i++) samples[i] = bytes[at + i] & mask
  } else {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at)
    const little = !coding.bigEndian
    if (coding.sampleBytes === 2) for (let i = 0; i < count; i++) samples[i] = view.getUint16(2 * i, little) & mask
    else for (let i = 0; i < count; i++) samples[i] = view.getUint32(4 * i, little) & mask
  }
}

/** Replaces samples by their differences, none of them negative: see the decoder. */
function takeDifferences(samples: Uint32Array, bits: number): void {
  const most = 2 ** bits - 1
  let last = samples[0]
  samples[0] = 0
  for (let i = 1; i < samples.length; i++) {
    const sample = samples[i]
    const up = sample - last
    if (up >= 0) samples[i] = up <= last ? 2 * up : sample
    else samples[i] = -up <= most - last ? -2 * up - 1 : most - sample
    last = sample
  }
}
