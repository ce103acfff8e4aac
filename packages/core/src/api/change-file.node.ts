import { lockingAskedFor } from '../io/file-lock.node.ts'
import type { Transaction } from '../write/transaction.ts'
import { openTransaction, realPath } from './open-transaction.node.ts'

/**
 * Changes bytes of a file where they are, all of them or none, while no other process changes it. What a change before
 * this one left half done is undone first.
 *
 * @param change writes into the transaction; returns how long the file is to be, in bytes
 */
export function changeFile(path: string, change: (transaction: Transaction) => number): void {
  const transaction = openTransaction(realPath(path), lockingAskedFor())
  try {
    transaction.commit(change(transaction))
  } finally {
    transaction.close()
  }
}
