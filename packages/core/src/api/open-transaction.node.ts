import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { NotFoundError } from '../errors.ts'
import type { ByteStore } from '../io/byte-store.ts'
import type { Locking } from '../io/file-lock.node.ts'
import { FileLock } from '../io/file-lock.node.ts'
import { FileStore } from '../io/file-store.node.ts'
import { LateFileStore } from '../io/late-file-store.node.ts'
import type { LockList } from '../io/lock-list.node.ts'
import { systemError } from '../io/running-process.node.ts'
import type { JournalPlace } from '../write/journal.ts'
import { rollBack } from '../write/journal.ts'
import { journalBeside } from '../write/journal-file.node.ts'
import { Transaction } from '../write/transaction.ts'

/**
 * Opens a file to be changed, while no other process changes it. What an earlier change left half done is undone first.
 * A file that is not there is made when something is written to it.
 *
 * @param path of the file itself, symbolic links followed: what is beside it is beside that
 * @param closed is told when the file is closed
 * @param others where the C library's locks are looked for before the file is changed; without it, that is done at once
 */
export function openTransaction(path: string, locking: Locking, closed?: () => void, others?: LockList): Transaction {
  const lock = FileLock.take(path, locking, others)
  let store: ByteStore | undefined
  try {
    store = existsSync(path) ? new FileStore(path) : new LateFileStore(path)
    const place = journalBeside(path)
    putRight(store, place, () => lock?.confirm())
    // Nothing of the file changes before it has a journal.
    const create = (): ByteStore => {
      lock?.confirm()
      return place.create()
    }
    return new Transaction(store, { ...place, create }, () => {
      closed?.()
      lock?.release()
    })
  } catch (error) {
    store?.close?.()
    lock?.release()
    throw error
  }
}

/** Undoes, or ends, what an earlier change of a file left half done. */
function putRight(store: ByteStore, place: JournalPlace, confirm: () => void): void {
  const journal = place.open()
  if (journal === undefined) return
  try {
    confirm()
    rollBack(store, journal)
  } finally {
    journal.close?.()
  }
  place.remove()
}

/** Where a file is, symbolic links followed; NotFoundError where there is none. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    systemError(cause)
    throw new NotFoundError(`no such file: ${path}`, { file: path, cause })
  }
}

/** As `realPath`, or where the file would be. */
export function placeOf(path: string): string {
  return existsSync(path) ? realPath(path) : join(realPath(dirname(resolve(path))), basename(path))
}
