import type { OpenOptions } from './context.ts'
import type { DriverName, DriverOptions } from './drivers.node.ts'
import { openDriver } from './drivers.node.ts'
import { openOtherFile } from './external-files.node.ts'
import type { File } from './file.ts'
import { openWith } from './file.ts'
import { pipelineOf } from './pipeline.node.ts'

/** How a file on disk is opened. */
export interface FileOptions extends OpenOptions, DriverOptions {
  /** Default sec2: one file as it is. */
  driver?: DriverName
  /** Threads that decode and encode chunks beside this one; as many as are of use where nothing is said. */
  threads?: number | undefined
}

/**
 * Opens a file on disk for reading, as `openFile` does by itself; what is bundled for this one has no code that writes.
 *
 * ```ts
 * import { createFile, openForReading } from '@h5kit/core/node'
 *
 * const made = createFile('numbers.h5')
 * made.createDataset('primes', { data: [2, 3, 5, 7], type: '<i4' })
 * made.close()
 * using file = openForReading('numbers.h5', { threads: 2 })
 * console.log(file.dataset('primes').read())
 * ```
 */
export function openForReading(path: string, options: FileOptions = {}): File {
  const source = openDriver(options.driver ?? 'sec2', path, options)
  try {
    return openWith(source, pipelineOf(options.threads), { name: path, openOther: openOtherFile, ...options })
  } catch (error) {
    source.close?.()
    throw error
  }
}
