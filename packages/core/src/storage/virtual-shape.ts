import { FormatError } from '../errors.ts'
import type { HyperslabDimension, Selection } from '../format/dataspace-selection.ts'
import { unlimitedAxis } from '../format/dataspace-selection.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import { virtualMappings } from '../format/virtual-mapping.ts'

/** The shape of a source dataset; undefined where the file or the dataset is missing. */
export type SourceShape = (file: string, dataset: string) => readonly number[] | undefined

/**
 * The shape of a virtual dataset as it is now. An axis along which a mapping has no end reaches as far as the sources
 * have data (H5D_VDS_LAST_AVAILABLE), and at least as far as the mappings that do end.
 */
export function virtualShape(
  stored: readonly number[],
  mappings: readonly VirtualMapping[],
  shapeOf: SourceShape,
): number[] {
  const available: (number | undefined)[] = stored.map(() => undefined)
  for (const mapping of mappings) {
    const axis = unlimitedAxis(mapping.virtual)
    if (axis === undefined || axis >= stored.length) continue
    const end = availableEnd(mapping, axis, shapeOf)
    available[axis] = Math.max(available[axis] ?? 0, end)
  }
  const least = leastShape(stored.length, mappings)
  return stored.map((size, axis) => Math.max(available[axis] ?? size, available[axis] === undefined ? 0 : least[axis]))
}

/** Where the ends are of what the mappings certainly cover. */
function leastShape(rank: number, mappings: readonly VirtualMapping[]): number[] {
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

function availableEnd(mapping: VirtualMapping, axis: number, shapeOf: SourceShape): number {
  const virtual = dimensionOf(mapping.virtual, axis)
  const sourceAxis = unlimitedAxis(mapping.source)
  if (sourceAxis === undefined) return printfEnd(mapping, virtual, shapeOf)
  const shape = shapeOf(sourceName(mapping.file), sourceName(mapping.dataset))
  if (shape === undefined) return 0
  return endWith(virtual, slicesWithin(dimensionOf(mapping.source, sourceAxis), shape[sourceAxis] ?? 0))
}

function dimensionOf(selection: Selection, axis: number): HyperslabDimension {
  if (selection.kind !== 'hyperslab') throw new FormatError('no hyperslab', { structure: virtualMappings.name })
  return selection.dimensions[axis]
}

/** One source after the other is looked for, until the first that is missing. */
function printfEnd(mapping: VirtualMapping, virtual: HyperslabDimension, shapeOf: SourceShape): number {
  if (!isPrintf(mapping.file) && !isPrintf(mapping.dataset)) {
    throw new FormatError(`an unlimited mapping of "${mapping.dataset}", which has an end and no %b`, {
      structure: virtualMappings.name,
    })
  }
  let sources = 0
  while (shapeOf(sourceName(mapping.file, sources), sourceName(mapping.dataset, sources)) !== undefined) sources++
  return sources === 0 ? 0 : virtual.start + (sources - 1) * virtual.stride + virtual.block
}

/** Selected coordinates along an axis of an unlimited selection that are below a size. */
function slicesWithin({ start, stride, block }: HyperslabDimension, size: number): number {
  if (start >= size) return 0
  if (block < 0 || block === stride) return size - start
  const count = Math.ceil((size - start) / stride)
  const missing = (count - 1) * stride + block - (size - start)
  return count * block - Math.max(0, missing)
}

/** Where an unlimited selection ends that has so many coordinates along its axis. */
function endWith({ start, stride, block }: HyperslabDimension, slices: number): number {
  if (slices === 0) return 0
  if (block < 0 || block === stride) return start + slices
  const whole = Math.floor(slices / block)
  const over = slices - whole * block
  return over > 0 ? start + whole * stride + over : start + (whole - 1) * stride + block
}

function isPrintf(name: string): boolean {
  return sourceName(name, 0) !== sourceName(name, 1)
}

/** The name of a source: %b stands for the number of the block, %% for a percent sign. */
export function sourceName(pattern: string, block = 0): string {
  return pattern.replace(/%([b%])/g, (_, letter) => (letter === 'b' ? String(block) : '%'))
}
