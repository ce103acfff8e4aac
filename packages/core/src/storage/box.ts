/** A rectangular part of an array: where it starts and how far it reaches along each axis, in elements. */
export interface Box {
  start: readonly number[]
  count: readonly number[]
}

/** Number of elements in a box, or of an array with this shape. */
export function volume(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** What two boxes have in common; undefined where that is nothing. */
export function intersection(a: Box, b: Box): Box | undefined {
  const start: number[] = []
  const count: number[] = []
  for (let axis = 0; axis < a.start.length; axis++) {
    const first = Math.max(a.start[axis], b.start[axis])
    const end = Math.min(a.start[axis] + a.count[axis], b.start[axis] + b.count[axis])
    if (end <= first) return undefined
    start.push(first)
    count.push(end - first)
  }
  return { start, count }
}

/** An array in memory that covers a box of a dataset, in C order. */
export interface Piece {
  box: Box
  bytes: Uint8Array
}

/**
 * The runs of bytes that a part of a piece takes: calls `run` with the byte offset of each in both pieces,
 * and with its length. Trailing axes that both pieces have whole make longer runs.
 */
export function eachRun(
  part: Box,
  a: Box,
  b: Box,
  elementSize: number,
  run: (atA: number, atB: number, length: number) => void,
): void {
  const rank = part.start.length
  let whole = rank
  let length = elementSize
  while (whole > 0) {
    const axis = whole - 1
    length *= part.count[axis]
    whole = axis
    if (part.count[axis] !== a.count[axis] || part.count[axis] !== b.count[axis]) break
  }
  const strideA = strides(a.count, elementSize)
  const strideB = strides(b.count, elementSize)
  let atA = 0
  let atB = 0
  for (let axis = 0; axis < rank; axis++) {
    atA += (part.start[axis] - a.start[axis]) * strideA[axis]
    atB += (part.start[axis] - b.start[axis]) * strideB[axis]
  }
  const index: number[] = new Array(whole).fill(0)
  for (;;) {
    run(atA, atB, length)
    let axis = whole - 1
    for (; axis >= 0; axis--) {
      index[axis]++
      atA += strideA[axis]
      atB += strideB[axis]
      if (index[axis] < part.count[axis]) break
      atA -= index[axis] * strideA[axis]
      atB -= index[axis] * strideB[axis]
      index[axis] = 0
    }
    if (axis < 0) return
  }
}

function strides(shape: readonly number[], elementSize: number): number[] {
  const result: number[] = new Array(shape.length)
  let stride = elementSize
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = stride
    stride *= shape[axis]
  }
  return result
}

/** Copies what two pieces have in common. */
export function copyPart(from: Piece, to: Piece, part: Box, elementSize: number): void {
  eachRun(part, from.box, to.box, elementSize, (atFrom, atTo, length) => {
    if (length <= 16) for (let i = 0; i < length; i++) to.bytes[atTo + i] = from.bytes[atFrom + i]
    else to.bytes.set(from.bytes.subarray(atFrom, atFrom + length), atTo)
  })
}

/** Writes the fill value into a part of a piece. */
export function fillPart(to: Piece, part: Box, fill: Uint8Array | undefined, elementSize: number): void {
  eachRun(part, to.box, to.box, elementSize, (_, at, length) => fillBytes(to.bytes.subarray(at, at + length), fill))
}

/** Repeats a value all over; zeros where there is none. */
export function fillBytes(bytes: Uint8Array, value: Uint8Array | undefined): void {
  if (value === undefined || value.length === 0) {
    bytes.fill(0)
    return
  }
  bytes.set(value.subarray(0, bytes.length))
  for (let done = value.length; done < bytes.length; done *= 2)
    bytes.copyWithin(done, 0, Math.min(done, bytes.length - done))
}
