import { existsSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { IoError } from '../errors.ts'
import type { ByteStore } from '../io/byte-store.ts'
import { syncFolder } from '../io/file-sink.node.ts'
import { FileSource } from '../io/file-source.node.ts'
import { FileStore, removeIfThere } from '../io/file-store.node.ts'
import { journalName } from '../io/journal-name.ts'
import { systemError } from '../io/running-process.node.ts'
import type { JournalPlace } from './journal.ts'
import { isHot } from './journal.ts'

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
      if (removeIfThere(name)) syncFolder(dirname(name))
    },
  }
}

/** A file, unless a change of it was begun and not ended. */
export function openWhole(path: string): FileSource {
  refuseHalfChanged(path)
  return new FileSource(path)
}

/** IoError where a change of a file was begun, and neither ended nor undone: a reader may find half of it. */
export function refuseHalfChanged(path: string): void {
  const name = journalName(realPathOf(path))
  if (!existsSync(name)) return
  const journal = new FileSource(name)
  try {
    if (!isHot(journal)) return
  } finally {
    journal.close()
  }
  throw new IoError(`${path} is half changed: writing to it again will undo that by ${name}`, { file: path })
}

/** The journal of a file is where that is, and not where symbolic links to it are. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    systemError(error)
    return path
  }
}
