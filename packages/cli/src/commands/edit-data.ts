import type { ArrayData, Dataset, File, SelectionInput } from '@h5kit/core'
import { hyperslab, SelectionError } from '@h5kit/core'
import type { ElementFormat } from '../options/create.ts'
import { inputValues, openElements } from './element-input.ts'
import { refuseLoss } from './element-loss.ts'
import { readReferences, readWords } from './element-text.ts'

/** Values for a dataset, as a command line gives them. */
export interface ValuesRequest {
  words: string[]
  fromFile: string | undefined
  format: ElementFormat | undefined
  /** Whether numbers are stored that the dataset's type does not hold. */
  lossy: boolean
}

/** Elements at regular distances; what is not given is 1 along each axis. */
export interface SlabRequest {
  start: number[] | undefined
  stride: number[] | undefined
  count: number[] | undefined
  block: number[] | undefined
}

/** Writes values to a part of a dataset, or all of it. */
export function setValues(file: File, path: string, values: ValuesRequest, slab: SlabRequest): void {
  const dataset = file.dataset(path)
  const selection = selectionOf(dataset, slab)
  withValues(file, dataset, values, (data) => dataset.write(data, selection))
}

/** Writes rows behind the last one. */
export function appendRows(file: File, path: string, values: ValuesRequest): void {
  const dataset = file.dataset(path)
  withValues(file, dataset, values, (data) => dataset.append(data))
}

function selectionOf({ shape }: Dataset, request: SlabRequest): SelectionInput | undefined {
  const { start, stride, count, block } = request
  const given = Object.entries(request).filter(([, sizes]) => sizes !== undefined)
  if (given.length === 0) return undefined
  for (const [name, sizes] of given) {
    if (sizes.length === shape.length) continue
    throw new SelectionError(`${sizes.length} numbers for --${name}, and ${shape.length} axes`)
  }
  return hyperslab(
    shape.map((_, axis) => ({
      start: start?.[axis] ?? 0,
      stride: stride?.[axis] ?? 1,
      count: count?.[axis] ?? 1,
      block: block?.[axis] ?? 1,
    })),
  )
}

function withValues(
  file: File,
  { type }: Dataset,
  { words, fromFile, format, lossy }: ValuesRequest,
  write: (data: ArrayData) => void,
): void {
  if (fromFile !== undefined) {
    const input = openElements(fromFile, format, { type }, lossy)
    try {
      write(inputValues(input.options))
    } finally {
      input.close()
    }
    return
  }
  if (type.class === 'reference') {
    write(readReferences(words, file))
    return
  }
  const values = readWords(words, type)
  if (!lossy) refuseLoss(type, values)
  write(values)
}
