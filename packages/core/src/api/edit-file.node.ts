import type { Locking } from '../io/file-lock.node.ts'
import { lockingAskedFor } from '../io/file-lock.node.ts'
import type { LockList } from '../io/lock-list.node.ts'
import type { LibraryVersion } from '../write/version-bounds.ts'
import { CompanionFiles } from './companions.node.ts'
import type { OpenOptions } from './context.ts'
import { openOtherFile } from './external-files.node.ts'
import type { File } from './file.ts'
import { openWith } from './file.ts'
import { openTransaction, realPath } from './open-transaction.node.ts'
import { pipelineOf } from './pipeline.node.ts'

/** How a file on disk is opened to be changed. */
export interface EditFileOptions extends OpenOptions {
  /** Whether the file is locked. By default as HDF5_USE_FILE_LOCKING says. */
  locking?: Locking | undefined
  /** Where the C library's locks are looked for before the file is changed. By default that is done when it is opened. */
  locks?: LockList | undefined
  /** Seconds since 1970 that objects which tell when they were changed are to tell. Default now. */
  now?: number | undefined
  /** The oldest release whose forms new objects have. By default what the file was made for. */
  low?: LibraryVersion | undefined
}

/**
 * Opens a file on disk to be changed: what an earlier change left half done is undone first. Nothing happens to the file
 * before `close`, or `commit`; `using` alone gives up what was not committed. Files with elements of its datasets, and
 * with sources of its virtual datasets, are changed along with it: each has a journal of its own, and all are on the disk
 * before the first change is ended, so that a failure leaves all of them as they were. A crash of the machine at the very end
 * may leave each of them as it was or as it should be.
 *
 * ```ts
 * import { createFile, editFile } from '@h5kit/core/node'
 *
 * createFile('notes.h5').close()
 * using file = editFile('notes.h5')
 * file.root.createAttribute('title', 'Notes')
 * file.root.createGroup('2024')
 * const { sizeBefore, sizeAfter } = file.commit()
 * console.log(sizeAfter > sizeBefore)
 * ```
 */
export function editFile(path: string, options: EditFileOptions = {}): File {
  const locking = options.locking ?? lockingAskedFor()
  const companions = new CompanionFiles(options, locking)
  const transaction = openTransaction(realPath(path), locking, () => companions.close(), options.locks)
  try {
    const edit = companions.editing(transaction, companions.participants)
    return openWith(transaction, pipelineOf(), { name: path, openOther: openOtherFile, ...options }, edit)
  } catch (error) {
    transaction.close()
    throw error
  }
}
