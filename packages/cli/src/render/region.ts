import type { HyperslabDimension, Selection } from '@h5kit/core'
import { LimitError } from '@h5kit/core'

/** Corners and points that are listed at most: more can only be damage. */
const MOST_COORDINATES = 1 << 24

/** Coordinates of points: (0,1), behind a label where one is given, with their number. */
export function pointTexts(points: readonly number[], rank: number, label?: string): string[] {
  return Array.from({ length: points.length / rank }, (_, i) => {
    return `${numbered(label, i)}(${points.slice(i * rank, (i + 1) * rank)})`
  })
}

/** First and last corners of blocks: (0,1)-(4,5), behind a label where one is given, with their number. */
export function blockTexts(corners: readonly number[], rank: number, label?: string): string[] {
  return Array.from({ length: corners.length / (2 * rank) }, (_, i) => {
    const at = 2 * rank * i
    const first = corners.slice(at, at + rank)
    return `${numbered(label, i)}(${first})-(${corners.slice(at + rank, at + 2 * rank)})`
  })
}

function numbered(label: string | undefined, number: number): string {
  return label === undefined ? '' : `${label}${number}: `
}

/** First and last corners of the blocks that a selection is made of; undefined where it is not, or has no end. */
export function cornersOf(selection: Selection): readonly number[] | undefined {
  if (selection.kind === 'blocks') return selection.corners
  if (selection.kind !== 'hyperslab') return undefined
  const { dimensions } = selection
  return dimensions.some(({ count, block }) => count < 0 || block < 0) ? undefined : hyperslabCorners(dimensions)
}

/** Blocks that touch are one. */
function hyperslabCorners(dimensions: readonly HyperslabDimension[]): number[] {
  const axes = dimensions.map(({ start, stride, count, block }) => {
    return stride === block ? { start, stride: 1, count: 1, block: count * block } : { start, stride, count, block }
  })
  const total = axes.reduce((product, { count }) => product * count, 1)
  if (total * axes.length > MOST_COORDINATES) throw new LimitError(`a region of ${total} blocks`)
  const corners: number[] = []
  const index = axes.map(() => 0)
  for (let i = 0; i < total; i++) {
    for (const [axis, { start, stride }] of axes.entries()) corners.push(start + index[axis] * stride)
    for (const [axis, { start, stride, block }] of axes.entries())
      corners.push(start + index[axis] * stride + block - 1)
    for (let axis = axes.length - 1; axis >= 0 && ++index[axis] === axes[axis].count; axis--) index[axis] = 0
  }
  return corners
}

/**
 * What blocks are as a hyperslab; undefined where they are not all of one size, at regular distances along each axis,
 * and none is missing between them.
 */
export function regularForm(corners: readonly number[], rank: number): HyperslabDimension[] | undefined {
  const total = corners.length / (2 * rank)
  const dimensions: HyperslabDimension[] = []
  for (let axis = 0; axis < rank; axis++) {
    const starts = new Set<number>()
    const block = corners[rank + axis] - corners[axis] + 1
    for (let at = axis; at < corners.length; at += 2 * rank) {
      if (corners[at + rank] - corners[at] + 1 !== block) return undefined
      starts.add(corners[at])
    }
    const sorted = [...starts].sort((a, b) => a - b)
    const stride = sorted.length > 1 ? sorted[1] - sorted[0] : 1
    if (sorted.some((start, i) => start !== sorted[0] + i * stride)) return undefined
    dimensions.push({ start: sorted[0], stride, count: sorted.length, block })
  }
  return dimensions.reduce((product, { count }) => product * count, 1) === total ? dimensions : undefined
}
