import { FileLock, lockingAskedFor } from '../io/file-lock.node.ts'
import { FileStore } from '../io/file-store.node.ts'
import { journalBeside } from '../write/journal-file.node.ts'
import { Transaction } from '../write/transaction.ts'
import { putRight, realPath } from './edit-file.node.ts'

/**
 * Changes bytes of a file where they are, all of them or none, while no other process changes it. What a change before
 * this one left half done is undone first.
 *
 * @param change writes into the transaction; returns how long the file is to be, in bytes
 */
export function changeFile(path: string, change: (transaction: Transaction) => number): void {
  const real = realPath(path)
  const lock = FileLock.take(real, lockingAskedFor())
  try {
    const store = new FileStore(real)
    try {
      const journal = journalBeside(real)
      putRight(store, journal)
      const transaction = new Transaction(store, journal)
      let size: number
      try {
        size = change(transaction)
      } catch (error) {
        transaction.abandon()
        throw error
      }
      transaction.commit(size)
    } finally {
      store.close()
    }
  } finally {
    lock?.release()
  }
}
