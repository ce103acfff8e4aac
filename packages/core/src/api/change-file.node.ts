import { FileLock, lockingAskedFor } from '../io/file-lock.node.ts'
import { FileStore } from '../io/file-store.node.ts'
import { isHot, rollBack } from '../write/journal.ts'
import { journalBeside } from '../write/journal-file.node.ts'
import { Transaction } from '../write/transaction.ts'

/**
 * Changes bytes of a file where they are, all of them or none, while no other process changes it. What a change before
 * this one left half done is undone first.
 *
 * @param change writes into the transaction; returns how long the file is to be, in bytes
 */
export function changeFile(path: string, change: (transaction: Transaction) => number): void {
  const lock = FileLock.take(path, lockingAskedFor())
  try {
    const store = new FileStore(path)
    try {
      recover(path, store)
      const transaction = new Transaction(store, journalBeside(path))
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

function recover(path: string, store: FileStore): void {
  const place = journalBeside(path)
  const journal = place.open()
  if (journal === undefined) return
  try {
    if (isHot(journal)) rollBack(store, journal)
  } finally {
    journal.close?.()
  }
  place.remove()
}
