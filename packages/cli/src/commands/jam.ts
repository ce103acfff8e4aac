import { closeSync, openSync } from 'node:fs'
import type { ByteSink } from '@h5kit/core'
import { copyRange, isHdf5 } from '@h5kit/core'
import { AtomicFile, FileSource, openForReading } from '@h5kit/core/node'
import type { JamOptions, UnjamOptions } from '../options/jam.ts'
import type { Output } from '../output.ts'
import { OutputError } from '../output.ts'

/** Says something on stderr. */
type Warn = (message: string) => void

/** Bytes of the smallest user block; larger ones are twice, four times, ... as large. */
const SMALLEST = 512

/** Puts a file into the user block of an HDF5 file; returns the exit status. */
export function jam(options: JamOptions, warn: Warn): number {
  const { input, userBlock, clobber } = options
  const before = userBlockSize(input)
  const added = new FileSource(userBlock)
  const source = new FileSource(input)
  try {
    if (isHdf5(added)) {
      warn(`${userBlock} is an HDF5 file itself: it cannot be a user block`)
      return 1
    }
    const kept = clobber ? 0 : before
    const size = clobber ? Math.max(before, roundUp(added.size)) : roundUp(roundUp(added.size) + before)
    writeFile(options.output ?? input, (sink) => {
      copyRange(source, 0, kept, sink, 0)
      copyRange(added, 0, added.size, sink, kept)
      copyRange(source, before, source.size - before, sink, size)
    })
    return 0
  } finally {
    source.close()
    added.close()
  }
}

/** Bytes of the user block that has room for so many. */
function roundUp(length: number): number {
  let size = length === 0 ? 0 : SMALLEST
  while (size < length) size *= 2
  return size
}

/** Takes the user block off an HDF5 file; returns the exit status. */
export function unjam(options: UnjamOptions, output: Output, warn: Warn): number {
  const { input, userBlock, remove } = options
  // Where the file cannot be read, an empty user block is left, as the reference leaves it.
  if (userBlock !== undefined) touch(userBlock)
  const size = userBlockSize(input)
  if (size === 0) {
    warn(`${input} has no user block: nothing is done`)
    return 0
  }
  const source = new FileSource(input)
  try {
    if (userBlock !== undefined) writeFile(userBlock, (sink) => copyRange(source, 0, size, sink, 0))
    else if (!remove) copyRange(source, 0, size, stream(output), 0)
    output.flush()
    writeFile(options.output, (sink) => copyRange(source, size, source.size - size, sink, 0))
    return 0
  } finally {
    source.close()
  }
}

function userBlockSize(path: string): number {
  const file = openForReading(path)
  try {
    return file.userBlockSize
  } finally {
    file.close()
  }
}

/** Makes a file where none is. */
function touch(path: string): void {
  try {
    closeSync(openSync(path, 'a'))
  } catch (cause) {
    throw new OutputError(`cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

const ZEROS = new Uint8Array(4096)

/** An output as a sink that is written from its start to its end. */
function stream(output: Output): ByteSink {
  let end = 0
  const put = (bytes: Uint8Array): void => {
    output.binary(bytes)
    end += bytes.length
  }
  return {
    write(address, bytes) {
      while (end < address) put(ZEROS.subarray(0, address - end))
      put(bytes)
    },
  }
}

/** Writes a file that is there as a whole or not at all; where there is one of that name, the new one replaces it. */
function writeFile(path: string, write: (sink: ByteSink) => void): void {
  const file = new AtomicFile(path)
  try {
    write(file)
    file.commit()
  } finally {
    file.abort()
  }
}
