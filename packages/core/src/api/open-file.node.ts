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

/** Opens a file on disk for reading. */
export function openFile(path: string, options: FileOptions = {}): File {
  const source = openDriver(options.driver ?? 'sec2', path, options)
  try {
    return openWith(source, pipelineOf(options.threads), { name: path, openOther: openOtherFile, ...options })
  } catch (error) {
    source.close?.()
    throw error
  }
}
