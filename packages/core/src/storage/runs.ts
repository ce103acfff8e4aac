import type { Spans } from './spans.ts'
import { boxSpans, RegularSpans } from './spans.ts'

/**
 * Elements that lie side by side in an array as well as in what a read gives: `length` of them, `repeat` times, at
 * distances of `fromStep` in the array and `toStep` in the result. All are numbers of elements.
 */
export type RunVisitor = (
  from: number,
  to: number,
  length: number,
  repeat: number,
  fromStep: number,
  toStep: number,
) => void

/** Elements from one coordinate to the next along each axis of an array in C order. */
export function stepsOf(shape: readonly number[]): number[] {
  const steps: number[] = new Array(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    steps[axis] = step
    step *= shape[axis]
  }
  return steps
}

/** Visits the elements that a selection has in a box, which is an array of its own in C order. */
export function eachRun(spans: Spans, start: readonly number[], count: readonly number[], visit: RunVisitor): void {
  eachCommon(boxSpans(start, count), spans, visit)
}

/** Visits the elements that two selections of an array have in common, numbered in the first and in the second. */
export function eachCommon(a: Spans, b: Spans, visit: RunVisitor): void {
  walk(a, b, 0, 0, visit)
}

/** A stretch of coordinates along one axis that two selections have in common. */
class Common {
  /** The span of each selection. */
  i = 0
  j = 0
  first = 0
  end = 0

  /** Goes on to the next stretch; false where there is none. */
  next(a: Spans, b: Spans): boolean {
    let at = this.end
    for (;;) {
      const i = a.from(at)
      const j = b.from(at)
      if (i >= a.count || j >= b.count) return false
      const first = Math.max(at, a.low(i), b.low(j))
      const end = Math.min(a.high(i), b.high(j))
      if (first < end) {
        this.i = i
        this.j = j
        this.first = first
        this.end = end
        return true
      }
      at = first
    }
  }
}

function walk(a: Spans, b: Spans, fromA: number, fromB: number, visit: RunVisitor): void {
  const common = new Common()
  let knownA: Spans | undefined
  let knownB: Spans | undefined
  let only: OnlyRun | undefined
  while (common.next(a, b)) {
    const { i, j, first, end } = common
    const length = end - first
    const belowA = a.below(i)
    const belowB = b.below(j)
    if (belowA === undefined || belowB === undefined) {
      common.end = lastAxis(a, b, common, fromA, fromB, visit)
      continue
    }
    const atA = fromA + a.before(i) + (first - a.low(i)) * belowA.size
    const atB = fromB + b.before(j) + (first - b.low(j)) * belowB.size
    if (belowA !== knownA || belowB !== knownB) {
      knownA = belowA
      knownB = belowB
      only = onlyRun(belowA, belowB)
    }
    if (only === undefined) {
      for (let k = 0; k < length; k++) walk(belowA, belowB, atA + k * belowA.size, atB + k * belowB.size, visit)
    } else if (only.length === belowA.size && only.length === belowB.size) {
      visit(atA, atB, length * only.length, 1, 0, 0)
    } else if (only.length > 0) {
      visit(atA + only.a, atB + only.b, only.length, length, belowA.size, belowB.size)
    }
  }
}

/** Visits a stretch along the last axis, or all single elements that one selection has in a span of the other. */
function lastAxis(
  a: Spans,
  b: Spans,
  { i, j, first, end }: Common,
  fromA: number,
  fromB: number,
  visit: RunVisitor,
): number {
  const atA = fromA + a.before(i) + first - a.low(i)
  const atB = fromB + b.before(j) + first - b.low(j)
  const teethB = teeth(b, j, a.high(i))
  if (teethB > 1) {
    const { stride } = b as RegularSpans
    visit(atA, atB, 1, teethB, stride, 1)
    return first + (teethB - 1) * stride + 1
  }
  const teethA = teeth(a, i, b.high(j))
  if (teethA > 1) {
    const { stride } = a as RegularSpans
    visit(atA, atB, 1, teethA, 1, stride)
    return first + (teethA - 1) * stride + 1
  }
  visit(atA, atB, end - first, 1, 0, 0)
  return end
}

/** Spans of one element at regular distances, from one on and before a coordinate; 0 where they are not such. */
function teeth(spans: Spans, from: number, before: number): number {
  if (!(spans instanceof RegularSpans) || spans.block !== 1) return 0
  return Math.min(spans.count - from, Math.ceil((before - spans.low(from)) / spans.stride))
}

/** A run, as it is numbered in two selections. */
interface OnlyRun {
  a: number
  b: number
  /** 0 where there is none. */
  length: number
}

const NO_RUN: OnlyRun = { a: 0, b: 0, length: 0 }

/** The one run that two selections have in common; undefined where there are several. */
function onlyRun(a: Spans, b: Spans): OnlyRun | undefined {
  const common = new Common()
  let found = NO_RUN
  while (common.next(a, b)) {
    const { i, j, first, end } = common
    const belowA = a.below(i)
    const belowB = b.below(j)
    const weightA = belowA?.size ?? 1
    const weightB = belowB?.size ?? 1
    const inner = belowA === undefined || belowB === undefined ? ONE : onlyRun(belowA, belowB)
    if (inner === undefined) return undefined
    if (inner.length === 0) continue
    if (found.length > 0) return undefined
    const adjoin = inner.length === weightA && inner.length === weightB
    if (!adjoin && end - first > 1) return undefined
    found = {
      a: a.before(i) + (first - a.low(i)) * weightA + inner.a,
      b: b.before(j) + (first - b.low(j)) * weightB + inner.b,
      length: (end - first) * inner.length,
    }
  }
  return found
}

const ONE: OnlyRun = { a: 0, b: 0, length: 1 }

/** Runs shorter than this, in bytes, are copied element by element. */
const SHORT_RUN = 64

/** Copies runs of elements from one array to another; what is counted in elements is as `RunVisitor` has it. */
export function copyRuns(
  source: Uint8Array,
  target: Uint8Array,
  elementSize: number,
  from: number,
  to: number,
  length: number,
  repeat: number,
  fromStep: number,
  toStep: number,
): void {
  const bytes = length * elementSize
  let at = from * elementSize
  let into = to * elementSize
  if (repeat === 1 || bytes >= SHORT_RUN) {
    for (let i = 0; i < repeat; i++, at += fromStep * elementSize, into += toStep * elementSize) {
      target.set(source.subarray(at, at + bytes), into)
    }
    return
  }
  const word = wordOf(elementSize, source, target)
  const words = bytes / word
  const fromWords = (fromStep * elementSize) / word
  const toWords = (toStep * elementSize) / word
  const a = wordsOf(source, word)
  const b = wordsOf(target, word)
  at /= word
  into /= word
  if (words === 1) {
    for (let i = 0; i < repeat; i++, at += fromWords, into += toWords) b[into] = a[at]
    return
  }
  for (let i = 0; i < repeat; i++, at += fromWords, into += toWords) {
    for (let k = 0; k < words; k++) b[into + k] = a[at + k]
  }
}

/** The widest word that the elements consist of and that both arrays are aligned to. */
function wordOf(elementSize: number, a: Uint8Array, b: Uint8Array): 1 | 2 | 4 {
  const bits = elementSize | a.byteOffset | b.byteOffset
  return (bits & 3) === 0 ? 4 : (bits & 1) === 0 ? 2 : 1
}

function wordsOf(bytes: Uint8Array, word: 1 | 2 | 4): Uint8Array | Uint16Array | Uint32Array {
  if (word === 1) return bytes
  const length = Math.floor(bytes.length / word)
  return word === 2
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, length)
    : new Uint32Array(bytes.buffer, bytes.byteOffset, length)
}

/** Repeats a value all over; zeros where there is none. */
export function fillBytes(bytes: Uint8Array, value: Uint8Array | undefined): void {
  if (value === undefined || value.length === 0 || bytes.length === 0) {
    bytes.fill(0)
    return
  }
  bytes.set(value.subarray(0, bytes.length))
  for (let done = value.length; done < bytes.length; done *= 2)
    bytes.copyWithin(done, 0, Math.min(done, bytes.length - done))
}

/** Writes a value to each element of runs. */
export function fillRuns(
  target: Uint8Array,
  value: Uint8Array | undefined,
  elementSize: number,
  to: number,
  length: number,
  repeat: number,
  toStep: number,
): void {
  for (let i = 0; i < repeat; i++) {
    const at = (to + i * toStep) * elementSize
    fillBytes(target.subarray(at, at + length * elementSize), value)
  }
}
