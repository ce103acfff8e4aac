import { NotFoundError } from '../errors.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import { virtualShape } from '../storage/virtual-shape.ts'
import type { Dataset } from './dataset.ts'
import type { File } from './file.ts'

/** The shape that a virtual dataset in `file` has, given what its sources have now. */
export function currentShape(file: File, stored: readonly number[], mappings: readonly VirtualMapping[]): number[] {
  return file.throughVirtual(() =>
    virtualShape(stored, mappings, (source, dataset) => sourceDataset(file, source, dataset)?.shape),
  )
}

/** A source of a virtual dataset; undefined where it is missing. */
function sourceDataset(file: File, fileName: string, path: string): Dataset | undefined {
  const source = file.openVirtualSource(fileName)
  if (source === undefined) return undefined
  try {
    const object = source.get(path)
    return object.kind === 'dataset' ? object : undefined
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}
