import { BufferSource } from '../io/buffer-source.ts'
import type { ByteSource } from '../io/byte-source.ts'
import type { OpenOptions } from './context.ts'
import type { File } from './file.ts'
import { openWith } from './file.ts'
import { pipeline } from './pipeline.ts'

/** Opens a file that is in memory. */
export function openBytes(bytes: Uint8Array | ArrayBuffer, options: OpenOptions = {}): File {
  return openWith(new BufferSource(bytes), pipeline, options)
}

/** Opens a file that is read through a source; over a remote one, inside `resume`. */
export function openSource(source: ByteSource, options: OpenOptions = {}): File {
  return openWith(source, pipeline, options)
}
