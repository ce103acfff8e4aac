import type { CheckOptions, CheckReport } from '../check/check-file.ts'
import { checkSource as checkWith } from '../check/check-file.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { pipeline } from './pipeline.ts'

/** Validates a file against the file format specification: everything in it that can be reached. */
export function checkSource(source: ByteSource, options: CheckOptions = {}): CheckReport {
  return checkWith(source, pipeline, options)
}
