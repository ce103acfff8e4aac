/**
 * The transforms of ZFP, undone in place: along each axis, each line of four values. Values of 64 bits are pairs of
 * words, the lower first; the sums of both sizes wrap around.
 */
export function undoTransform(block: Int32Array, rank: number, wide: boolean, reversible: boolean): void {
  const lift = wide ? (reversible ? sumWide : liftWide) : reversible ? sum : liftNarrow
  const size = 4 ** rank
  for (let stride = size / 4; stride >= 1; stride /= 4) {
    for (let at = 0; at < size; at++) if ((Math.floor(at / stride) & 3) === 0) lift(block, at, stride)
  }
}

function liftNarrow(p: Int32Array, at: number, stride: number): void {
  const atY = at + stride
  const atZ = atY + stride
  const atW = atZ + stride
  let x = p[at]
  let y = p[atY]
  let z = p[atZ]
  let w = p[atW]
  y = (y + (w >> 1)) | 0
  w = (w - (y >> 1)) | 0
  y = (y + w) | 0
  w = (2 * w - y) | 0
  z = (z + x) | 0
  x = (2 * x - z) | 0
  y = (y + z) | 0
  z = (2 * z - y) | 0
  w = (w + x) | 0
  x = (2 * x - w) | 0
  p[at] = x
  p[atY] = y
  p[atZ] = z
  p[atW] = w
}

/** What is carried when two lower words are added. */
function carry(a: number, b: number): number {
  return ((a & b) | ((a | b) & ~(a + b))) >>> 31
}

/** What is borrowed when one lower word is taken from another. */
function borrow(a: number, b: number): number {
  return ((~a & b) | ((~a | b) & (a - b))) >>> 31
}

/** Adds the value at b to that at a. */
function add(p: Int32Array, a: number, b: number): void {
  const carried = carry(p[a], p[b])
  p[a] += p[b]
  p[a + 1] += p[b + 1] + carried
}

/** Makes of the value at a twice itself less that at b. */
function doubleLess(p: Int32Array, a: number, b: number): void {
  const low = p[a] << 1
  const high = (p[a + 1] << 1) | (p[a] >>> 31)
  p[a] = low - p[b]
  p[a + 1] = high - p[b + 1] - borrow(low, p[b])
}

function liftWide(p: Int32Array, at: number, stride: number): void {
  const x = 2 * at
  const y = x + 2 * stride
  const z = y + 2 * stride
  const w = z + 2 * stride
  let low = (p[w] >>> 1) | (p[w + 1] << 31)
  const carried = carry(p[y], low)
  p[y] += low
  p[y + 1] += (p[w + 1] >> 1) + carried
  low = (p[y] >>> 1) | (p[y + 1] << 31)
  const borrowed = borrow(p[w], low)
  p[w] -= low
  p[w + 1] -= (p[y + 1] >> 1) + borrowed
  add(p, y, w)
  doubleLess(p, w, y)
  add(p, z, x)
  doubleLess(p, x, z)
  add(p, y, z)
  doubleLess(p, z, y)
  add(p, w, x)
  doubleLess(p, x, w)
}

/** Without loss: differences of differences of differences, summed up. */
function sum(p: Int32Array, at: number, stride: number): void {
  const atY = at + stride
  const atZ = atY + stride
  const atW = atZ + stride
  let y = p[atY]
  let z = p[atZ]
  let w = (p[atW] + z) | 0
  z = (z + y) | 0
  w = (w + z) | 0
  y = (y + p[at]) | 0
  z = (z + y) | 0
  w = (w + z) | 0
  p[atY] = y
  p[atZ] = z
  p[atW] = w
}

function sumWide(p: Int32Array, at: number, stride: number): void {
  const x = 2 * at
  const y = x + 2 * stride
  const z = y + 2 * stride
  const w = z + 2 * stride
  add(p, w, z)
  add(p, z, y)
  add(p, w, z)
  add(p, y, x)
  add(p, z, y)
  add(p, w, z)
}

/** Numbers to the base -2 as two's complement: from the stream's order to the block's. */
export function fromNegabinary(from: Uint32Array, to: Int32Array, order: Uint8Array, wide: boolean): void {
  const mask = 0xaaaaaaaa | 0
  for (let i = 0; i < order.length; i++) {
    const place = order[i]
    if (!wide) {
      to[place] = (from[i] ^ mask) - mask
      continue
    }
    const low = from[2 * i] ^ mask
    to[2 * place] = low - mask
    to[2 * place + 1] = (from[2 * i + 1] ^ mask) - mask - borrow(low, mask)
  }
}
