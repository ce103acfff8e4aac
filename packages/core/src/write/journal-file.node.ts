import { existsSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ByteStore } from '../io/byte-store.ts'
import { syncFolder } from '../io/file-sink.node.ts'
import { FileSource } from '../io/file-source.node.ts'
import { FileStore, refused } from '../io/file-store.node.ts'
import { systemError } from '../io/running-process.node.ts'
import type { JournalPlace } from './journal.ts'
import { isHot } from './journal.ts'

/** The name of the journal of a file. */
export function journalName(path: string): string {
  return `${path}.journal`
}

/** Keeps the journal of a file beside it. */
export function journalBeside(path: string): JournalPlace {
  const name = journalName(path)
  return {
    name,
    open: () => (existsSync(name) ? new FileStore(name) : undefined),
    create(): ByteStore {
      const store = new FileStore(name, 'wx+')
      syncFolder(dirname(name))
      return store
    },
    remove() {
      try {
        unlinkSync(name)
      } catch (cause) {
        if (systemError(cause) === 'ENOENT') return
        throw refused(`cannot remove ${name}`, name, cause)
      }
      syncFolder(dirname(name))
    },
  }
}

/** Whether a change of a file was begun, and neither ended nor undone: then a reader may find half of it. */
export function hasHotJournal(path: string): boolean {
  const name = journalName(path)
  if (!existsSync(name)) return false
  const journal = new FileSource(name)
  try {
    return isHot(journal)
  } finally {
    journal.close()
  }
}
