import type { FilterPipeline } from '../filters/pipeline.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import type { ByteSource } from '../io/byte-source.ts'
import type { ChunkCache } from '../storage/chunk-cache.ts'
import type { VirtualView } from '../storage/virtual-shape.ts'
import type { Changes } from './changes.ts'
import type { File } from './file.ts'
import type { ImageOptions, OpenedImage } from './open-image.ts'

/**
 * Why another file is opened: a link or a reference leads there, a virtual dataset has its sources there, or it holds
 * elements of a dataset and is no HDF5 file.
 */
export type OtherFile = 'link' | 'reference' | 'virtual' | 'raw-data'

/** How a file is opened. */
export interface OpenOptions extends ImageOptions {
  /** The file's name, where it has one. */
  name?: string
  /** Opens the file that something in the file `from` names; throws NotFoundError where there is none. */
  openOther?: (fileName: string, from: string, reason: OtherFile) => { source: ByteSource; name: string }
  /** What the first file is numbered: h5ls shows it in front of addresses. Default 1. */
  firstNumber?: number
  /** Bytes of decoded chunks that are kept for another look, of all datasets together. Default 64 MB. */
  chunkCacheBytes?: number
  /** How virtual datasets find their size. By default they reach to the last available element, without gaps. */
  virtualView?: Partial<VirtualView>
}

/** What a file shares with the files that are opened through it. */
export interface Session {
  pipeline: FilterPipeline
  chunkCache: ChunkCache
  options: OpenOptions
  /** Number of the next file that is opened. */
  nextNumber: number
  /** The files that are open, by the identity of their source. */
  files: Map<string, File>
  /** Virtual datasets whose sources are being looked at. */
  virtualDepth: number
  /** Files that were opened for reading and are changed now, with what changes them. */
  changeable: Map<File, File>
  /** Opens files to be changed along with the first one; undefined where that was opened for reading. */
  companions: Companions | undefined
}

/** Opens files to be changed along with the one that was opened for that. */
export interface Companions {
  /** An HDF5 file, by its name. */
  file(name: string): { source: ByteSource; edit: Editing }
  /** The file that holds elements of a dataset in the file `from`; one that is not there is made when it is written to. */
  rawData(fileName: string, from: string): ByteSource & ByteSink
  /** As `rawData`, where it was opened before. */
  changedRawData(fileName: string, from: string): ByteSource | undefined
}

/** What a file is changed with. */
export interface Editing {
  /** Where changes go; the source that the file is read from has them at once. */
  sink: ByteSink
  changes: (file: File, opened: OpenedImage) => Changes
  /** Opens files that are changed along with this one. By default there is no way to them. */
  companions?: Companions | undefined
}
