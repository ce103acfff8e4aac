import { FormatError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import type { FileSettings } from '../objects/file-settings.ts'
import type { FileOptions } from './file-options.ts'
import { FileWriter } from './file-writer.ts'
import type { CopyOptions } from './object-copy.ts'
import { ObjectCopy } from './object-copy.ts'

/** A file whose objects are written into another one. */
export interface RewriteSource {
  readonly image: FileImage
  /** Of the root group's object header. */
  readonly rootAddress: number
  readonly settings: FileSettings
}

/** How a file is written anew: as it was created, where nothing else is said. */
export interface RewriteOptions extends FileOptions, CopyOptions {}

/**
 * Writes everything that can be reached from the root group of a file into a new one, each object once, and nothing of
 * what was unused. Only what is left of blocks of descriptions lies unused between. Elements stay as they are stored,
 * chunks compressed, but for what refers to other places.
 *
 * @param sink gets the new file; there is none before this returns
 */
export function rewriteFile(source: RewriteSource, sink: ByteSink, options: RewriteOptions = {}): void {
  const { image, rootAddress } = source
  const writer = new FileWriter(sink, { ...creationOptions(source), ...options })
  const root = new ObjectCopy(image, writer, options).object(rootAddress)
  if (root.kind !== 'group') throw new FormatError('the root object is no group', { address: rootAddress })
  writer.finish(root)
}

/** What a file was created with. */
function creationOptions({ image, settings }: RewriteSource): FileOptions {
  const { offsets, lengths } = image.sizes
  const { groupLeafK, groupInternalK, chunkK, fileSpace } = settings
  const { strategy, persisting, threshold, pageSize, pageEndMetadataThreshold } = fileSpace
  return {
    sizes: { offsets, lengths },
    groupLeafK,
    groupInternalK,
    chunkK,
    fileSpace: { strategy, persisting, threshold, pageSize, pageEndMetadataThreshold },
  }
}
