/** A 64-bit number as two words, so that no BigInt is made in the loop. */
interface Long {
  low: number
  high: number
}

const PRIME1: Long = { low: 0x85ebca87, high: 0x9e3779b1 }
const PRIME2: Long = { low: 0x27d4eb4f, high: 0xc2b2ae3d }
const PRIME3: Long = { low: 0x9e3779f9, high: 0x165667b1 }
const PRIME4: Long = { low: 0xc2b2ae63, high: 0x85ebca77 }
const PRIME5: Long = { low: 0x165667c5, high: 0x27d4eb2f }

/** The low 32 bits of XXH64 with seed zero over `bytes[start, end)`: the checksum of a Zstandard frame. */
export function xxhash64(bytes: Uint8Array, start: number, end: number): number {
  const sum: Long = { low: 0, high: 0 }
  let at = start
  if (end - start >= 32) {
    const lanes = stripes(bytes, start, end)
    at += end - start - ((end - start) % 32)
    for (const [i, shift] of [1, 7, 12, 18].entries()) add(sum, rotated(lanes[i], shift))
    for (const lane of lanes) {
      mix(sum, lane.low, lane.high)
      multiply(sum, PRIME1)
      add(sum, PRIME4)
    }
  } else {
    add(sum, PRIME5)
  }
  add(sum, { low: (end - start) >>> 0, high: Math.floor((end - start) / 2 ** 32) })
  for (; at + 8 <= end; at += 8) {
    mix(sum, word(bytes, at), word(bytes, at + 4))
    rotate(sum, 27)
    multiply(sum, PRIME1)
    add(sum, PRIME4)
  }
  if (at + 4 <= end) {
    mixProduct(sum, { low: word(bytes, at), high: 0 }, PRIME1)
    rotate(sum, 23)
    multiply(sum, PRIME2)
    add(sum, PRIME3)
    at += 4
  }
  for (; at < end; at++) {
    mixProduct(sum, { low: bytes[at], high: 0 }, PRIME5)
    rotate(sum, 11)
    multiply(sum, PRIME1)
  }
  mixShifted(sum, 33)
  multiply(sum, PRIME2)
  mixShifted(sum, 29)
  multiply(sum, PRIME3)
  mixShifted(sum, 32)
  return sum.low >>> 0
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}

/** The four lanes after all whole stripes of 32 bytes. */
function stripes(bytes: Uint8Array, start: number, end: number): Long[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return [plus(PRIME1, PRIME2), PRIME2, { low: 0, high: 0 }, negative(PRIME1)].map((first, i) => {
    let { low, high } = first
    for (let at = start + 8 * i; at + 32 - 8 * i <= end; at += 32) {
      const word = view.getInt32(at, true)
      const product = Math.imul(word, PRIME2.low)
      const sum = (low + product) | 0
      const carry = sum >>> 0 < product >>> 0 ? 1 : 0
      const upper =
        high +
        carry +
        (productHigh(word, PRIME2.low) +
          Math.imul(view.getInt32(at + 4, true), PRIME2.low) +
          Math.imul(word, PRIME2.high))
      // Turned left by 31 bits, that is right by one with the halves exchanged.
      const turned = (sum << 31) | ((upper | 0) >>> 1)
      high =
        (productHigh(turned, PRIME1.low) +
          Math.imul((upper << 31) | (sum >>> 1), PRIME1.low) +
          Math.imul(turned, PRIME1.high)) |
        0
      low = Math.imul(turned, PRIME1.low)
    }
    return { low, high }
  })
}

function round(lane: Long, low: number, high: number): void {
  const input: Long = { low, high }
  multiply(input, PRIME2)
  add(lane, input)
  rotate(lane, 31)
  multiply(lane, PRIME1)
}

function mix(sum: Long, low: number, high: number): void {
  const input: Long = { low: 0, high: 0 }
  round(input, low, high)
  sum.low ^= input.low
  sum.high ^= input.high
}

function mixProduct(sum: Long, value: Long, prime: Long): void {
  multiply(value, prime)
  sum.low ^= value.low
  sum.high ^= value.high
}

function mixShifted(sum: Long, shift: number): void {
  const low = shift < 32 ? (sum.low >>> shift) | (sum.high << (32 - shift)) : sum.high >>> (shift - 32)
  const high = shift < 32 ? sum.high >>> shift : 0
  sum.low ^= low
  sum.high ^= high
}

function add(a: Long, b: Long): void {
  const low = (a.low >>> 0) + (b.low >>> 0)
  a.high = (a.high + b.high + (low > 0xffffffff ? 1 : 0)) | 0
  a.low = low | 0
}

function plus(a: Long, b: Long): Long {
  const sum = { ...a }
  add(sum, b)
  return sum
}

function negative(a: Long): Long {
  return plus({ low: ~a.low, high: ~a.high }, { low: 1, high: 0 })
}

function rotate(a: Long, shift: number): void {
  const low = (a.low << shift) | (a.high >>> (32 - shift))
  a.high = (a.high << shift) | (a.low >>> (32 - shift))
  a.low = low
}

function rotated(a: Long, shift: number): Long {
  const copy = { ...a }
  rotate(copy, shift)
  return copy
}

function multiply(a: Long, b: Long): void {
  const low = a.low
  a.high = (productHigh(low, b.low) + Math.imul(a.high, b.low) + Math.imul(low, b.high)) | 0
  a.low = Math.imul(low, b.low)
}

/** The upper half of the product of two unsigned words. */
function productHigh(a: number, b: number): number {
  const a0 = a & 0xffff
  const a1 = a >>> 16
  const b0 = b & 0xffff
  const b1 = b >>> 16
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0
  const other = (Math.imul(a0, b1) + (middle & 0xffff)) | 0
  return (Math.imul(a1, b1) + (middle >>> 16) + (other >>> 16)) | 0
}
