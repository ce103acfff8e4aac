import { converter, refersElsewhere } from '../datatype/conversion/convert.ts'
import type { Converter } from '../datatype/conversion/converter.ts'
import { sameType } from '../datatype/equality.ts'
import { NotFoundError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import type { DatasetFacts } from '../objects/dataset.ts'
import type { VirtualSource } from '../storage/virtual-data.ts'
import { VirtualReader } from '../storage/virtual-data.ts'
import type { VirtualExtent } from '../storage/virtual-shape.ts'
import { virtualExtent } from '../storage/virtual-shape.ts'
import type { Dataset } from './dataset.ts'
import type { File } from './file.ts'

/** What a virtual dataset in `file` has, given what its sources have now. */
export function currentExtent(
  file: File,
  stored: readonly number[],
  mappings: readonly VirtualMapping[],
): VirtualExtent {
  return file.throughVirtual(() =>
    virtualExtent(stored, mappings, file.virtualView, (name, path) => sourceDataset(file, name, path)?.shape),
  )
}

/** What reads the elements of a virtual dataset in `file`. */
export function virtualReader(
  file: File,
  { type, fill }: DatasetFacts,
  mappings: readonly VirtualMapping[],
  extent: VirtualExtent,
): VirtualReader {
  // They know what is lent already, and outlive the sources.
  const conversions = new Map<string, Converter | undefined>()
  return new VirtualReader({
    mappings,
    ...extent,
    elementSize: type.size,
    fill,
    open(name, path) {
      const source = file.throughVirtual(() => sourceDataset(file, name, path))
      if (source === undefined) return undefined
      const key = `${name}\0${path}`
      if (!conversions.has(key)) conversions.set(key, conversionOf(file, source, type))
      return asSource(file, source, conversions.get(key))
    },
  })
}

/** A source as the virtual dataset needs it: in its type. */
function asSource(file: File, source: Dataset, convert: Converter | undefined): VirtualSource {
  const shape = source.shape.length === 0 ? [1] : source.shape
  if (convert === undefined) {
    return { shape, read: (set, target) => file.throughVirtual(() => source.rawInto(target, set)) }
  }
  return {
    shape,
    read(set, target) {
      const bytes = file.throughVirtual(() => source.raw(set))
      target.set(convert(bytes, set.size))
    },
  }
}

/** What makes elements of a source into such of the virtual dataset; undefined where they are. */
function conversionOf(file: File, source: Dataset, type: Datatype): Converter | undefined {
  const apart = source.file !== file && refersElsewhere(type, true)
  if (sameType(source.type, type) && !apart) return undefined
  return converter(source.type, type, apart || refersElsewhere(type) ? { lending: file.loans.from(source.file) } : {})
}

/** A source of a virtual dataset; undefined where it is missing. */
function sourceDataset(file: File, fileName: string, path: string): Dataset | undefined {
  return datasetIn(file.others.virtualSource(fileName), path)
}

/** The dataset at a path of a file; undefined where either is missing. */
export function datasetIn(file: File | undefined, path: string): Dataset | undefined {
  if (file === undefined) return undefined
  try {
    const object = file.get(path)
    return object.kind === 'dataset' ? object : undefined
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}
