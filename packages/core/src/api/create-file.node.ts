import { AtomicFile } from '../io/file-sink.node.ts'
import type { NewFileOptions } from './new-file.ts'
import { NewFile } from './new-file.ts'
import { pipelineOf } from './pipeline.node.ts'

/** How a file on disk is made. */
export interface CreateOptions extends NewFileOptions {
  /** As h5py has it: 'w' replaces a file that is there, 'w-' and 'x' refuse to. Default 'w'. */
  mode?: 'w' | 'w-' | 'x'
}

/**
 * Makes a file on disk, which appears under its name when it is closed, and whole.
 *
 * ```ts
 * import { createFile, openFile } from '@h5kit/core/node'
 *
 * using file = createFile('weather.h5')
 * const day = file.createGroup('2024/07/01')
 * const temperature = day.createDataset('temperature', {
 *   data: Float32Array.from({ length: 24 * 60 }, (_, minute) => 15 + minute / 200),
 *   shape: [24, 60],
 *   maxShape: [null, 60],
 *   compression: 'gzip',
 *   shuffle: true,
 * })
 * temperature.createAttribute('unit', 'degree Celsius')
 * file.close()
 *
 * using again = openFile('weather.h5')
 * console.log(again.dataset('2024/07/01/temperature').shape)
 * ```
 *
 * @throws IoError where the system refuses, or where there is a file that is not to be replaced
 */
export function createFile(path: string, options: CreateOptions = {}): NewFile {
  const { mode = 'w', ...how } = options
  const target = new AtomicFile(path, { replace: mode === 'w' })
  try {
    return new NewFile(target, pipelineOf(), how)
  } catch (error) {
    target.abort()
    throw error
  }
}
