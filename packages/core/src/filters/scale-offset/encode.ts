import type { Scaling } from './coding.ts'
import { HEADER, packBits, powerOfTen } from './coding.ts'

/** What a chunk becomes: distances from the least value; undefined where the values are stored as they are. */
interface Scaled {
  bits: number
  /** The least value, or for floats its bits, as two words. */
  least: [low: number, high: number]
  distances: Uint32Array | undefined
}

/**
 * Encodes little-endian elements; undefined where floats among them are not finite: nothing could bring them back.
 */
export function encodeScaled(native: Uint8Array, scaling: Scaling): Uint8Array | undefined {
  const { size, float } = scaling
  const scaled = float
    ? scaleFloats(native, scaling)
    : size === 8
      ? scaleWide(native, scaling)
      : scaleNarrow(native, scaling)
  if (scaled === undefined) return undefined
  const { bits, least, distances } = scaled
  const packed = distances === undefined ? native.length : Math.floor((native.length * bits) / (size * 8)) + 1
  const encoded = new Uint8Array(HEADER + packed)
  const view = new DataView(encoded.buffer)
  view.setUint32(0, bits, true)
  encoded[4] = 8
  view.setUint32(5, least[0], true)
  view.setUint32(9, least[1], true)
  if (distances === undefined) encoded.set(native, HEADER)
  else if (bits > 0) packBits(distances, bits, size === 8, encoded.subarray(HEADER))
  return encoded
}

/** The bits of the numbers from 0 to `most`, and of one more that stands for the fill value. */
function bitsFor(most: bigint | number, filled: boolean): number {
  const last = BigInt(most) + (filled ? 1n : 0n)
  return last === 0n ? 0 : last.toString(2).length
}

function narrowValues(native: Uint8Array, size: number, signed: boolean): Int32Array | Uint32Array | ArrayLike<number> {
  const { buffer } = native
  if (size === 1) return signed ? new Int8Array(buffer) : native
  if (size === 2) return signed ? new Int16Array(buffer) : new Uint16Array(buffer)
  return signed ? new Int32Array(buffer) : new Uint32Array(buffer)
}

function scaleNarrow(native: Uint8Array, scaling: Scaling): Scaled {
  const { size, signed, count, fill } = scaling
  const values = narrowValues(native, size, signed)
  const none = fill === undefined ? undefined : narrowValues(fillBytes(fill, size), size, signed)[0]
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    const value = values[i]
    if (value === none) continue
    if (value < least) least = value
    if (value > most) most = value
  }
  if (least > most) least = most = 0
  const full = size * 8
  const words: [number, number] = [least >>> 0, least < 0 ? 0xffffffff : 0]
  let { bits } = scaling
  if (bits === 0) {
    const span = most - least + 1
    // Where nearly all values occur there is nothing to gain; the least value then is not stored either.
    if (span >= 2 ** full - 1)
      return { bits: full, least: size === 1 && signed && none === undefined ? words : [0, 0], distances: undefined }
    bits = bitsFor(span - 1, none !== undefined)
  }
  if (bits === full) return { bits, least: words, distances: undefined }
  const noValue = 2 ** bits - 1
  const distances = new Uint32Array(count)
  for (let i = 0; i < count; i++) distances[i] = values[i] === none ? noValue : values[i] - least
  return { bits, least: words, distances }
}

function fillBytes(fill: [number, number], size: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(...fill).buffer.slice(0, size))
}

/** Integers of 64 bits, as pairs of words. */
function scaleWide(native: Uint8Array, scaling: Scaling): Scaled {
  const { signed, fill } = scaling
  const words = new Uint32Array(native.buffer)
  // With the sign bit turned, signed values compare as unsigned ones do.
  const turn = signed ? 0x80000000 : 0
  let least = -1
  let most = -1
  const below = (a: number, b: number): boolean => {
    const highA = (words[a + 1] ^ turn) >>> 0
    const highB = (words[b + 1] ^ turn) >>> 0
    return highA < highB || (highA === highB && words[a] < words[b])
  }
  const isFill = (at: number): boolean => fill !== undefined && words[at] === fill[0] && words[at + 1] === fill[1]
  for (let at = 0; at < words.length; at += 2) {
    if (isFill(at)) continue
    if (least < 0 || below(at, least)) least = at
    if (most < 0 || below(most, at)) most = at
  }
  const value = (at: number): bigint => (at < 0 ? 0n : (BigInt(words[at + 1]) << 32n) | BigInt(words[at]))
  const [low, high]: [number, number] = least < 0 ? [0, 0] : [words[least], words[least + 1]]
  let { bits } = scaling
  if (bits === 0) {
    const span = BigInt.asUintN(64, value(most) - value(least)) + 1n
    if (span >= 2n ** 64n - 1n) return { bits: 64, least: [0, 0], distances: undefined }
    bits = bitsFor(span - 1n, fill !== undefined)
  }
  if (bits === 64) return { bits, least: [low, high], distances: undefined }
  const noLow = bits >= 32 ? 0xffffffff : 2 ** bits - 1
  const noHigh = bits > 32 ? 2 ** (bits - 32) - 1 : 0
  const distances = new Uint32Array(words.length)
  for (let at = 0; at < words.length; at += 2) {
    const none = isFill(at)
    distances[at] = none ? noLow : words[at] - low
    distances[at + 1] = none ? noHigh : words[at + 1] - high - (words[at] < low ? 1 : 0)
  }
  return { bits, least: [low, high], distances }
}

/** Half goes away from zero; the argument is not negative. */
function round(value: number): number {
  const whole = Math.floor(value)
  return value - whole >= 0.5 ? whole + 1 : whole
}

function scaleFloats(native: Uint8Array, scaling: Scaling): Scaled | undefined {
  const { size, count, digits, fill } = scaling
  const single = size === 4
  // In single precision each step rounds to it, as it does in the library.
  const rounded = single ? Math.fround : (value: number): number => value
  const floats = (bytes: Uint8Array): Float32Array | Float64Array =>
    single ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer)
  const values = floats(native)
  const none = fill === undefined ? undefined : floats(fillBytes(fill, size))[0]
  const power = rounded(powerOfTen(digits))
  const near = powerOfTen(-digits)
  const nearRounded = rounded(near)
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    const value = values[i]
    if (none !== undefined && Math.abs(rounded(value - none)) < near) continue
    if (!Number.isFinite(value)) return undefined
    if (value < least) least = value
    if (value > most) most = value
  }
  if (least > most) least = most = 0
  const full = size * 8
  const base = rounded(least * power)
  const reach = round(rounded(rounded(most * power) - base))
  if (!(reach <= 2 ** (full - 1))) return { bits: full, least: [0, 0], distances: undefined }
  const bits = bitsFor(reach, none !== undefined)
  const [low, high] = new Uint32Array(single ? Float32Array.of(least, 0).buffer : Float64Array.of(least).buffer)
  if (bits === full) return { bits, least: [low, high], distances: undefined }
  const noValue = 2 ** bits - 1
  const distances = new Uint32Array(native.length / 4)
  for (let i = 0; i < count; i++) {
    const filled = none !== undefined && Math.abs(rounded(values[i] - none)) < nearRounded
    if (single) distances[i] = filled ? noValue : round(rounded(rounded(values[i] * power) - base))
    else if (filled) {
      distances[2 * i] = bits >= 32 ? 0xffffffff : noValue
      distances[2 * i + 1] = bits > 32 ? 2 ** (bits - 32) - 1 : 0
    } else {
      const distance = round(values[i] * power - base)
      distances[2 * i] = distance
      distances[2 * i + 1] = distance / 2 ** 32
    }
  }
  return { bits, least: [low, high], distances }
}
