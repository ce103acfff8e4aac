import { FormatError } from '../errors.ts'
import type { HyperslabDimension, Selection } from '../format/dataspace-selection.ts'
import { unlimitedAxis } from '../format/dataspace-selection.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import { virtualMappings } from '../format/virtual-mapping.ts'

/** The shape of a source dataset; undefined where the file or the dataset is missing. */
export type SourceShape = (file: string, dataset: string) => readonly number[] | undefined

/** How the sources of a virtual dataset decide how large it is. */
export interface VirtualView {
  /**
   * Where an axis along which mappings have no end ends: `last-available`, behind the last element that any source has;
   * `first-missing`, in front of the first that a source lacks.
   */
  view: 'last-available' | 'first-missing'
  /** Numbered sources that may lack between ones that are there, for the last available view. */
  gap: number
}

/** What a virtual dataset has now. */
export interface VirtualExtent {
  shape: number[]
  /** For each mapping with numbered sources, one more than the last of them that is there; 0 for others. */
  blocks: number[]
}

/**
 * The shape of a virtual dataset as it is now. An axis along which a mapping has no end reaches as far as the view
 * says, and at least as far as the mappings that do end.
 */
export function virtualExtent(
  stored: readonly number[],
  mappings: readonly VirtualMapping[],
  view: VirtualView,
  shapeOf: SourceShape,
): VirtualExtent {
  const first = view.view === 'first-missing'
  const ends: (number | undefined)[] = stored.map(() => undefined)
  const blocks = mappings.map(() => 0)
  for (const [number, mapping] of mappings.entries()) {
    const axis = unlimitedAxis(mapping.virtual)
    if (axis === undefined || axis >= stored.length) continue
    const virtual = dimensionOf(mapping.virtual, axis)
    const sourceAxis = unlimitedAxis(mapping.source)
    let end: number
    if (sourceAxis === undefined) {
      blocks[number] = blocksThere(mapping, first ? 0 : view.gap, shapeOf)
      end = endOfBlocks(virtual, blocks[number], first)
    } else {
      const shape = shapeOf(sourceName(mapping.file), sourceName(mapping.dataset))
      const slices = slicesWithin(dimensionOf(mapping.source, sourceAxis), shape?.[sourceAxis] ?? 0)
      end = shape === undefined ? 0 : endWith(virtual, slices, first)
    }
    const known = ends[axis]
    ends[axis] = known === undefined ? end : first ? Math.min(known, end) : Math.max(known, end)
  }
  const least = leastShape(stored.length, mappings)
  return {
    shape: stored.map((size, axis) => Math.max(ends[axis] ?? size, ends[axis] === undefined ? 0 : least[axis])),
    blocks,
  }
}

/** Where the ends are of what the mappings certainly cover. */
export function leastShape(rank: number, mappings: readonly VirtualMapping[]): number[] {
  const least = new Array<number>(rank).fill(0)
  for (const { virtual } of mappings) {
    for (let axis = 0; axis < rank; axis++) least[axis] = Math.max(least[axis], endAlong(virtual, axis))
  }
  return least
}

/** One more than the last selected coordinate along an axis; 0 where there is none or no end. */
function endAlong(selection: Selection, axis: number): number {
  let end = 0
  switch (selection.kind) {
    case 'hyperslab': {
      const slab = selection.dimensions[axis]
      if (slab === undefined || slab.count < 1 || slab.block < 1) return 0
      return slab.start + (slab.count - 1) * slab.stride + slab.block
    }
    case 'blocks': {
      const { rank, corners } = selection
      for (let i = rank + axis; i < corners.length; i += 2 * rank) end = Math.max(end, corners[i] + 1)
      return end
    }
    case 'points':
      for (let i = axis; i < selection.points.length; i += selection.rank) end = Math.max(end, selection.points[i] + 1)
      return end
    default:
      return 0
  }
}

function dimensionOf(selection: Selection, axis: number): HyperslabDimension {
  if (selection.kind !== 'hyperslab') throw new FormatError('no hyperslab', { structure: virtualMappings.name })
  return selection.dimensions[axis]
}

/** One source after the other is looked for, until more of them than the gap are missing. */
function blocksThere(mapping: VirtualMapping, gap: number, shapeOf: SourceShape): number {
  if (!isPrintf(mapping.file) && !isPrintf(mapping.dataset)) {
    throw new FormatError(`an unlimited mapping of "${mapping.dataset}", which has an end and no %b`, {
      structure: virtualMappings.name,
    })
  }
  let there = 0
  for (let block = 0; block <= there + gap; block++) {
    if (shapeOf(sourceName(mapping.file, block), sourceName(mapping.dataset, block)) !== undefined) there = block + 1
  }
  return there
}

/** Where the blocks that are there end, or where the first that lacks starts. */
function endOfBlocks({ start, stride, block }: HyperslabDimension, blocks: number, first: boolean): number {
  if (blocks === 0) return 0
  return first ? start + blocks * stride : start + (blocks - 1) * stride + block
}

/** Selected coordinates along an axis of an unlimited selection that are below a size. */
export function slicesWithin({ start, stride, block }: HyperslabDimension, size: number): number {
  if (start >= size) return 0
  if (block < 0 || block === stride) return size - start
  const count = Math.ceil((size - start) / stride)
  const missing = (count - 1) * stride + block - (size - start)
  return count * block - Math.max(0, missing)
}

/**
 * Where an unlimited selection ends that has so many coordinates along its axis.
 *
 * @param trailing whether what is not selected behind the last block belongs to it
 */
function endWith({ start, stride, block }: HyperslabDimension, slices: number, trailing: boolean): number {
  if (slices === 0) return trailing ? start : 0
  if (block < 0 || block === stride) return start + slices
  const whole = Math.floor(slices / block)
  const over = slices - whole * block
  if (over > 0) return start + whole * stride + over
  return trailing ? start + whole * stride : start + (whole - 1) * stride + block
}

function isPrintf(name: string): boolean {
  return sourceName(name, 0) !== sourceName(name, 1)
}

/** The name of a source: %b stands for the number of the block, %% for a percent sign. */
export function sourceName(pattern: string, block = 0): string {
  return pattern.replace(/%([b%])/g, (_, letter) => (letter === 'b' ? String(block) : '%'))
}
