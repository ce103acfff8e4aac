import type { CheckFileOptions } from './api/check-file.node.ts'
import { checkFile as checkWith } from './api/check-file.node.ts'
import type { OpenOptions } from './api/context.ts'
import type { DriverName, DriverOptions } from './api/drivers.node.ts'
import { openDriver } from './api/drivers.node.ts'
import type { EditFileOptions } from './api/edit-file.node.ts'
import { openForEditing } from './api/edit-file.node.ts'
import { openOtherFile } from './api/external-files.node.ts'
import type { File } from './api/file.ts'
import { openWith } from './api/file.ts'
import type { NewFileOptions } from './api/new-file.ts'
import { NewFile } from './api/new-file.ts'
import type { CheckReport } from './check/check-file.ts'
import { FilterPipeline } from './filters/pipeline.ts'
import { filterFinder } from './filters/registry.ts'
import { ThreadCoder } from './filters/thread-coder.node.ts'
import { nodeZlib } from './filters/zlib.node.ts'
import { nodeZstd } from './filters/zstd.node.ts'
import { AtomicFile } from './io/file-sink.node.ts'

export type { CheckFileOptions } from './api/check-file.node.ts'
export type { ClearOptions, ClearReport } from './api/clear.ts'
export { clearFile, readFileEnds } from './api/clear-file.node.ts'
export type { DriverName, DriverOptions, Guess } from './api/drivers.node.ts'
export { guessDriver, onionRevisions } from './api/drivers.node.ts'
export type { RepartOptions } from './api/repart.node.ts'
export { repartFile } from './api/repart.node.ts'
export * from './index.ts'
export { AtomicFile } from './io/file-sink.node.ts'
export { FileSource } from './io/file-source.node.ts'
export { ScratchFile } from './io/scratch-file.node.ts'

const pipeline = /* @__PURE__ */ new FilterPipeline(
  /* @__PURE__ */ filterFinder(nodeZlib, nodeZstd),
  () => new ThreadCoder(),
)

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
    return new NewFile(target, pipeline, how)
  } catch (error) {
    target.abort()
    throw error
  }
}

/** Opens a file on disk to be changed. Nothing happens to it before `close`, or `editor.commit`. */
export function editFile(path: string, options: EditFileOptions = {}): File {
  return openForEditing(path, pipeline, { name: path, openOther: openOtherFile, ...options })
}

function pipelineOf(threads: number | undefined): FilterPipeline {
  if (threads === undefined) return pipeline
  return new FilterPipeline(
    filterFinder(nodeZlib, nodeZstd),
    threads === 0 ? undefined : () => new ThreadCoder(threads),
  )
}

/** Validates a file on disk against the file format specification: everything in it that can be reached. */
export function checkFile(path: string, options: CheckFileOptions = {}): CheckReport {
  return checkWith(path, pipeline, options)
}
