import type { CheckOptions, CheckReport } from '../check/check-file.ts'
import { checkSource } from '../check/check-file.ts'
import { IoError, NotFoundError } from '../errors.ts'
import { readSuperblock } from '../format/superblock.ts'
import type { ByteSource } from '../io/byte-source.ts'
import type { DriverName } from './drivers.node.ts'
import { guessDriver, openDriver } from './drivers.node.ts'
import { openOtherFile } from './external-files.node.ts'
import { pipelineOf } from './pipeline.node.ts'

/** How a file on disk is checked. */
export interface CheckFileOptions extends CheckOptions {
  /** Where it is not given: one file as it is, or where there is none of the name, one in several parts. */
  driver?: DriverName
}

/** Validates a file on disk against the file format specification: everything in it that can be reached. */
export function checkFile(path: string, options: CheckFileOptions = {}): CheckReport {
  const source = openForCheck(path, options.driver)
  try {
    return checkSource(source, pipelineOf(), { openOther: (name) => otherFile(name, path), ...options })
  } finally {
    source.close?.()
  }
}

/** A file as it is, whatever is wrong with it; where there is none of the name, one of several parts. */
function openForCheck(path: string, driver: DriverName | undefined): ByteSource {
  const guess = guessDriver(path, driver, (each) => {
    const source = openDriver(each, path, {})
    // Only a single file is taken for one whatever is in it.
    if (each !== 'sec2' && driver === undefined) readSuperblock(source)
    return source
  })
  if (guess.opened === undefined) throw guess.error ?? new NotFoundError(`no file "${path}"`, { file: path })
  return guess.opened
}

/** The file that an external link names; undefined where there is none. */
function otherFile(name: string, from: string): ByteSource | undefined {
  try {
    return openOtherFile(name, from, 'link').source
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof IoError) return undefined
    throw error
  }
}
