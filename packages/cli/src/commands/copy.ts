import { existsSync, realpathSync } from 'node:fs'
import type { Link } from '@h5kit/core'
import { copyLink, copyObject, Hdf5Error, NotFoundError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { CopyOptions } from '../options/copy.ts'
import { ANY_DRIVER } from '../options/driver.ts'
import type { Output } from '../output.ts'
import type { ChangedFile } from './changed-file.ts'
import { fileToChange } from './changed-file.ts'
import { openWithDriver } from './open-driver.ts'
import { collectOften, MANY_OBJECTS } from './v8-settings.ts'

/** Says something on stderr. */
type Warn = (message: string) => void

/** Copies an object into a file, as h5copy does; returns the exit status. */
export function copy(options: CopyOptions, output: Output, warn: Warn): number {
  const { input, output: path } = options
  const target = attempt(() => (existsSync(path) ? fileToChange(path) : undefined), warn, `output file ${path}`)
  if (target === FAILED) return 1
  try {
    const same = target !== undefined && realpathSync(path) === realPath(input)
    const source = same ? target.file : attempt(() => opened(input), warn, `input file ${input}`)
    if (source === FAILED) return 1
    try {
      return target === undefined
        ? intoNew(options, source, output, warn)
        : copyInto(options, source, target, output, warn)
    } finally {
      if (source !== target?.file) source.close()
    }
  } finally {
    target?.drop()
  }
}

function intoNew(options: CopyOptions, source: File, output: Output, warn: Warn): number {
  const target = attempt(() => fileToChange(options.output), warn, `output file ${options.output}`)
  if (target === FAILED) return 1
  try {
    return copyInto(options, source, target, output, warn)
  } finally {
    target.drop()
  }
}

const FAILED = Symbol('failed')

/** What fails because of a file is said. */
function attempt<T>(open: () => T, warn: Warn, what: string): T | typeof FAILED {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    warn(`could not open ${what}: ${error.message}`)
    return FAILED
  }
}

function opened(path: string): File {
  const { file, error } = openWithDriver(path, ANY_DRIVER)
  if (file === undefined) throw error ?? new NotFoundError(`no such file: ${path}`, { file: path })
  return file
}

function realPath(path: string): string | undefined {
  return existsSync(path) ? realpathSync(path) : undefined
}

function copyInto(options: CopyOptions, source: File, target: ChangedFile, output: Output, warn: Warn): number {
  const { input, output: path, source: from, destination: to, verbose, flag, copy } = options
  if (verbose) {
    output.text(`Copying file <${input}> and object <${from}> to file <${path}> and object <${to}>\n`)
    if (flag !== undefined && flag !== '') output.text(`Using ${flag} flag\n`)
    if (copy.parents === true) output.text('h5copy: Creating parent groups\n')
  }
  try {
    if (verbose && !linkExists(source, from)) output.text(`Warning: link <${from}> doesn't exist \n`)
    if (source.size > LARGE) collectOften()
    const link = danglingLink(source, from)
    if (link === undefined) copyObject(source.get(from), target.file.root, to, copy)
    else copyLink(link, target.file.root, to)
    target.keep()
    return 0
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    output.text('Error in copy...Exiting\n')
    output.flush()
    warn(error.message)
    return 1
  }
}

/** Bytes of files that may have many objects. */
const LARGE = MANY_OBJECTS * 256

function linkExists(file: File, path: string): boolean {
  if (/^[/.]*$/.test(path)) return true
  return found(() => file.link(path)) !== undefined
}

/** The link that a path ends with, where it leads to no object. */
function danglingLink(file: File, path: string): Link | undefined {
  if (found(() => file.get(path)) !== undefined) return undefined
  const link = found(() => file.link(path))
  return link?.kind === 'soft' || link?.kind === 'external' ? link : undefined
}

function found<T>(find: () => T): T | undefined {
  try {
    return find()
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}
