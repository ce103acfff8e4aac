import { NotFoundError, UnsupportedError } from '../errors.ts'
import type { CreateOptions } from './create-file.node.ts'
import { createFile } from './create-file.node.ts'
import type { EditFileOptions } from './edit-file.node.ts'
import { editFile } from './edit-file.node.ts'
import type { File } from './file.ts'
import type { NewFile, NewFileOptions } from './new-file.ts'
import type { FileOptions } from './open-for-reading.node.ts'
import { openForReading } from './open-for-reading.node.ts'

/** What a file is opened for, as in h5py. */
export type Mode = ReadMode | EditMode | CreateMode

/** To read a file that is there. */
export type ReadMode = 'r'

/** To change a file that is there, or with 'a' one that is made where there is none. */
export type EditMode = 'r+' | 'a'

/** To make a file: 'w' replaces one that is there, 'w-' and 'x' refuse to. */
export type CreateMode = NonNullable<CreateOptions['mode']>

/** How a file is opened in mode 'a': what is said of new files counts where there is none. */
export type EditOrCreateOptions = EditFileOptions & NewFileOptions

/**
 * Opens a file on disk: to read it where nothing else is said, to change it ('r+', 'a') as `editFile` does, or to make it
 * ('w', 'w-', 'x') as `createFile` does. What is changed or made is on the disk, all at once, when the file is closed.
 *
 * ```ts
 * import { openFile } from '@h5kit/core/node'
 *
 * const made = openFile('log.h5', 'w')
 * made.createDataset('level', { data: [1.5, 2.5], maxShape: [null] })
 * made.close()
 *
 * const changed = openFile('log.h5', 'r+')
 * changed.dataset('level').append([3.5])
 * changed.close()
 *
 * const more = openFile('log.h5', 'a')
 * more.root.createAttribute('station', 'north')
 * more.close()
 *
 * using file = openFile('log.h5')
 * console.log(file.dataset('level').read(), file.root.attribute('station').value)
 * ```
 *
 * @throws NotFoundError where there is no file to read or to change; IoError where the system refuses, or where there is a
 *   file that is not to be replaced
 */
export function openFile(path: string, options?: FileOptions): File
export function openFile(path: string, mode: ReadMode, options?: FileOptions): File
export function openFile(path: string, mode: EditMode, options?: EditOrCreateOptions): File
export function openFile(path: string, mode: CreateMode, options?: NewFileOptions): NewFile
export function openFile(path: string, mode: Mode, options?: FileOptions & EditOrCreateOptions): File | NewFile
export function openFile(
  path: string,
  mode: Mode | FileOptions = 'r',
  options: FileOptions & EditOrCreateOptions = {},
): File | NewFile {
  if (typeof mode === 'object') return openForReading(path, mode)
  switch (mode) {
    case 'r':
      return openForReading(path, options)
    case 'r+':
      return editFile(path, options)
    case 'a':
      return editOrCreate(path, options)
    case 'w':
    case 'w-':
    case 'x':
      return createFile(path, { ...options, mode })
    default:
      throw new UnsupportedError(`no mode "${String(mode)}"`, { file: path })
  }
}

/** A file that is not there is there at once, as in h5py, with nothing in it. */
function editOrCreate(path: string, options: EditOrCreateOptions): File {
  try {
    return editFile(path, options)
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
  }
  createFile(path, { ...options, mode: 'x' }).close()
  return editFile(path, options)
}
