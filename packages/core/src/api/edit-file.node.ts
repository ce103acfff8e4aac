import { realpathSync } from 'node:fs'
import { NotFoundError } from '../errors.ts'
import type { Locking } from '../io/file-lock.node.ts'
import { FileLock, lockingAskedFor } from '../io/file-lock.node.ts'
import { FileStore } from '../io/file-store.node.ts'
import { systemError } from '../io/running-process.node.ts'
import { Editor } from '../write/editor.ts'
import type { JournalPlace } from '../write/journal.ts'
import { rollBack } from '../write/journal.ts'
import { journalBeside } from '../write/journal-file.node.ts'
import { Transaction } from '../write/transaction.ts'
import type { LibraryVersion } from '../write/version-bounds.ts'
import { Changes } from './changes.ts'
import type { OpenOptions } from './context.ts'
import { openOtherFile } from './external-files.node.ts'
import type { File } from './file.ts'
import { openWith } from './file.ts'
import type { OpenedImage } from './open-image.ts'
import { pipelineOf } from './pipeline.node.ts'

/** How a file on disk is opened to be changed. */
export interface EditFileOptions extends OpenOptions {
  /** Whether the file is locked. By default as HDF5_USE_FILE_LOCKING says. */
  locking?: Locking | undefined
  /** Seconds since 1970 that objects which tell when they were changed are to tell. Default now. */
  now?: number | undefined
  /** The oldest release whose forms new objects have. By default what the file was made for. */
  low?: LibraryVersion | undefined
}

/**
 * Opens a file on disk to be changed: what an earlier change left half done is undone first. Nothing happens to the file
 * before `close`, or `commit`; `using` alone gives up what was not committed.
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
  const real = realPath(path)
  const lock = FileLock.take(real, options.locking ?? lockingAskedFor())
  let opened: { close(): void } | undefined
  try {
    const store = new FileStore(real)
    opened = store
    const journal = journalBeside(real)
    putRight(store, journal)
    const transaction = new Transaction(store, journal, () => lock?.release())
    opened = transaction
    const changes = (file: File, image: OpenedImage) => new Changes(file, new Editor(image, transaction, options))
    const how = { name: path, openOther: openOtherFile, ...options }
    return openWith(transaction, pipelineOf(), how, { sink: transaction, changes })
  } catch (error) {
    opened?.close()
    lock?.release()
    throw error
  }
}

/** Undoes, or ends, what an earlier change of a file left half done. */
export function putRight(store: FileStore, place: JournalPlace): void {
  const journal = place.open()
  if (journal === undefined) return
  try {
    rollBack(store, journal)
  } finally {
    journal.close?.()
  }
  place.remove()
}

/** Where a file is, symbolic links followed: what is beside it is beside that. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    systemError(cause)
    throw new NotFoundError(`no such file: ${path}`, { file: path, cause })
  }
}
