import { WriteError } from '../errors.ts'
import type { ElementSet } from './element-set.ts'
import { PointSet, SpanSet } from './element-set.ts'
import type { Run, Share, VirtualMap } from './virtual-map.ts'

/** Elements that are looked for in the sources at once. */
const PIECE = 1 << 20

/**
 * The sources that elements of a virtual dataset are written to, each with what it has of them. As in the C library,
 * each element must be mapped to one source that is there: otherwise it would not be what was written.
 *
 * @param rank of the virtual dataset
 * @throws WriteError where that is not so, before the first source
 */
export function* sharesToWrite<Source extends { readonly shape: readonly number[] }>(
  map: VirtualMap<Source>,
  set: ElementSet,
  rank: number,
): Generator<Share<Source>> {
  const pieces = [...set.pieces(PIECE, new Array<number>(rank).fill(1))].map(inOrder)
  for (const { spans } of pieces) {
    let mapped = 0
    for (const { set: part } of map.shares(spans)) mapped += part.size
    if (mapped < spans.size) {
      throw new WriteError(`${spans.size - mapped} of ${spans.size} elements are mapped to no source that is there`)
    }
    if (mapped > spans.size) throw new WriteError('elements are mapped to several sources')
  }
  for (const { spans, numbers } of pieces) {
    for (const { runs, ...share } of map.shares(spans)) yield { ...share, runs: numbers(runs) }
  }
}

/** A part of a set in C order, and what gives the numbers that its elements have in the set. */
function inOrder({ first, set }: { first: number; set: ElementSet }) {
  if (set instanceof SpanSet) {
    const numbers = (runs: readonly Run[]): Run[] => runs.map((run) => ({ ...run, to: first + run.to }))
    return { spans: set.spans, numbers }
  }
  if (!(set instanceof PointSet)) throw new WriteError('a selection that is neither of points nor of blocks')
  const { spans, numbers: sorted } = set.sorted()
  // Of a point that is named twice, the later one stays.
  const places: number[] = []
  for (const [i, number] of sorted.entries()) places[number] = first + i
  const numbers = (runs: readonly Run[]): Run[] =>
    runs.flatMap((run) =>
      [...eachNumber([run])].map((number) => ({ to: places[number], length: 1, repeat: 1, step: 1 })),
    )
  return { spans, numbers }
}

/** The numbers of the elements in runs. */
export function* eachNumber(runs: readonly Run[]): Generator<number> {
  for (const { to, length, repeat, step } of runs) {
    for (let row = 0; row < repeat; row++) for (let i = 0; i < length; i++) yield to + row * step + i
  }
}
