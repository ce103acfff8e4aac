import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { Hdf5Error, NotFoundError } from '../errors.ts'
import { readSuperblock } from '../format/superblock.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { FileSource } from '../io/file-source.node.ts'
import { openWhole, refuseHalfChanged } from '../write/journal-file.node.ts'
import type { OtherFile } from './context.ts'

/** Where folders to look in are named. */
const PREFIXES: Record<OtherFile, string | undefined> = {
  link: 'HDF5_EXT_PREFIX',
  virtual: 'HDF5_VDS_PREFIX',
  reference: undefined,
  'raw-data': 'HDF5_EXTFILE_PREFIX',
}

/**
 * Opens the file that an external link or a virtual dataset names, looking for it as the C library does: an absolute
 * name as it is (and then its last part alone); in each folder of HDF5_EXT_PREFIX or HDF5_VDS_PREFIX; beside the file
 * that names it; from the current folder; beside what the file that names it is a symbolic link to.
 */
export function openOtherFile(fileName: string, from: string, reason: OtherFile): { source: ByteSource; name: string } {
  if (reason === 'raw-data') return openRawData(fileName, from)
  const candidates = isAbsolute(fileName) ? [fileName] : []
  const name = isAbsolute(fileName) ? basename(fileName) : fileName
  const origin = dirname(resolve(from))
  const variable = PREFIXES[reason]
  const prefixes = variable === undefined ? undefined : process.env[variable]
  for (const prefix of (prefixes ?? '').split(':')) {
    if (prefix === '') continue
    candidates.push(join(reason === 'link' ? prefix : withOrigin(prefix, origin), name))
  }
  candidates.push(join(origin, name), name, join(dirname(realpath(from)), name))
  for (const candidate of candidates) {
    const source = openIfHdf5(candidate)
    if (source !== undefined) return { source, name: candidate }
  }
  throw new NotFoundError(`cannot open "${fileName}", which ${from} names`, { file: fileName })
}

/** Where the file with a dataset's elements is: in the folder of HDF5_EXTFILE_PREFIX, or else from the current folder. */
export function rawDataPath(fileName: string, from: string): string {
  const prefix = process.env[PREFIXES['raw-data'] ?? ''] ?? ''
  const plain = isAbsolute(fileName) || prefix === '' || prefix === '.'
  return plain ? fileName : join(withOrigin(prefix, dirname(resolve(from))), fileName)
}

function openRawData(fileName: string, from: string): { source: ByteSource; name: string } {
  const name = rawDataPath(fileName, from)
  return { source: openWhole(name), name }
}

/** A prefix for virtual datasets and raw data may name the folder of the file that they are looked for from. */
function withOrigin(prefix: string, origin: string): string {
  return prefix.startsWith('${ORIGIN}') ? join(origin, prefix.slice('${ORIGIN}'.length)) : prefix
}

function realpath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return path
  }
}

function openIfHdf5(path: string): FileSource | undefined {
  refuseHalfChanged(path)
  let source: FileSource | undefined
  try {
    source = new FileSource(path)
    readSuperblock(source)
    return source
  } catch (error) {
    source?.close()
    if (!(error instanceof Hdf5Error)) throw error
    return undefined
  }
}
