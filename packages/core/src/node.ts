import type { OpenOptions } from './api/context.ts'
import type { DriverName, DriverOptions } from './api/drivers.node.ts'
import { openDriver } from './api/drivers.node.ts'
import { openOtherFile } from './api/external-files.node.ts'
import type { File } from './api/file.ts'
import { openWith } from './api/file.ts'
import { FilterPipeline } from './filters/pipeline.ts'
import { filterFinder } from './filters/registry.ts'
import { ThreadCoder } from './filters/thread-coder.node.ts'
import { nodeZlib } from './filters/zlib.node.ts'
import { nodeZstd } from './filters/zstd.node.ts'

export type { DriverName, DriverOptions, Guess } from './api/drivers.node.ts'
export { guessDriver, onionRevisions } from './api/drivers.node.ts'
export type { RepartOptions } from './api/repart.node.ts'
export { repartFile } from './api/repart.node.ts'
export * from './index.ts'
export { AtomicFile } from './io/file-sink.node.ts'
export { FileSource } from './io/file-source.node.ts'

const pipeline = /* @__PURE__ */ new FilterPipeline(
  /* @__PURE__ */ filterFinder(nodeZlib, nodeZstd),
  () => new ThreadCoder(),
)

/** How a file on disk is opened. */
export interface FileOptions extends OpenOptions, DriverOptions {
  /** Default sec2: one file as it is. */
  driver?: DriverName
}

/** Opens a file on disk for reading. */
export function openFile(path: string, options: FileOptions = {}): File {
  const source = openDriver(options.driver ?? 'sec2', path, options)
  try {
    return openWith(source, pipeline, { name: path, openOther: openOtherFile, ...options })
  } catch (error) {
    source.close?.()
    throw error
  }
}
