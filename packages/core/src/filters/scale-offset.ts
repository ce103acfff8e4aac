import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'
import type { Scaling } from './scale-offset/coding.ts'
import { HEADER, powerOfTen, unpackBits } from './scale-offset/coding.ts'
import { encodeScaled } from './scale-offset/encode.ts'

const PARAMETERS = 20
const FLOAT_BY_DIGITS = 0
const INTEGER = 2

/**
 * Filter 6, scale-offset: the distance of each value from the chunk's smallest, in as few bits as the largest needs;
 * floats are made integers by a power of ten. Parameters: scale type, scale factor, elements of the chunk, class, size,
 * sign, byte order, whether there is a fill value, and the fill value.
 */
export const scaleOffset: Filter = {
  id: 6,
  name: 'scaleoffset',
  decode(bytes, parameters, limit) {
    const scaling = scalingOf(parameters)
    if (storedAsIs(scaling)) return bytes
    const { size, count, bigEndian } = scaling
    const total = size * count
    if (total > limit) throw new FilterError(`scaleoffset: ${total} bytes instead of at most ${limit} come out`)
    if (bytes.length < HEADER) throw new FilterError(`scaleoffset: only ${bytes.length} bytes`)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const bits = view.getUint32(0, true)
    if (bits > size * 8) throw new FilterError(`scaleoffset: values of ${bits} bits`)
    const stream = bytes.subarray(HEADER)
    if (stream.length < (count * bits) / 8) throw new FilterError('scaleoffset: the data ends too early')
    const least = Uint32Array.of(0, 0)
    new Uint8Array(least.buffer).set(bytes.subarray(5, 5 + Math.min(bytes[4], 8)))
    const plain =
      bits === size * 8
        ? new Uint8Array(stream.subarray(0, total))
        : decodeScaled(stream, bits, [least[0], least[1]], scaling)
    if (bigEndian) swapBytes(plain, size)
    return plain
  },
  encode(bytes, parameters) {
    const scaling = scalingOf(parameters)
    if (storedAsIs(scaling)) return bytes
    const { size, count, bigEndian } = scaling
    if (size * count !== bytes.length)
      throw new FilterError(`scaleoffset: ${bytes.length} bytes instead of ${size * count}`)
    const native = new Uint8Array(bytes)
    if (bigEndian) swapBytes(native, size)
    return encodeScaled(native, scaling)
  },
}

function scalingOf(parameters: readonly number[]): Scaling {
  if (parameters.length !== PARAMETERS)
    throw new FilterError(`scaleoffset: ${parameters.length} parameters instead of ${PARAMETERS}`)
  const [type, factor, count, kind, size, sign, order, filled, low, high] = parameters
  const float = kind === 1
  if (kind > 1 || type !== (float ? FLOAT_BY_DIGITS : INTEGER))
    throw new FilterError(`scaleoffset: no scale type ${type} for class ${kind}`)
  if (!(float ? [4, 8] : [1, 2, 4, 8]).includes(size))
    throw new FilterError(`scaleoffset: ${float ? 'floats' : 'integers'} of ${size} bytes`)
  const bits = float ? 0 : Math.max(0, factor | 0)
  if (bits > size * 8) throw new FilterError(`scaleoffset: values of ${bits} bits`)
  return {
    float,
    signed: sign === 1,
    bigEndian: order === 1,
    size,
    count,
    digits: float ? factor | 0 : 0,
    bits,
    fill: filled === 1 ? [low, high] : undefined,
  }
}

function storedAsIs(scaling: Scaling): boolean {
  return !scaling.float && scaling.bits === scaling.size * 8
}

/** Little-endian values. @param least the smallest one, as two words */
function decodeScaled(stream: Uint8Array, bits: number, least: [number, number], scaling: Scaling): Uint8Array {
  const { size, count, float, fill } = scaling
  // No bits: all values are the same.
  const values =
    bits === 0 ? new Uint32Array(size === 8 ? count * 2 : count) : unpackBits(stream, bits, count, size === 8)
  if (float) return size === 4 ? singles(values, bits, least[0], scaling) : doubles(values, bits, least, scaling)
  if (size === 8) {
    addWide(values, bits, least, fill)
    return new Uint8Array(values.buffer)
  }
  const plain = size === 1 ? new Uint8Array(count) : size === 2 ? new Uint16Array(count) : values
  const noValue = fill === undefined ? -1 : 2 ** bits - 1
  const [offset] = least
  const [filling] = fill ?? [0]
  for (let i = 0; i < count; i++) {
    const value = values[i]
    plain[i] = value === noValue ? filling : value + offset
  }
  return new Uint8Array(plain.buffer)
}

function addWide(values: Uint32Array, bits: number, least: [number, number], fill: Scaling['fill']): void {
  const [low, high] = least
  const noLow = bits >= 32 ? 0xffffffff : 2 ** bits - 1
  const noHigh = bits > 32 ? 2 ** (bits - 32) - 1 : 0
  for (let i = 0; i < values.length; i += 2) {
    if (fill !== undefined && values[i] === noLow && values[i + 1] === noHigh) {
      values[i] = fill[0]
      values[i + 1] = fill[1]
    } else {
      const sum = values[i] + low
      values[i] = sum
      values[i + 1] += high + (sum > 0xffffffff ? 1 : 0)
    }
  }
}

function singles(values: Uint32Array, bits: number, leastBits: number, scaling: Scaling): Uint8Array {
  const plain = new Float32Array(values.length)
  const [least, filling] = new Float32Array(Uint32Array.of(leastBits, scaling.fill?.[0] ?? 0).buffer)
  const noValue = scaling.fill === undefined ? -1 : 2 ** bits - 1
  const power = Math.fround(powerOfTen(scaling.digits))
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    // Each step rounds to single precision, as it does in the library.
    plain[i] = value === noValue ? filling : Math.fround(Math.fround(value) / power) + least
  }
  return new Uint8Array(plain.buffer)
}

function doubles(values: Uint32Array, bits: number, least: [number, number], scaling: Scaling): Uint8Array {
  const plain = new Float64Array(values.length / 2)
  const [offset, filling] = new Float64Array(Uint32Array.of(...least, ...(scaling.fill ?? [0, 0])).buffer)
  const noLow = bits >= 32 ? 0xffffffff : 2 ** bits - 1
  const noHigh = bits > 32 ? 2 ** (bits - 32) - 1 : 0
  const filled = scaling.fill !== undefined
  const power = powerOfTen(scaling.digits)
  for (let i = 0, at = 0; i < plain.length; i++, at += 2) {
    const low = values[at]
    const high = values[at + 1]
    plain[i] = filled && low === noLow && high === noHigh ? filling : (high * 2 ** 32 + low) / power + offset
  }
  return new Uint8Array(plain.buffer)
}

/** Turns the bytes of each element around. */
function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at + size <= bytes.length; at += size) {
    for (let low = at, high = at + size - 1; low < high; low++, high--) {
      const byte = bytes[low]
      bytes[low] = bytes[high]
      bytes[high] = byte
    }
  }
}
