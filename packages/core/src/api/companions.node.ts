import { WriteError } from '../errors.ts'
import type { Locking } from '../io/file-lock.node.ts'
import { Editor } from '../write/editor.ts'
import type { Participant } from '../write/participant.ts'
import type { Transaction } from '../write/transaction.ts'
import { Changes } from './changes.ts'
import type { Companions, Editing } from './context.ts'
import type { EditFileOptions } from './edit-file.node.ts'
import { rawDataPath } from './external-files.node.ts'
import { openTransaction, placeOf, realPath } from './open-transaction.node.ts'

/** The files that are changed along with one that is opened for that: each is locked, and has a journal of its own. */
export class CompanionFiles implements Companions {
  readonly #options: EditFileOptions
  readonly #locking: Locking
  /** By their paths. */
  readonly #rawData = new Map<string, Transaction>()
  readonly participants: Participant[] = []

  constructor(options: EditFileOptions, locking: Locking) {
    this.#options = options
    this.#locking = locking
  }

  file(name: string): { source: Transaction; edit: Editing } {
    const transaction = openTransaction(realPath(name), this.#locking, undefined, this.#options.locks)
    return { source: transaction, edit: this.editing(transaction) }
  }

  /**
   * What an HDF5 file is changed with.
   *
   * @param participants what is changed along with it, where it is the one that was opened first
   */
  editing(transaction: Transaction, participants?: Iterable<Participant>): Editing {
    return {
      sink: transaction,
      companions: this,
      changes: (file, image) => {
        const openRawData = (name: string) => file.others.rawDataToChange(name)
        const editor = new Editor(image, transaction, { ...this.#options, openRawData, participants })
        if (participants === undefined) this.participants.push(editor)
        return new Changes(file, editor)
      },
    }
  }

  rawData(fileName: string, from: string): Transaction {
    const path = placeOf(rawDataPath(fileName, from))
    let transaction = this.#rawData.get(path)
    if (transaction === undefined) {
      if (path === placeOf(from)) {
        throw new WriteError('elements in another file cannot be in the file itself', { file: from })
      }
      transaction = openTransaction(path, this.#locking, undefined, this.#options.locks)
      this.#rawData.set(path, transaction)
      this.participants.push(transaction)
    }
    return transaction
  }

  changedRawData(fileName: string, from: string): Transaction | undefined {
    return this.#rawData.size === 0 ? undefined : this.#rawData.get(placeOf(rawDataPath(fileName, from)))
  }

  /** Closes the files that are no HDF5 files; what was not committed is gone. */
  close(): void {
    for (const transaction of this.#rawData.values()) transaction.close()
    this.#rawData.clear()
  }
}
