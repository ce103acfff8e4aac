import { NotFoundError } from '../errors.ts'
import type { FilterPipeline } from '../filters/pipeline.ts'
import type { ByteSource } from '../io/byte-source.ts'

/** How a file is opened. */
export interface OpenOptions {
  /** The file's name, where it has one. */
  name?: string
  /** Opens the file that an external link in the file `from` names; throws NotFoundError where there is none. */
  openExternal?: (fileName: string, from: string) => { source: ByteSource; name: string }
  /** Opens a file that is shorter than it says too, to read what is left of it. */
  allowTruncated?: boolean
  /** What the first file is numbered: h5ls shows it in front of addresses. Default 1. */
  firstNumber?: number
}

/** What a file shares with the files that are opened through its external links. */
export interface Session {
  pipeline: FilterPipeline
  options: OpenOptions
  /** Number of the next file that is opened. */
  nextNumber: number
}

/** The behaviour where no other files can be reached. */
export function noExternalFiles(fileName: string): never {
  throw new NotFoundError(`cannot open "${fileName}": no way to other files was given`, { file: fileName })
}
