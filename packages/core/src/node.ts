import type { OpenOptions } from './api/context.ts'
import { openOtherFile } from './api/external-files.node.ts'
import type { File } from './api/file.ts'
import { openWith } from './api/file.ts'
import { FilterPipeline } from './filters/pipeline.ts'
import { filterFinder } from './filters/registry.ts'
import { nodeZlib } from './filters/zlib.node.ts'
import { FileSource } from './io/file-source.node.ts'

export * from './index.ts'
export { FileSource } from './io/file-source.node.ts'

const pipeline = new FilterPipeline(filterFinder(nodeZlib))

/** Opens a file on disk for reading. */
export function openFile(path: string, options: OpenOptions = {}): File {
  const source = new FileSource(path)
  try {
    return openWith(source, pipeline, { name: path, openOther: openOtherFile, ...options })
  } catch (error) {
    source.close()
    throw error
  }
}
