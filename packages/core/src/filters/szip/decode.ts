import { FilterError } from '../../errors.ts'
import type { SzipCoding } from './coding.ts'
import { REST_OF_SEGMENT, SEGMENT } from './coding.ts'

/** Bits of a stream, the highest of a byte first. Past the end there are zeros, which `check` tells. */
class BitReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #byte = 0
  #bit = 0

  constructor(bytes: Uint8Array) {
    // Zeros behind the data save a comparison for each read.
    this.#bytes = new Uint8Array(bytes.length + 8)
    this.#bytes.set(bytes)
    this.#end = bytes.length
  }

  check(): void {
    if (this.#byte + (this.#bit > 0 ? 1 : 0) > this.#end) throw new FilterError('szip: the data ends too early')
  }

  /** The next `count` bits, up to 32. */
  take(count: number): number {
    if (count > 24) return ((this.take(count - 16) << 16) | this.take(16)) >>> 0
    if (count === 0) return 0
    const bytes = this.#bytes
    const byte = this.#byte
    const word = (bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3]
    const value = (word << this.#bit) >>> (32 - count)
    this.#skip(count)
    return value
  }

  /** Counts zeros up to the next one, which is taken too. */
  zeros(): number {
    const bytes = this.#bytes
    let count = 0
    for (;;) {
      const byte = this.#byte
      const word = (bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3]
      const zeros = Math.clz32(word << this.#bit)
      if (zeros < 32) {
        this.#skip(zeros + 1)
        return count + zeros
      }
      count += 32 - this.#bit
      this.#skip(32 - this.#bit)
      this.check()
    }
  }

  #skip(count: number): void {
    const end = this.#bit + count
    this.#byte += end >>> 3
    this.#bit = end & 7
  }
}

/** Decodes `count` samples into bytes. */
export function decodeSamples(stream: Uint8Array, coding: SzipCoding, count: number): Uint8Array {
  const reader = new BitReader(stream)
  const plain = new Uint8Array(count * coding.sampleBytes)
  const samples = new Uint32Array(coding.blocks * coding.blockSize)
  for (let done = 0; done < count; done += coding.line) {
    const wanted = Math.min(coding.line, count - done)
    // Behind the last sample there may be padding or nothing: it is not looked at.
    readInterval(reader, coding, samples, done + wanted === count ? wanted : samples.length)
    if (coding.nearestNeighbour) addDifferences(samples, wanted, coding.bits)
    store(samples, wanted, plain, done * coding.sampleBytes, coding)
  }
  return plain
}

function readInterval(reader: BitReader, coding: SzipCoding, samples: Uint32Array, wanted: number): void {
  const { blockSize, bits, idBits } = coding
  const uncompressed = 2 ** idBits - 1
  let at = 0
  while (at < wanted) {
    // The first sample of an interval stands as it is: the others are relative to it.
    const reference = at === 0 && coding.nearestNeighbour ? 1 : 0
    const id = reader.take(idBits)
    if (id === 0) at += readLowEntropy(reader, coding, samples, at, reference)
    else if (id === uncompressed) {
      for (const end = at + blockSize; at < end; at++) samples[at] = reader.take(bits)
    } else {
      const low = id - 1
      const end = at + blockSize
      if (reference === 1) samples[at] = reader.take(bits)
      const first = at + reference
      for (at = first; at < end; at++) samples[at] = reader.zeros() << low
      if (low > 0) for (at = first; at < end; at++) samples[at] |= reader.take(low)
    }
    reader.check()
  }
}

/** Blocks that are zero or nearly so; returns how many samples they have. */
function readLowEntropy(
  reader: BitReader,
  coding: SzipCoding,
  samples: Uint32Array,
  start: number,
  reference: number,
): number {
  const pairs = reader.take(1) === 1
  let at = start
  if (reference === 1) samples[at++] = reader.take(coding.bits)
  if (!pairs) {
    const count = zeroBlocks(reader, coding, start) * coding.blockSize
    if (start + count > samples.length) throw new FilterError('szip: more zero blocks than an interval has')
    samples.fill(0, at, start + count)
    return count
  }
  // Two samples a and b are coded as one number: (a + b)(a + b + 1) / 2 + b.
  const end = start + coding.blockSize
  while (at < end) {
    const code = reader.zeros()
    if (code > 90) throw new FilterError('szip: no such pair of samples')
    const sum = Math.floor((Math.sqrt(8 * code + 1) - 1) / 2)
    const second = code - (sum * (sum + 1)) / 2
    if (((at - start) & 1) === 0) samples[at++] = sum - second
    samples[at++] = second
  }
  return coding.blockSize
}

function zeroBlocks(reader: BitReader, coding: SzipCoding, start: number): number {
  const code = reader.zeros() + 1
  if (code < REST_OF_SEGMENT) return code
  if (code > REST_OF_SEGMENT) return code - 1
  const block = start / coding.blockSize
  return Math.min(coding.blocks - block, SEGMENT - (block % SEGMENT))
}

/** Makes samples of the differences: even ones are up, odd ones down, as far as both are possible. */
function addDifferences(samples: Uint32Array, count: number, bits: number): void {
  const most = 2 ** bits - 1
  const upper = 2 ** (bits - 1)
  let last = samples[0]
  for (let i = 1; i < count; i++) {
    const code = samples[i]
    const mask = (last & upper) === 0 ? 0 : most
    // The mask makes of the last sample its distance from the nearer end of the range.
    if ((code >>> 1) + (code & 1) <= (mask ^ last)) last += (code >>> 1) ^ -(code & 1)
    else last = mask ^ code
    samples[i] = last
  }
}

function store(samples: Uint32Array, count: number, to: Uint8Array, at: number, coding: SzipCoding): void {
  if (coding.sampleBytes === 1) {
    for (let i = 0; i < count; i++) to[at + i] = samples[i]
  } else if (coding.sampleBytes === 2) {
    const low = coding.bigEndian ? at + 1 : at
    const high = coding.bigEndian ? at : at + 1
    for (let i = 0; i < count; i++) {
      to[low + 2 * i] = samples[i]
      to[high + 2 * i] = samples[i] >>> 8
    }
  } else {
    const view = new DataView(to.buffer, at)
    for (let i = 0; i < count; i++) view.setUint32(4 * i, samples[i], !coding.bigEndian)
  }
}
