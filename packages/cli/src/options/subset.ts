import { anyInteger } from './c-numbers.ts'

/** A part of a dataset as the command line gives it; what is left out has a default. */
export interface Subset {
  start?: number[]
  stride?: number[]
  count?: number[]
  block?: number[]
}

/** The whole numbers in a text, whatever stands between them; undefined where there are none. */
export function integerList(text: string): number[] | undefined {
  const found = text.match(/\d+/g)
  return found === null ? undefined : found.map(anyInteger)
}

/** Takes "name[start;stride;count;block]" apart; undefined where no bracket is in it. */
export function splitSubset(text: string): { name: string; subset: Subset } | undefined {
  const at = text.lastIndexOf('[')
  if (at < 0) return undefined
  const [start, stride, count, block] = text
    .slice(at + 1)
    .split(';')
    .map((part) => integerList(part.split(']')[0]))
  const subset: Subset = {}
  if (start !== undefined) subset.start = start
  if (stride !== undefined) subset.stride = stride
  if (count !== undefined) subset.count = count
  if (block !== undefined) subset.block = block
  return { name: text.slice(0, at), subset }
}

/** A part of a dataset along each axis: `count` blocks of `block` elements, `stride` apart, from `start` on. */
export interface Selected {
  start: number[]
  stride: number[]
  count: number[]
  block: number[]
}

/** Fills in what was left out, for so many dimensions; a text that says why it is none of the dataset's parts. */
export function resolveSubset(subset: Subset, rank: number): Selected | string {
  for (const [name, list] of Object.entries(subset)) {
    if (list.length > rank) return `number of ${name} dims (${list.length}) exceed dataset dims (${rank})`
  }
  const filled = (list: number[] | undefined, usual: number): number[] =>
    Array.from({ length: rank }, (_, axis) => list?.[axis] ?? usual)
  const start = filled(subset.start, 0)
  const stride = filled(subset.stride, 1)
  const count = filled(subset.count, 1)
  const block = filled(subset.block, 1)
  const overlap = count.some((n, axis) => n > 1 && stride[axis] < block[axis])
  return overlap ? 'wrong subset selection; blocks overlap' : { start, stride, count, block }
}
