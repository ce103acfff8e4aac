import type { FreeOptions } from '../options/import-free.ts'
import { openElements } from './element-input.ts'
import type { ImportedDataset } from './import.ts'

/** The dataset that a file's format, and what is said on the command line, describe. */
export function freeDataset(file: string, options: FreeOptions): ImportedDataset {
  const { path, format, type, shape, maxShape, chunks, gzip, shuffle, fletcher32, lossy } = options
  const { options: elements, close } = openElements(file, format, { type, shape }, lossy)
  return {
    path,
    options: {
      ...elements,
      maxShape,
      chunks,
      shuffle,
      fletcher32,
      ...(gzip === undefined ? {} : { compression: 'gzip', compressionOptions: gzip }),
    },
    close,
  }
}
