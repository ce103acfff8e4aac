import type { H5Object, Selection } from '@h5kit/core'
import { cornersOf } from '../region.ts'
import type { DiffReport } from './report.ts'

/** Elements of a dataset. */
export interface Region {
  object: H5Object
  selection: Selection
}

/** What a selection is made of: blocks by their corners, or points. */
interface Parts {
  rank: number
  blocks: readonly number[] | undefined
  points: readonly number[] | undefined
}

function partsOf({ object, selection }: Region): Parts {
  const blocks = cornersOf(selection)
  const points = selection.kind === 'points' ? selection.points : undefined
  const rank = object.kind === 'dataset' ? object.shape.length : 0
  return { rank, blocks, points }
}

/**
 * Compares two regions part by part; undefined where they have different numbers of parts. As in the reference, what
 * counts is the coordinates that differ, divided by the rank: a part that differs in some of them is no difference.
 */
export function diffRegions(a: Region, b: Region, report: DiffReport): number | undefined {
  const [first, second] = [partsOf(a), partsOf(b)]
  const { rank } = first
  if (rank !== second.rank || rank === 0) return undefined
  if (first.blocks?.length !== second.blocks?.length || first.points?.length !== second.points?.length) return undefined
  return diffBlocks(first, second, [a, b], report) + diffPoints(first, second, report)
}

function diffBlocks(first: Parts, second: Parts, regions: readonly [Region, Region], report: DiffReport): number {
  const { rank, blocks: one = [] } = first
  const { blocks: other = [] } = second
  let different = 0
  for (let at = 0; at < one.length; at += 2 * rank) {
    for (let axis = at; axis < at + rank; axis++) {
      if (one[axis] !== other[axis] || one[axis + rank] !== other[axis + rank]) different++
    }
  }
  if (different > 0) {
    const addresses = regions.map(({ object }) => object.address)
    const lines = [
      `Referenced dataset      ${addresses[0]}            ${addresses[1]}`,
      '-'.repeat(60),
      'Region blocks',
    ]
    for (let at = 0; at < one.length; at += 2 * rank) {
      lines.push(`block #${at / (2 * rank)}${blockText(one, at, rank)}${blockText(other, at, rank)}`)
    }
    report.detail(lines)
  }
  return Math.floor(different / rank)
}

function blockText(corners: readonly number[], at: number, rank: number): string {
  return `           (${corners.slice(at, at + rank)})-(${corners.slice(at + rank, at + 2 * rank)})`
}

function diffPoints(first: Parts, second: Parts, report: DiffReport): number {
  const { rank, points: one = [] } = first
  const { points: other = [] } = second
  let different = 0
  const lines: string[] = []
  for (let at = 0; at < one.length; at += rank) {
    let here = 0
    for (let axis = at; axis < at + rank; axis++) if (one[axis] !== other[axis]) here++
    different += here
    if (here === 0) continue
    const [a, b] = [one, other].map((points) => `              (${points.slice(at, at + rank)})`)
    lines.push(`point #${at / rank}${a}${b}`)
  }
  if (different > 0) report.detail(['Region points', ...lines])
  return Math.floor(different / rank)
}
