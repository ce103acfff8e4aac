import { BufferSink } from '../io/byte-sink.ts'
import type { NewFileOptions } from './new-file.ts'
import { NewFile } from './new-file.ts'
import { pipeline } from './pipeline.ts'

/**
 * Makes a file in memory.
 *
 * ```ts
 * import { createBytes, openBytes } from '@h5kit/core'
 *
 * const bytes = createBytes((file) => {
 *   file.createDataset('numbers', { data: [1, 2, 3] })
 *   file.createAttribute('title', 'three numbers')
 * })
 * console.log(openBytes(bytes).root.attribute('title').value)
 * ```
 *
 * @param fill puts in what the file is to have
 * @returns its bytes
 */
export function createBytes(fill: (file: NewFile) => void, options: NewFileOptions = {}): Uint8Array {
  const sink = new BufferSink()
  const file = new NewFile(sink, pipeline, options)
  fill(file)
  file.close()
  return sink.written
}
